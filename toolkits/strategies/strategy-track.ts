// Floor 2. One market and one strategy through recorded candles, a block of rows at a time: at which candles it would enter,
// and what it says of one. The same windows, columns and rules as a live reading, so the same answers to the bit.
import { StrategyError } from "#schemas/errors.ts";
import { FULL_WARMUP_CANDLES, GRID_ROWS } from "#schemas/indicator.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { timeframeMs } from "#schemas/units.ts";
import { warmupAt } from "../indicators/warmup.ts";
import { blockOf, type CandleBlock, pointOf } from "../indicators/window.ts";
import { type Keep, newestClosedRow, StrategyColumns } from "./columns.ts";
import type { KeptColumns } from "./kept-columns.ts";
import { type Answer, RuleView } from "./rule-view.ts";
import { needRowsOf, type Strategy, warmupRowsOf } from "./strategy.ts";

/** How far the rows of a candle go: nothing can be said, exits only, all. */
const NONE = 0;
const PARTIAL = 1;
const FULL = 2;

export class StrategyTrack {
  readonly strategy: Strategy;
  readonly #series: CandleSeries;
  readonly #higher: readonly CandleSeries[];
  readonly #symbol: string;
  readonly #columns: StrategyColumns;
  readonly #view: RuleView;
  readonly #kept: KeptColumns | null;
  /** Numbers of the candles (open time / timeframe) whose rows are loaded: from the first, before the end. */
  #first = 0;
  #end = 0;
  /** From the first of these candles to before the second it is known that it leaves no position. */
  #staysFrom = 0;
  #staysBefore = 0;
  /** By candle of the segment. */
  #warmth = new Uint8Array(GRID_ROWS);
  #enters = new Uint8Array(GRID_ROWS);
  /** What it said at each of those where it enters. */
  readonly #answers = new Map<number, Answer>();

  /**
   * @param higher the same market's candles in the strategy's higher timeframes, in its order
   * @param kept columns of earlier runs over the same candles; null: all are computed
   */
  constructor(
    strategy: Strategy,
    series: CandleSeries,
    higher: readonly CandleSeries[],
    kept: KeptColumns | null = null,
  ) {
    this.#kept = kept;
    this.strategy = strategy;
    this.#series = series;
    this.#higher = higher;
    this.#symbol = series.symbol;
    this.#columns = new StrategyColumns(strategy);
    this.#view = new RuleView(strategy);
  }

