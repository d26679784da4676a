// Floor 2. A CandleSeries and a moment → the rows that indicators are computed on. They begin at a point of a grid that
// depends on the moment alone, so that a live read and a block of a backtest have the same rows and hence the same bits.
import { IncompleteReadError } from "#schemas/errors.ts";
import { FILLED_LIMITS, GRID_ROWS, WARMUP_ROWS } from "#schemas/indicator.ts";
import { type CandleColumns, type CandleSeries, candleColumns, type DataNote } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { firstIndexAbove, notesWithin } from "../market/closed-candles.ts";
import type { RowCounts } from "./warmup.ts";

/**
 * Columns of equal length on a grid of whole timeframes, holes filled with the close before and no volume; row i opens at
 * `startMs + i * timeframe`. They are never written again.
 */
interface GridRows extends Omit<CandleColumns, "openMs"> {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  /** Open time of the grid point: no earlier row was looked at. */
  readonly gridMs: UnixMs;
  /** Open time of the first row, which was received: `gridMs`, or the first candle after it. */
  readonly startMs: UnixMs;
  /** Rows, received and filled. */
  readonly length: number;
  /** The rows that were received, as the series has them: they share its memory. */
  readonly source: CandleColumns;
}

/** The rows up to one moment. */
export interface CandleWindow extends GridRows, RowCounts {
  /** Close time of the last row, which was received: the data time of what is computed. */
  readonly asOfMs: UnixMs;
  readonly filled: number;
  readonly notes: readonly DataNote[];
}

/** The rows of all windows that begin at one grid point: each of them is the block up to its own last row. */
export interface CandleBlock extends GridRows {
  /** The first row that ends a window of this block; the rows before it are warm-up. */
  readonly firstRow: number;
  /** Rows received up to and with each row; null: all were. */
  readonly receivedThrough: Uint32Array | null;
  /** Open times of rows that were in doubt at their own close; left out: none was. */
  readonly agreedLate?: ReadonlySet<number>;
}

/** @param n number of the window's last candle: open time / timeframe. @returns number of the candle it begins with */
export const gridOf = (n: number, warmupRows: number = WARMUP_ROWS): number => Math.max(0, pointOf(n, warmupRows));

/** The same without the floor at 1970: which of two candles share a grid point. */
export const pointOf = (n: number, warmupRows: number): number =>
  Math.floor((n + 1 - warmupRows) / GRID_ROWS) * GRID_ROWS;

/** Open time of the first row of the window that closes at `asOfMs`: what a source is to be asked from. */
export function gridMsOf(asOfMs: number, timeframe: Timeframe, warmupRows: number = WARMUP_ROWS): UnixMs {
  const lengthMs = timeframeMs(timeframe);
  return unixMs(gridOf(asOfMs / lengthMs - 1, warmupRows) * lengthMs);
}

/**
 * The window that ends with the candle closing at `asOfMs`: at most `warmupRows` + 199 rows. Nothing after it is read
 * (law 3), nor anything before the grid point. Null where the series has no such candle; one that is pending is a filled row
 * at the end, which makes the window insufficient. Without holes the columns share the series' memory.
 * @throws IncompleteReadError where the source was not asked from the grid point on, or did not answer in full
 */
export function windowAt(series: CandleSeries, asOfMs: UnixMs, warmupRows: number = WARMUP_ROWS): CandleWindow | null {
  const lastOpenMs = asOfMs - timeframeMs(series.timeframe);
  const end = firstIndexAbove(series.openMs, lastOpenMs);
  const gridMs = gridMsOf(asOfMs, series.timeframe, warmupRows);
  if (series.agreedLate?.has(lastOpenMs) === true)
    return pendingWindow(series, asOfMs, { gridMs, end: end - 1, warmupRows });
  if (series.openMs[end - 1] !== lastOpenMs) {
    return series.pending?.openMs === lastOpenMs ? pendingWindow(series, asOfMs, { gridMs, end, warmupRows }) : null;
  }
  const rows = rowsFrom(series, gridMs, end);
  return {
    ...rows,
    asOfMs,
    ...countsAt(series, end - 1, warmupRows),
    filled: rows.length - rows.source.openMs.length,
    notes: notesWithin(series.notes, rows.startMs, lastOpenMs),
  };
}

/** The window at a candle in doubt: the rows before it, and a filled one in its place. Null where there are none before it. */
function pendingWindow(
  series: CandleSeries,
  asOfMs: UnixMs,
  { gridMs, end, warmupRows }: { readonly gridMs: UnixMs; readonly end: number; readonly warmupRows: number },
): CandleWindow | null {
  if ((series.openMs[end - 1] ?? -1) < gridMs) return null;
  const lastOpenMs = asOfMs - timeframeMs(series.timeframe);
  const rows = rowsFrom(series, gridMs, end, lastOpenMs);
  const text = series.pending?.text ?? `candle ${toIso(lastOpenMs)} waits for the next one`;
  return {
    ...rows,
    asOfMs,
    ...countsAt(series, end - 1, warmupRows),
    pending: true,
    filled: rows.length - rows.source.openMs.length,
    notes: [...notesWithin(series.notes, rows.startMs, lastOpenMs), { kind: "pending", atMs: lastOpenMs, text }],
  };
}

