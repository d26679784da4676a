// Floor 2, execution. An entry's bracket → its children: as rules before the fill, priced by it, and made anew by later
// fills, by a trailing stop, by a take-profit step and by the longest holding time. Pure: it says what to journal.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import {
  add,
  compare,
  decimalFromNumber,
  isPositive,
  maxOf,
  minOf,
  multiply,
  type Price,
  percent,
  type Quantity,
  roundPrice,
  subtract,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { clientOrderIdOf, isWorking, type Order, type OrderRole } from "#schemas/order.ts";
import type { OpenBracket, Portfolio, StrategyMarket } from "#schemas/portfolio.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { orderQuantity, sizeRefusal } from "../market/order-size.ts";
import { leavingQuantity, positionOf } from "../portfolio/positions.ts";
import { stopPriceOf, targetPriceOf } from "../risk/bracket.ts";
import { eventOf } from "./order-rows.ts";

export interface BracketContext {
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly timeframe: Timeframe;
  readonly nowMs: UnixMs;
  /** Where a target rests at the venue beside its stop; `desk`: it would need the coins that the stop locks, so the desk holds it. Left out: venue. */
  readonly targets?: "venue" | "desk";
}

/** What an entry or exit is sent with: an entry's children stand behind it, without price until it has filled. */
export function orderListOf(order: Order): readonly Order[] {
  const { bracket } = order;
  if (bracket === null) return [order];
  const stop = childOf(order, "stop-loss", 0, { trails: bracket.trailing.length > 0 });
  return bracket.takeProfit.length === 0 ? [order, stop] : [order, stop, childOf(order, "take-profit", 0, {})];
}

const TYPES = { "stop-loss": "stop-market", "take-profit": "limit", exit: "market" } as const;

function childOf(entry: Order, role: keyof typeof TYPES, generation: number, change: Partial<Order>): Order {
  return {
    ...entry,
    clientOrderId: clientOrderIdOf(entry.decisionId, role, generation),
    parentId: entry.clientOrderId,
    side: "sell",
    type: TYPES[role],
    role,
    generation,
    filledQuantity: ZERO_QUANTITY,
    limitPrice: null,
    bracket: null,
    expiresAtMs: null,
    venueOrderId: null,
    status: "initialized",
    statusReason: "",
    ...change,
  };
}

/** What the bracket's order of a role is now: the newest generation that has not ended. */
export function childIn(portfolio: Portfolio, { entry }: OpenBracket, role: OrderRole): Order | null {
  let newest: Order | null = null;
  for (const order of portfolio.orders.values()) {
    if (order.parentId !== entry.clientOrderId || order.role !== role) continue;
    if (newest === null || order.generation > newest.generation) newest = order;
  }
  return newest;
}

/** Puts a child into its place: the one that waits there is priced, another is followed by a new generation. */
export function placed(
  bracket: OpenBracket,
  standing: Order | null,
  role: keyof typeof TYPES,
  atMs: UnixMs,
  now: Partial<Order> & Pick<Order, "quantity" | "activeFromMs">,
): Extract<JournalEvent, { type: "order" | "order-list" }> {
  if (standing?.status === "initialized" && standing.limitPrice === null && standing.triggerPrice === null) {
    const { quantity, activeFromMs, limitPrice = null, triggerPrice = null } = now;
    return eventOf(standing, { type: "priced", quantity, limitPrice, triggerPrice, activeFromMs }, atMs);
  }
  const generation = (bracket.generations.get(role) ?? -1) + 1;
  const trails = role === "stop-loss" && (bracket.entry.bracket?.trailing.length ?? 0) > 0;
  return {
    type: "order-list",
    atMs,
    orders: [childOf(bracket.entry, role, generation, { ...now, createdAtMs: atMs, trails })],
  };
}

/** The step of the take-profit that holds at a time; null: none has begun, or there is none. */
export function takeProfitAt({ entry, firstFillMs }: OpenBracket, atMs: number) {
  if (firstFillMs === null) return null;
  const begun = (entry.bracket?.takeProfit ?? []).filter(({ afterMs }) => firstFillMs + afterMs <= atMs);
  return begun.reduce<(typeof begun)[number] | null>(
    (last, step) => (last === null || step.afterMs >= last.afterMs ? step : last),
    null,
  );
}

/** Open time of the candle that runs at a time. */
export const candleOpenMs = (atMs: UnixMs, timeframe: Timeframe): UnixMs =>
  unixMs(Math.floor(atMs / timeframeMs(timeframe)) * timeframeMs(timeframe));

/**
 * Children for what an entry has bought since they were last made. After a fill inside a candle (at a quote) the stop is
 * judged by the whole candle and the take-profit from the next on: the candle cannot tell what came before the fill.
 */
