// Floor 4. What is written of a question once its answer is out: a row of the ledger, the question itself for the prediction of
// the next one, and how far the operator has now seen.

import { z } from "zod";
import type { ServedAnswer } from "#agents/deep-trader-manager/answers/answer-parts.ts";
import { fromScratchUnits, scopeOf } from "#agents/deep-trader-manager/answers/effort.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { FreeForm } from "#schemas/free-form.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Answer, AnswerPath, Intent, intentKey } from "#schemas/question.ts";
import { DAY_MS, UnixMs, unixMs } from "#schemas/units.ts";
import { type LedgerEntry, ledgerEntry, type Work, workUnits } from "#schemas/work.ts";
import type { Desk } from "../desk.ts";
import { rememberFree } from "./free-question.ts";

/** Body of a topic of kind `question`. */
export const AskedQuestion = z.object({
  intent: Intent,
  path: AnswerPath,
  atMs: UnixMs,
  /** Topics it was served from. */
  topicIds: z.array(z.string()).default([]),
  /** How many of the same were asked at the same moment before it: a simulated clock stands still. */
  repeat: z.int().nonnegative().default(0),
  /** How many of whatever kind this process was asked at the same moment before it: what follows what. */
  place: z.int().nonnegative().default(0),
});
export type AskedQuestion = z.infer<typeof AskedQuestion>;

/** What is read of any question, exact or free-form. */
const TopicsServed = z.object({ topicIds: z.array(z.string()).default([]) });

/** Questions that are looked through for what was served to them. */
const SERVED_TO = 1000;

