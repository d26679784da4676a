// Floor 2. What an indicator is: a causal fold over the rows of one window. `scan` is its only arithmetic; a column is its scan
// over many rows, the next close its scan over one more, from a copied state. So the three are the same operations in the
// same order and agree to the bit, and value i depends on rows up to i by construction.
import type { CandleColumns } from "#schemas/market.ts";

/** Rows of a window, oldest first, holes filled: columns of equal length. */
export type CandleRows = Readonly<Omit<CandleColumns, "openMs">>;

/** A column that an indicator may read. */
export type RowColumn = keyof CandleRows;

/** One indicator with its settings, ready to run. Stateless itself: all that it remembers is in the state it is given. */
export interface Kernel {
  /** Numbers in its state; 0 where its memory is finite and it reads the rows before instead. */
  readonly stateLength: number;
  /**
   * Rows that value i depends on, row i included; null: all since the window began (its state remembers them). A kernel of
   * finite memory may be scanned from any row on; one with a state from row 0 on, without a gap.
   */
  readonly memoryRows: number | null;
  /**
   * Computes rows `from` to `to` - 1 and leaves the state as after row `to` - 1. The value of output k at row i goes to
   * `out[k][i - from + at]`; NaN where it is not there yet. The state of row 0 is all zeros.
   */
  scan(state: Float64Array, rows: CandleRows, from: number, to: number, out: readonly Float64Array[], at: number): void;
}