  /** Whether it would enter at the close of candle `n`. @throws StrategyError as its rules do */
  mayEnter(n: number): boolean {
    if (n < this.#first || n >= this.#end) this.#load(n);
    return this.#enters[n - this.#first] === 1;
  }

  /** The next candle from `n` on at which it may enter: it would, or it has not been asked yet. */
  quietBefore(n: number): number {
    if (n < this.#first || n >= this.#end) return n;
    const index = this.#enters.indexOf(1, n - this.#first);
    return index < 0 ? this.#end : Math.min(this.#end, this.#first + index);
  }

  /** What it enters with, where it does not leave as well; null: it does not. */
  enters(n: number): Answer | null {
    return this.mayEnter(n) ? (this.#answers.get(n) ?? null) : null;
  }

  /** What it leaves a position with; null: it does not. */
  exits(n: number): Answer | null {
    if (n < this.#first || n >= this.#end) this.#load(n);
    if (n >= this.#staysFrom && n < this.#staysBefore) return null;
    const answer = this.#look(n, PARTIAL) ? this.#view.exits() : null;
    if (answer === null) this.#lookAhead(n);
    return answer;
  }

  /** What is held is asked about candle after candle, so those that follow are looked at together, up to the first at which it leaves. */
  #lookAhead(n: number): void {
    this.#staysFrom = n;
    this.#staysBefore = n + 1;
    while (this.#staysBefore < this.#end && this.#surelyStays(this.#staysBefore)) this.#staysBefore += 1;
  }

  /** False where its rule throws as well: that is for the candle at which it is asked, if it ever is. */
  #surelyStays(n: number): boolean {
    try {
      return !this.#look(n, PARTIAL) || !this.#view.saysExit();
    } catch (error) {
      if (error instanceof StrategyError) return false;
      throw error;
    }
  }

  /** The rows of a candle, for what hangs on the position; null: they are not enough. */
  viewAt(n: number): RuleView | null {
    if (n < this.#first || n >= this.#end) this.#load(n);
    return this.#look(n, PARTIAL) ? this.#view : null;
  }

  #look(n: number, least: number): boolean {
    const index = n - this.#first;
    if ((this.#warmth[index] ?? NONE) < least) return false;
    this.#view.look(index);
    return true;
  }

  /** The largest run of candles around `n` whose windows begin at the same grid points in every timeframe. */
  #load(n: number): void {
    const { strategy } = this;
    const baseMs = timeframeMs(this.#series.timeframe);
    const block = segmentOf(n, warmupRowsOf(strategy, null));
    let [first, last] = [block.first, block.last];
    const numbers = this.#higher.map(({ timeframe }) => Math.floor(((n + 1) * baseMs) / timeframeMs(timeframe)) - 1);
    for (const [i, { timeframe }] of this.#higher.entries()) {
      const ratio = timeframeMs(timeframe) / baseMs;
      const segment = segmentOf(numbers[i] ?? 0, warmupRowsOf(strategy, timeframe));
      first = Math.max(first, (segment.first + 1) * ratio - 1);
      last = Math.min(last, (segment.last + 2) * ratio - 2);
    }
    this.#first = first;
    this.#end = last + 1;
    this.#warmth.fill(NONE);
    this.#enters.fill(0);
    this.#answers.clear();
    const base = blockOf(this.#series, n, warmupRowsOf(strategy, null));
    const higher = this.#higher.map((series, i) =>
      blockOf(series, numbers[i] ?? 0, warmupRowsOf(strategy, series.timeframe)),
    );
    if (base === null || higher.some((frame) => frame === null)) return;
    this.#judge(
      base,
      higher.flatMap((frame) => frame ?? []),
    );
  }

  #judge(base: CandleBlock, higher: readonly CandleBlock[]): void {
    const startN = base.startMs / timeframeMs(base.timeframe);
    const firstRow = this.#first - startN;
    const endRow = Math.min(this.#end - startN, base.length);
    if (endRow <= firstRow) return;
    this.#columns.load(base, firstRow, endRow, higher, 0, this.#keepOf(base, higher, endRow));
    const stepMs = timeframeMs(base.timeframe);
    this.#view.show(this.#columns.columns, this.#symbol, { firstCloseMs: (this.#first + 1) * stepMs, stepMs });
    const view = this.#view;
    const { lookBack } = this.strategy;
    const gaps = gapsOf(this.#columns.columns, endRow - firstRow + lookBack);
    for (let row = Math.max(0, firstRow); row < endRow; row++) {
      const index = row - firstRow;
      const warmth = gaps === null || isWhole(gaps, index, lookBack) ? this.#warmthOf(base, row, higher) : NONE;
      this.#warmth[index] = warmth;
      if (warmth !== FULL) continue;
      view.look(index);
      const answer = view.entersOnly();
      if (answer === null) continue;
      this.#enters[index] = 1;
      this.#answers.set(this.#first + index, answer);
    }
  }

  /** A column hangs on its definition, its candles, the windows that its rows belong to, and which rows they are. */
  #keepOf(base: CandleBlock, higher: readonly CandleBlock[], endRow: number): Keep | null {
    const kept = this.#kept;
    if (kept === null) return null;
    const rows = `${this.#first} ${endRow} ${this.strategy.lookBack} ${base.startMs} ${base.timeframe}`;
    return (run, compute) => {
      const index = run.timeframe === null ? -1 : this.strategy.timeframes.indexOf(run.timeframe);
      const series = index < 0 ? this.#series : this.#higher[index];
      if (series === undefined) return compute();
      const block = index < 0 ? rows : `${rows} ${higher[index]?.startMs}`;
      return kept.columns(series, run.definition, block, compute);
    };
  }

  #warmthOf(base: CandleBlock, row: number, higher: readonly CandleBlock[]): number {
    let warmth = warmthAt(base, row, needRowsOf(this.strategy, null));
    for (const frame of higher) {
      const newest = newestClosedRow(frame, base, row);
      if (newest < 0 || newest >= frame.length) return NONE;
      warmth = Math.min(warmth, warmthAt(frame, newest, needRowsOf(this.strategy, frame.timeframe)));
    }
    return warmth;
  }
}

/** 1 where a column has no value; null: all have, everywhere, which is the rule. */
function gapsOf(columns: readonly Float64Array[], length: number): Uint8Array | null {
  if (columns.every((column) => areFinite(column, length))) return null;
  return Uint8Array.from({ length }, (_, i) => (columns.every((column) => Number.isFinite(column[i])) ? 0 : 1));
}

/** Of the first `length` values. Four sums side by side: one would wait for itself. A sum beyond all numbers is looked at closely. */
function areFinite(column: Float64Array, length: number): boolean {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += column[i] ?? Number.NaN;
    s1 += column[i + 1] ?? Number.NaN;
    s2 += column[i + 2] ?? Number.NaN;
    s3 += column[i + 3] ?? Number.NaN;
  }
  for (; i < length; i++) s0 += column[i] ?? Number.NaN;
  return Number.isFinite(s0 + s1 + s2 + s3);
}

/** Whether the row at `index` and those that are looked back to have all values. */
function isWhole(gaps: Uint8Array, index: number, lookBack: number): boolean {
  for (let i = index; i <= index + lookBack; i++) if (gaps[i] !== 0) return false;
  return true;
}

/** Received rows up to a row against what is needed, and the rule on holes. */
function warmthAt(frame: CandleBlock, row: number, need: number): number {
  const { receivedThrough, agreedLate } = frame;
  // At its close it was not known yet whether it counts; a higher timeframe's, until that one's next.
  if (agreedLate?.has(frame.startMs + row * timeframeMs(frame.timeframe)) === true) return NONE;
  if (receivedThrough === null && row >= FULL_WARMUP_CANDLES && row + 1 >= need) return FULL;
  if (warmupAt(frame, row) === "insufficient") return NONE;
  return (receivedThrough?.[row] ?? row + 1) >= Math.min(need, frame.fullFrom ?? need) ? FULL : PARTIAL;
}

/** Numbers of the candles that end a window beginning at the same grid point as the one that ends with candle `n`. */
function segmentOf(n: number, warmupRows: number): { readonly first: number; readonly last: number } {
  const first = pointOf(n, warmupRows) + warmupRows - 1;
  return { first, last: first + GRID_ROWS - 1 };
}
