// Floor 2. Clean series of candles: made of rows, and slices of one that is clean already. Law 1 and law 3 live here: the forming
// candle and the future are dropped before anything else is looked at.
import { type CandleSeries, candleColumns, notesWithin } from "#schemas/market.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { type ClosedSelection, cleanRows } from "./clean-rows.ts";

/** As `cleanRows`. @throws DataFormatError where that refuses */
export function toSeries(input: Parameters<typeof cleanRows>[0]): CandleSeries {
  const cleaned = cleanRows(input);
  if (cleaned.status === "refused") throw cleaned.error;
  return cleaned.series;
}

/**
 * The candles of a clean series that open at or after `fromMs` and are closed at `nowMs`. Shares the series' memory; notes
 * are those of the slice. `checkedThroughMs` is `nowMs`: a series held in memory is all its source has. A newest one that was in
 * doubt then is `pending`.
 */
export function selectClosed(series: CandleSeries, { nowMs, graceMs, fromMs }: ClosedSelection): CandleSeries {
  const lengthMs = timeframeMs(series.timeframe);
  const closed = firstIndexAbove(series.openMs, nowMs - graceMs - lengthMs);
  // It was agreed by the candle after it, which is not there yet.
  const waits = series.agreedLate?.has(series.openMs[closed - 1] ?? Number.NaN) === true;
  const end = waits ? closed - 1 : closed;
  const start = Math.min(end, firstIndexAbove(series.openMs, fromMs - 1));
  const columns = candleColumns((name) => series[name].subarray(start, end));
  return {
    symbol: series.symbol,
    timeframe: series.timeframe,
    ...columns,
    notes: notesWithin(series.notes, columns.openMs[0], columns.openMs.at(-1)),
    askedFromMs: unixMs(Math.max(fromMs, series.askedFromMs)),
    checkedThroughMs: nowMs,
    ...(series.fullFrom === undefined ? {} : { fullFrom: series.fullFrom }),
    ...(waits ? { pending: { openMs: series.openMs[end] ?? 0, text: "it waited for the next candle" } } : {}),
  };
}

/** Index of the first value above `limit` in ascending values; their count where there is none. */
export function firstIndexAbove(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  // Where all are as far apart as the first and the last say, as candles without holes are, one look finds it.
  const first = ascending[0] ?? 0;
  const guess = Math.floor(((limit - first) / ((ascending[high - 1] ?? 0) - first)) * (high - 1)) + 1;
  if (guess > 0 && guess < high && (ascending[guess - 1] ?? 0) <= limit && limit < (ascending[guess] ?? 0))
    return guess;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Number.POSITIVE_INFINITY) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
