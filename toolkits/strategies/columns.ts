// Floor 2. Rows of one market, in one or more timeframes → the named values that a strategy's rules see, row by row. Every
// value of a row, now and back, comes from the one window that belongs to that row.
import { timeframeMs } from "#schemas/units.ts";
import { type CandleRows, ROW_COLUMNS } from "../indicators/kernel.ts";
import { warmUp } from "../indicators/run-columns.ts";
import type { Frame } from "./frame.ts";
import type { Columns } from "./kept-columns.ts";
import type { IndicatorRun, Strategy } from "./strategy.ts";

/** What is kept of a run over these rows, else what `compute` gives: see kept-columns.ts. */
export type Keep = (run: IndicatorRun, compute: () => Columns) => Columns;

/**
 * One column a value, of the base rows `first` - lookBack to `end` - 1; index 0 is the oldest. A row before the window's first
 * has no value: NaN.
 */
export class StrategyColumns {
  readonly strategy: Strategy;
  /** open, high, low, close, volume, then the outputs of the strategy's indicators in the order of its runs. */
  columns: readonly Float64Array[] = [];
  /** Of its own: what it computes, and copies of candles. */
  #room: readonly Float64Array[] = [];
  /** States of the runs as after the last row loaded. */
  readonly states: readonly Float64Array[];
  /** What higher timeframes are computed in, before they are laid out by base row. */
  #higher = new Float64Array(0);

  constructor(strategy: Strategy) {
    this.strategy = strategy;
    this.states = strategy.runs.map(({ kernel }) => new Float64Array(kernel.stateLength));
  }

  /**
   * @param higher one frame for each higher timeframe of the strategy, in its order, of the window that belongs to these rows
   * @param keep instead of computing what is kept; then `states` are of nothing, and nothing is spare
   * @param spare rows kept free at the end; a higher timeframe that has no candle closing there carries its value on into the first
   */
  load(
    base: Frame,
    first: number,
    end: number,
    higher: readonly Frame[] = [],
    spare = 0,
    keep: Keep | null = null,
  ): void {
    const { lookBack, runs, timeframes } = this.strategy;
    const from = first - lookBack;
    this.#makeRoom(end - from + spare);
    // Candles that are all there and all that is wanted are shown where they lie.
    const isAtHand = from >= 0 && spare === 0;
    this.columns = isAtHand
      ? [...ROW_COLUMNS.map((name) => base[name].subarray(from, end)), ...this.#room.slice(ROW_COLUMNS.length)]
      : this.#room;
    if (!isAtHand) for (const [k, name] of ROW_COLUMNS.entries()) copyRows(base[name], from, end, this.#column(k));
    const compute = (run: IndicatorRun, state: Float64Array, out: Columns): void => {
      state.fill(0);
      if (run.timeframe === null) {
        scanRun(run, state, base, from, end, out);
        return;
      }
      const frame = higher[timeframes.indexOf(run.timeframe)];
      if (frame === undefined) for (const column of out) column.fill(Number.NaN);
      else this.#layOut(run, state, frame, base, from, carriesOn(frame, base, end) ? end + spare : end, out);
    };
    if (keep !== null) {
      this.columns = [...this.columns.slice(0, ROW_COLUMNS.length), ...this.#kept(keep, compute, end - from)];
      return;
    }
    for (const [r, run] of runs.entries()) compute(run, this.states[r] ?? NO_STATE, this.outputsOf(run));
  }

  /** Columns of all runs, each in memory of its own. */
  #kept(
    keep: Keep,
    compute: (run: IndicatorRun, state: Float64Array, out: Columns) => void,
    length: number,
  ): readonly Float64Array[] {
    return this.strategy.runs.flatMap((run, r) =>
      keep(run, () => {
        const out = Array.from({ length: run.outputs }, () => new Float64Array(length));
        compute(run, this.states[r] ?? NO_STATE, out);
        return out;
      }),
    );
  }

  /** The columns that one run writes. */
  outputsOf({ firstColumn, outputs }: IndicatorRun): readonly Float64Array[] {
    return this.columns.slice(firstColumn, firstColumn + outputs);
  }

  /** Values of a higher timeframe, each at the base rows from whose close on it is the newest closed one. */
  #layOut(
    run: IndicatorRun,
    state: Float64Array,
    frame: Frame,
    base: Frame,
    from: number,
    end: number,
    out: readonly Float64Array[],
  ): void {
    const firstRow = newestClosedRow(frame, base, from);
    const count = Math.max(0, newestClosedRow(frame, base, end - 1) - firstRow + 1);
    if (this.#higher.length < count * run.outputs) this.#higher = new Float64Array(2 * count * run.outputs);
    const lines = out.map((_, k) => this.#higher.subarray(k * count, (k + 1) * count));
    scanRun(run, state, frame, firstRow, firstRow + count, lines);
    for (let row = from; row < end; row++) {
      const index = newestClosedRow(frame, base, row) - firstRow;
      for (const [k, column] of out.entries()) column[row - from] = lines[k]?.[index] ?? Number.NaN;
    }
  }

  #column(k: number): Float64Array {
    return this.columns[k] ?? NO_STATE;
  }

  #makeRoom(length: number): void {
    const wanted = ROW_COLUMNS.length + this.strategy.outputs;
    if (this.#room.length === wanted && (this.#room[0]?.length ?? 0) >= length) return;
    this.#room = Array.from({ length: wanted }, () => new Float64Array(length));
  }
}

const NO_STATE = new Float64Array(0);

/** Row of a higher timeframe's newest candle that has closed when a base row closes; may be before its first or after its last. */
export function newestClosedRow(frame: Frame, base: Frame, row: number): number {
  const closeMs = base.startMs + (row + 1) * timeframeMs(base.timeframe);
  return Math.floor((closeMs - frame.startMs) / timeframeMs(frame.timeframe)) - 1;
}

/** Whether no candle of the higher timeframe closes with this base row. */
const carriesOn = (frame: Frame, base: Frame, row: number): boolean => newestClosedRow(frame, base, row) < frame.length;

/** Columns of rows `from` to `end` - 1; rows before 0 are NaN. */
function scanRun(
  { kernel }: IndicatorRun,
  state: Float64Array,
  rows: CandleRows,
  from: number,
  end: number,
  out: readonly Float64Array[],
): void {
  const start = Math.max(0, from);
  if (from < 0) for (const line of out) line.fill(Number.NaN, 0, Math.min(-from, end - from));
  warmUp(kernel, state, rows, start);
  if (end > start) kernel.scan(state, rows, start, end, out, start - from);
}

function copyRows(column: Float64Array, from: number, end: number, into: Float64Array): void {
  if (from < 0) into.fill(Number.NaN, 0, -from);
  const first = Math.max(0, from);
  // The few rows of one close are copied sooner than a view of them is made.
  if (end - first > FEW_ROWS) into.set(column.subarray(first, end), first - from);
  else for (let i = first; i < end; i++) into[i - from] = column[i] ?? Number.NaN;
}

const FEW_ROWS = 16;
