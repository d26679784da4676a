// Floor 3. A kind of question → the work that its answer takes, in work units: from scratch, from analyses, prepared. A
// stated model beside what the tally counts; the value gate, the question budget and the ledger's savings rest on it.
import { GRID_ROWS, WARMUP_ROWS } from "#schemas/indicator.ts";
import { BREADTH_KINDS, MARKET_KINDS, type QuestionKind } from "#schemas/question.ts";
import { NO_WORK, WORK_WEIGHTS, type Work, workUnits } from "#schemas/work.ts";

/**
 * One market from scratch: one provider call for its candles, a window of them (400 to 599, taken as 500), one evaluation. The security report is
 * left out, since a remote one is kept for a day and a local one costs nothing worth saving: savings are stated low.
 */
export const SCRATCH_WORK: Work = Object.freeze({
  ...NO_WORK,
  providerCalls: 1,
  candlesRead: WARMUP_ROWS + GRID_ROWS / 2,
  indicatorEvaluations: 1,
});

/** Work units of one market from scratch: 100 + 50 + 10 by WORK_WEIGHTS. */
export const SCRATCH_UNITS = workUnits(SCRATCH_WORK);

const oneOf = (kinds: readonly string[], kind: string): boolean => kinds.includes(kind);

/** Answered from analyses of one market, of two, of all of them; or (desk) from the journal, where nothing is prepared. */
export function scopeOf(kind: QuestionKind): "market" | "compare" | "breadth" | "desk" {
  if (kind === "compare") return "compare";
  if (oneOf(MARKET_KINDS, kind)) return "market";
  return oneOf(BREADTH_KINDS, kind) ? "breadth" : "desk";
}

const MARKETS = { market: 1, compare: 2, desk: 0 } as const;

/** How many analyses an answer of this kind stands on. @param markets size of the universe, for breadth kinds */
export function analysesOf(kind: QuestionKind, markets: number): number {
  const scope = scopeOf(kind);
  return scope === "breadth" ? markets : MARKETS[scope];
}

/** Units of the answer where Khala holds nothing: every market that it stands on, from scratch. 0 for desk kinds. */
export const fromScratchUnits = (kind: QuestionKind, markets: number): number =>
  analysesOf(kind, markets) * SCRATCH_UNITS;

/** Units of the answer where every analysis is fresh: one record read for each. */
export const recalledUnits = (kind: QuestionKind, markets: number): number =>
  analysesOf(kind, markets) * WORK_WEIGHTS.recordsRead;

/** Units of an answer that was prepared, or of a digest that serves it: one record read. */
export const PREPARED_UNITS = WORK_WEIGHTS.recordsRead;
