// Floor 5. One look of a validation at the candles, and what a strategy said in it. Plain data, for another thread.
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";

/** One look at the candles, and how it differs from the run that is validated. Plain data. */
export interface Pass {
  readonly firstSlotMs: UnixMs;
  /** Inclusive: nothing later is there. */
  readonly lastSlotMs: UnixMs;
  /** Only these, asked in this order; null: those of the configuration, as the venue ranks them. */
  readonly markets: readonly MarketSymbol[] | null;
  /** Candles that close after that moment are others; null: none. */
  readonly scramble: { readonly afterMs: number; readonly seed: number } | null;
  /** What the rules are told of market and time: every market under another's name, and so much later. Prices stay. */
  readonly relabel: { readonly rotateNames: boolean; readonly laterMs: number };
}

export const passOf = (range: Pick<Pass, "firstSlotMs" | "lastSlotMs">, change: Partial<Pass> = {}): Pass => ({
  markets: null,
  scramble: null,
  relabel: { rotateNames: false, laterMs: 0 },
  ...range,
  ...change,
});

/** What a strategy said of one market, candle by candle, oldest first. */
export interface MarketVerdicts {
  readonly symbol: MarketSymbol;
  readonly openMs: Float64Array;
  /** NaN: not warm · 0: nothing · else enter, exit or exitHeld (see `wordOf`), its strength and reasons in one number. */
  readonly said: Float64Array;
}

/** What a whole backtest decided, in its order. */
export interface Decided {
  readonly atMs: Float64Array;
  /** A number of each decision: action, market, strength, reason. */
  readonly rows: Float64Array;
  readonly decisionsHash: string;
}

export interface HistoryDifference {
  /** Closes at which it was warm with either history. */
  readonly rows: number;
  readonly acts: number;
  /** Closes at which it says something else. */
  readonly differing: number;
  readonly first: FirstDifference | null;
  /** By value as a rule names it: the largest difference over the value's own range, from 0; largest first. */
  readonly fields: readonly { readonly name: string; readonly ratio: number }[];
}

/** The earliest close at which two passes do not say the same. */
export interface FirstDifference {
  readonly symbol: MarketSymbol;
  readonly openMs: number;
  /** In words. */
  readonly was: string;
  readonly now: string;
}
