// Floor 2. Every grid slot of one market, in order → a cheap screen for the backtest: could a strategy act here? Where
// the answer is yes, the caller computes the true snapshot of the true window; so the screen may cry wolf, never miss.
//
// The stream remembers its whole past, the window 400 to 599 closes. Let A(n) be the RSI's smoothed total change after n
// closes. Stream and window have done the same arithmetic since the window's first 14 changes (at most 15 slots later
// where the window starts behind a short hole), that is for the last 370 changes; all they disagree about was in
// A(n - 370), of which (13/14)^370 is left. With the window's seed at most (14/13)^13 = 2.63 times the stream's sum,
//   |RSI(stream) - RSI(window)| <= 50 × (3.63 + 1.63) × (13/14)^370 × A(n - 370) / A(n) < 300 × (13/14)^370 × …
// points. So one remembered number decides, by exactly as much as the past still weighs: a market half of whose candles
// are flat is trusted, one that has stood still for some 110 candles is not (A(n) has faded), nor is one that has just
// lost most of its price (A(n) is small beside what was).
import { InvariantError } from "#schemas/errors.ts";
import { GRID_ROWS, MIN_CANDLES, RSI_PERIOD, WARMUP_ROWS } from "#schemas/indicator.ts";
import { BollingerStream } from "./bollinger.ts";
import { RSI_DECAY, RsiStream } from "./rsi.ts";

/** What a strategy is shown when asked whether it may act; bands are computed only if it asks. */
export interface Screen {
  /** RSI of the stream, 0-100. */
  readonly rsi: number;
  /** Newest close. */
  readonly close: number;
  lower(): number;
  upper(): number;
}

/** A trusted RSI is within this many points of the window's. */
export const TRUSTED_RSI_ERROR = 1e-9;

/** Longest hole behind which a window may start while the bound above holds; a longer one is not trusted. */
const MAX_LEADING_HOLE = 15;
/** At least 399 changes in a window, less 14 of its seed and 15 of such a hole. */
const SHARED_CHANGES = WARMUP_ROWS - 1 - RSI_PERIOD - MAX_LEADING_HOLE;
/** Largest A(n - 370) / A(n) that keeps the error within 0.9 of the promise; the rest is for float rounding. */
const MAX_PAST_WEIGHT = (0.9 * TRUSTED_RSI_ERROR) / (300 * RSI_DECAY ** SHARED_CHANGES);
/** Below this the sums come near the smallest float64, where they stop fading and say nothing any more. */
const MIN_TOTAL = 1e-280;
/** Power of two above SHARED_CHANGES. */
const RING = 512;

/** One per market; push allocates nothing. */
export class IndicatorStream implements Screen {
  readonly #rsi = new RsiStream();
  readonly #bands = new BollingerStream();
  readonly #totals = new Float64Array(RING);
  #missingRun = 0;
  #longHoleAt = Number.NEGATIVE_INFINITY;

  /**
   * Takes the next slot of the grid. A missing slot repeats the previous close; `close` is not looked at then.
   * @throws InvariantError where the first slot is missing or a close is not a finite number
   */
  push(close: number, missing: boolean): void {
    if (missing) this.#noteMissing();
    else this.#missingRun = 0;
    const value = missing ? this.#rsi.previous : close;
    this.#rsi.push(value);
    this.#bands.push(value);
    this.#totals[this.#rsi.count & (RING - 1)] = this.#rsi.total;
  }

  /** Slots pushed. */
  get count(): number {
    return this.#rsi.count;
  }

  /** From 20 slots on. Before, no window has values and no strategy can act. */
  get ready(): boolean {
    return this.#rsi.count >= MIN_CANDLES;
  }

  /** True where `rsi` is within TRUSTED_RSI_ERROR of the window's; else only the window itself can tell. */
  get trusted(): boolean {
    const { count, total } = this.#rsi;
    if (count <= WARMUP_ROWS) return true;
    if (count - this.#longHoleAt < WARMUP_ROWS + GRID_ROWS) return false;
    const past = this.#totals[(count - SHARED_CHANGES) & (RING - 1)] ?? Number.NaN;
    // The sums never fade to 0, so 0 means that nothing has ever moved: flat in the stream and in the window.
    return total === 0 || (total > MIN_TOTAL && past <= MAX_PAST_WEIGHT * total);
  }

  get rsi(): number {
    return this.#rsi.value;
  }

  get close(): number {
    return this.#rsi.previous;
  }

  /** Lower band over the last 20 slots, bit for bit the window's; meaningful once `ready`. */
  lower(): number {
    return this.#bands.lower();
  }

  /** Upper band, as `lower`. */
  upper(): number {
    return this.#bands.upper();
  }

  #noteMissing(): void {
    if (this.#rsi.count === 0)
      throw new InvariantError({
        was: "The first slot pushed into an indicator stream is a hole.",
        expected: "a stream that starts with the market's first candle",
        remedy: "This is a bug; please report it with the data folder's name.",
      });
    if (++this.#missingRun > MAX_LEADING_HOLE) this.#longHoleAt = this.#rsi.count + 1;
  }
}
