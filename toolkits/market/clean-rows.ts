// Floor 2. Rows of candles, as any source gives them → a clean series with notes, or a refusal that names the row. Pure; venues,
// folders and imports all call it, so that none is more lenient than another.
import { DataFormatError } from "#schemas/errors.ts";
import { type Candle, type CandleSeries, candleColumns, type DataNote } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, toIso, type UnixMs } from "#schemas/units.ts";
import { duplicateNote, stepNotes } from "./candle-notes.ts";

/** A row that nobody has judged yet, with the place it came from (`FILE:LINE`) where there is one. */
export type RawRow = Readonly<Record<keyof Candle, unknown>> & { readonly where?: string };

/** A judged one. */
export type CandleRow = Candle & { readonly where?: string };

/** Which part of the past is asked for: what opens at or after `fromMs` and is closed at `nowMs`, `graceMs` after its close. */
export interface ClosedSelection {
  readonly nowMs: UnixMs;
  readonly graceMs: number;
  readonly fromMs: UnixMs;
}

export type CleanRows =
  | { readonly status: "clean"; readonly series: CandleSeries }
  | { readonly status: "refused"; readonly error: DataFormatError };

/**
 * Judges and sorts rows in any order. Those before `fromMs` and those not yet closed at `nowMs` are not looked at (laws 1 and
 * 3). What is left must be candles on the timeframe's grid: finite numbers, prices above 0, low <= open, close <= high.
 * Identical rows of one time collapse with a note, different ones are a refusal; each run of missing candles and each close
 * more than 50 % from the one before gets a note. `checkedThroughMs` is `nowMs`, `askedFromMs` is `fromMs`: where the newest
 * candle closes before `nowMs`, the source is that far behind.
 */
export function cleanRows(
  input: ClosedSelection & {
    readonly symbol: MarketSymbol;
    readonly timeframe: Timeframe;
    readonly rows: readonly RawRow[];
  },
): CleanRows {
  const { symbol, timeframe, nowMs, fromMs, graceMs } = input;
  const lengthMs = timeframeMs(timeframe);
  const newestOpenMs = nowMs - graceMs - lengthMs;
  const refused = (error: DataFormatError): CleanRows => ({ status: "refused", error });
  const candles: CandleRow[] = [];
  for (const row of input.rows) {
    const where = row.where ?? `${symbol} ${timeframe}`;
    if (typeof row.openMs === "number" && (row.openMs < fromMs || row.openMs > newestOpenMs)) continue;
    const fault = timeFault(row.openMs, lengthMs) ?? valueFault(row);
    if (fault !== null) return refused(new DataFormatError({ where, ...fault, remedy: REMEDY }));
    candles.push(row as CandleRow);
  }
  candles.sort((a, b) => a.openMs - b.openMs);
  const rows: CandleRow[] = [];
  const notes: DataNote[] = [];
  for (const row of candles) {
    const before = rows.at(-1);
    if (before === undefined || before.openMs !== row.openMs) {
      if (before !== undefined) notes.push(...stepNotes(before, row, lengthMs));
      rows.push(row);
    } else if (!isSameCandle(before, row)) return refused(conflict(before, row, `${symbol} ${timeframe}`));
    else if (!notes.some(({ kind, atMs }) => kind === "duplicate" && atMs === row.openMs)) {
      notes.push(duplicateNote(row.openMs));
    }
  }
  return {
    status: "clean",
    series: {
      symbol,
      timeframe,
      ...candleColumns((name) => Float64Array.from(rows, (row) => row[name])),
      notes: notes.sort((a, b) => a.atMs - b.atMs),
      askedFromMs: fromMs,
      checkedThroughMs: nowMs,
    },
  };
}

/** What was wrong, and what was expected. */
export interface RowFault {
  readonly was: string;
  readonly expected: string;
}

const REMEDY = "Correct or remove the row, or fetch the data again; check that the timeframe is the right one.";

function timeFault(openMs: unknown, lengthMs: number): RowFault | null {
  if (typeof openMs !== "number" || !Number.isSafeInteger(openMs) || openMs < 0) {
    return { was: `the candle's open time is ${shown(openMs)}.`, expected: "milliseconds since 1970" };
  }
  if (openMs % lengthMs === 0) return null;
  const was = `the candle's open time ${openMs} (${toIso(openMs)}) lies between two candles.`;
  return { was, expected: `a multiple of ${lengthMs} ms` };
}

/** What is wrong with the values of one row; null: nothing. */
export function valueFault(row: Omit<RawRow, "openMs">): RowFault | null {
  for (const name of ["open", "high", "low", "close", "volume"] as const) {
    const value = row[name];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      return { was: `${name} is ${shown(value)}.`, expected: "a finite number" };
    }
    if (name === "volume" ? value < 0 : value <= 0) {
      return { was: `${name} is ${value}.`, expected: name === "volume" ? "0 or more" : "a price above 0" };
    }
  }
  const { open, high, low, close } = row as Candle;
  const expected = "low <= open, close <= high";
  if (low > Math.min(open, close)) return { was: `low ${low} is above ${Math.min(open, close)}.`, expected };
  if (high < Math.max(open, close)) return { was: `high ${high} is below ${Math.max(open, close)}.`, expected };
  return null;
}

export const isSameCandle = (a: Omit<Candle, "openMs">, b: Omit<Candle, "openMs">): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume;

/** JSON has no NaN and no Infinity. */
const shown = (value: unknown): string =>
  (typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value))).slice(0, 60);

const conflict = (a: CandleRow, b: CandleRow, name: string): DataFormatError =>
  new DataFormatError({
    where: b.where ?? name,
    was: `two different candles for ${toIso(b.openMs)}: closes ${a.close}${a.where === undefined ? "" : ` (${a.where})`} and ${b.close}.`,
    expected: "one candle for each open time",
    remedy: "Remove the wrong row, or fetch the data again.",
  });
