// Floor 2. A strategy and a market → the closes of the next candle at which it would act, before that candle is there. The
// rule is asked, not inverted: one step of its indicators from a copied state for each close that is tried.
import type { ActionInterval, ActionLevels } from "#schemas/reading.ts";
import type { NextAction, NextRow } from "./next-row.ts";

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
/** Closes tried on each side of the last one before boundaries are refined: denser where the next close is likelier. */
const TRIED_A_SIDE = 24;
/** Extra closes tried in each half of the search, to see whether something was missed. */
const CHECKED = 16;

/** Which is not "it would not act". */
export const notWorkedOut = (note: string): ActionLevels => ({
  status: "not-worked-out",
  note,
  searched: null,
  intervals: [],
});

const CONDITION =
  "for a candle that opens at the last close, with high and low at the two closes and the window's median volume";

/** @throws StrategyError where a rule throws or answers nonsense */
export function actionLevelsOf(next: NextRow, { last, tickSize, atr }: LevelsRequest): ActionLevels {
  if (atr === null || !(atr > 0) || !(tickSize > 0)) return notWorkedOut("the price does not move");
  const ticksOf = (price: number): number => price / tickSize;
  const low = Math.max(1, Math.ceil(ticksOf(last - SEARCH_ATR * atr)));
  const high = Math.max(low, Math.floor(ticksOf(last + SEARCH_ATR * atr)));
  const actions = new Map<number, NextAction>();
  const at: ActionAt = (tick) => {
    const known = actions.get(tick) ?? next.actionAt(priceOf(tick, tickSize));
    actions.set(tick, known);
    return known;
  };
  const edges = edgesOf(triedTicks(low, high, Math.round(ticksOf(last))), at);
  if (edges === null) return notWorkedOut("the rule changes too often between two prices");
  return {
    status: next.isConditional ? "conditional" : "exact",
    note: next.isConditional ? CONDITION : "",
    searched: { from: priceOf(low, tickSize), to: priceOf(high, tickSize) },
    intervals: intervalsOf(edges, { low, high, tickSize }, at),
  };
}

type ActionAt = (tick: number) => NextAction;

/** The price of a tick as a venue writes it: a division of whole numbers rounds once, a product of a decimal twice. */
function priceOf(tick: number, tickSize: number): number {
  const perUnit = Math.round(1 / tickSize);
  return Math.abs(perUnit * tickSize - 1) < 1e-9 ? tick / perUnit : Number((tick * tickSize).toPrecision(12));
}

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

/** Ticks at which the action is another than at the tick before; null where it changes more often than that can tell. */
function edgesOf(tried: readonly number[], at: ActionAt): readonly number[] | null {
  const edges: number[] = [];
  for (let i = 1; i < tried.length; i++) {
    const [from = 0, to = 0] = [tried[i - 1], tried[i]];
    if (at(from) !== at(to)) edges.push(edgeBetween(from, to, at));
  }
  const check = tried.filter((_, i) => i % Math.max(1, Math.floor(tried.length / (2 * CHECKED))) === 0);
  for (let i = 1; i < check.length; i++) {
    const middle = Math.floor(((check[i - 1] ?? 0) + (check[i] ?? 0)) / 2);
    const expected = actionBy(edges, tried[0] ?? 0, middle, at);
    if (at(middle) !== expected) return null;
  }
  return edges;
}

/** The action that the edges found so far say of a tick. */
function actionBy(edges: readonly number[], low: number, tick: number, at: ActionAt): NextAction {
  let from = low;
  for (const edge of edges) if (edge <= tick) from = edge;
  return at(from);
}

function edgeBetween(from: number, to: number, at: ActionAt): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (at(middle) === at(low)) low = middle;
    else high = middle;
  }
  return high;
}

function intervalsOf(
  edges: readonly number[],
  { low, high, tickSize }: { readonly low: number; readonly high: number; readonly tickSize: number },
  at: ActionAt,
): ActionInterval[] {
  const starts = [low, ...edges];
  const intervals = starts.flatMap((start, i): ActionInterval[] => {
    const action = at(start);
    if (action === "hold") return [];
    const end = (starts[i + 1] ?? high + 1) - 1;
    return [
      {
        action,
        from: start === low ? null : priceOf(start, tickSize),
        to: end === high ? null : priceOf(end, tickSize),
      },
    ];
  });
  return intervals.sort((a, b) => (a.action === b.action ? 0 : a.action === "enter" ? -1 : 1));
}
