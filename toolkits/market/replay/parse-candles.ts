// Floor 2. The bytes of one candle file → a whole CandleSeries, or the first fault with its line. Nothing is repaired:
// an indicator computed over a guessed price is worse than none.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { DataFormatError } from "#schemas/errors.ts";
import type { Candle, CandleSeries, DataNote } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, toIso, unixMs } from "#schemas/units.ts";
import { duplicateNote, stepNotes } from "../candle-notes.ts";
import { isSameCandle, valueFault } from "../clean-rows.ts";
import { GrowingColumns } from "./candle-columns.ts";
import { parseTimeMs } from "./iso-time.ts";

export const CANDLE_HEADER = "timestamp,open,high,low,close,volume";
const COLUMN_COUNT = 6;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** A field is a number of at most a few dozen digits; a longer row means an unclosed quote. */
const MAX_ROW_BYTES = 4096;
const LAST_TIME_MS = 8.64e15;

/** A candle file by its name. */
export interface CandleFile {
  readonly file: string;
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
}

const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** Collects the rows of one file; each row is judged alone, then against the one before it. */
class CandleReader {
  readonly #name: CandleFile;
  readonly #stepMs: number;
  readonly #columns = new GrowingColumns();
  readonly #notes: DataNote[] = [];
  #headerSeen = false;

  constructor(name: CandleFile) {
    this.#name = name;
    this.#stepMs = timeframeMs(name.timeframe);
  }

  row(fields: readonly string[], line: number): void {
    if (!this.#headerSeen) {
      this.#header(fields, line);
      return;
    }
    if (fields.length !== COLUMN_COUNT) {
      throw this.#fault(line, `${fields.length} columns.`, `${COLUMN_COUNT} (${CANDLE_HEADER})`);
    }
    const candle: Candle = {
      openMs: this.#time(fields[0] ?? "", line),
      open: this.#number("open", fields[1] ?? "", line),
      high: this.#number("high", fields[2] ?? "", line),
      low: this.#number("low", fields[3] ?? "", line),
      close: this.#number("close", fields[4] ?? "", line),
      volume: this.#number("volume", fields[5] ?? "", line),
    };
    const fault = valueFault(candle);
    if (fault !== null) throw this.#fault(line, fault.was, fault.expected);
    if (this.#follows(candle, line)) this.#columns.append(candle);
  }

  /** @throws DataFormatError where the file ended before its first candle. */
  series(): CandleSeries {
    const { symbol, timeframe, file } = this.#name;
    const lastOpenMs = this.#columns.last("openMs");
    if (lastOpenMs === null) {
      throw new DataFormatError({
        where: `${file}:${this.#headerSeen ? 2 : 1}`,
        was: this.#headerSeen ? "the file ends after its header; it holds no candle." : "the file is empty.",
        expected: this.#headerSeen ? "at least one row of candles" : `the header ${CANDLE_HEADER} and rows below it`,
        remedy: "Fill the file or remove it from the folder.",
      });
    }
    return Object.freeze({
      symbol,
      timeframe,
      ...this.#columns.toColumns(),
      notes: Object.freeze(this.#notes),
      askedFromMs: unixMs(0),
      checkedThroughMs: unixMs(lastOpenMs + this.#stepMs),
    });
  }

  #header(fields: readonly string[], line: number): void {
    const header = fields.join(",");
    if (header !== CANDLE_HEADER)
      throw this.#fault(line, `the header is ${quoted(header)}.`, `exactly ${CANDLE_HEADER}`);
    this.#headerSeen = true;
  }

  #time(text: string, line: number): number {
    const openMs = parseTimeMs(text);
    if (openMs === null || openMs > LAST_TIME_MS) {
      throw this.#fault(line, `timestamp is ${quoted(text)}.`, "the open time in epoch ms or ISO-8601");
    }
    if (openMs % this.#stepMs === 0) return openMs;
    const inSeconds = (openMs * 1000) % this.#stepMs === 0 && openMs < 1e11;
    throw this.#fault(
      line,
      `timestamp ${text} is not on the ${this.#name.timeframe} grid${inSeconds ? "; it looks like seconds" : ""}.`,
      `the open time in epoch ms, a multiple of ${this.#stepMs}`,
    );
  }

  #number(column: string, text: string, line: number): number {
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw this.#fault(line, `${column} is ${quoted(text)}.`, "a finite number");
  }

  /** True where the row is the next candle; false for an exact repetition, which is noted and left out. */
  #follows(candle: Candle, line: number): boolean {
    const lastOpenMs = this.#columns.last("openMs");
    if (lastOpenMs === null) return true;
    const time = toIso(candle.openMs);
    if (candle.openMs < lastOpenMs) {
      throw this.#fault(line, `${time} comes after ${toIso(lastOpenMs)}.`, "rows in ascending order of time");
    }
    if (candle.openMs === lastOpenMs) {
      if (!isSameCandle(this.#columns.newest() ?? candle, candle)) {
        throw this.#fault(line, `a second, different candle for ${time}.`, "one candle for each time");
      }
      if (this.#notes.at(-1)?.atMs !== candle.openMs) this.#notes.push(duplicateNote(candle.openMs));
      return false;
    }
    this.#notes.push(
      ...stepNotes({ openMs: lastOpenMs, close: this.#columns.last("close") ?? candle.close }, candle, this.#stepMs),
    );
    return true;
  }

  #fault(line: number, was: string, expected: string): DataFormatError {
    const where = `${this.#name.file}:${line}`;
    return new DataFormatError({ where, was, expected, remedy: "Correct the file or remove it from the folder." });
  }
}

/**
 * Reads one candle file in a stream; a byte-order mark, CRLF and blank lines are fine. Holes and exact repetitions become
 * notes, everything else that is not a candle ends the reading.
 * @throws DataFormatError with `FILE:LINE`, lines counted from 1.
 */
export async function parseCandles(
  name: CandleFile,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: { readonly signal: AbortSignal },
): Promise<CandleSeries> {
  const reader = new CandleReader(name);
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
    // Returning null keeps the row out of the stream: no object per row outlives its own line.
    on_record: (fields: string[], { lines }) => {
      reader.row(fields, lines);
      return null;
    },
  });
  parser.resume();
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), parser, { signal: options.signal });
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
  return reader.series();
}
