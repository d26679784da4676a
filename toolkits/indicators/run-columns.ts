// Floor 2. Kernels and the rows of one window → their columns over the rows wanted.
import { type CandleRows, type Kernel, requireFiniteRows } from "./kernel.ts";
import { CHUNK_ROWS } from "./rolling.ts";

/** A kernel's columns over rows `first` to `end` - 1 of a window, and its state after the last of them. */
export interface ColumnRun {
  readonly kernel: Kernel;
  readonly state: Float64Array;
  /** One an output; row i is at `i - first`. */
  readonly columns: readonly Float64Array[];
}

/** Room for the columns of a kernel over at most `length` rows; used again for every window. */
export const createRun = (kernel: Kernel, length: number): ColumnRun => ({
  kernel,
  state: new Float64Array(kernel.stateLength),
  columns: Array.from({ length: kernel.outputs }, () => new Float64Array(length)),
});

/**
 * Fills every run's columns with the values of rows `first` to `end` - 1. A kernel with a state reads the window from row 0
 * on, one of finite memory only the rows that the first one needs. The rows must be finite.
 */
export function fillRuns(runs: readonly ColumnRun[], rows: CandleRows, first: number, end: number): void {
  for (const run of runs) {
    run.state.fill(0);
    warmUp(run.kernel, run.state, rows, first);
    run.kernel.scan(run.state, rows, first, end, run.columns, 0);
  }
}

/** Columns of several kernels over rows `first` to `end` - 1. @throws InvariantError where one of rows 0 to `end` - 1 is not finite */
export function runColumns(
  kernels: readonly Kernel[],
  rows: CandleRows,
  first: number,
  end: number,
): readonly ColumnRun[] {
  requireFiniteRows(rows, 0, end);
  const runs = kernels.map((kernel) => createRun(kernel, end - first));
  fillRuns(runs, rows, first, end);
  return runs;
}

/** Values after the last row, by kernel and output; NaN where there are too few rows. @throws InvariantError as runColumns does */
export function lastValues(kernels: readonly Kernel[], rows: CandleRows): readonly (readonly number[])[] {
  const end = rows.close.length;
  return runColumns(kernels, rows, end - 1, end).map(({ columns }) => columns.map((column) => column[0] ?? Number.NaN));
}

// Values before the first row wanted are written where the next ones overwrite them, and never read.
const discarded: Float64Array[] = [];

/** Brings a state from the window's row 0 to before row `first`; a kernel of finite memory has none. */
export function warmUp(
  { memoryRows, outputs, scan }: Kernel,
  state: Float64Array,
  rows: CandleRows,
  first: number,
): void {
  if (memoryRows !== null) return;
  while (discarded.length < outputs) discarded.push(new Float64Array(CHUNK_ROWS));
  for (let from = 0; from < first; from += CHUNK_ROWS) {
    scan(state, rows, from, Math.min(first, from + CHUNK_ROWS), discarded, 0);
  }
}
