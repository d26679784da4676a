// Floor 2. Candles in columns ↔ candles in rows, as the store keeps and compares them.
import type { AnalysisKey } from "#schemas/analysis.ts";
import { type Candle, type CandleSeries, candleColumns } from "#schemas/market.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";

/**
 * A series of rows that stand oldest first. When its source was asked is not known any more: `checkedThroughMs` says the
 * least there is to say, the close of the newest candle.
 */
export function seriesOf(key: Pick<AnalysisKey, "symbol" | "timeframe">, candles: readonly Candle[]): CandleSeries {
  const newest = candles.at(-1);
  return {
    symbol: key.symbol,
    timeframe: key.timeframe,
    ...candleColumns((name) => Float64Array.from(candles, (candle) => candle[name])),
    notes: [],
    askedFromMs: unixMs(candles[0]?.openMs ?? 0),
    checkedThroughMs: unixMs(newest === undefined ? 0 : newest.openMs + timeframeMs(key.timeframe)),
  };
}
