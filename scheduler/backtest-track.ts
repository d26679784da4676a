// Floor 5. One market's candles and what the strategies say of them, moved through time slot by slot by the backtest driver.
import { type Candle, type CandleSeries, candleAt } from "#schemas/market.ts";
import { toNumber } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import { type MarketSymbol, type Timeframe, timeframeMs } from "#schemas/units.ts";
import { firstIndexAbove } from "#toolkits/market/closed-candles.ts";
import type { KeptColumns } from "#toolkits/strategies/kept-columns.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { StrategyTrack } from "#toolkits/strategies/strategy-track.ts";

/** One market on its way through time. */
export interface Track {
  readonly symbol: MarketSymbol;
  readonly series: CandleSeries;
  /** By timeframe, the base one included. */
  readonly allSeries: ReadonlyMap<Timeframe, CandleSeries>;
  /** One for each strategy, in the desk's order. */
  readonly rules: readonly StrategyTrack[];
  /** Index of the next candle that has not been shown to the brain. */
  cursor: number;
  /** The slot now being decided has a candle. */
  present: boolean;
  inUniverse: boolean;
  /** Number (open time / timeframe) of the first candle at which a strategy may enter: none before it does. */
  quietBefore: number;
}

/**
 * @param openMs of the first candle to be shown
 * @param kept columns of earlier runs over the same candles; null: all are computed
 */
export function trackAt(
  strategies: readonly Strategy[],
  allSeries: ReadonlyMap<Timeframe, CandleSeries>,
  series: CandleSeries,
  openMs: number,
  kept: KeptColumns | null = null,
): Track {
  const higherOf = ({ timeframes }: Strategy): readonly CandleSeries[] =>
    timeframes.flatMap((timeframe) => allSeries.get(timeframe) ?? []);
  return {
    symbol: series.symbol,
    series,
    allSeries,
    rules: strategies.map((strategy) => new StrategyTrack(strategy, series, higherOf(strategy), kept)),
    cursor: firstIndexAbove(series.openMs, openMs - 1),
    present: false,
    inUniverse: true,
    quietBefore: 0,
  };
}

/** The candle in doubt that the one opening at `openMs` has just agreed with, which is shown first; null: there is none. */
export function agreedBy({ series, cursor }: Track, openMs: number): Candle | null {
  const { agreedLate } = series;
  if (agreedLate === undefined || series.openMs[cursor + 1] !== openMs) return null;
  return agreedLate.has(series.openMs[cursor] ?? Number.NaN) ? candleAt(series, cursor) : null;
}

/** The candle that opens at `openMs`, if it is the next to be shown and is not in doubt at its close. */
export function nextAt(track: Track, openMs: number): Candle | null {
  const { series } = track;
  const row = track.cursor + (series.agreedLate === undefined || agreedBy(track, openMs) === null ? 0 : 1);
  if (series.openMs[row] !== openMs || series.agreedLate?.has(openMs) === true) return null;
  return candleAt(series, row);
}

/** Moves on by the slot of the candle that opens at `openMs`. @returns how many candles were shown */
export function moveOn(track: Track, openMs: number): number {
  const { series } = track;
  let shown = 0;
  if (series.agreedLate !== undefined && agreedBy(track, openMs) !== null) {
    track.cursor += 1;
    shown += 1;
  }
  track.present = series.openMs[track.cursor] === openMs && series.agreedLate?.has(openMs) !== true;
  if (!track.present) return shown;
  track.cursor += 1;
  return shown + 1;
}

/** A day of 5m: most orders are changed before that. */
const ROWS_AHEAD = 288;

/**
 * Open time of the first candle from `openMs` on that reaches `low` or `high`, or of one before it that is far ahead; infinite where
 * none comes any more. What is in doubt at its close counts as any other.
 */
export function withinUntil(
  series: CandleSeries,
  { low, high }: { readonly low: number; readonly high: number },
  openMs: number,
): number {
  let row = firstIndexAbove(series.openMs, openMs - 1);
  const end = Math.min(series.openMs.length, row + ROWS_AHEAD);
  while (row < end && (series.low[row] ?? 0) > low && (series.high[row] ?? 0) < high) row += 1;
  return series.openMs[row] ?? Number.POSITIVE_INFINITY;
}

/** Close of the newest candle that opens at or before `openMs`; null: there is none. */
export function lastCloseBy(series: CandleSeries, openMs: number): number | null {
  return series.close[firstIndexAbove(series.openMs, openMs) - 1] ?? null;
}

/** Whether a fill's price lies above the high or below the low of its candle, as slippage may put it. */
export function isOutsideItsCandle({ atMs, basis, price }: Fill, series: CandleSeries): boolean {
  // A fill at the open carries the candle's open time, any other its close time.
  const openMs = basis === "next-open" ? atMs : atMs - timeframeMs(series.timeframe);
  const candle = candleAt(series, firstIndexAbove(series.openMs, openMs) - 1);
  return candle?.openMs === openMs && (toNumber(price) > candle.high || toNumber(price) < candle.low);
}
