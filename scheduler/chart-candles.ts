// Floor 5. A trade and its market's candles → those that its chart shows: some before, some after, and a long trade thinned.
import type { CandleSeries } from "#schemas/market.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { candleValues } from "#toolkits/indicators/candle-values.ts";
import { firstIndexAbove } from "#toolkits/market/closed-candles.ts";
import type { BandedCandle } from "#toolkits/market/packed-candles.ts";

export interface ChartSpan {
  /** Open time of the first candle shown; on the grid of the thinned candles. */
  readonly fromMs: UnixMs;
  /** Open time of the last one; it ends one that is drawn. */
  readonly toMs: UnixMs;
  /** Candles in one that is drawn. */
  readonly perCandle: number;
  readonly stepMs: number;
}

const [BEFORE, AFTER] = [40, 20];
/** Of the trade itself, as drawn. */
const MOST_WITHIN = 100;

export function chartSpan({ entryMs, exitMs }: Pick<ClosedTrade, "entryMs" | "exitMs">, stepMs: number): ChartSpan {
  const first = Math.floor(entryMs / stepMs);
  const last = Math.floor(exitMs / stepMs);
  const perCandle = Math.ceil((last - first + 1) / MOST_WITHIN);
  const from = Math.floor((first - BEFORE * perCandle) / perCandle) * perCandle;
  return {
    fromMs: unixMs(Math.max(0, from) * stepMs),
    toMs: unixMs(((Math.floor(last / perCandle) + AFTER + 1) * perCandle - 1) * stepMs),
    perCandle,
    stepMs,
  };
}

/** Oldest first; bands as after the last candle of each one drawn. */
export function drawnCandles(series: CandleSeries, { fromMs, toMs, perCandle, stepMs }: ChartSpan): BandedCandle[] {
  const begin = firstIndexAbove(series.openMs, fromMs - 1);
  const end = firstIndexAbove(series.openMs, toMs);
  const values = candleValues(seriesUpTo(series, end), end - begin);
  const drawn: BandedCandle[] = [];
  const lengthMs = perCandle * stepMs;
  for (let row = begin; row < end; row++) {
    const openMs = Math.floor((series.openMs[row] ?? 0) / lengthMs) * lengthMs;
    const open = series.open[row] ?? Number.NaN;
    const high = series.high[row] ?? Number.NaN;
    const low = series.low[row] ?? Number.NaN;
    const close = series.close[row] ?? Number.NaN;
    const bands = values[row - begin]?.bollinger ?? null;
    const last = drawn.at(-1);
    if (last?.openMs === openMs)
      drawn[drawn.length - 1] = {
        ...last,
        high: Math.max(last.high, high),
        low: Math.min(last.low, low),
        close,
        bands,
      };
    else drawn.push({ openMs, open, high, low, close, bands });
  }
  return drawn;
}

/** Its columns share the series' memory. */
const seriesUpTo = (series: CandleSeries, end: number): CandleSeries => ({
  ...series,
  openMs: series.openMs.subarray(0, end),
  open: series.open.subarray(0, end),
  high: series.high.subarray(0, end),
  low: series.low.subarray(0, end),
  close: series.close.subarray(0, end),
  volume: series.volume.subarray(0, end),
});
