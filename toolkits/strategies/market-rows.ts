// Floor 2. Candles of one market → the rows that a strategy reads: the windows of now, and those that the next candle belongs to.
import { FILLED_LIMITS } from "#schemas/indicator.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { warmupOf } from "../indicators/warmup.ts";
import { type CandleWindow, gridMsOf, windowAt } from "../indicators/window.ts";
import type { MarketRows, WarmFrame } from "./read-market.ts";
import { type StrategyInfo, warmupRowsOf } from "./strategy.ts";

export interface RowsRequest {
  readonly strategy: StrategyInfo;
  /** Close of the newest base candle. */
  readonly asOfMs: UnixMs;
  /** By timeframe: the base one, and the strategy's higher ones. */
  readonly series: ReadonlyMap<Timeframe, CandleSeries>;
  readonly base: Timeframe;
  /** Smallest price step, quote per base. */
  readonly tickSize: number;
  /** Of the newest candle, a price distance; null: not known. */
  readonly atr: number | null;
  /** False: action levels are not asked for, and the windows of the next candle are those of now. Left out: they are. */
  readonly wantsLevels?: boolean;
}

/**
 * Null where a timeframe has no candle at its newest close: the strategy cannot be asked.
 * @throws IncompleteReadError as windowAt
 */
export function marketRows(request: RowsRequest): MarketRows | null {
  const { strategy, asOfMs, series, base, tickSize, atr, wantsLevels = true } = request;
  const nextMs = asOfMs + timeframeMs(base);
  const now: WarmFrame[] = [];
  const next: WarmFrame[] = [];
  for (const timeframe of [base, ...strategy.timeframes]) {
    const candles = series.get(timeframe);
    if (candles === undefined) return null;
    const rows = warmupRowsOf(strategy, timeframe === base ? null : timeframe);
    const window = windowAt(candles, newestCloseBy(asOfMs, timeframe), rows);
    if (window === null) return null;
    const frame = frameOf(window);
    const nextCloseMs = newestCloseBy(nextMs, timeframe);
    now.push(frame);
    next.push(
      !wantsLevels || nextCloseMs === window.asOfMs
        ? frame
        : nextFrame(frame, window, gridMsOf(nextCloseMs, timeframe, rows)),
    );
  }
  return { symbol: series.get(base)?.symbol ?? "", now, next, tickSize, atr };
}

const newestCloseBy = (atMs: number, timeframe: Timeframe): UnixMs =>
  unixMs(Math.floor(atMs / timeframeMs(timeframe)) * timeframeMs(timeframe));

/** Without what a strategy does not read: it may be sent to a thread. */
const frameOf = (window: CandleWindow): WarmFrame => ({
  timeframe: window.timeframe,
  startMs: window.startMs,
  length: window.length,
  open: window.open,
  high: window.high,
  low: window.low,
  close: window.close,
  volume: window.volume,
  received: window.received,
  warmup: warmupOf(window),
});

/** The rows that the next candle's window begins with, and what they come to once it is there. */
function nextFrame(frame: WarmFrame, window: CandleWindow, gridMs: number): WarmFrame {
  const { openMs } = window.source;
  const stepMs = timeframeMs(window.timeframe);
  // Behind a later grid point it begins with the first candle received there.
  const index = openMs.findIndex((open) => open >= gridMs);
  const first = index < 0 ? openMs.length - 1 : index;
  const row = ((openMs[first] ?? window.startMs) - window.startMs) / stepMs;
  const received = openMs.length - first + 1;
  const length = window.length - row + 1;
  const filledOf = (rows: number): number => {
    const least = Math.max(first, openMs.length - rows + 1);
    const oldestMs = window.asOfMs - (Math.min(rows, length) - 1) * stepMs;
    let there = 0;
    for (let i = openMs.length - 1; i >= least && (openMs[i] ?? 0) >= oldestMs; i--) there += 1;
    return Math.min(rows, length) - 1 - there;
  };
  const { lately, before } = FILLED_LIMITS;
  const warmup = warmupOf({ received, filledLately: filledOf(lately.rows), filledBefore: filledOf(before.rows) });
  if (row === 0) return { ...frame, received, warmup };
  const from = (column: Float64Array): Float64Array => column.subarray(row);
  return {
    timeframe: frame.timeframe,
    startMs: frame.startMs + row * stepMs,
    length: length - 1,
    open: from(frame.open),
    high: from(frame.high),
    low: from(frame.low),
    close: from(frame.close),
    volume: from(frame.volume),
    received,
    warmup,
  };
}
