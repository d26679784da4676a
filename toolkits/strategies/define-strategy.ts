// Floor 2. What a strategy is, as its author writes it: one value in one file. Everything else is made from it.
import type { EntryStyle } from "#schemas/config.ts";
import type { Timeframe } from "#schemas/units.ts";
import type { IndicatorRef } from "../indicators/spec.ts";

/** A number in a range, one of a few words, or yes and no. */
export type ParameterSpec =
  | { readonly default: number; readonly min: number; readonly max: number; readonly integer?: boolean }
  | { readonly default: string; readonly options: readonly string[] }
  | { readonly default: boolean };

export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

export type ParameterValue = number | string | boolean;

export type ParametersOf<P extends ParameterSpecs> = {
  readonly [K in keyof P]: P[K] extends { readonly options: readonly (infer Option)[] }
    ? Option
    : P[K] extends { readonly default: number }
      ? number
      : P[K] extends { readonly default: boolean }
        ? boolean
        : string;
};

export type Indicators = Readonly<Record<string, IndicatorRef>>;

/** The candle of the base timeframe: prices in quote per base, volume in base coins. */
export interface CandleValues {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** An indicator of one output is a number under its name, one of several a number under each output's name. */
export type ValuesOf<I extends Indicators> = CandleValues & {
  readonly [K in keyof I]: I[K] extends IndicatorRef<infer Output>
    ? [Output] extends ["value"]
      ? number
      : { readonly [Name in Output]: number }
    : never;
};

/** What a rule sees: the values at a close and a few candles back. All finite; nothing later is in it. */
export interface At<I extends Indicators, P extends ParameterSpecs> {
  readonly now: ValuesOf<I>;
  /** The values `candles` base candles back, from 0 to `lookBack`. @throws StrategyError beyond it, and for the future */
  readonly ago: (candles: number) => ValuesOf<I>;
  readonly parameters: ParametersOf<P>;
  /** `BASE/QUOTE`. */
  readonly symbol: string;
  /** Open time of the base candle that has just closed, epoch ms. */
  readonly openMs: number;
}

/** What is held of the market by this strategy. */
export interface HeldPosition {
  /** Average fill price, quote per base. */
  readonly entryPrice: number;
  /** Open time of the candle of its first fill, epoch ms. */
  readonly openedAtMs: number;
  /** Base candles closed since, at least 1. */
  readonly candles: number;
  /** The close against the entry price, percent. */
  readonly gainPct: number;
}

type Because = string | readonly string[];

/** False: no. True, a reason, or reasons with a strength from 0 to 1 that ranks the entries of one slot: yes. */
export type Verdict =
  | boolean
  | string
  | {
      /** A function is called only where the reasons are wanted, which most answers' are not. */
      readonly because: Because | (() => Because);
      /** Default 0.5. */
      readonly strength?: number;
      /** 1 to 40 characters that trades go by in statistics: of an entry which setup it was, of an exit why it was left. */
      readonly tag?: string;
    };

/** What protects an entry, in percent of its average fill price. Left out: the desk's stop and target. */
export interface BracketWish {
  /** The stop-loss rests this far below. */
  readonly stopPct?: number;
  /** A limit sells this far above; null: no take-profit. */
  readonly targetPct?: number | null;
  /** Gain in percent at which it sells, by minutes since the entry, as freqtrade's `minimal_roi`; instead of `targetPct`. */
  readonly roi?: Readonly<Record<number, number>>;
  /** Once the price was more than `fromGainPct` above, the stop follows the high at `distancePct`; the last that fits. */
  readonly trailing?: readonly { readonly fromGainPct: number; readonly distancePct: number }[];
  /** Sold at the next open after so many base candles. */
  readonly maxHoldCandles?: number;
}

export interface StrategyDefinition<P extends ParameterSpecs, I extends Indicators> {
  /** 1-40 of a-z, 0-9 and -. Positions, trades and statistics go by it. */
  readonly id: string;
  readonly title?: string;
  /** Higher timeframes that its indicators read by `.on()`; left out: those that they name. */
  readonly timeframes?: readonly Timeframe[];
  readonly parameters?: P;
  readonly indicators: I | ((parameters: ParametersOf<P>) => I);
  /** How many candles back its rules look; default 1, at most 50. */
  readonly lookBack?: number;
  /** Candles that must be there before it may act, where that is more than its indicators need. */
  readonly startupCandles?: number;
  /** Whether to buy at this close. Asked only where every value is there, and not where `exit` says yes. */
  readonly enter: (at: At<I, P>) => Verdict;
  /** Whether to sell what is held at this close. */
  readonly exit?: (at: At<I, P>) => Verdict;
  /** The same where it hangs on the position; asked when a position is held and `exit` says no. */
  readonly exitHeld?: (at: At<I, P>, position: HeldPosition) => Verdict;
  /** What to say where it does nothing; left out: its values. */
  readonly describe?: (at: At<I, P>) => readonly string[];
  readonly bracket?: BracketWish | ((parameters: ParametersOf<P>) => BracketWish);
  /** Notional of one entry in percent of the strategy's share of equity; left out: the desk's. */
  readonly stake?: { readonly entryPct: number };
  /** Left out: the desk's. */
  readonly orderStyle?: EntryStyle;
}

/**
 * Types a strategy; returns it as it is. A strategy file's default export.
 * @example
 * export default defineStrategy({
 *   id: "ema-cross",
 *   parameters: { fast: { default: 12, min: 2, max: 100 } },
 *   indicators: ({ fast }) => ({ fast: ema(fast), slow: ema(48) }),
 *   enter: ({ now, ago }) => now.fast > now.slow && ago(1).fast <= ago(1).slow,
 * });
 */
export const defineStrategy = <const P extends ParameterSpecs, I extends Indicators>(
  definition: StrategyDefinition<P, I>,
): StrategyDefinition<P, I> => definition;
