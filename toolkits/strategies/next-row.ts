// Floor 2. A strategy's rules at a close that is not there yet: one more row, scanned from copies of the states.
import { timeframeMs } from "#schemas/units.ts";
import { ROW_COLUMNS, type RowColumn } from "../indicators/kernel.ts";
import { newestClosedRow, type StrategyColumns } from "./columns.ts";
import type { Frame } from "./frame.ts";
import { NextCandle } from "./next-candle.ts";
import { RuleView } from "./rule-view.ts";
import type { IndicatorRun } from "./strategy.ts";

export interface NextRowOptions {
  readonly symbol: string;
  readonly base: Frame;
  readonly higher: readonly Frame[];
  /** False: too few candles to enter. */
  readonly mayEnter: boolean;
}

export type NextAction = "enter" | "exit" | "hold";

/** What the rules said of a close. */
export interface Said {
  readonly action: NextAction;
  /** Names the values that they read, in order: it changes where the outcome of a condition does, whatever they then said. */
  readonly trace: number;
}

/** An indicator whose next candle closes with the next base candle. */
interface Step {
  readonly run: IndicatorRun;
  readonly candle: NextCandle;
  /** As after the newest row. */
  readonly state: Float64Array;
  readonly copy: Float64Array;
  readonly out: readonly Float64Array[];
}

const OPEN = ROW_COLUMNS.indexOf("open");
const CLOSE = ROW_COLUMNS.indexOf("close");
const VOLUME = ROW_COLUMNS.indexOf("volume");
const NOTHING_TO_SAY: Said = { action: "hold", trace: 0 };

/** One a strategy, used again for every market. An indicator is computed for closes that are tried once a rule has read it. */
export class NextRow {
  readonly #loaded: StrategyColumns;
  readonly #view: RuleView;
  /** Of the base timeframe, then of the higher ones in their order. */
  readonly #candles: readonly NextCandle[];
  readonly #copies: readonly Float64Array[];
  /** Index of the next row in the columns. */
  readonly #index: number;
  /** Runs that a rule has read at the next row, in whatever market. */
  readonly #wanted = new Set<IndicatorRun>();
  /** Columns that a rule has read at the next row of this market. */
  readonly #read: Uint8Array;
  #closing: readonly NextCandle[] = [];
  #steps: readonly Step[] = [];
  /** Those wanted, whose values hang on the next close. */
  #moving: readonly Step[] = [];
  /** High, low and close, and what the moving steps write. */
  #columns: readonly Float64Array[] = [];
  #trace = 0;
  #mayEnter = false;
  #isWhole = false;
  #isConditional = false;
  #isSettled = true;