/** How many of the newest 1,000 questions each topic was served to, by its id. @throws StoreError */
export async function servedTopics(
  { topics }: Pick<Desk, "topics">,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<ReadonlyMap<string, number>> {
  const asked = await topics
    .history("question", { topic: null, nowMs, limit: SERVED_TO }, options)
    .catch((error: unknown) => {
      if (error instanceof RecordVersionError) return [];
      throw error;
    });
  const served = new Map<string, number>();
  for (const { record } of asked)
    for (const id of TopicsServed.safeParse(record.body).data?.topicIds ?? [])
      served.set(id, (served.get(id) ?? 0) + 1);
  return served;
}

interface LoggedQuestion extends ServedAnswer {
  /** Its words, where it is no exact intent; null: they are none that are asked again. */
  readonly free: FreeForm | null;
  readonly nowMs: UnixMs;
  readonly durationMs: number;
  /** Hears its row of the ledger before it is written. */
  readonly onEntry: (entry: LedgerEntry) => void;
}

export interface QuestionLog {
  answered(question: LoggedQuestion): Promise<void>;
  /** It ended in an error: what it took is counted all the same. */
  failed(question: { readonly nowMs: UnixMs; readonly work: Work; readonly durationMs: number }): Promise<void>;
}

/** A question counts in a history for no longer than this, whatever the retention. */
const VALID_MS = 30 * DAY_MS;
/** Questions looked through for an earlier use of what was served: those of one slot, as prepared things live no longer. */
const LOOKED_THROUGH = 500;
/** Ids of topics known to have been served already, in this process. */
const MAX_KNOWN = 10_000;
const FROM_MEMORY: ReadonlySet<AnswerPath> = new Set(["pre-answered", "recalled", "distilled"]);

/** Of a free-form question: an answer made ahead stands first, its brief behind it; else all are briefs. */
function usesOf({ path, topicIds }: Pick<Answer, "path" | "topicIds">, first: ReadonlySet<string>) {
  const uses: Record<string, number> = {};
  const count = (name: string): void => {
    uses[name] = (uses[name] ?? 0) + 1;
  };
  for (const [at, id] of topicIds.entries()) {
    const kind = path === "pre-answered" && at === 0 ? "answer-ahead" : "brief";
    count(kind);
    if (first.has(id)) count(`first ${kind}`);
  }
  return uses;
}

export function createQuestionLog(
  desk: Pick<Desk, "deskId" | "marketData" | "config" | "topics" | "ledger" | "account">,
): QuestionLog {
  const servedBefore = new Set<string>();
  const usedFirst = async (topicId: string, nowMs: UnixMs): Promise<boolean> => {
    if (servedBefore.has(topicId)) return false;
    const asked = await desk.topics.history("question", { topic: null, nowMs, limit: LOOKED_THROUGH }, NEVER_ABORTED);
    const earlier = asked.some(({ record }) => TopicsServed.safeParse(record.body).data?.topicIds.includes(topicId));
    const [oldest] = servedBefore;
    if (servedBefore.size >= MAX_KNOWN && oldest !== undefined) servedBefore.delete(oldest);
    servedBefore.add(topicId);
    return !earlier;
  };

  /** Before the question itself is remembered, or it would find itself. */
  const usedFirstOf = async (topicIds: readonly string[], nowMs: UnixMs): Promise<ReadonlySet<string>> => {
    const first = new Set<string>();
    for (const id of topicIds) if (await usedFirst(id, nowMs)) first.add(id);
    return first;
  };

  let last = { atMs: Number.NaN, place: 0 };
  const placeAt = (atMs: UnixMs): number => {
    last = { atMs, place: last.atMs === atMs ? last.place + 1 : 0 };
    return last.place;
  };

  const remember = async ({ answer, nowMs }: LoggedQuestion, intent: Intent): Promise<void> => {
    const topic = intentKey(intent, { deskId: desk.deskId, venueId: desk.marketData.venueId });
    const [newest] = await desk.topics.history("question", { topic, nowMs, limit: 1 }, NEVER_ABORTED);
    const before = AskedQuestion.safeParse(newest?.record.body).data;
    const repeat = before?.atMs === nowMs ? before.repeat + 1 : 0;
    const { path, topicIds } = answer;
    const body: AskedQuestion = { intent, path, atMs: nowMs, topicIds, repeat, place: placeAt(nowMs) };
    const validUntilMs = unixMs(nowMs + VALID_MS);
    await desk.topics.remember({ kind: "question", topic, body, sources: [], validUntilMs }, { nowMs }, NEVER_ABORTED);
  };

  return {
    async answered(question) {
      const { answer, misses, overBudget, throughSeq, nowMs, durationMs, free } = question;
      const { intent, path, work, analysisIds, topicIds } = answer;
      const first = await usedFirstOf(topicIds, nowMs);
      if (intent !== null) await remember(question, intent);
      else if (free !== null && path !== "declined") await rememberFree(desk, { free, path, atMs: nowMs, topicIds });
      const aboutMarkets = intent !== null && scopeOf(intent.kind) !== "desk" && path !== "declined";
      const fromMemory = aboutMarkets && FROM_MEMORY.has(path);
      const made = path === "delegated" ? work.delegations : 0;
      const entry = ledgerEntry({
        atMs: nowMs,
        phase: "test-time",
        job: "question",
        paths: { [path]: 1 },
        misses: { ...misses },
        made,
        served: aboutMarkets ? Math.max(0, analysisIds.length - made) : 0,
        work,
        ageAtUseMs: fromMemory && answer.ageMs !== null ? [answer.ageMs] : [],
        ...(intent === null ? {} : { kinds: { [intent.kind]: 1 } }),
        // What briefs brought is counted apart: it is no digest and no pre-answer of an exact question.
        ...(topicIds.length === 0 ? {} : intent === null ? { uses: usesOf(answer, first) } : { firstUses: first.size }),
        ...(fromMemory ? { savedUnits: fromScratchUnits(intent.kind, analysisIds.length) - workUnits(work) } : {}),
        ...(overBudget ? { overBudget: { question: 1 } } : {}),
        durationMs,
      });
      question.onEntry(entry);
      await desk.ledger.record(entry, NEVER_ABORTED);
      if (throughSeq !== null) await desk.account.append([{ type: "looked", atMs: nowMs, throughSeq }], NEVER_ABORTED);
    },
    failed: ({ nowMs, work, durationMs }) =>
      desk.ledger.record(
        ledgerEntry({ atMs: nowMs, phase: "test-time", job: "question", paths: { failed: 1 }, work, durationMs }),
        NEVER_ABORTED,
      ),
  };
}
