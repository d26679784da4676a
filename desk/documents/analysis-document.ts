// Floor 4. An analysis as JSON shows it: the record, with the venue's short name and without its id, and beside it what the
// desk's strategies say of it, or why they say nothing.
import { z } from "zod";
import { type DeskStrategy, sayingsOf } from "#memory/said-of.ts";
import { Analysis } from "#schemas/analysis.ts";
import { ActionLevels, type MarketView, Signal, withoutReadings } from "#schemas/reading.ts";

const ofStrategy = { strategyId: z.string() };

export const AnalysisDocument = Analysis.omit({ venueId: true }).extend({
  signal: Signal.describe(
    "of the desk's first strategy; where that says nothing, `hold` with the reason why it does not",
  ),
  signals: z
    .array(Signal.extend(ofStrategy))
    .readonly()
    .describe("of the strategies that have read it, in the desk's order"),
  levels: z
    .array(ActionLevels.extend(ofStrategy))
    .readonly()
    .describe("closes of the next candle at which each would act"),
  silent: z
    .array(z.object({ ...ofStrategy, why: z.string() }))
    .readonly()
    .describe("the other strategies, and why they say nothing of it"),
});
export type AnalysisDocument = Readonly<z.infer<typeof AnalysisDocument>>;

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