  /** @param loaded when `begin` is called it holds the newest row of the next candle's window alone, and has one row spare */
  constructor(loaded: StrategyColumns) {
    const { strategy } = loaded;
    const { runs, timeframes, lookBack, outputs } = strategy;
    this.#loaded = loaded;
    this.#view = new RuleView(strategy, (column, back) => this.#onRead(column, back));
    this.#index = lookBack + 1;
    this.#read = new Uint8Array(ROW_COLUMNS.length + outputs);
    this.#copies = runs.map(({ kernel }) => new Float64Array(kernel.stateLength));
    this.#candles = [null, ...timeframes].map((timeframe) => {
      const own = runs.filter((run) => run.timeframe === timeframe);
      const memory = Math.max(0, ...own.map(({ kernel }) => kernel.memoryRows ?? 0));
      return new NextCandle(
        memory,
        own.flatMap(({ reads }) => reads),
      );
    });
  }

  /** Takes up the market that was loaded. */
  begin({ symbol, base, higher, mayEnter }: NextRowOptions): void {
    const frames = [base, ...higher];
    const closes = frames.map((frame) => frame === base || newestClosedRow(frame, base, base.length) >= frame.length);
    for (const [i, frame] of frames.entries()) if (closes[i]) this.#candles[i]?.follow(frame);
    this.#closing = this.#candles.filter((_, i) => closes[i]);
    this.#steps = this.#stepsOf(closes);
    this.#mayEnter = mayEnter;
    this.#isConditional = false;
    this.#read.fill(0);
    this.settle();
    this.#writeCandle();
    for (const step of this.#steps) this.#scan(step);
    const stepMs = timeframeMs(base.timeframe);
    this.#view.show(this.#loaded.columns, symbol, { firstCloseMs: base.startMs + base.length * stepMs, stepMs });
    this.#view.look(1);
    // Whether a value is there hangs on the rows before it, not on the close.
    this.#isWhole = this.#view.isWhole();
  }

  /** Whether anything read so far hangs on more of the next candle than its close. */
  get isConditional(): boolean {
    return this.#isConditional;
  }

  /** How many values hang on the next close, of those that are computed. */
  get width(): number {
    return this.#columns.length;
  }

  /** False: since `settle` a rule has read a value for the first time that hangs on the close; those kept before have none of it. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  settle(): void {
    this.#moving = this.#steps.filter(({ run }) => this.#wanted.has(run) && run.reads.some(isPrice));
    this.#columns = [...this.#loaded.columns.slice(OPEN + 1, VOLUME), ...this.#moving.flatMap(({ out }) => out)];
    this.#isSettled = true;
  }

  /** What the strategy would do at this close. @param values what hangs on it, written here */
  ask(close: number, values: Float64Array): Said {
    for (let i = 0; i < this.#closing.length; i++) this.#closing[i]?.closeAt(close);
    this.#writePrices();
    for (let i = 0; i < this.#moving.length; i++) this.#scan(this.#moving[i]);
    const [columns, index] = [this.#columns, this.#index];
    for (let k = 0; k < columns.length; k++) values[k] = columns[k]?.[index] ?? Number.NaN;
    return this.#say();
  }

  /** The same of values that are each so far on the way from one to another, as they nearly are at some close in between. */
  askBetween(from: Float64Array, to: Float64Array, share: number): Said {
    const [columns, index] = [this.#columns, this.#index];
    for (let k = 0; k < columns.length; k++) {
      const value = from[k] ?? Number.NaN;
      const column = columns[k];
      if (column !== undefined) column[index] = value + share * ((to[k] ?? Number.NaN) - value);
    }
    return this.#say();
  }

  #say(): Said {
    if (!this.#isWhole) return NOTHING_TO_SAY;
    this.#trace = 0;
    if (this.#view.saysExit()) return { action: "exit", trace: this.#trace };
    const action = this.#mayEnter && this.#view.saysEnter() ? "enter" : "hold";
    return { action, trace: this.#trace };
  }

  #onRead(column: number, back: number): void {
    this.#trace = (Math.imul(this.#trace, 31) + column * this.#index + back + 1) | 0;
    if (back === 0 && this.#read[column] === 0) this.#meet(column);
  }

  /** The first look at a value of the next row: it is made, and made for every close from now on. */
  #meet(column: number): void {
    this.#read[column] = 1;
    if (column < ROW_COLUMNS.length) {
      if (column !== CLOSE) this.#isConditional = true;
      const values = this.#loaded.columns[column];
      if (column === VOLUME && values !== undefined) values[this.#index] = this.#candles[0]?.usualVolume() ?? 0;
      return;
    }
    const step = this.#steps.find(({ run }) => column >= run.firstColumn && column < run.firstColumn + run.outputs);
    if (step === undefined) return;
    const { run, candle } = step;
    if (run.reads.some((name) => name !== "close")) this.#isConditional = true;
    if (run.reads.includes("volume")) candle.assumeVolume();
    if (!this.#wanted.has(run) || run.reads.includes("volume")) this.#scan(step);
    if (!this.#wanted.has(run) && run.reads.some(isPrice)) this.#isSettled = false;
    this.#wanted.add(run);
  }

  /** The next base candle, into the columns. */
  #writeCandle(): void {
    const [candle] = this.#candles;
    for (const [k, name] of ROW_COLUMNS.entries()) {
      const column = this.#loaded.columns[k];
      if (candle !== undefined && column !== undefined)
        column[this.#index] = candle.rows[name][candle.index] ?? Number.NaN;
    }
  }

  /** What of it hangs on its close. */
  #writePrices(): void {
    const [candle] = this.#candles;
    const [high, low, close] = this.#columns;
    if (!candle || !high || !low || !close) return;
    const { rows, index } = candle;
    high[this.#index] = rows.high[index] ?? Number.NaN;
    low[this.#index] = rows.low[index] ?? Number.NaN;
    close[this.#index] = rows.close[index] ?? Number.NaN;
  }

  #scan(step: Step | undefined): void {
    if (step === undefined) return;
    const { run, candle, state, copy, out } = step;
    if (state.length > 0) copy.set(state);
    run.kernel.scan(copy, candle.rows, candle.index, candle.index + 1, out, this.#index);
  }

  #stepsOf(closes: readonly boolean[]): readonly Step[] {
    const { strategy, states } = this.#loaded;
    return strategy.runs.flatMap((run, r): Step[] => {
      const at = run.timeframe === null ? 0 : 1 + strategy.timeframes.indexOf(run.timeframe);
      const [candle, state, copy] = [this.#candles[at], states[r], this.#copies[r]];
      if (!closes[at] || candle === undefined || state === undefined || copy === undefined) return [];
      return [{ run, candle, state, copy, out: this.#loaded.outputsOf(run) }];
    });
  }
}

/** Hangs on the next close: its high and low do as well. */
const isPrice = (column: RowColumn): boolean => column === "close" || column === "high" || column === "low";
