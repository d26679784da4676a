// Floor 4. Conversations by name: what was asked, answered and understood in each, kept as topics of the desk, so that a
// follow-up knows the question before it, after a restart too. Each run has conversations of its own.
import { z } from "zod";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { Fact } from "#schemas/fact.ts";
import { hashOf } from "#schemas/hash.ts";
import { Intent } from "#schemas/question.ts";
import { DAY_MS, UnixMs, unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

/** One question and its answer. */
const Exchange = z.object({
  question: z.string(),
  answer: z.string(),
  /** What was understood; null where nothing was. A follow-up takes missing slots from it. */
  intent: Intent.nullable(),
  /** The desk's clock. */
  atMs: UnixMs,
  /** What the answer refers to: a later turn may refer to it again. */
  facts: z.array(Fact).default([]),
  /** The number of the conversation's next fact; null where no model was asked. */
  nextFactId: z.int().positive().nullable().default(null),
});
export type Exchange = z.infer<typeof Exchange>;

/** Body of a topic of kind `conversation`; the same may be asked twice at one moment of a simulated clock. */
const KeptExchange = z.object({ exchange: Exchange, nth: z.int().nonnegative() });

export interface Conversations {
  /** The last intent understood; null where nothing was asked yet, or nothing lately was understood. */
  previous(name: string): Promise<Intent | null>;
  /** Known from now on; kept once `write` was awaited. Writes of one name come one after another. */
  keep(name: string, exchange: Exchange): { readonly write: () => Promise<void> };
  /**
   * The newest, at most `count` and at most the ten that are kept at hand, oldest first. The first call of a name reads the
   * store; what was kept and cannot be read is reported, and counts as never said.
   */
  recent(name: string, count: number): Promise<readonly Exchange[]>;
  /** How many the desk keeps, of all its runs. */
  count(): Promise<number>;
}

/** Names known in the process; the oldest is read anew from the store when it comes up again. */
const MAX_KNOWN = 200;
/** Exchanges at hand of each. A declined question has no intent; the one before it is meant then. */
const AT_HAND = 10;
const VALID_MS = 30 * DAY_MS;
const END_OF_TIME = unixMs(Number.MAX_SAFE_INTEGER);

export function createConversations(
  { runId, topics, clock }: Pick<Desk, "runId" | "topics" | "clock">,
  onProblem: (text: string) => void,
): Conversations {
  const known = new Map<string, readonly Exchange[]>();
  const topicOf = (name: string): string => hashOf([runId, name]);
  const know = (name: string, exchanges: readonly Exchange[]): readonly Exchange[] => {
    known.delete(name);
    known.set(name, exchanges.slice(-AT_HAND));
    const [oldest] = known.keys();
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    return exchanges;
  };
  const kept = async (name: string, nowMs: UnixMs, limit: number) => {
    const rows = await topics.history("conversation", { topic: topicOf(name), nowMs, limit }, NEVER_ABORTED);
    return rows.flatMap(({ record }) => KeptExchange.safeParse(record.body).data ?? []).reverse();
  };
  const atHand = async (name: string): Promise<readonly Exchange[]> => {
    const exchanges = known.get(name);
    if (exchanges !== undefined) return exchanges;
    try {
      const read = (await kept(name, clock.now(), AT_HAND)).map(({ exchange }) => exchange);
      // A question that came meanwhile has been kept first.
      return known.get(name) ?? know(name, read);
    } catch (error) {
      // A question can be answered without knowing the one before it.
      onProblem(`what was said before cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  };

  return {
    async previous(name) {
      return (await atHand(name)).findLast((exchange) => exchange.intent !== null)?.intent ?? null;
    },
    keep(name, exchange) {
      know(name, [...(known.get(name) ?? []), exchange]);
      const { atMs } = exchange;
      return {
        async write() {
          const [last] = await kept(name, atMs, 1);
          const body = { exchange, nth: (last?.nth ?? -1) + 1 };
          const validUntilMs = unixMs(atMs + VALID_MS);
          const draft = { kind: "conversation", topic: topicOf(name), body, sources: [], validUntilMs } as const;
          await topics.remember(draft, { nowMs: atMs }, NEVER_ABORTED);
        },
      };
    },
    recent: async (name, count) => (await atHand(name)).slice(-count),
    async count() {
      const range = { topic: null, nowMs: END_OF_TIME, limit: Number.MAX_SAFE_INTEGER };
      const rows = await topics.history("conversation", range, NEVER_ABORTED);
      return new Set(rows.map(({ record }) => record.topic)).size;
    },
  };
}
