// Floor 4. An analysis as JSON shows it: the record, with the venue's short name and without its id, and beside it what the
// desk's strategies say of it, or why they say nothing.
import { type DeskStrategy, sayingsOf } from "#memory/said-of.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { type ActionLevels, type MarketView, type Signal, withoutReadings } from "#schemas/reading.ts";

interface OfStrategy {
  readonly strategyId: string;
}

export interface AnalysisDocument extends Omit<Analysis, "venueId"> {
  /** Of the desk's first strategy; where that says nothing, `hold` with the reason why it does not. */
  readonly signal: Signal;
  /** In the desk's order, of the strategies that have read it. */
  readonly signals: readonly (OfStrategy & Signal)[];
  readonly levels: readonly (OfStrategy & ActionLevels)[];
  /** The other strategies, and why they say nothing of it. */
  readonly silent: readonly (OfStrategy & { readonly why: string })[];
}

/** @param strategies the desk's, in its order */
export function analysisDocument(view: MarketView, strategies: readonly DeskStrategy[]): AnalysisDocument {
  const { venueId: _venueId, ...shown } = withoutReadings(view);
  const sayings = sayingsOf(view, strategies);
  const read = sayings.flatMap((one) => (one.status === "read" ? [one] : []));
  const silent = sayings.flatMap((one) =>
    one.status === "silent" ? [{ strategyId: one.strategyId, why: one.why }] : [],
  );
  const [first] = sayings;
  return {
    ...shown,
    signal: first?.status === "read" ? first.reading.signal : nothingSaid(silent[0]),
    signals: read.map(({ strategyId, reading }) => ({ strategyId, ...reading.signal })),
    levels: read.map(({ strategyId, reading }) => ({ strategyId, ...reading.levels })),
    silent,
  };
}

const nothingSaid = (silent: AnalysisDocument["silent"][number] | undefined): Signal => ({
  action: "hold",
  strength: 0,
  reasons: [silent === undefined ? "the desk has no strategy" : `${silent.strategyId} says nothing: ${silent.why}`],
});
