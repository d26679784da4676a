// Floor 4. Answers served from memory → a sample of them made again from the source after they were given; where the two
// differ, stored answers of that kind go under quarantine until they have proved right again.
import PQueue from "p-queue";
import { topicDefinitionIdOf } from "#agents/market-analyst/assess.ts";
import { hashOf } from "#schemas/hash.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Answer, QuestionKind } from "#schemas/question.ts";
import type { Desk, Shadow } from "../desk.ts";
import type { Served } from "./served.ts";
import { checkServed, isCheckable, topicOf, topicServed, type Verdict } from "./shadow-check.ts";

/** So many shadow checks of freshly made answers in a row must agree before a quarantine is lifted. A restart counts anew. */
export const CLEAN_CHECKS_TO_LIFT = 20;
/** Topics whose hits are counted at once, and checks that wait; both far above what a desk meets. */
const MAX_TOPICS = 10_000;
const MAX_WAITING = 100;

export interface ShadowParts {
  /** Told what kept a check from being made, for people. */
  readonly onProblem: (text: string) => void;
}

/** To be called by what serves answers, once the answer is ready. */
export const afterServed = (desk: Desk, served: Omit<Served, "definitionId">): void =>
  desk.shadow.served(desk, { ...served, definitionId: topicDefinitionIdOf(desk.hosts) });

/**
 * Of the hits of one question (all its slots, see `intentKey`) exactly one in every `thinking.shadowEvery` successive ones
 * is checked, counted in this process; which one, follows from a hash of the question, so that questions asked once or
 * twice have their turn as well. A wrong stored answer is thus found within `shadowEvery` hits of it. While a kind is under
 * quarantine, every answer of it is checked; those are made fresh, and say nothing of whatever prepares. So after it every
 * prepared answer of the kind is checked, until as many in a row have agreed.
 */
export function createShadow(parts: ShadowParts): Shadow {
  const hits = new Map<string, number>();
  const proofs: Proofs = { clean: new Map(), onProbation: new Map() };
  const closing = new AbortController();
  const options: CallOptions = { signal: closing.signal };
  const queue = new PQueue({ concurrency: 1 });

  const isDue = (desk: Desk, { answer, intent }: Served): boolean => {
    if (answer.stale || !isCheckable(intent.kind) || queue.size + queue.pending >= MAX_WAITING) return false;
    if (desk.quarantine.has(intent.kind)) return answer.path !== "declined";
    if (!FROM_MEMORY.has(answer.path)) return false;
    if (proofs.onProbation.has(intent.kind) && PREPARED.has(answer.path)) return true;
    const every = desk.config.thinking.shadowEvery;
    const topic = topicOf(desk, intent);
    const seen = hits.get(topic) ?? Number.parseInt(hashOf(topic, 8), 16) % every;
    hits.delete(topic);
    hits.set(topic, seen + 1);
    const [oldest] = hits.keys();
    if (hits.size > MAX_TOPICS && oldest !== undefined) hits.delete(oldest);
    return seen % every === every - 1;
  };

  const work = async (desk: Desk, served: Served): Promise<void> => {
    try {
      const verdict = await checkServed(desk, served, options);
      if (verdict !== null) await follow(desk, served, verdict, proofs, options);
    } catch (error) {
      // The answer has been given; a store that fails is met again, and reported, by what needs it next.
      if (!closing.signal.aborted) parts.onProblem(`shadow check: ${(error as Error).message}`);
    }
  };

  return {
    served(desk, served) {
      if (closing.signal.aborted || !isDue(desk, served)) return;
      void queue.add(() => work(desk, served));
    },
    idle: () => queue.onIdle(),
    close() {
      closing.abort();
      queue.clear();
      return queue.onIdle();
    },
  };
}

const FROM_MEMORY: ReadonlySet<Answer["path"]> = new Set(["pre-answered", "recalled", "distilled"]);
/** Made ahead, and so what a fault of whatever prepares would be seen in. */
const PREPARED: ReadonlySet<Answer["path"]> = new Set(["pre-answered", "distilled"]);

/** What speaks for a kind again, in this process. */
interface Proofs {
  /** Checks in a row that agreed while it was under quarantine. */
  readonly clean: Map<QuestionKind, number>;
  /** After it: how many prepared answers are still to be checked, each. */
  readonly onProbation: Map<QuestionKind, number>;
}

/** What a verdict leads to. The journal comes first: killed between two steps, a kind stays under quarantine. */
async function follow(
  desk: Desk,
  served: Served,
  verdict: Verdict,
  { clean, onProbation }: Proofs,
  options: CallOptions,
): Promise<void> {
  const { kind } = served.intent;
  switch (verdict.status) {
    case "unread":
      return;
    case "source-changed":
      for (const key of verdict.corrected) {
        await desk.khala.invalidate(key, { reason: "source-changed", detail: "found by a shadow check" }, options);
      }
      return;
    case "agreed": {
      if (!desk.quarantine.has(kind)) {
        const left = onProbation.get(kind);
        if (left === undefined || !PREPARED.has(served.answer.path)) return;
        if (left > 1) onProbation.set(kind, left - 1);
        else onProbation.delete(kind);
        return;
      }
      const agreed = (clean.get(kind) ?? 0) + 1;
      clean.set(kind, agreed);
      if (agreed < CLEAN_CHECKS_TO_LIFT) return;
      clean.delete(kind);
      onProbation.set(kind, CLEAN_CHECKS_TO_LIFT);
      await journal(desk, kind, "lifted", `${agreed} shadow checks in a row agreed`, options);
      return;
    }
    case "mismatch": {
      clean.delete(kind);
      onProbation.delete(kind);
      if (!desk.quarantine.has(kind)) await journal(desk, kind, "begun", verdict.detail, options);
      for (const key of verdict.wrong) {
        await desk.khala.invalidate(key, { reason: "invalidated", detail: `shadow check: ${verdict.detail}` }, options);
      }
      await voidStored(desk, served, verdict.detail, options);
    }
  }
}

const journal = (desk: Desk, kind: QuestionKind, state: "begun" | "lifted", detail: string, options: CallOptions) =>
  desk.account.append([{ type: "quarantine", atMs: desk.clock.now(), kind, state, detail }], options);

/** Invalidates every stored answer of the kind, and the digest that was served, if one was. */
async function voidStored(desk: Desk, served: Served, detail: string, options: CallOptions): Promise<void> {
  const { kind } = served.intent;
  const nowMs = desk.clock.now();
  const stored = await desk.topics.history("answer", { topic: null, nowMs, limit: 10_000 }, options);
  const topics = new Set(stored.map(({ record }) => record.topic).filter((topic) => kindOfTopic(topic) === kind));
  for (const topic of topics) await desk.topics.invalidate("answer", topic, detail, options);
  const digest = await topicServed(desk, served, options);
  if (digest?.record.kind === "digest") {
    await desk.topics.invalidate("digest", digest.record.topic, detail, options);
  }
}

/** The fourth word of an intent's key; no word before it may hold a space (DeskId, VenueId, Timeframe). */
const kindOfTopic = (topic: string): string | undefined => topic.split(" ")[3];
