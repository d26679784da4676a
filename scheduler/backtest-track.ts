// Floor 5. One market's candles and its screen, moved through time slot by slot by the backtest driver.
import { type AssessInput, assess, type readWindow } from "#agents/market-analyst/assess.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { type CandleSeries, candleAt } from "#schemas/market.ts";
import { toNumber } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import { type MarketSymbol, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { IndicatorStream } from "#toolkits/indicators/indicator-stream.ts";
import { firstIndexAbove } from "#toolkits/market/closed-candles.ts";
import type { BacktestInput } from "./backtest-input.ts";

/** One market on its way through time. */
export interface Track {
  readonly symbol: MarketSymbol;
  readonly series: CandleSeries;
  readonly stream: IndicatorStream;
  /** Index of the next candle that has not been shown to the brain. */
  cursor: number;
  /** The slot now being decided has a candle. */
  present: boolean;
  inUniverse: boolean;
}

/** A track whose stream has seen every slot before the one that opens at `openMs`. */
export function warmTrack(series: CandleSeries, openMs: number): Track {
  const stream = new IndicatorStream();
  const stepMs = timeframeMs(series.timeframe);
  let cursor = 0;
  let gridMs = series.openMs[0] ?? openMs;
  for (; gridMs < openMs; gridMs += stepMs) {
    const present = series.openMs[cursor] === gridMs;
    stream.push(present ? (series.close[cursor] ?? Number.NaN) : 0, !present);
    if (present) cursor += 1;
  }
  return { symbol: series.symbol, series, stream, cursor, present: false, inUniverse: true };
}

/** The analysis that a sleep cycle of that slot would have made, of a window that was read already. */
export const assessedAsleep = (
  { marketData, strategy }: BacktestInput["venue"],
  { slotMs, ...about }: Pick<AssessInput, "window" | "security"> & { readonly slotMs: UnixMs },
  read: ReturnType<typeof readWindow>,
): Analysis => {
  const { venueId, venue, simulated } = marketData;
  const atMs = { computedAtMs: slotMs, checkedThroughMs: slotMs };
  return assess({ venueId, venue, simulated, ...about, strategy, origin: "sleep", ...atMs }, read);
};

/** Close of the newest candle that opens at or before `openMs`; null: there is none. */
export function lastCloseBy(series: CandleSeries, openMs: number): number | null {
  let index = series.openMs.length - 1;
  while (index >= 0 && (series.openMs[index] ?? 0) > openMs) index -= 1;
  return series.close[index] ?? null;
}

/** Whether a fill's price lies above the high or below the low of its candle, as slippage may put it. */
export function isOutsideItsCandle({ atMs, basis, price }: Fill, series: CandleSeries): boolean {
  // A fill at the open carries the candle's open time, any other its close time.
  const openMs = basis === "next-open" ? atMs : atMs - timeframeMs(series.timeframe);
  const candle = candleAt(series, firstIndexAbove(series.openMs, openMs) - 1);
  return candle?.openMs === openMs && (toNumber(price) > candle.high || toNumber(price) < candle.low);
}