export function childrenForFills(
  portfolio: Portfolio,
  { markets, timeframe, nowMs, targets }: BracketContext,
): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  for (const bracket of portfolio.brackets.values()) {
    const { entry, entryPrice, firstFillMs, pricedFor } = bracket;
    if (entryPrice === null || firstFillMs === null || pricedFor === entry.filledQuantity) continue;
    const position = positionOf(portfolio, entry);
    const market = markets.get(entry.symbol);
    if (position === undefined || position.dust || market === undefined || entry.bracket === null) continue;
    const stop = childIn(portfolio, bracket, "stop-loss");
    const triggerPrice = maxOf(
      stopPriceOf(entryPrice, entry.bracket.stopPct, market.tickSize),
      stop?.triggerPrice ?? ("0" as Price),
    );
    // A real venue judges the stop by its own price (protection.ts sells what is too small for that).
    if (!isSellable(position.quantity, targets === "desk" ? triggerPrice : entryPrice, market)) continue;
    const quantity = orderQuantity(position.quantity, market);
    const openMs = candleOpenMs(firstFillMs, timeframe);
    events.push(placed(bracket, stop, "stop-loss", nowMs, { quantity, triggerPrice, activeFromMs: openMs }));
    if (targets === "desk") continue;
    const standing = childIn(portfolio, bracket, "take-profit");
    // At a first fill the clock may be a candle further: a later step is not for the candle of the entry.
    const step = takeProfitAt(bracket, pricedFor === null ? firstFillMs : nowMs);
    if (step === null) continue;
    events.push(
      placed(bracket, standing, "take-profit", nowMs, {
        quantity,
        limitPrice: targetPriceOf(entryPrice, step.gainPct, market.tickSize),
        activeFromMs: openMs === firstFillMs ? openMs : unixMs(openMs + timeframeMs(timeframe)),
      }),
    );
  }
  return events;
}

/** Whether the market's filters let a quantity be sold at a price. */
export const isSellable = (quantity: Quantity, price: Price, market: Market): boolean =>
  sizeRefusal(market, orderQuantity(quantity, market), price) === null;

/** Whether `dueChildren` may have something to say at a time: cheap, for hot loops. */
export const hasTimedBracket = (portfolio: Portfolio): boolean => {
  for (const bracket of portfolio.brackets.values()) if (isTimed(bracket)) return true;
  return false;
};

/** Whether the clock changes anything of it. */
const isTimed = ({ entry: { bracket } }: OpenBracket): boolean =>
  bracket !== null && (bracket.maxHoldMs !== null || bracket.takeProfit.some(({ afterMs }) => afterMs > 0));

/**
 * Whether all that can be sold is being sold: an exit, or a stop that was touched, that a candle's volume could not take whole
 * goes on by itself. While only a part is being sold, the rest may be sold too.
 * @param market undefined: the venue does not list it any more
 */
export function isLeaving(portfolio: Portfolio, of: StrategyMarket, market: Market | undefined): boolean {
  const leaving = leavingQuantity(portfolio, of);
  if (!isPositive(leaving)) return false;
  const held = positionOf(portfolio, of)?.quantity ?? ZERO_QUANTITY;
  return market === undefined || !isPositive(orderQuantity(subtract(held, leaving), market));
}

/** What the clock changes: the take-profit's next step, and the sale after the longest holding time. */
export function dueChildren(
  portfolio: Portfolio,
  { markets, timeframe, nowMs, targets }: BracketContext,
): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  for (const bracket of portfolio.brackets.values()) {
    if (!isTimed(bracket)) continue;
    const { entry, entryPrice, firstFillMs } = bracket;
    const position = positionOf(portfolio, entry);
    const market = markets.get(entry.symbol);
    if (entryPrice === null || firstFillMs === null || position === undefined || position.dust) continue;
    if (market === undefined || entry.bracket === null) continue;
    const quantity = orderQuantity(position.quantity, market);
    const { maxHoldMs } = entry.bracket;
    if (maxHoldMs !== null && nowMs >= firstFillMs + maxHoldMs && !isLeaving(portfolio, entry, market)) {
      const activeFromMs = candleOpenMs(nowMs, timeframe);
      const statusReason = "the longest holding time is over";
      const rest = orderQuantity(subtract(position.quantity, leavingQuantity(portfolio, entry)), market);
      events.push(placed(bracket, null, "exit", nowMs, { quantity: rest, activeFromMs, statusReason }));
    }
    if (targets === "desk") continue;
    const step = takeProfitAt(bracket, nowMs);
    const standing = childIn(portfolio, bracket, "take-profit");
    if (step === null || step.afterMs === 0 || standing === null) continue;
    const limitPrice = targetPriceOf(entryPrice, step.gainPct, market.tickSize);
    if (standing.limitPrice === limitPrice) continue;
    const activeFromMs = unixMs(firstFillMs + step.afterMs);
    events.push(placed(bracket, standing, "take-profit", nowMs, { quantity, limitPrice, activeFromMs }));
  }
  return events;
}