/**
 * The rows of the 200 windows that share a grid point with the one that ends with candle `n`, up to the last candle there
 * is of them. Null where the series has none of the 200.
 * @throws IncompleteReadError as `windowAt`
 */
export function blockOf(series: CandleSeries, n: number, warmupRows: number = WARMUP_ROWS): CandleBlock | null {
  const lengthMs = timeframeMs(series.timeframe);
  const firstEnd = pointOf(n, warmupRows) + warmupRows - 1;
  const end = firstIndexAbove(series.openMs, (firstEnd + GRID_ROWS - 1) * lengthMs);
  const lastOpenMs = series.openMs[end - 1];
  if (lastOpenMs === undefined || lastOpenMs < firstEnd * lengthMs) return null;
  const rows = rowsFrom(series, unixMs(gridOf(n, warmupRows) * lengthMs), end);
  const firstRow = Math.max(0, firstEnd - rows.startMs / lengthMs);
  const late = series.agreedLate === undefined ? {} : { agreedLate: series.agreedLate };
  return { ...rows, firstRow, receivedThrough: receivedThrough(rows), ...late };
}

/** What the rule on holes needs, of the window that ends with row `row` of a series. */
export function countsAt(
  { openMs, timeframe }: Pick<CandleSeries, "openMs" | "timeframe">,
  row: number,
  warmupRows: number = WARMUP_ROWS,
): RowCounts {
  const lengthMs = timeframeMs(timeframe);
  const lastOpenMs = openMs[row] ?? 0;
  const start = firstIndexAbove(openMs, gridOf(lastOpenMs / lengthMs, warmupRows) * lengthMs - 1);
  const received = row - start + 1;
  const length = (lastOpenMs - (openMs[start] ?? 0)) / lengthMs + 1;
  const filledOf = (rows: number): number => {
    if (received === length) return 0;
    const since = Math.max(start, firstIndexAbove(openMs, lastOpenMs - rows * lengthMs));
    return Math.min(rows, length) - (row - since + 1);
  };
  const { lately, before } = FILLED_LIMITS;
  return { received, filledLately: filledOf(lately.rows), filledBefore: filledOf(before.rows) };
}

/** Rows `gridMs` to `end` - 1 of a series that has one there; and, where `lastOpenMs` is later, filled ones up to it. */
function rowsFrom(series: CandleSeries, gridMs: UnixMs, end: number, lastOpenMs = series.openMs[end - 1]): GridRows {
  const { symbol, timeframe, openMs } = series;
  if (series.askedFromMs > gridMs) throw incomplete(series, gridMs);
  const lengthMs = timeframeMs(timeframe);
  const start = firstIndexAbove(openMs, gridMs - 1);
  const startMs = openMs[start] ?? gridMs;
  const length = ((lastOpenMs ?? startMs) - startMs) / lengthMs + 1;
  const source = candleColumns((name) => series[name].subarray(start, end));
  const columns = length === end - start ? source : filledColumns(source, length, lengthMs);
  const { open, high, low, close, volume } = columns;
  return { symbol, timeframe, gridMs, startMs: unixMs(startMs), length, open, high, low, close, volume, source };
}

type Columns = Omit<CandleColumns, "openMs">;

function filledColumns(source: CandleColumns, length: number, lengthMs: number): Columns {
  const column = (): Float64Array => new Float64Array(length);
  const columns = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  const startMs = source.openMs[0] ?? 0;
  let next = 0;
  for (let i = 0; i < source.openMs.length; i++) {
    const row = ((source.openMs[i] ?? 0) - startMs) / lengthMs;
    if (next < row) {
      // Volume stays 0: nothing was traded, so the price stood where it was.
      const previousClose = source.close[i - 1] ?? 0;
      for (const price of [columns.open, columns.high, columns.low, columns.close])
        price.fill(previousClose, next, row);
    }
    columns.open[row] = source.open[i] ?? 0;
    columns.high[row] = source.high[i] ?? 0;
    columns.low[row] = source.low[i] ?? 0;
    columns.close[row] = source.close[i] ?? 0;
    columns.volume[row] = source.volume[i] ?? 0;
    next = row + 1;
  }
  for (const price of [columns.open, columns.high, columns.low, columns.close]) {
    price.fill(source.close.at(-1) ?? 0, next);
  }
  return columns;
}

function receivedThrough({ source, startMs, timeframe, length }: GridRows): Uint32Array | null {
  const { openMs } = source;
  if (openMs.length === length) return null;
  const lengthMs = timeframeMs(timeframe);
  const through = new Uint32Array(length);
  let received = 0;
  for (let row = 0; row < length; row++) {
    if (openMs[received] === startMs + row * lengthMs) received += 1;
    through[row] = received;
  }
  return through;
}

const incomplete = ({ symbol, timeframe, askedFromMs }: CandleSeries, gridMs: number): IncompleteReadError =>
  new IncompleteReadError({
    was: `The ${timeframe} candles of ${symbol} are known from ${toIso(askedFromMs)} on only: the source gave fewer than it was asked for.`,
    expected: `every candle that it has from ${toIso(gridMs)} on`,
    remedy:
      "The market is skipped in this slot; if it lasts, choose a venue with a longer history or a longer timeframe.",
  });
