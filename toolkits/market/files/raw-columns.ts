// Floor 2. Columns as a file's format gives them → six float64 columns, not judged yet; times of any unit → epoch ms.
import { DataFormatError } from "#schemas/errors.ts";
import { type Candle, type CandleColumns, candleColumns } from "#schemas/market.ts";

/** What the formats with named columns call them; freqtrade says `date`. */
export const COLUMN_NAMES: Readonly<Record<keyof Candle, readonly string[]>> = {
  openMs: ["date", "timestamp"],
  open: ["open"],
  high: ["high"],
  low: ["low"],
  close: ["close"],
  volume: ["volume"],
};

/** Each column as `read` gives it, by the name it has in the file. @throws DataFormatError where one is missing */
export function rawColumns(
  file: string,
  names: readonly string[],
  read: (name: string, column: keyof Candle) => Float64Array,
): CandleColumns {
  return candleColumns((column) => {
    const name = COLUMN_NAMES[column].find((one) => names.includes(one));
    if (name !== undefined) return read(name, column);
    throw notCandles(file, `its columns are ${names.slice(0, 12).join(", ") || "none"}.`);
  });
}

export const notCandles = (file: string, was: string, cause?: unknown): DataFormatError =>
  new DataFormatError({
    where: file,
    was,
    expected: "the columns date, open, high, low, close, volume, every cell filled",
    remedy: "Correct the file or remove it from the folder.",
    cause,
  });

/**
 * 64-bit integers → float64, divided by `perMs`. By halves, since a million BigInts cost more than the reading; the sum is exact
 * up to 2^53, and beyond it (nanoseconds) off by less than a microsecond, which the rounding to ms takes away.
 */
export function int64ToMs(values: BigInt64Array, perMs: number): Float64Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const ms = new Float64Array(values.length);
  for (let row = 0; row < ms.length; row++) {
    const whole = (halves[2 * row + 1] ?? 0) * 4294967296 + ((halves[2 * row] ?? 0) >>> 0);
    ms[row] = perMs === 1 ? whole : Math.round(whole / perMs);
  }
  return ms;
}
