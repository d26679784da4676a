// Floor 1. Work units: what the ledger counts.
import { z } from "zod";

const count = z.int().nonnegative();

export const Work = z.object({
  /** Calls of any MarketData, Universe or SecuritySource, simulated ones too. */
  providerCalls: count,
  candlesRead: count,
  indicatorEvaluations: count,
  modelCalls: count,
  inputTokens: count,
  outputTokens: count,
  delegations: count,
});
export type Work = z.infer<typeof Work>;

export const NO_WORK: Work = {
  providerCalls: 0,
  candlesRead: 0,
  indicatorEvaluations: 0,
  modelCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  delegations: 0,
};

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

/** One row of the work ledger. */
export const LedgerEntry = z.object({
  atMs: z.int().nonnegative(),
  phase: z.enum(["sleep", "test-time"]),
  job: z.enum(["sleep-cycle", "decision-cycle", "question", "analyse"]),
  /** How many entries this one is the sum of; left out: it is one. */
  entries: count.optional(),
  /** How the work was answered: counts of recalled, delegated, declined … in this unit. */
  paths: z.record(z.string(), count),
  /** Why what was there did not serve: counts by stale reason, and `missing`. */
  misses: z.record(z.string(), count),
  /** Analyses written. */
  made: count,
  /** Analyses served from memory. */
  served: count,
  work: Work,
  /** Age (now - asOf) of each analysis served. */
  ageAtUseMs: z.array(z.number()),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;
