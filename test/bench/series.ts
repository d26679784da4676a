// Closes → a series whose candles open at the close before.
import type { CandleSeries } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";

export function seriesOf(timeframe: Timeframe, closes: readonly number[]): CandleSeries {
  const open = closes.map((close, i) => closes[i - 1] ?? close);
  return {
    symbol: "AAA/USDT" as MarketSymbol,
    timeframe,
    openMs: Float64Array.from(closes, (_, i) => i * timeframeMs(timeframe)),
    open: Float64Array.from(open),
    high: Float64Array.from(closes, (close, i) => Math.max(close, open[i] ?? close)),
    low: Float64Array.from(closes, (close, i) => Math.min(close, open[i] ?? close)),
    close: Float64Array.from(closes),
    volume: Float64Array.from(closes, () => 1),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: unixMs(closes.length * timeframeMs(timeframe)),
  };
}
