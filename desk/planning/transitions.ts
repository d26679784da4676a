// Floor 4. Questions in their order → what follows what: the way the next one is asked about the same markets, given the way of
// the last one, or that the markets change. Learnt once for all markets, of a desk as a whole: a question's record does not say
// which conversation it was of, so chains that interleave are seen less well. Pure; bounded.
import { DAY_MS } from "#schemas/units.ts";
import { type BackedOff, backOff } from "./back-off.ts";
import { DecayedCounts } from "./decayed-counts.ts";

/** Market time in ms after which a chain is broken: who comes back after half an hour starts anew. */
export const CHAIN_PAUSE_MS = 30 * 60_000;
/** Market time in ms after which a transition counts half: how one asks lasts longer than what one asks about. */
const HALF_LIFE_MS = 7 * DAY_MS;
/** Ways of asking whose followers are kept, those used last; and followers kept of each. */
const MAX_BEFORE = 64;
const MAX_AFTER = 64;
/** Stands for whatever is asked of other markets; no shape is empty. */
const OTHER_MARKETS = "";
/** Before anything was counted the markets are as likely to change as not. */
const CHANGE_BASE = 0.5;

/** One question as it matters here. */
export interface Step {
  /** The way it is asked, without its markets. */
  readonly shape: string;
  readonly markets: readonly string[];
}

/** What may follow the last question. */
export interface Following<Asked extends Step> {
  readonly last: Asked;
  /** Probability that the next one is not of the same markets. */
  readonly change: number;
  /** Probability that it is of the same markets and asked this way. @param base of the shape, whatever came before */
  same(shape: string, base: number): number;
  /** True of a shape that has followed this one on the same markets. */
  hasFollowed(shape: string): boolean;
}

export class Transitions<Asked extends Step> {
  readonly #after = new Map<string, DecayedCounts>();
  /** Whatever came before: what a shape backs off to that has hardly been followed yet. */
  readonly #afterAny = new DecayedCounts(HALF_LIFE_MS, MAX_AFTER);
  #last: Asked | null = null;
  #lastMs = 0;

  /** Null where nothing precedes, or so long ago that the chain is broken. A clock that went back has not moved. */
  following(nowMs: number): Following<Asked> | null {
    const last = this.#last;
    if (last === null || nowMs - this.#lastMs > CHAIN_PAUSE_MS) return null;
    const counts = this.#after.get(last.shape);
    const any = backOff(this.#afterAny);
    const after: BackedOff = counts === undefined ? (_, base) => base : backOff(counts);
    const of = (name: string, base: number) => after(name, any(name, base));
    return {
      last,
      change: of(OTHER_MARKETS, CHANGE_BASE),
      same: (shape, base) => of(shape, (1 - CHANGE_BASE) * base),
      hasFollowed: (shape) => counts?.has(shape) === true,
    };
  }

  add(asked: Asked, atMs: number): void {
    const last = this.following(atMs)?.last;
    if (last !== undefined) {
      const next = areSame(asked.markets, last.markets) ? asked.shape : OTHER_MARKETS;
      this.#afterAny.add(next, atMs);
      this.#countsAfter(last.shape).add(next, atMs);
    }
    this.#last = asked;
    this.#lastMs = Math.max(this.#lastMs, atMs);
  }

  #countsAfter(shape: string): DecayedCounts {
    const counts = this.#after.get(shape) ?? new DecayedCounts(HALF_LIFE_MS, MAX_AFTER);
    // Put last again: the first of the map is the one that was not used for longest.
    this.#after.delete(shape);
    this.#after.set(shape, counts);
    const [oldest] = this.#after.keys();
    if (this.#after.size > MAX_BEFORE && oldest !== undefined) this.#after.delete(oldest);
    return counts;
  }
}

export const areSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((market, index) => market === b[index]);
