// Floor 2. A series of candles → the values of its newest ones, each as the analysis of that close has it: from the window that ends with
// it, by the same kernels, to the bit. For charts.
import { type CandleSeries, newestClosed } from "#schemas/market.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { runColumns } from "./run-columns.ts";
import { roundRsi, SNAPSHOT_KERNELS } from "./snapshot.ts";
import { warmupAt } from "./warmup.ts";
import { blockOf, gridMsOf } from "./window.ts";

/** Null where there are too few candles before it, or too many holes. */
export interface CandleValues {
  readonly rsiWilder: number | null;
  readonly bollinger: { readonly upper: number; readonly middle: number; readonly lower: number } | null;
}

/** Open time from which a series must be known for the values of its newest `count` candles, ms. */
export function valuesFromMs(
  count: number,
  { timeframe, nowMs, graceMs }: Pick<CandleSeries, "timeframe"> & { readonly nowMs: number; readonly graceMs: number },
) {
  const newestMs = newestClosed(nowMs, timeframe, graceMs);
  const lengthMs = timeframeMs(timeframe);
  return gridMsOf(Math.max(lengthMs, newestMs - (count - 1) * lengthMs), timeframe);
}

/** Of each of the newest `count` candles, oldest first. Pure. */
export function candleValues(series: CandleSeries, count: number): readonly CandleValues[] {
  const lengthMs = timeframeMs(series.timeframe);
  const openTimes = series.openMs.subarray(Math.max(0, series.openMs.length - count));
  const byOpenMs = new Map<number, CandleValues>();
  for (const openMs of openTimes) if (!byOpenMs.has(openMs)) fillBlock(series, openMs / lengthMs, byOpenMs);
  return [...openTimes].map((openMs) => byOpenMs.get(openMs) ?? NO_VALUES);
}

const NO_VALUES: CandleValues = { rsiWilder: null, bollinger: null };

/** Of all candles that share a grid point with candle `n`. */
function fillBlock(series: CandleSeries, n: number, values: Map<number, CandleValues>): void {
  const lengthMs = timeframeMs(series.timeframe);
  // The candles before the grid's first row may have been there: values without them would be others.
  if (series.askedFromMs > gridMsOf((n + 1) * lengthMs, series.timeframe)) return;
  const block = blockOf(series, n);
  if (block === null) return;
  const first = Math.min(block.firstRow, block.length);
  const [rsi, bands] = runColumns(SNAPSHOT_KERNELS, block, first, block.length).map(({ columns }) => columns);
  for (let row = first; row < block.length; row++) {
    const at = row - first;
    const isThere = warmupAt(block, row) !== "insufficient";
    const [value = Number.NaN] = rsi?.[0]?.subarray(at, at + 1) ?? [];
    const [upper = Number.NaN, middle = Number.NaN, lower = Number.NaN] = bands?.map((column) => column[at]) ?? [];
    values.set(
      unixMs(block.startMs + row * lengthMs),
      isThere ? { rsiWilder: roundRsi(value), bollinger: { upper, middle, lower } } : NO_VALUES,
    );
  }
}
