// Floor 2. Columns that have nothing wrong with them → their series, without a copy and at memory speed. Where there is anything,
// candle-check.ts goes over them row by row and says what.
import type { CandleColumns, CandleSeries, DataNote } from "#schemas/market.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { stepNotes } from "../candle-notes.ts";
import { LAST_TIME_MS } from "./candle-check.ts";
import type { CandleFile } from "./file-names.ts";

/** Nothing is noted of a step to the next candle that moves the close by less, as a share of it. */
const QUIET_RATIO = 0.1;

/** Null where a row is wrong, repeated or out of order, and where there is none. */
export function faultless({ symbol, timeframe }: CandleFile, columns: CandleColumns): CandleSeries | null {
  const { openMs, open, high, low, close, volume } = columns;
  const stepMs = timeframeMs(timeframe);
  const notes: DataNote[] = [];
  let beforeMs = -stepMs;
  let before = close[0] ?? 0;
  for (let row = 0; row < openMs.length; row++) {
    const [atMs = Number.NaN, o = 0, h = 0, l = 0, c = 0] = [openMs[row], open[row], high[row], low[row], close[row]];
    const v = volume[row] ?? Number.NaN;
    if (!(l > 0 && l <= o && l <= c && h >= o && h >= c && h < Infinity && v >= 0 && v < Infinity)) return null;
    if (!(atMs >= beforeMs + stepMs && atMs <= LAST_TIME_MS) || atMs % stepMs !== 0) return null;
    if (row > 0 && (atMs !== beforeMs + stepMs || Math.abs(c - before) > QUIET_RATIO * before)) {
      notes.push(...stepNotes({ openMs: beforeMs, close: before }, { openMs: atMs, close: c }, stepMs));
    }
    beforeMs = atMs;
    before = c;
  }
  if (openMs.length === 0) return null;
  return Object.freeze({
    symbol,
    timeframe,
    ...columns,
    notes: Object.freeze(notes),
    askedFromMs: unixMs(0),
    checkedThroughMs: unixMs(beforeMs + stepMs),
  });
}
