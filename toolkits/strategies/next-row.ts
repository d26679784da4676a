// Floor 2. A strategy's rules at a close that is not there yet: one more row, scanned from copies of the states.
import { type CandleRows, ROW_COLUMNS, type RowColumn } from "../indicators/kernel.ts";
import { newestClosedRow, type StrategyColumns } from "./columns.ts";
import type { Frame } from "./frame.ts";
import type { RuleView } from "./rule-view.ts";
import type { IndicatorRun } from "./strategy.ts";

/** The newest rows of a frame, and room for the next one. */
interface Tail {
  readonly rows: Readonly<Record<RowColumn, Float64Array>>;
  /** Where the next row goes. */
  readonly next: number;
  readonly frame: Frame;
}

interface Step {
  readonly run: IndicatorRun;
  readonly tail: Tail;
  /** As after the newest row. */
  readonly state: Float64Array;
  readonly copy: Float64Array;
  readonly out: readonly Float64Array[];
}

export interface NextRowOptions {
  readonly base: Frame;
  readonly higher: readonly Frame[];
  /** False: too few candles to enter. */
  readonly mayEnter: boolean;
}

export type NextAction = "enter" | "exit" | "hold";

export class NextRow {
  readonly #view: RuleView;
  readonly #columns: readonly Float64Array[];
  /** Index of the next row in the columns. */
  readonly #index: number;
  readonly #tails: readonly Tail[];
  readonly #steps: readonly Step[];
  readonly #last: number;
  readonly #readsCandle: boolean;
  readonly #mayEnter: boolean;
  #volume: number | null = null;

  /**
   * @param loaded of the next candle's window: its newest row as the segment's only one, and one row spare
   * @param view of the loaded columns
   */
  constructor(loaded: StrategyColumns, view: RuleView, { base, higher, mayEnter }: NextRowOptions) {
    const { strategy, states, columns } = loaded;
    const closing = [base, ...higher.filter((frame) => newestClosedRow(frame, base, base.length) >= frame.length)];
    const memory = Math.max(2, ...strategy.runs.map(({ kernel }) => kernel.memoryRows ?? 0));
    this.#tails = closing.map((frame) => tailOf(frame, memory));
    this.#columns = columns;
    this.#index = strategy.lookBack + 1;
    this.#last = base.close[base.length - 1] ?? Number.NaN;
    this.#steps = strategy.runs.flatMap((run, r): Step[] => {
      const tail = this.#tails.find(({ frame }) => frame.timeframe === (run.timeframe ?? base.timeframe));
      const state = states[r];
      if (tail === undefined || state === undefined) return [];
      return [{ run, tail, state, copy: new Float64Array(state.length), out: loaded.outputsOf(run) }];
    });
    this.#readsCandle = this.#steps.some(({ run }) => run.reads.some((column) => column !== "close"));
    if (this.#steps.some(({ run }) => run.reads.includes("volume"))) this.#volume = medianOf(base);
    this.#mayEnter = mayEnter;
    this.#view = view;
    view.hasReadCandle = false;
  }

  /** Whether anything asked so far hangs on more of the next candle than its close. */
  get isConditional(): boolean {
    return this.#readsCandle || this.#view.hasReadCandle;
  }

  /** What the strategy would do at this close, of a candle that opens at the last one. */
  actionAt(close: number): NextAction {
    const action = this.#ask(close);
    if (!this.#view.hasReadCandle || this.#volume !== null) return action;
    this.#volume = medianOf(this.#tails[0]?.frame);
    return this.#ask(close);
  }

  #ask(close: number): NextAction {
    const last = this.#last;
    const row = {
      open: last,
      high: Math.max(last, close),
      low: Math.min(last, close),
      close,
      volume: this.#volume ?? 0,
    };
    for (const { rows, next } of this.#tails) for (const name of ROW_COLUMNS) rows[name][next] = row[name];
    for (const [k, name] of ROW_COLUMNS.entries()) {
      const column = this.#columns[k];
      if (column !== undefined) column[this.#index] = row[name];
    }
    for (const { run, tail, state, copy, out } of this.#steps) {
      copy.set(state);
      run.kernel.scan(copy, tail.rows, tail.next, tail.next + 1, out, this.#index);
    }
    this.#view.look(1);
    if (!this.#view.isWhole()) return "hold";
    if (this.#view.exits() !== null) return "exit";
    return this.#mayEnter && this.#view.enters() !== null ? "enter" : "hold";
  }
}

function tailOf(frame: Frame, memory: number): Tail {
  const from = Math.max(0, frame.length - memory);
  const column = (name: RowColumn): Float64Array => {
    const values = new Float64Array(frame.length - from + 1);
    values.set(frame[name].subarray(from, frame.length));
    return values;
  };
  const rows: CandleRows = {
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
  return { rows, next: frame.length - from, frame };
}

/** Median of the window's volumes, base coins. */
function medianOf(frame: Frame | undefined): number {
  const sorted = (frame?.volume.slice(0, frame.length) ?? new Float64Array(0)).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
