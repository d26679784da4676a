// Floor 2. A CandleSeries and a moment → the window that indicators are computed on: the last 500 slots of an exact
// grid, holes inside filled with the previous close, never at either end.
import { sha256Hex } from "#schemas/hash.ts";
import { WINDOW_CANDLES } from "#schemas/indicator.ts";
import type { CandleColumns, CandleSeries, DataNote } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { firstIndexAbove, notesWithin } from "../market/closed-candles.ts";

/** Columns of equal length on a grid of whole timeframes; slot i opens at `startMs + i * timeframe`. */
export interface CandleWindow extends Omit<CandleColumns, "openMs"> {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  /** Open time of the first slot, which always holds a received candle. */
  readonly startMs: UnixMs;
  /** Close time of the last slot, which always holds a received candle: the data time of what is computed. */
  readonly asOfMs: UnixMs;
  /** Slots, received and filled. */
  readonly length: number;
  readonly received: number;
  readonly filled: number;
  /** Slots that leave at the front when the next slot holds a candle: 0 under 500, else up to the second received candle. */
  readonly leaving: number;
  readonly notes: readonly DataNote[];
}

/**
 * The window that ends with the candle closing at `asOfMs`; nothing after it is read (law 3). Null where the series has
 * no such candle. Without holes the columns share the series' memory.
 */
export function windowAt(series: CandleSeries, asOfMs: UnixMs): CandleWindow | null {
  const lengthMs = timeframeMs(series.timeframe);
  const lastOpenMs = asOfMs - lengthMs;
  const end = firstIndexAbove(series.openMs, lastOpenMs);
  if (series.openMs[end - 1] !== lastOpenMs) return null;
  // A window whose oldest slots are holes starts at the first candle after them: there is no close to fill them with
  // that a source returning only these 500 slots would know.
  const start = firstIndexAbove(series.openMs, asOfMs - (WINDOW_CANDLES + 1) * lengthMs);
  const startMs = series.openMs[start] ?? lastOpenMs;
  const length = (lastOpenMs - startMs) / lengthMs + 1;
  const received = end - start;
  return {
    symbol: series.symbol,
    timeframe: series.timeframe,
    startMs: unixMs(startMs),
    asOfMs,
    length,
    ...(length === received ? sharedColumns(series, start, end) : filledColumns(series, start, end, length)),
    received,
    filled: length - received,
    leaving: length < WINDOW_CANDLES ? 0 : ((series.openMs[start + 1] ?? lastOpenMs) - startMs) / lengthMs,
    notes: notesWithin(series.notes, startMs, lastOpenMs),
  };
}

/**
 * Content address of a window (32 hex digits): market, times, counts and the bytes of its values. Equal candles have
 * equal digests, wherever they are read.
 */
export function digestWindow(window: CandleWindow): string {
  const head = new TextEncoder().encode(
    [window.symbol, window.timeframe, window.startMs, window.asOfMs, window.received, window.filled].join(" "),
  );
  const columns = [window.open, window.high, window.low, window.close, window.volume];
  const bytes = new Uint8Array(head.length + columns.length * window.length * Float64Array.BYTES_PER_ELEMENT);
  bytes.set(head);
  let offset = head.length;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
    offset += column.byteLength;
  }
  return sha256Hex(bytes).slice(0, 32);
}

type Columns = Pick<CandleWindow, "open" | "high" | "low" | "close" | "volume">;

const sharedColumns = (series: CandleSeries, start: number, end: number): Columns => ({
  open: series.open.subarray(start, end),
  high: series.high.subarray(start, end),
  low: series.low.subarray(start, end),
  close: series.close.subarray(start, end),
  volume: series.volume.subarray(start, end),
});

function filledColumns(series: CandleSeries, start: number, end: number, length: number): Columns {
  const column = (): Float64Array => new Float64Array(length);
  const columns = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  const lengthMs = timeframeMs(series.timeframe);
  const startMs = series.openMs[start] ?? 0;
  let slot = 0;
  for (let row = start; row < end; row++) {
    const rowSlot = ((series.openMs[row] ?? 0) - startMs) / lengthMs;
    if (slot < rowSlot) {
      // Volume stays 0: nothing was traded, so the price stood where it was.
      const previousClose = series.close[row - 1] ?? 0;
      for (const price of [columns.open, columns.high, columns.low, columns.close])
        price.fill(previousClose, slot, rowSlot);
    }
    columns.open[rowSlot] = series.open[row] ?? 0;
    columns.high[rowSlot] = series.high[row] ?? 0;
    columns.low[rowSlot] = series.low[row] ?? 0;
    columns.close[rowSlot] = series.close[row] ?? 0;
    columns.volume[rowSlot] = series.volume[row] ?? 0;
    slot = rowSlot + 1;
  }
  return columns;
}
