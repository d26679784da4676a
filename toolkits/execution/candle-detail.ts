// Floor 2, execution. One candle and the shorter ones inside it: in which order its prices came, where that decides what happens to
// orders. Pure but for what is given.
import type { Candle } from "#schemas/market.ts";
import { compare, decimalFromNumber, type Price, toNumber } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";

type RangeReport = Extract<ExecutionReport, { type: "range" }>;

export interface RaisedStop {
  readonly parentId: string | null;
  readonly triggerPrice: Price | null;
}

/** What a simulated exchange asks for shorter candles. */
export interface CandleDetail {
  readonly timeframe: Timeframe;
  /** Those inside a candle, oldest first; null where one is missing or they do not add up to it: then the candle itself is matched. */
  candlesIn(symbol: MarketSymbol, candle: Candle): readonly Candle[] | null;
  /** The stops that their owner would raise after such a range, and how far. */
  raisedBy(range: RangeReport): readonly RaisedStop[];
  /** Hears of every candle that may be read in two ways, whether shorter ones said which. */
  onAmbiguous(candle: AmbiguousCandle): void;
  /** Hears of every order that a part fills at another price than the whole would: the price jumped over its own between two parts. */
  onJump(order: Order): void;
}

export interface AmbiguousCandle {
  readonly symbol: MarketSymbol;
  readonly openMs: UnixMs;
  /** Whose orders it may fill in two ways. */
  readonly strategyIds: ReadonlySet<string>;
  readonly isResolved: boolean;
}

/** `whole`: the candle itself. `at-once`: its parts one after another. `step-by-step`: so that a stop may be raised between them. */
export type Reading =
  | { readonly way: "whole" }
  | { readonly way: "at-once" | "step-by-step"; readonly parts: readonly Candle[] };

const WHOLE: Reading = { way: "whole" };

/**
 * How the orders of a market are to meet a candle, after what happens at its open. Its parts are asked for only where an order is touched:
 *
 * - both a stop and a take-profit of one entry: which came first?
 * - a stop that this candle's high would raise to where its low is: did it rise before it fell?
 * - one order alone: the same in both ways, but for a jump over its price between two parts.
 */
export function readingOf(
  detail: CandleDetail,
  {
    symbol,
    candle,
    timeframe,
  }: { readonly symbol: MarketSymbol; readonly candle: Candle; readonly timeframe: Timeframe },
  orders: readonly Order[],
): Reading {
  if (candle.volume <= 0) return WHOLE;
  const openMs = unixMs(candle.openMs);
  const closeMs = unixMs(candle.openMs + timeframeMs(timeframe));
  const [high, low] = [decimalFromNumber(candle.high) as Price, decimalFromNumber(candle.low) as Price];
  const active = orders.filter((order) => order.side === "sell" && !order.triggered && order.activeFromMs <= openMs);
  const stops = active.filter(({ triggerPrice: trigger }) => trigger !== null && compare(low, trigger) <= 0);
  const targets = active.filter(({ limitPrice: limit }) => limit !== null && compare(high, limit) > 0);
  const trails = orders.some((order) => order.trails && !order.triggered && order.activeFromMs < closeMs);
  const raised = (trails ? detail.raisedBy({ type: "range", atMs: closeMs, openMs, symbol, high, low }) : []).filter(
    ({ triggerPrice }) => triggerPrice !== null && compare(low, triggerPrice) <= 0,
  );
  if (stops.length + targets.length + raised.length === 0) return WHOLE;
  const parts = detail.candlesIn(symbol, candle);
  const parents = new Set([
    ...raised.map(({ parentId }) => parentId),
    ...stops.flatMap(({ parentId }) => (targets.some((other) => other.parentId === parentId) ? [parentId] : [])),
  ]);
  if (parents.size > 0) {
    const strategyIds = new Set(orders.flatMap((o) => (parents.has(o.parentId) ? [o.strategyId] : [])));
    detail.onAmbiguous({ symbol, openMs, strategyIds, isResolved: parts !== null });
  }
  if (parts === null) return WHOLE;
  for (const order of [...stops, ...targets]) {
    if (!parents.has(order.parentId) && jumps(order, candle, parts)) detail.onJump(order);
  }
  return { way: raised.length > 0 ? "step-by-step" : "at-once", parts };
}

/** Whether the part that touches an order first fills it at another price than the whole candle. */
function jumps({ triggerPrice, limitPrice }: Order, whole: Candle, parts: readonly Candle[]): boolean {
  if (triggerPrice !== null) {
    const at = toNumber(triggerPrice);
    const price = ({ open }: Candle): number => Math.min(open, at);
    const part = parts.find(({ low }) => low <= at);
    return part !== undefined && price(part) !== price(whole);
  }
  const limit = limitPrice === null ? 0 : toNumber(limitPrice);
  const price = ({ low }: Candle): number => Math.max(low, limit);
  const part = parts.find(({ high }) => high > limit);
  return part !== undefined && price(part) !== price(whole);
}
