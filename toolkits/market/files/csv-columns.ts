// Floor 2. The bytes of a plain CSV file of candles → columns, ten times faster than row by row; and columns → CSV. Anything out of
// the ordinary (another header, quotes, blank lines, a time in words, an exponent) is left to csv-rows.ts, which says what is wrong.
import { type CandleColumns, candleColumns } from "#schemas/market.ts";
import { CANDLE_HEADER } from "./csv-rows.ts";

const [COMMA, DOT, NEWLINE, RETURN] = [0x2c, 0x2e, 0x0a, 0x0d] as const;
const ZERO = 0x30;
/** A whole number up to 2^53 over a power of ten up to 1e22 is rounded once, so as `Number` rounds it (Clinger 1990). */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const COLUMNS = ["openMs", "open", "high", "low", "close", "volume"] as const;
const LAST = COLUMNS.length - 1;

/** Null where it is not as plain as this reader needs it; the columns are not judged. */
export function plainCsvColumns(bytes: Uint8Array): CandleColumns | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = CANDLE_HEADER.length;
  if (buffer.toString("latin1", 0, start) !== CANDLE_HEADER) return null;
  const from = buffer[start] === RETURN ? start + 1 : start;
  if (buffer[from] !== NEWLINE) return null;
  const rows = lineCount(buffer, from + 1);
  const columns = COLUMNS.map(() => new Float64Array(rows));
  if (!fill(columns, buffer, from + 1)) return null;
  return candleColumns((name) => columns[COLUMNS.indexOf(name)] ?? new Float64Array(0));
}

function lineCount(buffer: Buffer, from: number): number {
  let lines = 0;
  for (let at = buffer.indexOf(NEWLINE, from); at >= 0; at = buffer.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines + (buffer.length > from && buffer.at(-1) !== NEWLINE ? 1 : 0);
}

/** One pass over the bytes; false where a cell is no number, or a line has not six of them. */
function fill(columns: readonly Float64Array[], buffer: Buffer, from: number): boolean {
  // A plain view: a Buffer is looked up more slowly.
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const { length } = bytes;
  let row = 0;
  let at = from;
  while (at < length) {
    for (let index = 0; index <= LAST; index++) {
      const start = at;
      let mantissa = 0;
      let point = -1;
      let plain = true;
      let byte = 0;
      for (; at < length; at++) {
        byte = bytes[at] ?? 0;
        const digit = byte - ZERO;
        if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
        else if (byte === COMMA || byte === NEWLINE) break;
        else if (byte === DOT && point < 0) point = at;
        else plain = false;
      }
      // The end of the file ends a line as well.
      if ((at < length && byte === COMMA) === (index === LAST)) return false;
      const decimals = point < 0 ? 0 : at - point - 1;
      const digits = at - start - (point < 0 ? 0 : 1);
      const exact = plain && digits > 0 && mantissa <= Number.MAX_SAFE_INTEGER && decimals < POWERS.length;
      if (index === 0 && !(exact && point < 0)) return false;
      const value = exact ? mantissa / (POWERS[decimals] ?? 1) : numberOf(buffer, start, at);
      const column = columns[index];
      if (column === undefined || Number.isNaN(value)) return false;
      column[row] = value;
      at += 1;
    }
    row += 1;
  }
  return true;
}

const NUMBER = /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\r?$/;

/** More digits than are exact above, a sign or an exponent; NaN where it is none of them. */
function numberOf(buffer: Buffer, start: number, end: number): number {
  const text = buffer.toString("latin1", start, end);
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** Each number in the shortest text that reads back as the same one. */
export function writeCsv(columns: CandleColumns): Uint8Array {
  const { openMs } = columns;
  const text = (name: (typeof COLUMNS)[number], row: number): string => {
    const value = columns[name][row] ?? Number.NaN;
    return Object.is(value, -0) ? "-0" : String(value);
  };
  const lines = Array.from(openMs, (_, row) => COLUMNS.map((name) => text(name, row)).join(","));
  return Buffer.from(`${[CANDLE_HEADER, ...lines].join("\n")}\n`);
}
