// Floor 2. Candles in columns ↔ candles in rows, as the store keeps and compares them.
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { Candle, CandleSeries } from "#schemas/market.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";

/** The rows of a series, oldest first. */
export function candlesOf(series: CandleSeries): readonly Candle[] {
  return Array.from(series.openMs, (openMs, i) => ({
    openMs,
    open: series.open[i] ?? Number.NaN,
    high: series.high[i] ?? Number.NaN,
    low: series.low[i] ?? Number.NaN,
    close: series.close[i] ?? Number.NaN,
    volume: series.volume[i] ?? Number.NaN,
  }));
}

/**
 * A series of rows that stand oldest first. When its source was asked is not known any more: `checkedThroughMs` says the
 * least there is to say, the close of the newest candle.
 */
export function seriesOf(key: Pick<AnalysisKey, "symbol" | "timeframe">, candles: readonly Candle[]): CandleSeries {
  const column = (name: keyof Candle) => Float64Array.from(candles, (candle) => candle[name]);
  const newest = candles.at(-1);
  return {
    symbol: key.symbol,
    timeframe: key.timeframe,
    openMs: column("openMs"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
    notes: [],
    checkedThroughMs: unixMs(newest === undefined ? 0 : newest.openMs + timeframeMs(key.timeframe)),
  };
}
