// A series as a source gives it → the reading of it through the windows kept.
import type { CandleWindows } from "#memory/candle-windows.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

/** Reads as if the source had been asked for just this and gave it, whatever it was asked for. */
export function readSeries(windows: CandleWindows, series: CandleSeries, options: CallOptions) {
  const { symbol, timeframe, askedFromMs: fromMs, checkedThroughMs: nowMs } = series;
  const source = { candles: async () => series, graceMs: 0 };
  return windows.read(source, { symbol, timeframe, nowMs, fromMs }, options);
}
