// Floor 2, relationships. Candles → the log returns that end at a full hour, on the time grid. Nothing after the hour is read.
import type { CandleSeries } from "#schemas/market.ts";
import { HOUR_MS, type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { logReturns } from "../indicators/log-returns.ts";
import { firstIndexAbove } from "../market/closed-candles.ts";

/** A day of 5-minute candles: long enough that chance alone does not reach the threshold, short enough to notice a change. */
export const MAX_RETURNS = 288;
/** Under this many candles with a return, it is not known what a market moves with: it counts as alone. */
export const MIN_RETURNS = 100;

/** The full hour (UTC) at or before `timeMs`. */
export const hourOf = (timeMs: number): UnixMs => unixMs(Math.floor(timeMs / HOUR_MS) * HOUR_MS);

/** Open time of the first candle that `returnsUpTo` reads: a source that was asked from later on gives other returns. */
export const returnsFromMs = (hourMs: number, timeframe: Timeframe): UnixMs =>
  unixMs(Math.max(0, hourMs - (MAX_RETURNS + 1) * timeframeMs(timeframe)));

/**
 * Log returns of closes, oldest first, the last of them that of the slot which closes at `hourMs`; at most 288, beginning
 * with the first candle in those slots. A slot without a candle carries the close before it, so its return is 0. Null
 * where fewer than 101 candles were received there, which make 100 returns.
 */
export function returnsUpTo(series: CandleSeries, hourMs: UnixMs): Float64Array | null {
  const { openMs, close } = series;
  const stepMs = timeframeMs(series.timeframe);
  const start = firstIndexAbove(openMs, returnsFromMs(hourMs, series.timeframe) - 1);
  const end = firstIndexAbove(openMs, hourMs - stepMs);
  if (end - start <= MIN_RETURNS) return null;
  const firstMs = openMs[start] ?? Number.NaN;
  const received = logReturns(close, start + 1, end);
  const length = (hourMs - stepMs - firstMs) / stepMs;
  if (received.length === length) return received;
  const returns = new Float64Array(length);
  for (const [i, value] of received.entries()) {
    returns[((openMs[start + 1 + i] ?? Number.NaN) - firstMs) / stepMs - 1] = value;
  }
  return returns;
}

/** Most liquid first, then by symbol; what has no known liquidity comes last. */
export function byLiquidity(
  symbols: Iterable<MarketSymbol>,
  liquidity: ReadonlyMap<MarketSymbol, number>,
): readonly MarketSymbol[] {
  return [...new Set(symbols)].sort(
    (a, b) => (liquidity.get(b) ?? 0) - (liquidity.get(a) ?? 0) || (a < b ? -1 : a > b ? 1 : 0),
  );
}