/**
 * Stops that follow the high of a candle. Only a stop that the candle has not touched is raised, and the raised one meets
 * the rest of the same candle. In the candle of the entry it is not known whether the high came before the low: where the
 * low is under the raised stop, the price is taken to have risen just to where trailing begins.
 */
export function trailedStops(
  portfolio: Portfolio,
  range: Extract<ExecutionReport, { type: "range" }>,
  markets: BracketContext["markets"],
): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  for (const bracket of portfolio.brackets.values()) {
    const { entry, entryPrice, firstFillMs } = bracket;
    const market = markets.get(entry.symbol);
    if (entry.symbol !== range.symbol || market === undefined || entryPrice === null || firstFillMs === null) continue;
    const stop = childIn(portfolio, bracket, "stop-loss");
    if (stop === null || stop.triggered || stop.triggerPrice === null || range.openMs < firstFillMs) continue;
    const trailing = entry.bracket?.trailing ?? [];
    const stage = trailing.findLast(({ fromGainPct }) => compare(range.high, risen(entryPrice, fromGainPct)) > 0);
    if (stage === undefined) continue;
    let raised = roundPrice(fallen(range.high, stage.distancePct), market.tickSize, "sell");
    if (range.openMs === firstFillMs && compare(range.low, raised) <= 0) {
      const least = (trailing[0]?.fromGainPct ?? 0) - stage.distancePct;
      raised = maxOf(range.low, minOf(raised, roundPrice(risen(entryPrice, least), market.tickSize, "sell")));
    }
    if (compare(raised, stop.triggerPrice) <= 0) continue;
    events.push(
      placed(bracket, stop, "stop-loss", range.atMs, {
        quantity: subtract(stop.quantity, stop.filledQuantity),
        triggerPrice: raised,
        activeFromMs: unixMs(range.openMs + 1),
      }),
    );
  }
  return events;
}

/** The stop that rests for what a strategy holds of a market; null: none has a price. */
export function restingStop(portfolio: Portfolio, of: StrategyMarket): Order | null {
  const bracket = bracketOfPosition(portfolio, of);
  const stop = bracket === null ? null : childIn(portfolio, bracket, "stop-loss");
  return stop === null || stop.triggerPrice === null ? null : stop;
}

export function bracketOfPosition(
  { brackets }: Pick<Portfolio, "brackets">,
  { strategyId, symbol }: StrategyMarket,
): OpenBracket | null {
  for (const bracket of brackets.values()) {
    const { entry, entryPrice } = bracket;
    if (entry.strategyId === strategyId && entry.symbol === symbol && entryPrice !== null) return bracket;
  }
  return null;
}

/**
 * A new generation of the stop at a higher price, on the tick; null where no stop rests, it was touched, or that is no higher.
 * Inside a candle it meets all of it: the candle cannot tell what came before.
 */
export function tightenedStop(
  portfolio: Portfolio,
  of: StrategyMarket & { readonly triggerPrice: Price; readonly reason: string },
  { timeframe, nowMs }: BracketContext,
): JournalEvent | null {
  const bracket = bracketOfPosition(portfolio, of);
  const stop = restingStop(portfolio, of);
  if (bracket === null || stop === null || stop.triggered) return null;
  if (stop.triggerPrice === null || compare(of.triggerPrice, stop.triggerPrice) <= 0) return null;
  const openMs = candleOpenMs(nowMs, timeframe);
  return placed(bracket, stop, "stop-loss", nowMs, {
    quantity: subtract(stop.quantity, stop.filledQuantity),
    triggerPrice: of.triggerPrice,
    activeFromMs: openMs === nowMs ? openMs : unixMs(openMs + 1),
    statusReason: of.reason,
  });
}

const risen = (price: Price, pct: number): Price =>
  multiply(price, add<string>("1", multiply(decimalFromNumber(pct), "0.01"))) as Price;
const fallen = (price: Price, pct: number): Price => multiply(price, subtract<string>("1", percent("1", pct))) as Price;

/** Orders that stand in the way of a newer generation of themselves. */
export const isReplaced = (order: Order, orders: Iterable<Order>): boolean => {
  if (order.parentId === null) return false;
  for (const other of orders) {
    const same = other.parentId === order.parentId && other.role === order.role;
    if (same && other.generation > order.generation && isWorking(other)) return true;
  }
  return false;
};
