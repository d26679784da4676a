// Floor 2. The last 20 closes → Bollinger bands: mean ± 2 population deviations (Bollinger 2001), two passes over every
// window. A sliding sum is faster and loses all its digits when a price changes its scale, so there is none.
import { BOLLINGER_DEVIATIONS, BOLLINGER_PERIOD, type Bollinger } from "#schemas/indicator.ts";
import { requireFinite } from "./finite.ts";

/**
 * Bands (prices, unrounded) after the last close. Null under 20 closes.
 * @throws InvariantError where one of the 20 closes is not a finite number
 */
export function bollingerOfWindow(closes: Float64Array): Bollinger | null {
  if (closes.length < BOLLINGER_PERIOD) return null;
  const middle = meanBefore(closes, closes.length);
  const reach = BOLLINGER_DEVIATIONS * deviationBefore(closes, closes.length, middle);
  const upper = requireFinite(middle + reach, "Bollinger band");
  const lower = middle - reach;
  const close = closes.at(-1) ?? Number.NaN;
  const width = upper - lower;
  return {
    upper,
    middle,
    lower,
    bandwidth: width / middle,
    percentB: width > 0 ? (close - lower) / width : null,
  };
}

/**
 * The close that would touch the lower and the upper band, itself among the 20, when it follows these (19 or more): but for
 * rounding. With m and s, mean and deviation of the last 19, and d = x - m, the 20 have the mean m + d / 20 and the
 * variance 19/20 s² + 19/400 d²; so x is beyond m ± 2 deviations where 19/20 |d| >= 2 √(19/20 s² + 19/400 d²), which is
 * d² >= 16/3 s². Beyond them the close is beyond its band.
 */
export function bandTouchesOf(closes: Float64Array): { readonly lower: number; readonly upper: number } {
  const others = closes.subarray(-OTHER_CLOSES);
  const first = others[0] ?? Number.NaN;
  let sum = 0;
  for (const close of others) sum += close - first;
  const mean = first + sum / OTHER_CLOSES;
  let squares = 0;
  for (const close of others) squares += (close - mean) * (close - mean);
  const reach = TOUCH_DEVIATIONS * Math.sqrt(squares / OTHER_CLOSES);
  return { lower: mean - reach, upper: mean + reach };
}

/** Closes of a band that come before its newest one. */
const OTHER_CLOSES = BOLLINGER_PERIOD - 1;
/** √(16/3) for 20 closes and 2 deviations; k √(n / (n - 1 - k²)) for n and k. */
const TOUCH_DEVIATIONS =
  BOLLINGER_DEVIATIONS * Math.sqrt(BOLLINGER_PERIOD / (OTHER_CLOSES - BOLLINGER_DEVIATIONS ** 2));

/** Closes kept in a row before the last 19 are moved back to the front: one move in about a thousand pushes. */
const BUFFER_CLOSES = 1024;

/** Bands one close at a time; computed only when asked for, and kept until the next push. */
export class BollingerStream {
  readonly #closes = new Float64Array(BUFFER_CLOSES);
  #end = 0;
  #middle = 0;
  #reach = 0;
  #computed = false;

  /** @throws InvariantError where the close is not a finite number; the stream is then as before */
  push(close: number): void {
    if (!Number.isFinite(close)) requireFinite(close, "A close");
    if (this.#end === BUFFER_CLOSES) {
      this.#closes.copyWithin(0, BUFFER_CLOSES - BOLLINGER_PERIOD + 1);
      this.#end = BOLLINGER_PERIOD - 1;
    }
    this.#closes[this.#end++] = close;
    this.#computed = false;
  }

  /** True from the 20th close on; before, the bands mean nothing. */
  get ready(): boolean {
    return this.#end >= BOLLINGER_PERIOD;
  }

  middle(): number {
    this.#compute();
    return this.#middle;
  }

  lower(): number {
    this.#compute();
    return this.#middle - this.#reach;
  }

  upper(): number {
    this.#compute();
    return this.#middle + this.#reach;
  }

  #compute(): void {
    if (this.#computed) return;
    this.#middle = meanBefore(this.#closes, this.#end);
    this.#reach = BOLLINGER_DEVIATIONS * deviationBefore(this.#closes, this.#end, this.#middle);
    this.#computed = true;
  }
}

// Distances are summed, not prices: of equal closes the mean is then that close and the deviation 0, exactly. A frozen
// market would else get a band of rounding noise, which its own price can touch.
function meanBefore(closes: Float64Array, end: number): number {
  const first = closes[end - BOLLINGER_PERIOD] ?? Number.NaN;
  let sum = 0;
  for (let i = end - BOLLINGER_PERIOD + 1; i < end; i++) sum += (closes[i] ?? Number.NaN) - first;
  return first + sum / BOLLINGER_PERIOD;
}

function deviationBefore(closes: Float64Array, end: number, mean: number): number {
  let sum = 0;
  for (let i = end - BOLLINGER_PERIOD; i < end; i++) {
    const distance = (closes[i] ?? Number.NaN) - mean;
    sum += distance * distance;
  }
  return Math.sqrt(sum / BOLLINGER_PERIOD);
}
