// Floor 5. Candles → the same up to a moment, and another walk of the same size after it.
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import { timeframeMs } from "#schemas/units.ts";
import { openStream } from "#toolkits/market/simulated/random.ts";

/** Of rows that move less or are too few to say. */
const LEAST_SIGMA = 1e-4;
const USUAL_SIGMA = 0.003;
const ROWS_FOR_SIGMA = 30;

/** A candle that is not closed at `afterMs` belongs to the future, also one of a higher timeframe that has begun. */
export function scrambledAfter(series: CandleSeries, afterMs: number, seed: number): CandleSeries {
  const lengthMs = timeframeMs(series.timeframe);
  const { length } = series.openMs;
  let from = series.openMs.findIndex((openMs) => openMs + lengthMs > afterMs);
  if (from < 0) from = length;
  const columns = candleColumns((name) => Float64Array.from(series[name]));
  const { uniform, normal } = openStream([seed, "scramble", series.symbol, series.timeframe, afterMs]);
  const sigma = sigmaOf(series.close, from);
  let last = series.close[from - 1] ?? series.open[0] ?? 1;
  for (let row = from; row < length; row++) {
    const open = last;
    const close = open * (1 + clamped(sigma * normal()));
    columns.open[row] = open;
    columns.close[row] = close;
    columns.high[row] = Math.max(open, close) * (1 + sigma * uniform());
    columns.low[row] = Math.min(open, close) * (1 - sigma * uniform());
    columns.volume[row] = series.volume[Math.floor(uniform() * length)] ?? 0;
    last = close;
  }
  // What was said of candles that are others now is not said of these.
  const { agreedLate, pending: _, ...rest } = series;
  const agreed = new Set([...(agreedLate ?? [])].filter((openMs) => openMs + lengthMs <= afterMs));
  return { ...rest, ...columns, ...(agreed.size === 0 ? {} : { agreedLate: agreed }) };
}

/** No step that would be held for an error of the feed. */
const clamped = (step: number): number => Math.max(-0.2, Math.min(0.2, step));

/** Standard deviation of the returns of the last rows before. */
function sigmaOf(close: Float64Array, end: number): number {
  const from = Math.max(1, end - 500);
  if (end - from < ROWS_FOR_SIGMA) return USUAL_SIGMA;
  let squares = 0;
  for (let row = from; row < end; row++) squares += ((close[row] ?? 1) / (close[row - 1] ?? 1) - 1) ** 2;
  return Math.max(LEAST_SIGMA, Math.sqrt(squares / (end - from)));
}
