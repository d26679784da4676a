// Floor 2. A strategy and a market → the closes of the next candle at which it would act, before that candle is there. The
// rule is asked, not inverted: one step of its indicators from a copied state for each close that is tried.
import type { ActionInterval, ActionLevels } from "#schemas/reading.ts";
import type { ActionStart, LevelSearch } from "./level-search.ts";
import type { NextRow } from "./next-row.ts";

export interface LevelsRequest {
  /** Close of the newest candle, quote per base. */
  readonly last: number;
  /** Smallest price step of the market; closes in between do not happen. */
  readonly tickSize: number;
  /** A price distance: ATR of the newest candle; null: not known. */
  readonly atr: number | null;
}

/** So far around the last close the next one is looked for, in ATR. */
export const SEARCH_ATR = 5;
/** Where there are no more ticks than this, each is tried. */
const ALL_TICKS = 48;
/** Closes tried on each side of the last one, denser where the next close is likelier. */
const TRIED_A_SIDE = 10;
/** Which is not "it would not act". */
export const notWorkedOut = (note: string): ActionLevels => ({
  status: "not-worked-out",
  note,
  searched: null,
  intervals: [],
});

const CONDITION =
  "for a candle that opens at the last close, with high and low at the two closes and the window's median volume";

export type PriceOf = (tick: number) => number;

/**
 * @param next stands behind the market's newest candle
 * @param search of the same
 * @throws StrategyError where a rule throws or answers nonsense
 */
export function actionLevelsOf(
  next: NextRow,
  search: LevelSearch,
  { last, tickSize, atr }: LevelsRequest,
): ActionLevels {
  if (!(tickSize > 0)) return notWorkedOut("the market's price step is not known");
  if (atr === null || !(atr > 0)) return notWorkedOut("the price does not move");
  const priceOf = pricesOf(tickSize);
  const low = Math.max(1, Math.ceil((last - SEARCH_ATR * atr) / tickSize));
  const high = Math.max(low, Math.floor((last + SEARCH_ATR * atr) / tickSize));
  const tried = high - low < ALL_TICKS ? ticksFrom(low, high) : triedTicks(low, high, Math.round(last / tickSize));
  const starts = search.startsOf(tried, priceOf);
  if (starts === null) return notWorkedOut("the rule changes too often between two prices");
  return {
    status: next.isConditional ? "conditional" : "exact",
    note: next.isConditional ? CONDITION : "",
    searched: { from: priceOf(low), to: priceOf(high) },
    intervals: intervalsOf(starts, { low, high, priceOf }),
  };
}

/** Prices of ticks as a venue writes them: a division of whole numbers rounds once, a product of a decimal twice. */
function pricesOf(tickSize: number): PriceOf {
  const perUnit = Math.round(1 / tickSize);
  if (Math.abs(perUnit * tickSize - 1) < 1e-9) return (tick) => tick / perUnit;
  if (Number.isInteger(tickSize)) return (tick) => tick * tickSize;
  return (tick) => Number((tick * tickSize).toPrecision(12));
}

const ticksFrom = (low: number, high: number): readonly number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => low + i);

/** Ascending; both ends, the last close, and closes that stand the denser the nearer they are to it. */
function triedTicks(low: number, high: number, last: number): readonly number[] {
  const ticks: number[] = [];
  const add = (tick: number): void => {
    if (tick >= low && tick <= high && tick !== ticks.at(-1)) ticks.push(tick);
  };
  for (let i = TRIED_A_SIDE; i > 0; i--) add(Math.round(last - shareOf(i) * (last - low)));
  add(last);
  for (let i = 1; i <= TRIED_A_SIDE; i++) add(Math.round(last + shareOf(i) * (high - last)));
  return ticks;
}

const shareOf = (i: number): number => (i / TRIED_A_SIDE) ** 1.5;

interface Searched {
  readonly low: number;
  readonly high: number;
  readonly priceOf: PriceOf;
}

function intervalsOf(starts: readonly ActionStart[], { low, high, priceOf }: Searched): ActionInterval[] {
  const intervals = starts.flatMap(({ tick, action }, i): ActionInterval[] => {
    if (action === "hold") return [];
    const end = (starts[i + 1]?.tick ?? high + 1) - 1;
    return [{ action, from: tick === low ? null : priceOf(tick), to: end === high ? null : priceOf(end) }];
  });
  return intervals.sort((a, b) => (a.action === b.action ? 0 : a.action === "enter" ? -1 : 1));
}
