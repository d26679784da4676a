// Floor 2. The rows of one candle file, as numbers, one by one → a whole CandleSeries, or the faults with their places.
// Nothing is repaired: an indicator computed over a guessed price is worse than none.
import { DataFormatError } from "#schemas/errors.ts";
import type { Candle, CandleSeries, DataNote } from "#schemas/market.ts";
import { timeframeMs, toIso, unixMs } from "#schemas/units.ts";
import { duplicateNote, stepNotes } from "../candle-notes.ts";
import { valueFault } from "../clean-rows.ts";
import type { CandleFile } from "./file-names.ts";
import { GrowingColumns } from "./growing-columns.ts";

/** The latest moment that a Date can have. */
export const LAST_TIME_MS = 8.64e15;
const PRICES = ["open", "high", "low", "close"] as const;

/** What is wrong with a row; `file`: it cannot be read any further. */
export type FaultKind = "file" | "time" | "value" | "order" | "conflict";

export interface RowFault {
  readonly kind: FaultKind;
  /** `FILE:LINE`, or `FILE row N`. */
  readonly where: string;
  readonly was: string;
  readonly expected: string;
}

/** @throws DataFormatError always: for readers that stop at the first fault */
export function throwFault({ where, was, expected }: RowFault): never {
  throw new DataFormatError({ where, was, expected, remedy: "Correct the file or remove it from the folder." });
}

export class CandleCheck {
  readonly #name: CandleFile;
  readonly #place: (row: number) => string;
  readonly #onFault: (fault: RowFault) => void;
  readonly #stepMs: number;
  readonly #columns = new GrowingColumns();
  readonly #notes: DataNote[] = [];
  readonly #row: Record<keyof Candle, number> = { openMs: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };

  /**
   * @param place where a row stands in its file, for messages
   * @param onFault hears each fault; a row with one is left out. Left out: the first is thrown
   */
  constructor(name: CandleFile, place: (row: number) => string, onFault: (fault: RowFault) => void = throwFault) {
    this.#name = name;
    this.#place = place;
    this.#onFault = onFault;
    this.#stepMs = timeframeMs(name.timeframe);
  }

  /** Judges a row alone, then against the one before it. @param at its place in the file */
  row(openMs: number, open: number, high: number, low: number, close: number, volume: number, at: number): void {
    const row = this.#row;
    row.openMs = openMs;
    row.open = open;
    row.high = high;
    row.low = low;
    row.close = close;
    row.volume = volume;
    if (this.#isOnGrid(at) && this.#isSane(at) && this.#follows(at)) this.#columns.append(row);
  }

  /** What was found wrong outside the numbers, such as text in a price. */
  fault(kind: FaultKind, at: number, was: string, expected: string): void {
    this.#onFault({ kind, where: this.#place(at), was, expected });
  }

  /** The good rows; null where there is none. */
  series(): CandleSeries | null {
    const { symbol, timeframe } = this.#name;
    const lastOpenMs = this.#columns.last("openMs");
    if (lastOpenMs === null) return null;
    return Object.freeze({
      symbol,
      timeframe,
      ...this.#columns.toColumns(),
      notes: Object.freeze(this.#notes),
      askedFromMs: unixMs(0),
      checkedThroughMs: unixMs(lastOpenMs + this.#stepMs),
    });
  }

  #isOnGrid(at: number): boolean {
    const { openMs } = this.#row;
    if (!(openMs >= 0 && openMs <= LAST_TIME_MS)) {
      this.fault("time", at, `timestamp is ${openMs}.`, "the open time in epoch ms or ISO-8601");
      return false;
    }
    if (openMs % this.#stepMs === 0) return true;
    const inSeconds = (openMs * 1000) % this.#stepMs === 0 && openMs < 1e11;
    this.fault(
      "time",
      at,
      `timestamp ${openMs} is not on the ${this.#name.timeframe} grid${inSeconds ? "; it looks like seconds" : ""}.`,
      `the open time in epoch ms, a multiple of ${this.#stepMs}`,
    );
    return false;
  }

  #isSane(at: number): boolean {
    const fault = valueFault(this.#row);
    if (fault === null) return true;
    this.fault("value", at, fault.was, fault.expected);
    return false;
  }

  /** True where the row is the next candle; false for an exact repetition, which is noted and left out, and for a fault. */
  #follows(at: number): boolean {
    const row = this.#row;
    const lastOpenMs = this.#columns.last("openMs");
    if (lastOpenMs === null) return true;
    if (row.openMs > lastOpenMs) {
      const before = { openMs: lastOpenMs, close: this.#columns.last("close") ?? row.close };
      for (const note of stepNotes(before, row, this.#stepMs)) this.#notes.push(note);
      return true;
    }
    const time = toIso(row.openMs);
    if (row.openMs < lastOpenMs) {
      this.fault("order", at, `${time} comes after ${toIso(lastOpenMs)}.`, "rows in ascending order of time");
    } else if (this.#differs()) {
      this.fault("conflict", at, `a second, different candle for ${time}.`, "one candle for each time");
    } else if (this.#notes.at(-1)?.atMs !== row.openMs) this.#notes.push(duplicateNote(row.openMs));
    return false;
  }

  #differs(): boolean {
    return [...PRICES, "volume" as const].some((field) => this.#columns.last(field) !== this.#row[field]);
  }
}
