// Floor 2. The bytes of a CSV file of candles, row by row → a whole CandleSeries, or its faults with their lines.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { DataFormatError } from "#schemas/errors.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { parseTimeMs } from "../replay/iso-time.ts";
import { CandleCheck, type RowFault, throwFault } from "./candle-check.ts";
import type { CandleFile } from "./file-names.ts";

export const CANDLE_HEADER = "timestamp,open,high,low,close,volume";
const COLUMNS = ["open", "high", "low", "close", "volume"] as const;
const COLUMN_COUNT = COLUMNS.length + 1;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** A field is a number of at most a few dozen digits; a longer row means an unclosed quote. */
const MAX_ROW_BYTES = 4096;

const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** The text of one file's rows → numbers, and what a row of text can have wrong with it. */
class CsvRows {
  readonly #file: string;
  readonly #check: CandleCheck;
  #headerSeen = false;

  constructor({ file }: CandleFile, check: CandleCheck) {
    this.#file = file;
    this.#check = check;
  }

  row(fields: readonly string[], line: number): void {
    if (!this.#headerSeen) {
      this.#header(fields, line);
      return;
    }
    if (fields.length !== COLUMN_COUNT) {
      this.#check.fault("value", line, `${fields.length} columns.`, `${COLUMN_COUNT} (${CANDLE_HEADER})`);
      return;
    }
    const [time = "", ...rest] = fields;
    const openMs = parseTimeMs(time);
    if (openMs === null) {
      this.#check.fault("time", line, `timestamp is ${quoted(time)}.`, "the open time in epoch ms or ISO-8601");
      return;
    }
    const wrong = rest.findIndex((text) => !isNumber(text));
    if (wrong >= 0) {
      this.#check.fault("value", line, `${COLUMNS[wrong]} is ${quoted(rest[wrong] ?? "")}.`, "a finite number");
      return;
    }
    const [open = 0, high = 0, low = 0, close = 0, volume = 0] = rest.map(Number);
    this.#check.row(openMs, open, high, low, close, volume, line);
  }

  /** @throws DataFormatError where the file ended before its first candle */
  end(): void {
    if (this.#headerSeen) return;
    throwFault({
      kind: "file",
      where: `${this.#file}:1`,
      was: "the file is empty.",
      expected: `the header ${CANDLE_HEADER} and rows below it`,
    });
  }

  #header(fields: readonly string[], line: number): void {
    const header = fields.join(",");
    // Without it the columns are anybody's guess, so nothing else is said of the file.
    if (header !== CANDLE_HEADER) {
      throwFault({
        kind: "file",
        where: `${this.#file}:${line}`,
        was: `the header is ${quoted(header)}.`,
        expected: `exactly ${CANDLE_HEADER}`,
      });
    }
    this.#headerSeen = true;
  }
}

const isNumber = (text: string): boolean => NUMBER.test(text) && Number.isFinite(Number(text));

/**
 * Reads one candle file; a byte-order mark, CRLF and blank lines are fine. Holes and exact repetitions become notes; everything
 * else that is not a candle is told to `onFault`, by `FILE:LINE` with lines counted from 1.
 * @returns null where no row is good
 * @throws DataFormatError where it is not CSV, has another header, or is empty; without `onFault` for the first fault
 */
export async function readCsvRows(
  name: CandleFile,
  bytes: Uint8Array,
  options: { readonly signal: AbortSignal; readonly onFault?: (fault: RowFault) => void },
): Promise<CandleSeries | null> {
  const check = new CandleCheck(name, (line) => `${name.file}:${line}`, options.onFault);
  const rows = new CsvRows(name, check);
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
    // Returning null keeps the row out of the stream: no object per row outlives its own line.
    on_record: (fields: string[], { lines }) => {
      rows.row(fields, lines);
      return null;
    },
  });
  parser.resume();
  try {
    await pipeline(Readable.from([bytes], { objectMode: false }), parser, { signal: options.signal });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause["lines"] === "number" ? cause["lines"] : 1;
    throw new DataFormatError({
      where: `${name.file}:${line}`,
      was: `not CSV (${cause.message}).`,
      expected: `rows of ${CANDLE_HEADER}`,
      remedy: "Correct the file or remove it from the folder.",
      cause,
    });
  }
  rows.end();
  return check.series();
}
