// Floor 2. Closes → Wilder's RSI, over a window and one close at a time. Both do the same arithmetic in the same order, so
// they agree to the last bit.
//
// Wilder 1978, "New Concepts in Technical Trading Systems", section VI: RSI = 100 G / (G + L), where G and L are the
// averages of gains and losses, seeded with the mean of the first 14 and smoothed by (13 × average + new) / 14. We carry
// the sum G + L and the difference G - L instead: RSI = 50 + 50 (G - L) / (G + L). It is the same number without a
// branch; it stays in 0-100 under rounding, carries NaN through, and is exactly 100 without a loss, 0 without a gain. A
// factor common to both cancels, so the division by 14 is left out.
import { RSI_PERIOD } from "#schemas/indicator.ts";
import { requireFinite } from "./finite.ts";

/** Share of the past that each further change leaves: 13/14. */
export const RSI_DECAY = (RSI_PERIOD - 1) / RSI_PERIOD;

/** RSI of a series without any change, where Wilder's ratio is 0/0. */
const FLAT_RSI = 50;

/**
 * RSI (0-100) after the last close, counted from the first close given. `flat`: no close differs from the one before.
 * Null under 15 closes.
 * @throws InvariantError where a close is not a finite number
 */
export function rsiOfWindow(closes: Float64Array): RsiReading | null {
  const sums = rsiSumsOf(closes);
  return sums === null ? null : readingOf(sums.total, sums.net);
}

/** `value` 0-100; `flat`: no close differs from the one before. */
export interface RsiReading {
  readonly value: number;
  readonly flat: boolean;
}

/** All that RSI remembers of closes: the sum and the difference of 14 times Wilder's average gain and loss (prices). */
export interface RsiSums {
  readonly total: number;
  readonly net: number;
  /** The close they end with. */
  readonly previous: number;
}

/** Null under 15 closes. */
export function rsiSumsOf(closes: Float64Array): RsiSums | null {
  if (closes.length <= RSI_PERIOD) return null;
  let { total, net, previous } = seedOf(closes);
  for (let i = RSI_PERIOD + 1; i < closes.length; i++) {
    const close = closes[i] ?? Number.NaN;
    const change = close - previous;
    total = total * RSI_DECAY + Math.abs(change);
    net = net * RSI_DECAY + change;
    previous = close;
  }
  return { total, net, previous };
}

/** What `rsiOfWindow` says once `close` follows the closes of the sums. @throws InvariantError as it does */
export function rsiAfter({ total, net, previous }: RsiSums, close: number): RsiReading {
  const change = close - previous;
  return readingOf(total * RSI_DECAY + Math.abs(change), net * RSI_DECAY + change);
}

/**
 * The close that takes RSI to `level` (0-100, neither end) when it comes next, but for rounding; may be under 0. RSI rises
 * with the close, so every close beyond this one takes it beyond the level.
 */
export function closeForRsi({ total, net, previous }: RsiSums, level: number): number {
  // (N + c) / (T + |c|) = q, solved for the change c; the side of 0 it falls on is the sign of q T - N.
  const ratio = (level - FLAT_RSI) / FLAT_RSI;
  const missing = (ratio * total - net) * RSI_DECAY;
  return previous + missing / (missing < 0 ? 1 + ratio : 1 - ratio);
}

/** RSI one close at a time, from the first close pushed. */
export class RsiStream {
  #count = 0;
  #previous = 0;
  #total = 0;
  #net = 0;

  /** @throws InvariantError where the close is not a finite number; the stream is then as before */
  push(close: number): void {
    if (!Number.isFinite(close)) requireFinite(close, "A close");
    if (this.#count > 0) {
      const change = close - this.#previous;
      const decay = this.#count > RSI_PERIOD ? RSI_DECAY : 1;
      this.#total = this.#total * decay + Math.abs(change);
      this.#net = this.#net * decay + change;
    }
    this.#previous = close;
    this.#count++;
  }

  /** Closes pushed. */
  get count(): number {
    return this.#count;
  }

  /** The close pushed last; 0 before the first. */
  get previous(): number {
    return this.#previous;
  }

  /** 14 times Wilder's average gain plus average loss (a price): the weight that the past still has. */
  get total(): number {
    return this.#total;
  }

  /** RSI (0-100), meaningful from the 15th close on; 50 where nothing has moved yet. */
  get value(): number {
    return rsiOf(this.#total, this.#net);
  }
}

const readingOf = (total: number, net: number): RsiReading => ({
  value: requireFinite(rsiOf(total, net), "RSI"),
  flat: total === 0,
});

const rsiOf = (total: number, net: number): number => (total === 0 ? FLAT_RSI : FLAT_RSI + FLAT_RSI * (net / total));

/** Sums over the first 14 changes, and the close they end with. */
function seedOf(closes: Float64Array): { total: number; net: number; previous: number } {
  let total = 0;
  let net = 0;
  let previous = closes[0] ?? Number.NaN;
  for (let i = 1; i <= RSI_PERIOD; i++) {
    const close = closes[i] ?? Number.NaN;
    total += Math.abs(close - previous);
    net += close - previous;
    previous = close;
  }
  return { total, net, previous };
}
