// Floor 2. One market's windows and a strategy → what the strategy says of it: values, signal, action levels. Pure; the desk
// calls it for shipped strategies, a worker thread for those from files.

import { StrategyError } from "#schemas/errors.ts";
import type { Warmup } from "#schemas/indicator.ts";
import type { ActionLevels, Signal } from "#schemas/reading.ts";
import { type Timeframe, timeframeMs } from "#schemas/units.ts";
import { StrategyColumns } from "./columns.ts";
import type { HeldPosition } from "./define-strategy.ts";
import type { Frame } from "./frame.ts";
import { LevelSearch } from "./level-search.ts";
import { actionLevelsOf, notWorkedOut } from "./levels.ts";
import { NextRow } from "./next-row.ts";
import { type Answer, RuleView } from "./rule-view.ts";
import { needRowsOf, type Strategy } from "./strategy.ts";

/** A window of one timeframe, and whether its rows are enough. */
export interface WarmFrame extends Frame {
  /** Received rows, and what the rule on holes says of them (schemas/indicator.ts). */
  readonly received: number;
  readonly warmup: Warmup;
}

/** One market as a strategy is given it: plain data that a worker thread can be sent. */
export interface MarketRows {
  readonly symbol: string;
  /** Windows that end now: the base one, then the strategy's higher timeframes in its order. */
  readonly now: readonly WarmFrame[];
  /** Windows that the next base candle belongs to: rows without it, counts with it. Behind a grid point they begin later. */
  readonly next: readonly WarmFrame[];
  /** Smallest price step, quote per base. */
  readonly tickSize: number;
  /** ATR of the newest candle, a price distance; null: not known. */
  readonly atr: number | null;
}

export interface MarketReading {
  readonly symbol: string;
  readonly warmup: Warmup;
  readonly windowStartMs: number;
  readonly values: Readonly<Record<string, (number | null)[]>>;
  readonly signal: Signal;
  readonly levels: ActionLevels;
}

const LONGEST_NOTE = 500;

/** One a strategy, used again for every market: what it allocates it keeps. */
export class MarketReader {
  readonly #strategy: Strategy;
  readonly #columns: StrategyColumns;
  readonly #view: RuleView;
  readonly #next: NextRow;
  readonly #search: LevelSearch;

  constructor(strategy: Strategy) {
    this.#strategy = strategy;
    this.#columns = new StrategyColumns(strategy);
    this.#view = new RuleView(strategy);
    this.#next = new NextRow(this.#columns);
    this.#search = new LevelSearch(this.#next);
  }

  /**
   * @param wantsLevels false: no action levels
   * @param wantsWords false: no words where nothing is done, and no values but for a rule on the position
   * @throws StrategyError, or whatever the author's rule throws
   */
  read(market: MarketRows, wantsLevels = true, wantsWords = true): MarketReading {
    const { symbol, now, next } = market;
    const [base, ...higher] = now;
    if (base === undefined) throw new Error(`${symbol} has no window.`);
    this.#load(base, higher, symbol);
    this.#view.look(0);
    const warmup = warmupOfAll(this.#strategy, now);
    const values = wantsWords || this.#strategy.hasExitHeld ? this.#view.values() : {};
    const signal = signalOf(this.#view, warmup, base, wantsWords);
    const begins = now.some(({ startMs }, i) => startMs !== next[i]?.startMs);
    const levels = wantsLevels ? this.#levels(market, begins) : notWorkedOut("not asked for");
    return { symbol, warmup, windowStartMs: base.startMs, values, signal, levels };
  }

  #load(base: WarmFrame, higher: readonly WarmFrame[], symbol: string): void {
    this.#columns.load(base, base.length - 1, base.length, higher, 1);
    const stepMs = timeframeMs(base.timeframe);
    this.#view.show(this.#columns.columns, symbol, { firstCloseMs: base.startMs + base.length * stepMs, stepMs });
  }

  /** @param isLaterWindow the next candle's window begins later than the one that is loaded */
  #levels({ symbol, next: frames, tickSize, atr }: MarketRows, isLaterWindow: boolean): ActionLevels {
    const [base, ...higher] = frames;
    if (base === undefined) return notWorkedOut("there is no window");
    const warmup = warmupOfAll(this.#strategy, frames);
    if (warmup === "insufficient") return notWorkedOut("too few candles, or too many holes");
    if (isLaterWindow) this.#load(base, higher, symbol);
    this.#next.begin({ symbol, base, higher, mayEnter: warmup === "full" });
    const last = base.close[base.length - 1] ?? Number.NaN;
    try {
      return actionLevelsOf(this.#next, this.#search, { last, tickSize, atr });
    } catch (error) {
      // Of a candle that is not there: a desk that asks for no levels, as a backtest, would never have heard of it.
      if (!(error instanceof StrategyError)) throw error;
      return notWorkedOut(`at some close the rule fails: ${error.message}`.slice(0, LONGEST_NOTE));
    }
  }
}

/** Whether a strategy would leave a position, from the values of a reading; null: it would not. */
export function readHeld(strategy: Strategy, { symbol, asOfMs, timeframe, values, position }: HeldRows): HeldResult {
  if (strategy.rule.exitHeld === null) return null;
  const view = new RuleView(strategy);
  view.showValues(values, symbol, { firstCloseMs: asOfMs, stepMs: timeframeMs(timeframe) });
  view.look(0);
  if (!view.isWhole()) return null;
  const answer = view.exitsHeld(position);
  if (answer === null) return null;
  return answer.tag === null ? { reasons: answer.reasons } : { reasons: answer.reasons, tag: answer.tag };
}

/** What a rule on the position leaves it with; null: it does not. */
export type HeldResult = (Readonly<Pick<Signal, "tag">> & { readonly reasons: readonly string[] }) | null;

/** A position with the values of the reading that is decided on. */
export interface HeldRows {
  readonly symbol: string;
  /** Close of the candle that is decided on. */
  readonly asOfMs: number;
  readonly timeframe: Timeframe;
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  readonly position: HeldPosition;
}

/** `full` where every timeframe has what the strategy's indicators need; the worst counts. */
export function warmupOfAll(strategy: Strategy, frames: readonly WarmFrame[]): Warmup {
  if (frames.some(({ warmup }) => warmup === "insufficient")) return "insufficient";
  const isFull = frames.every(
    ({ received, timeframe }, i) => received >= needRowsOf(strategy, i === 0 ? null : timeframe),
  );
  return isFull ? "full" : "partial";
}

function signalOf(view: RuleView, warmup: Warmup, { received, length }: WarmFrame, wantsWords: boolean): Signal {
  if (warmup === "insufficient" || !view.isWhole()) {
    return hold(`not enough candles: ${received} received, ${length - received} holes`);
  }
  const exit = view.exits();
  if (exit !== null) return signalFrom("exit", exit);
  const enter = view.enters();
  if (enter === null) return wantsWords ? hold(...view.describes()) : hold();
  if (warmup === "full") return signalFrom("enter", enter);
  return hold(...enter.reasons, `warm-up is ${warmup} (${received} candles): no entry`);
}

/** An answer as a signal; one without a tag has none, whatever hash it goes into. */
export const signalFrom = (action: "enter" | "exit", { strength, reasons, tag }: Answer): Signal => ({
  action,
  strength,
  reasons: [...reasons],
  ...(tag === null ? {} : { tag }),
});

const hold = (...reasons: readonly string[]): Signal => ({ action: "hold", strength: 0, reasons: [...reasons] });
