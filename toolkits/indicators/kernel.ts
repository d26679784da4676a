// Floor 2. What an indicator is: a causal fold over the rows of one window. `scan` is its only arithmetic; a column is its scan
// over many rows, the next close its scan over one more, from a copied state. So the three are the same operations in the
// same order and agree to the bit, and value i depends on rows up to i by construction.
import { InvariantError } from "#schemas/errors.ts";
import type { CandleColumns } from "#schemas/market.ts";

/** Rows of a window, oldest first, holes filled: columns of equal length. */
export type CandleRows = Readonly<Omit<CandleColumns, "openMs">>;

/** A column that an indicator may read. */
export type RowColumn = keyof CandleRows;

export const ROW_COLUMNS = ["open", "high", "low", "close", "volume"] as const satisfies readonly RowColumn[];

/** One indicator with its settings, ready to run. Stateless itself: all that it remembers is in the state it is given. */
export interface Kernel {
  /** Columns that it fills. */
  readonly outputs: number;
  /** Numbers in its state; 0 where its memory is finite and it reads the rows before instead. */
  readonly stateLength: number;
  /**
   * Rows that value i depends on, row i included; null: all since the window began (its state remembers them). A kernel of
   * finite memory may be scanned from any row on; one with a state from row 0 on, without a gap.
   */
  readonly memoryRows: number | null;
  /**
   * Computes rows `from` to `to` - 1 and leaves the state as after row `to` - 1. The value of output k at row i goes to
   * `out[k][i - from + at]`; NaN where it is not there yet. The state of row 0 is all zeros. Every value is finite where
   * the rows are (`requireFiniteRows`).
   */
  scan(state: Float64Array, rows: CandleRows, from: number, to: number, out: readonly Float64Array[], at: number): void;
}

/**
 * Law 8 at the door of a window: no kernel checks for itself. Costs a subtraction and an addition a value.
 * @throws InvariantError naming the first value of rows `from` to `to` - 1 that is NaN or infinite
 */
export function requireFiniteRows(rows: CandleRows, from: number, to: number): void {
  const { open, high, low, close, volume } = rows;
  let prices = 0;
  let ranges = 0;
  // x - x is 0 for a number and NaN for NaN and both infinities.
  for (let i = from; i < to; i++) {
    const o = open[i] ?? Number.NaN;
    const h = high[i] ?? Number.NaN;
    const l = low[i] ?? Number.NaN;
    const c = close[i] ?? Number.NaN;
    const v = volume[i] ?? Number.NaN;
    prices += o - o + (c - c) + (v - v);
    ranges += h - h + (l - l);
  }
  if (prices + ranges === 0) return;
  for (let i = from; i < to; i++) {
    for (const column of ROW_COLUMNS) {
      const value = rows[column][i] ?? Number.NaN;
      if (Number.isFinite(value)) continue;
      throw new InvariantError({
        was: `${column} of row ${i} is ${value}: a value that is not a finite number reached the indicators.`,
        expected: "candles that were validated where they were read",
        remedy: "Report the data source and market; nothing was computed from this window.",
      });
    }
  }
}

/** NaN for rows `from` to `end` - 1 in every output: a finite kernel's values that are not there yet. */
export function leaveBlank(out: readonly Float64Array[], from: number, end: number, at: number): void {
  if (end <= from) return;
  for (const line of out) line.fill(Number.NaN, at, at + end - from);
}
