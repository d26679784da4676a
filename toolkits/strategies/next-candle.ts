// Floor 2. The newest rows of one timeframe, and behind them the next candle as it is assumed: it opens at the last close, its
// high and low are the two closes, its volume is the median of the window's.
import { ROW_COLUMNS, type RowColumn } from "../indicators/kernel.ts";
import type { Frame } from "./frame.ts";

/** Rows that an indicator with a state may look at beside the newest. */
const LEAST_ROWS = 2;

/** Keeps its memory from market to market. */
export class NextCandle {
  readonly rows: Readonly<Record<RowColumn, Float64Array>>;
  /** Index of the next candle in `rows`. */
  index = 0;
  /** Newest close. */
  last = Number.NaN;
  readonly #memory: number;
  readonly #reads: readonly RowColumn[];
  #frame: Frame | null = null;
  #usualVolume: number | null = null;

  /**
   * @param memory rows that any indicator of this timeframe depends on, the next candle's among them
   * @param reads columns that they read
   */
  constructor(memory: number, reads: readonly RowColumn[]) {
    this.#memory = Math.max(LEAST_ROWS, memory);
    this.#reads = ROW_COLUMNS.filter((name) => reads.includes(name));
    const column = (): Float64Array => new Float64Array(this.#memory + 1);
    this.rows = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  }

  /** Stands behind the newest row of this frame. */
  follow(frame: Frame): void {
    const from = Math.max(0, frame.length - this.#memory);
    for (const name of this.#reads) this.rows[name].set(frame[name].subarray(from, frame.length));
    this.index = frame.length - from;
    this.last = frame.close[frame.length - 1] ?? Number.NaN;
    this.#frame = frame;
    this.rows.open[this.index] = this.last;
    this.rows.volume[this.index] = 0;
    this.#usualVolume = null;
    this.closeAt(this.last);
  }

  closeAt(close: number): void {
    const { rows, index, last } = this;
    rows.high[index] = Math.max(last, close);
    rows.low[index] = Math.min(last, close);
    rows.close[index] = close;
  }

  /** Its volume is 0 until something reads it: the median takes longer than all else. */
  assumeVolume(): void {
    this.rows.volume[this.index] = this.usualVolume();
  }

  /** Median of the window's volumes, base coins. */
  usualVolume(): number {
    this.#usualVolume ??= this.#frame === null ? 0 : median(this.#frame.volume.slice(0, this.#frame.length));
    return this.#usualVolume;
  }
}

/** Reorders the values (Hoare 1961, Algorithm 65): sorting all of a window takes longer than all else that is done with it. */
export function median(values: Float64Array): number {
  const middle = values.length >> 1;
  const upper = selected(values, middle);
  if (values.length % 2 === 1 || middle === 0) return upper;
  // What stands before the middle is no greater than it.
  let lower = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < middle; i++) lower = Math.max(lower, values[i] ?? Number.NaN);
  return (lower + upper) / 2;
}

/** The value that sorting would put at `index`; those before it are no greater, those after it no less. */
function selected(values: Float64Array, index: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? Number.NaN;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((values[i] ?? pivot) < pivot) i++;
      while ((values[j] ?? pivot) > pivot) j--;
      if (i > j) break;
      const value = values[i] ?? pivot;
      values[i] = values[j] ?? pivot;
      values[j] = value;
      i++;
      j--;
    }
    if (index <= j) high = j;
    else if (index >= i) low = i;
    else break;
  }
  return values[index] ?? 0;
}
