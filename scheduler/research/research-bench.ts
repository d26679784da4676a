// Floor 5. Many runs over the same candles. Where they run (this thread, or one a core) is the bench's affair: outcomes come in the
// order of what was asked, whatever ended first.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Outcome, Variation } from "#schemas/research.ts";
import { createRunMemo } from "../run-memo.ts";
import { type ResearchInput, runVariation } from "./run-variation.ts";

export interface ResearchBench {
  /** Runs under way at once. */
  readonly lanes: number;
  /**
   * All of them, in the order given.
   * @throws StrategyError where a rule fails or hangs; the signal's reason when aborted
   */
  run(variations: readonly Variation[], options: BenchOptions): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

export interface BenchOptions extends CallOptions {
  /** After each run that has ended, in no order. */
  readonly onDone?: (index: number, outcome: Outcome) => void;
}

/** In this thread, one after another; each leaves its candles and columns for the next. */
export const createLocalBench = (given: ResearchInput, memo = createRunMemo()): ResearchBench => ({
  lanes: 1,
  async run(variations, { onDone, ...options }) {
    const input = { ...given, memo };
    const outcomes: Outcome[] = [];
    for (const [index, variation] of variations.entries()) {
      options.signal.throwIfAborted();
      const outcome = await runVariation(input, variation, options);
      outcomes.push(outcome);
      onDone?.(index, outcome);
    }
    return outcomes;
  },
  close: async () => {},
});
