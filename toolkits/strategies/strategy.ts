// Floor 2. A strategy ready to run: parameters filled in, indicators resolved to kernels and columns, rules as given. Made by
// compile-strategy.ts from what an author wrote.
import type { EntryStyle } from "#schemas/config.ts";
import { WARMUP_ROWS } from "#schemas/indicator.ts";
import type { Timeframe } from "#schemas/units.ts";
import type { Kernel, RowColumn } from "../indicators/kernel.ts";
import type { BracketWish, HeldPosition, ParameterSpecs, ParameterValue } from "./define-strategy.ts";

/** One kernel of a strategy and where its outputs stand among the strategy's columns. */
export interface IndicatorRun {
  /** Of the indicator with its settings and its timeframe: two of one definition compute the same. */
  readonly definition: string;
  /** Null: the base timeframe. */
  readonly timeframe: Timeframe | null;
  readonly kernel: Kernel;
  /** Rows until its seed weighs under 1e-4, or its finite memory. */
  readonly needRows: number;
  readonly reads: readonly RowColumn[];
  readonly outputs: number;
  readonly firstColumn: number;
}

/** A value as a rule names it: `fast`, or `bands.upper`. */
export interface Field {
  readonly name: string;
  /** Null: the only output of its indicator. */
  readonly output: string | null;
  readonly column: number;
}

/** A view of a row, as the author's types describe it. */
export type RuleValues = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

export interface RuleAt {
  readonly now: RuleValues;
  readonly ago: (candles: number) => RuleValues;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  symbol: string;
  readonly openMs: number;
}

/** As the author wrote them: what they return is checked where it is read. */
export interface Rule {
  readonly enter: (at: RuleAt) => unknown;
  readonly exit: ((at: RuleAt) => unknown) | null;
  readonly exitHeld: ((at: RuleAt, position: HeldPosition) => unknown) | null;
  readonly describe: ((at: RuleAt) => unknown) | null;
}

/** What there is to know of a strategy without its code: plain data, also of one that runs in a thread of its own. */
export interface StrategyInfo {
  readonly id: string;
  readonly title: string;
  /** Hash of id, parameters, rule and the definitions of its indicators; names what its readings mean. */
  readonly definitionId: string;
  /** Its file; null: shipped with the product. */
  readonly file: string | null;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** What each parameter may be. */
  readonly parameterSpecs: ParameterSpecs;
  /** Higher timeframes it reads, ascending. */
  readonly timeframes: readonly Timeframe[];
  /** Received rows that a reading needs to be full: of the base timeframe, then of each higher one in their order. */
  readonly needRows: readonly number[];
  readonly bracket: BracketWish | null;
  /** Notional of one entry, percent of the strategy's share of equity; null: the desk's. */
  readonly entryPct: number | null;
  readonly orderStyle: EntryStyle | null;
  readonly hasExitHeld: boolean;
}

export interface Strategy extends StrategyInfo {
  readonly runs: readonly IndicatorRun[];
  readonly fields: readonly Field[];
  /** Columns of all runs together. */
  readonly outputs: number;
  readonly lookBack: number;
  readonly rule: Rule;
  /** The same strategy with other parameters; those left out are at their defaults. @throws StrategyError naming the parameter */
  retuned(parameters: Readonly<Record<string, unknown>>): Strategy;
}

/** Received rows that a reading needs to be full, in the base timeframe (null) or a higher one. */
export const needRowsOf = ({ needRows, timeframes }: StrategyInfo, timeframe: Timeframe | null): number =>
  needRows[timeframe === null ? 0 : 1 + timeframes.indexOf(timeframe)] ?? 1;

/** Rows before the newest at which its window begins, at least: the largest need, at least 400 (DESIGN §3). */
export const warmupRowsOf = (strategy: StrategyInfo, timeframe: Timeframe | null): number =>
  Math.max(WARMUP_ROWS, needRowsOf(strategy, timeframe));

/** The largest need of several strategies in one timeframe: null where it is the base of all. */
export const largestWarmup = (strategies: readonly StrategyInfo[], timeframe: Timeframe | null): number =>
  Math.max(WARMUP_ROWS, ...strategies.map((strategy) => warmupRowsOf(strategy, timeframe)));
