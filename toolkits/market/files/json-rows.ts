// Floor 2. freqtrade's older candle files, JSON rows of [open time in ms, open, high, low, close, volume], gzipped or not ↔ columns of
// candles.
import { gunzipSync, gzipSync } from "node:zlib";
import { type CandleColumns, candleColumns } from "#schemas/market.ts";
import { notCandles } from "./raw-columns.ts";

const COLUMNS = ["openMs", "open", "high", "low", "close", "volume"] as const;
/** The longest text that a string can hold, about; seven million candles. */
const MOST_BYTES = 500_000_000;

/** Columns as they stand in the file, not judged; a cell that is no number is NaN. @throws DataFormatError where it holds something else */
export function readJsonRows(file: string, bytes: Uint8Array, isPacked: boolean): CandleColumns {
  let rows: unknown;
  try {
    const text = isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    rows = JSON.parse(new TextDecoder().decode(text));
  } catch (cause) {
    const what = isPacked ? "gzipped JSON" : "JSON";
    throw notCandles(file, `not ${what} that can be read (${cause instanceof Error ? cause.message : cause}).`, cause);
  }
  if (!Array.isArray(rows) || !rows.every(Array.isArray)) throw notCandles(file, "it is no list of rows.");
  const columns = candleColumns(() => new Float64Array(rows.length).fill(Number.NaN));
  for (const [at, row] of (rows as readonly unknown[][]).entries()) {
    if (row.length !== COLUMNS.length) continue;
    for (let cell = 0; cell < COLUMNS.length; cell++) {
      const [name, value] = [COLUMNS[cell], row[cell]];
      if (name !== undefined && typeof value === "number") columns[name][at] = value;
    }
  }
  return columns;
}

/** Each number in the shortest text that reads back as the same one. */
export function writeJsonRows(columns: CandleColumns, isPacked: boolean): Uint8Array {
  const text = (value = Number.NaN): string => (Object.is(value, -0) ? "-0" : String(value));
  const rows = Array.from(columns.openMs, (_, row) => `[${COLUMNS.map((name) => text(columns[name][row])).join(",")}]`);
  const bytes = Buffer.from(`[${rows.join(",")}]`);
  return isPacked ? gzipSync(bytes) : bytes;
}
