// Floor 3. The signal that an analysis carries → the reading of the strategy that made it.
import type { Analysis } from "#schemas/analysis.ts";
import { READING_SCHEMA_VERSION, type Reading, readingId } from "#schemas/reading.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";

export function readingOfAnalysis(
  analysis: Analysis,
  { id: strategyId, definitionId }: Pick<Strategy, "id" | "definitionId">,
): Reading {
  const { venueId, symbol, timeframe, asOfMs, computedAtMs, origin, indicators, signal } = analysis;
  const reading: Omit<Reading, "id"> = {
    venueId,
    symbol,
    timeframe,
    strategyId,
    definitionId,
    schemaVersion: READING_SCHEMA_VERSION,
    asOfMs,
    computedAtMs,
    origin,
    analyses: [{ timeframe, analysisId: analysis.id, asOfMs }],
    windowStartMs: indicators.windowStartMs,
    warmup: indicators.warmup,
    values: {},
    signal,
    levels: { status: "not-worked-out", note: "they are in the analysis", searched: null, intervals: [] },
  };
  return { ...reading, id: readingId(reading) };
}
