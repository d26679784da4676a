// Floor 2. Rows of candles → a clean, closed CandleSeries; and slices of one that is clean already. Law 1 and law 3
// live here: the forming candle and the future are dropped before anything else is looked at.
import { DataFormatError } from "#schemas/errors.ts";
import { type Candle, type CandleSeries, candleColumns, type DataNote } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { duplicateNote, stepNotes } from "./candle-notes.ts";

/** A validated candle, with the place it came from (`FILE:LINE`) where there is one. */
export type CandleRow = Candle & { readonly where?: string };

/** Which part of the past is asked for: what opens at or after `fromMs` and is closed at `nowMs`, `graceMs` after its close. */
interface ClosedSelection {
  readonly nowMs: UnixMs;
  readonly graceMs: number;
  readonly fromMs: UnixMs;
}

/**
 * Sorts validated rows into a series of closed candles. Rows before `fromMs` and rows not yet closed at `nowMs` are not
 * looked at. Identical rows of one time collapse with a note; each run of missing candles and each close more than 50 %
 * from the one before gets a note. `checkedThroughMs` is `nowMs`, `askedFromMs` is `fromMs`.
 * @throws DataFormatError for a row off the timeframe's grid, and for two different rows of one time
 */
export function toSeries(
  input: ClosedSelection & {
    readonly symbol: MarketSymbol;
    readonly timeframe: Timeframe;
    readonly rows: readonly CandleRow[];
  },
): CandleSeries {
  const { symbol, timeframe, nowMs, fromMs } = input;
  const lengthMs = timeframeMs(timeframe);
  const newestOpenMs = nowMs - input.graceMs - lengthMs;
  const closed = input.rows.filter((row) => row.openMs >= fromMs && row.openMs <= newestOpenMs);
  const name = `${symbol} ${timeframe}`;
  for (const row of closed) if (row.openMs % lengthMs !== 0) throw offGrid(row, name, lengthMs);
  closed.sort((a, b) => a.openMs - b.openMs);
  const { rows, notes } = collapse(closed, name);
  for (const [i, row] of rows.slice(1).entries()) notes.push(...stepNotes(rows[i] ?? row, row, lengthMs));
  return {
    symbol,
    timeframe,
    ...candleColumns((name) => Float64Array.from(rows, (row) => row[name])),
    notes: notes.sort((a, b) => a.atMs - b.atMs),
    askedFromMs: fromMs,
    checkedThroughMs: nowMs,
  };
}

/**
 * The candles of a clean series that open at or after `fromMs` and are closed at `nowMs`. Shares the series' memory; notes
 * are those of the slice. `checkedThroughMs` is `nowMs`: a series held in memory is all its source has.
 */
export function selectClosed(series: CandleSeries, { nowMs, graceMs, fromMs }: ClosedSelection): CandleSeries {
  const lengthMs = timeframeMs(series.timeframe);
  const end = firstIndexAbove(series.openMs, nowMs - graceMs - lengthMs);
  const start = Math.min(end, firstIndexAbove(series.openMs, fromMs - 1));
  const columns = candleColumns((name) => series[name].subarray(start, end));
  return {
    symbol: series.symbol,
    timeframe: series.timeframe,
    ...columns,
    notes: notesWithin(series.notes, columns.openMs[0], columns.openMs.at(-1)),
    askedFromMs: unixMs(Math.max(fromMs, series.askedFromMs)),
    checkedThroughMs: nowMs,
  };
}

/**
 * Notes of a slice, by the open times of its first and last candle. A jump into the first candle is left out: it
 * compares with a candle outside, so a source that returns no more than the slice could not have seen it.
 */
export const notesWithin = (
  notes: readonly DataNote[],
  firstOpenMs: number | undefined,
  lastOpenMs: number | undefined,
): readonly DataNote[] =>
  firstOpenMs === undefined || lastOpenMs === undefined
    ? []
    : notes.filter(
        (note) =>
          note.atMs <= lastOpenMs && (note.kind === "jump" ? note.atMs > firstOpenMs : note.atMs >= firstOpenMs),
      );

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

function collapse(sorted: readonly CandleRow[], name: string): { rows: CandleRow[]; notes: DataNote[] } {
  const rows: CandleRow[] = [];
  const notes: DataNote[] = [];
  for (const row of sorted) {
    const before = rows.at(-1);
    if (before?.openMs !== row.openMs) rows.push(row);
    else if (!sameValues(before, row)) throw conflict(before, row, name);
    else if (notes.at(-1)?.atMs !== row.openMs) notes.push(duplicateNote(row.openMs));
  }
  return { rows, notes };
}

const sameValues = (a: Candle, b: Candle): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume;

const offGrid = (row: CandleRow, name: string, lengthMs: number): DataFormatError =>
  new DataFormatError({
    where: row.where ?? name,
    was: `the candle's open time ${row.openMs} (${toIso(row.openMs)}) lies between two candles.`,
    expected: `a multiple of ${lengthMs} ms`,
    remedy: "Correct or remove the row, or check that the timeframe is the right one.",
  });

const conflict = (a: CandleRow, b: CandleRow, name: string): DataFormatError =>
  new DataFormatError({
    where: b.where ?? name,
    was: `two different candles for ${toIso(b.openMs)}: closes ${a.close}${a.where === undefined ? "" : ` (${a.where})`} and ${b.close}.`,
    expected: "one candle for each open time",
    remedy: "Remove the wrong row, or fetch the data again.",
  });
