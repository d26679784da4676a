// Floor 1. Work units: what the ledger counts.
import { z } from "zod";
import { Count } from "./units.ts";

export const Work = z.object({
  providerCalls: Count.describe(
    "calls of any market data, ranking, list of coins, token source, feed of news, universe or report, simulated ones too",
  ),
  candlesRead: Count,
  indicatorEvaluations: Count,
  recordsRead: Count.default(0).describe("records of Khala (analyses, digests, answers) read and judged"),
  modelCalls: Count,
  inputTokens: Count,
  outputTokens: Count,
  estimatedTokens: Count.default(0).describe(
    "how many of the tokens were estimated from the texts, because the provider did not say",
  ),
  delegations: Count,
});
export type Work = z.infer<typeof Work>;

export const NO_WORK: Work = {
  providerCalls: 0,
  candlesRead: 0,
  indicatorEvaluations: 0,
  recordsRead: 0,
  modelCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  estimatedTokens: 0,
  delegations: 0,
};

/**
 * What one of each counts in work units, so that unlike work can be weighed: 1 unit is one record read from memory. A
 * stated scale, not a measurement; printed wherever a figure rests on it.
 */
export const WORK_WEIGHTS: Work = Object.freeze({
  providerCalls: 100,
  candlesRead: 0.1,
  indicatorEvaluations: 10,
  recordsRead: 1,
  modelCalls: 100,
  inputTokens: 0.25,
  outputTokens: 1,
  // They are among the tokens already.
  estimatedTokens: 0,
  delegations: 0,
});

/** Work in work units. */
export const workUnits = (work: Work): number =>
  (Object.keys(WORK_WEIGHTS) as (keyof Work)[]).reduce((sum, key) => sum + work[key] * WORK_WEIGHTS[key], 0);

/** A tally that one unit of work (a question, a cycle) carries along; decorators around the ports count into it. */
export class WorkTally {
  #work: Work = NO_WORK;

  /** Adds to the tally; members left out count as 0. */
  count(part: Partial<Work>): void {
    const next = { ...this.#work };
    for (const key of Object.keys(part) as (keyof Work)[]) next[key] += part[key] ?? 0;
    this.#work = next;
  }

  /** What has been counted so far. */
  total(): Work {
    return this.#work;
  }
}

/** What a model's judgement is bought for asleep: a job and a budget each. */
export const JUDGEMENT_JOBS = ["brief", "debate", "plan", "lesson"] as const;

/** One row of the work ledger. */
export const LedgerEntry = z.object({
  atMs: z.int().nonnegative(),
  phase: z.enum(["sleep", "test-time"]),
  /** `thinking`: what sleep makes above the sweep (digests, pre-answers); `shadow`: hits recomputed to check them. */
  job: z.enum([
    "sleep-cycle",
    "decision-cycle",
    "question",
    "analyse",
    "thinking",
    "relationships",
    /** The list of coins, and what token sources say of contracts. */
    "security",
    "news",
    /** Second opinions of earlier versions. */
    "opinion",
    ...JUDGEMENT_JOBS,
    "shadow",
    /** Strategies tested again over the newest candles. */
    "revalidation",
    /** A day of the journal worked out again. */
    "receipt",
  ]),
  entries: Count.optional().describe("how many entries this one is the sum of; left out: it is one"),
  paths: z
    .record(z.string(), Count)
    .describe("how the work was answered: counts of recalled, delegated, declined … in this unit"),
  misses: z
    .record(z.string(), Count)
    .describe("why what was there did not serve: counts by stale reason, and `missing`"),
  made: Count.describe("analyses written"),
  served: Count.describe("analyses served from memory"),
  work: Work,
  ageAtUseMs: z.array(z.number()).describe("age (now - asOf) of each analysis served"),
  kinds: z.record(z.string(), Count).optional().describe("questions by kind"),
  prepared: z
    .record(z.string(), Count)
    .optional()
    .describe(
      "digests and pre-answers written, by topic kind; and how many of them were served for the first time here",
    ),
  firstUses: Count.optional(),
  uses: z
    .record(z.string(), Count)
    .optional()
    .describe(
      "of a question: what it was served of briefs, by kind (`brief`, `answer-ahead`), and of these what for the first time (`first …`)",
    ),
  savedUnits: z
    .number()
    .optional()
    .describe("work units that the same answer would have taken from scratch at this moment, less what it took"),
  overBudget: z
    .record(z.string(), Count)
    .optional()
    .describe("what was not made or not answered because a budget was spent, by budget"),
  durationMs: z.number().nonnegative().optional().describe("monotonic; of this machine, so of the ledger only"),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** An entry; what is left out was not counted there: no paths, no misses, nothing made, nothing served. */
export const ledgerEntry = (
  entry: Pick<LedgerEntry, "atMs" | "phase" | "job" | "work"> & Partial<LedgerEntry>,
): LedgerEntry => ({ paths: {}, misses: {}, made: 0, served: 0, ageAtUseMs: [], ...entry });
