// Bench. The cost model of the sleep-time paper with its input read again at every question (method: restated, since a
// distillate is read by every answer and that part is not divided by anything). Pure.
import type { Work } from "#schemas/work.ts";
import { WORK_WEIGHTS } from "#schemas/work.ts";

/** Work in two parts: what was made, and what was read to make it. In work units. */
export interface SplitWork {
  readonly made: number;
  readonly read: number;
}

/** Candles, records and model input are read; calls, evaluations and model output are made. Calls of a rule model are free. */
export const splitWork = (work: Work): SplitWork => ({
  made:
    work.providerCalls * WORK_WEIGHTS.providerCalls +
    work.indicatorEvaluations * WORK_WEIGHTS.indicatorEvaluations +
    work.outputTokens * WORK_WEIGHTS.outputTokens,
  read:
    work.candlesRead * WORK_WEIGHTS.candlesRead +
    work.recordsRead * WORK_WEIGHTS.recordsRead +
    work.inputTokens * WORK_WEIGHTS.inputTokens,
});

/** `t`: how many times dearer a unit is while somebody waits. `readWeight` (w_in): what a unit read counts. */
export interface Prices {
  readonly t: number;
  readonly readWeight: number;
}

const weighed = ({ made, read }: SplitWork, { readWeight }: Prices): number => made + readWeight * read;

/** What one context costs asleep, and one question about it with and without that. */
export interface ContextCost {
  readonly sleep: SplitWork;
  readonly served: SplitWork;
  readonly scratch: SplitWork;
}

/** Per question, with sleep, at `questions` per context. */
export const costWithSleep = (cost: ContextCost, questions: number, prices: Prices): number =>
  weighed(cost.sleep, prices) / questions + prices.t * weighed(cost.served, prices);

/** Per question, from scratch. */
export const costFromScratch = (cost: ContextCost, prices: Prices): number => prices.t * weighed(cost.scratch, prices);

/** Questions per context above which sleep pays; null: never, since an answer served costs as much as one from scratch. */
export function breakEven(cost: ContextCost, prices: Prices): number | null {
  const gain = prices.t * (weighed(cost.scratch, prices) - weighed(cost.served, prices));
  return gain > 0 ? weighed(cost.sleep, prices) / gain : null;
}
