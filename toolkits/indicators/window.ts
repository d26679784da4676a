// Floor 2. A CandleSeries and a moment → the rows that indicators are computed on. They begin at a point of a grid that
// depends on the moment alone, so that a live read and a block of a backtest have the same rows and hence the same bits.
import { IncompleteReadError } from "#schemas/errors.ts";
import { FILLED_LIMITS, GRID_ROWS, WARMUP_ROWS } from "#schemas/indicator.ts";
import { type CandleColumns, type CandleSeries, candleColumns, type DataNote, notesWithin } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import { firstIndexAbove } from "../market/closed-candles.ts";
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
  /** Close of the last row. */
  readonly newestClose: number;
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
  /** As the series has it. */
  readonly fullFrom?: number;
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
  return new SeriesWindow(series, spanOf(series, gridMs, end), asOfMs);
}

/** Its columns are cut out when one is read first: most windows of a backtest are asked for their counts alone. */
class SeriesWindow implements CandleWindow {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly gridMs: UnixMs;
  readonly startMs: UnixMs;
  readonly length: number;
  readonly asOfMs: UnixMs;
  readonly newestClose: number;
  readonly received: number;
  readonly filledLately: number;
  readonly filledBefore: number;
  readonly filled: number;
  readonly notes: readonly DataNote[];
  readonly fullFrom?: number;
  readonly #series: CandleSeries;
  readonly #span: Span;
  #cut: CutColumns | null = null;

  constructor(series: CandleSeries, span: Span, asOfMs: UnixMs) {
    const { received, filledLately, filledBefore } = countsIn(series, span);
    this.symbol = series.symbol;
    this.timeframe = series.timeframe;
    this.gridMs = span.gridMs;
    this.startMs = span.startMs;
    this.length = span.length;
    this.asOfMs = asOfMs;
    this.newestClose = series.close[span.end - 1] ?? Number.NaN;
    this.received = received;
    this.filledLately = filledLately;
    this.filledBefore = filledBefore;
    this.filled = span.length - received;
    this.notes = notesWithin(series.notes, span.startMs, series.openMs[span.end - 1]);
    if (series.fullFrom !== undefined) this.fullFrom = series.fullFrom;
    this.#series = series;
    this.#span = span;
  }

  get open(): Float64Array {
    return this.#columns().open;
  }

  get high(): Float64Array {
    return this.#columns().high;
  }

  get low(): Float64Array {
    return this.#columns().low;
  }

  get close(): Float64Array {
    return this.#columns().close;
  }

  get volume(): Float64Array {
    return this.#columns().volume;
  }

  get source(): CandleColumns {
    return this.#columns().source;
  }

  #columns(): CutColumns {
    this.#cut ??= columnsOf(this.#series, this.#span);
    return this.#cut;
  }
}

/** The window at a candle in doubt: the rows before it, and a filled one in its place. Null where there are none before it. */
function pendingWindow(
  series: CandleSeries,
  asOfMs: UnixMs,
  { gridMs, end, warmupRows }: { readonly gridMs: UnixMs; readonly end: number; readonly warmupRows: number },
): CandleWindow | null {
  if ((series.openMs[end - 1] ?? -1) < gridMs) return null;
  const lastOpenMs = asOfMs - timeframeMs(series.timeframe);
  const seen = spanOf(series, gridMs, end);
  const { symbol, timeframe } = series;
  const { startMs } = seen;
  const length = (lastOpenMs - startMs) / timeframeMs(timeframe) + 1;
  const text = series.pending?.text ?? `candle ${toIso(lastOpenMs)} waits for the next one`;
  return {
    symbol,
    timeframe,
    gridMs,
    startMs,
    length,
    ...columnsOf(series, { ...seen, length }),
    asOfMs,
    newestClose: series.close[end - 1] ?? Number.NaN,
    ...countsAt(series, end - 1, warmupRows),
    pending: true,
    filled: length - (end - seen.start),
    notes: [...notesWithin(series.notes, startMs, lastOpenMs), { kind: "pending", atMs: lastOpenMs, text }],
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
  const { symbol, timeframe } = series;
  const span = spanOf(series, unixMs(gridOf(n, warmupRows) * lengthMs), end);
  const { gridMs, startMs, length } = span;
  const rows = { symbol, timeframe, gridMs, startMs, length, ...columnsOf(series, span) };
  const firstRow = Math.max(0, firstEnd - startMs / lengthMs);
  const late = series.agreedLate === undefined ? {} : { agreedLate: series.agreedLate };
  const floor = series.fullFrom === undefined ? {} : { fullFrom: series.fullFrom };
  return { ...rows, firstRow, receivedThrough: receivedThrough(rows), ...late, ...floor };
}

/** What the rule on holes needs, of the window that ends with row `row` of a series. */
export function countsAt(
  series: Pick<CandleSeries, "openMs" | "timeframe" | "fullFrom">,
  row: number,
  warmupRows: number = WARMUP_ROWS,
): RowCounts {
  const lengthMs = timeframeMs(series.timeframe);
  const gridMs = gridOf((series.openMs[row] ?? 0) / lengthMs, warmupRows) * lengthMs;
  return countsIn(series, rowsOf(series, unixMs(gridMs), row + 1));
}

/** Rows `start` to `end` - 1 of a series, and the rows that the grid has from the first to the last of them. */
interface Span {
  readonly gridMs: UnixMs;
  readonly start: number;
  readonly end: number;
  readonly startMs: UnixMs;
  readonly length: number;
}

function rowsOf({ openMs, timeframe }: Pick<CandleSeries, "openMs" | "timeframe">, gridMs: UnixMs, end: number): Span {
  const start = firstIndexAbove(openMs, gridMs - 1);
  const startMs = openMs[start] ?? gridMs;
  const length = ((openMs[end - 1] ?? startMs) - startMs) / timeframeMs(timeframe) + 1;
  return { gridMs, start, end, startMs: unixMs(startMs), length };
}

/** Rows `gridMs` to `end` - 1 of a series that has one there. @throws IncompleteReadError as `windowAt` */
function spanOf(series: CandleSeries, gridMs: UnixMs, end: number): Span {
  if (series.askedFromMs > gridMs) throw incomplete(series, gridMs);
  return rowsOf(series, gridMs, end);
}

function countsIn(
  { openMs, timeframe, fullFrom }: Pick<CandleSeries, "openMs" | "timeframe" | "fullFrom">,
  span: Span,
): RowCounts {
  const { start, end, length } = span;
  const received = end - start;
  const filledOf = (rows: number): number => {
    if (received === length) return 0;
    const since = Math.max(start, firstIndexAbove(openMs, (openMs[end - 1] ?? 0) - rows * timeframeMs(timeframe)));
    return Math.min(rows, length) - (end - since);
  };
  const { lately, before } = FILLED_LIMITS;
  const counts = { received, filledLately: filledOf(lately.rows), filledBefore: filledOf(before.rows) };
  return fullFrom === undefined ? counts : { ...counts, fullFrom };
}

/** Without holes the columns share the series' memory. */
function columnsOf(series: CandleSeries, { start, end, length }: Span): CutColumns {
  const source = candleColumns((name) => series[name].subarray(start, end));
  const columns = length === end - start ? source : filledColumns(source, length, timeframeMs(series.timeframe));
  const { open, high, low, close, volume } = columns;
  return { open, high, low, close, volume, source };
}

type CutColumns = Columns & Pick<GridRows, "source">;
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
