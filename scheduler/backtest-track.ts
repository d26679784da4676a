// Floor 5. One market's candles and what the strategies say of them, moved through time slot by slot by the backtest driver.
import { type Candle, type CandleSeries, candleAt } from "#schemas/market.ts";
import { toNumber } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import { type MarketSymbol, type Timeframe, timeframeMs } from "#schemas/units.ts";
import { firstIndexAbove } from "#toolkits/market/closed-candles.ts";
import type { KeptColumns } from "#toolkits/strategies/kept-columns.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { StrategyTrack } from "#toolkits/strategies/strategy-track.ts";

/** Where all tracks are in time: open time of the newest candle shown, if there is one. */
export interface Passed {
  openMs: number;
}

/** What is shown first, where, and what is kept of it. */
interface TrackStart {
  readonly strategies: readonly Strategy[];
  /** By timeframe, the base one included. */
  readonly allSeries: ReadonlyMap<Timeframe, CandleSeries>;
  readonly series: CandleSeries;
  /** Open time of the first candle to be shown. */
  readonly openMs: number;
  readonly passed: Passed;
  /** Columns of earlier runs over the same candles; null: all are computed. */
  readonly kept: KeptColumns | null;
}

/** One market on its way through time. */
export class Track {
  readonly symbol: MarketSymbol;
  readonly series: CandleSeries;
  /** By timeframe, the base one included. */
  readonly allSeries: ReadonlyMap<Timeframe, CandleSeries>;
  /** One for each strategy, in the desk's order. */
  readonly rules: readonly StrategyTrack[];
  /** No candle is missing, and none was in doubt: where it is follows from the time, and nobody need move it on. */
  readonly isEven: boolean;
  inUniverse = true;
  /** Number (open time / timeframe) of the first candle at which a strategy may enter: none before it does. */
  quietBefore = 0;
  readonly #passed: Passed;
  readonly #firstRow: number;
  readonly #stepMs: number;
  readonly #startMs: number;
  #row: number;
  #isPresent = false;

  constructor({ strategies, allSeries, series, openMs, passed, kept }: TrackStart) {
    const higherOf = ({ timeframes }: Strategy): readonly CandleSeries[] =>
      timeframes.flatMap((timeframe) => allSeries.get(timeframe) ?? []);
    this.symbol = series.symbol;
    this.series = series;
    this.allSeries = allSeries;
    this.rules = strategies.map((strategy) => new StrategyTrack(strategy, series, higherOf(strategy), kept));
    this.#passed = passed;
    this.#stepMs = timeframeMs(series.timeframe);
    this.#startMs = series.openMs[0] ?? Number.NaN;
    this.#firstRow = firstIndexAbove(series.openMs, openMs - 1);
    this.#row = this.#firstRow;
    const { length } = series.openMs;
    const isWhole = series.openMs[length - 1] === this.#startMs + (length - 1) * this.#stepMs;
    this.isEven = isWhole && series.agreedLate === undefined;
  }

  /** Index of the next candle that has not been shown to the brain. */
  get cursor(): number {
    if (!this.isEven) return this.#row;
    const next = Math.floor(this.#newestRow()) + 1;
    return Math.max(this.#firstRow, Math.min(next, this.series.openMs.length));
  }

  /** The slot now being decided has a candle. */
  get present(): boolean {
    if (!this.isEven) return this.#isPresent;
    const row = this.#newestRow();
    return Number.isInteger(row) && row >= this.#firstRow && row < this.series.openMs.length;
  }

  /** Candles shown so far. */
  get shown(): number {
    return this.cursor - this.#firstRow;
  }

  #newestRow(): number {
    return (this.#passed.openMs - this.#startMs) / this.#stepMs;
  }

  /** Moves one that is not even on by the slot of the candle that opens at `openMs`. */
  moveOn(openMs: number): void {
    const { series } = this;
    if (agreedBy(this, openMs) !== null) this.#row += 1;
    this.#isPresent = series.openMs[this.#row] === openMs && series.agreedLate?.has(openMs) !== true;
    if (this.#isPresent) this.#row += 1;
  }
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
