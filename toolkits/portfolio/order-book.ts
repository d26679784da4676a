// Floor 2, portfolio. Order lists, order events and fills → the orders that work, and the brackets of what is held. Pure.
import type { JournalEvent } from "#schemas/journal.ts";
import { add, type DecimalText, divide, isPositive, multiply, type Price } from "#schemas/money.ts";
import { type Fill, isWorking, type Order } from "#schemas/order.ts";
import type { OpenBracket, Portfolio, RecentEntry, StrategyMarket } from "#schemas/portfolio.ts";
import { DAY_MS } from "#schemas/units.ts";
import { applyOrderEvent } from "../execution/order-state.ts";
import { protectionOf, withPosition } from "./fills.ts";
import { withEntry, withoutEntry } from "./map-copies.ts";
import { isOf, positionOf } from "./positions.ts";

type OrderRow = Extract<JournalEvent, { type: "order" }>;

export const takeList = (portfolio: Portfolio, orders: readonly Order[]): Portfolio => orders.reduce(put, portfolio);

/**
 * The row's event, applied to the order as it was. A row without event is of an earlier version and says the state itself;
 * a row about an order that has ended, or was never listed, changes nothing.
 * @throws IllegalOrderEventError
 */
export function takeOrderRow(portfolio: Portfolio, { order, event }: OrderRow): Portfolio {
  if (event === undefined) return swept(put(portfolio, order), order);
  const known = portfolio.orders.get(order.clientOrderId);
  return known === undefined ? portfolio : swept(put(portfolio, applyOrderEvent(known, event)), known);
}

/** What a fill does to its order and to its entry's bracket; the cash and the coins are `applyFill`'s. */
export function takeFill(portfolio: Portfolio, fill: Fill): Portfolio {
  const order = portfolio.orders.get(fill.clientOrderId);
  if (order === undefined) return portfolio;
  const bracket = portfolio.brackets.get(order.clientOrderId);
  const next = put(portfolio, applyOrderEvent(order, { type: "filled", quantity: fill.quantity }));
  return bracket === undefined ? next : withBracket(next, filled(next.brackets.get(order.clientOrderId), order, fill));
}

function filled(bracket: OpenBracket | undefined, before: Order, fill: Fill): OpenBracket | null {
  if (bracket === undefined) return null;
  const cost = add<DecimalText>(multiply(before.filledQuantity, bracket.entryPrice ?? "0"), fill.notional);
  const entryPrice = isPositive(before.filledQuantity)
    ? (divide(cost, add<DecimalText>(before.filledQuantity, fill.quantity)) as Price)
    : fill.price;
  return { ...bracket, entryPrice, firstFillMs: bracket.firstFillMs ?? fill.atMs };
}

const withBracket = (portfolio: Portfolio, bracket: OpenBracket | null): Portfolio =>
  bracket === null
    ? portfolio
    : { ...portfolio, brackets: withEntry(portfolio.brackets, bracket.entry.clientOrderId, bracket) };

/** Puts an order as it is; one that has ended is no longer there. */
function put(portfolio: Portfolio, order: Order): Portfolio {
  const { clientOrderId } = order;
  const isKnown = portfolio.orders.has(clientOrderId) || portfolio.brackets.has(clientOrderId);
  if (!isKnown && !isWorking(order)) return portfolio;
  const orders = isWorking(order)
    ? withEntry(portfolio.orders, clientOrderId, order)
    : withoutEntry(portfolio.orders, clientOrderId);
  const canceling = stillCanceling(portfolio, order);
  const recentEntries = recentEntriesWith(portfolio, order, isKnown);
  let next = noted({ ...portfolio, orders, canceling, recentEntries }, order);
  const position = positionOf(next, order);
  if (position !== undefined && (order.role === "stop-loss" || order.role === "take-profit")) {
    next = withPosition(next, { ...position, ...protectionOf(next, order) });
  }
  return next;
}

/** What has ended needs no canceling any more. */
function stillCanceling({ canceling }: Portfolio, order: Order): Portfolio["canceling"] {
  if (isWorking(order) || !canceling.has(order.clientOrderId)) return canceling;
  const rest = new Map(canceling);
  rest.delete(order.clientOrderId);
  return rest;
}

/** A week from its Monday, and a day to spare. */
const ENTRIES_KEPT_MS = 8 * DAY_MS;

/** An entry counts from the slot of its decision on, unless it ends without a fill. */
function recentEntriesWith({ recentEntries }: Portfolio, order: Order, isKnown: boolean): readonly RecentEntry[] {
  if (order.role !== "entry") return recentEntries;
  const { clientOrderId, strategyId, symbol, activeFromMs: atMs } = order;
  if (!isWorking(order) && !isPositive(order.filledQuantity))
    return recentEntries.filter((entry) => entry.clientOrderId !== clientOrderId);
  if (isKnown) return recentEntries;
  // Oldest first: what is too old stands in front.
  const kept = recentEntries.findIndex((entry) => entry.atMs > atMs - ENTRIES_KEPT_MS);
  const entry = { clientOrderId, strategyId, symbol, atMs };
  return kept < 0 ? [entry] : [...recentEntries.slice(kept), entry];
}

/** The bracket that an entry begins, and what its children say of themselves. */
function noted(portfolio: Portfolio, order: Order): Portfolio {
  if (order.role === "entry") {
    const known = portfolio.brackets.get(order.clientOrderId);
    if (known === undefined && (order.bracket === null || !isWorking(order))) return portfolio;
    return withBracket(portfolio, { ...(known ?? NOT_FILLED), entry: order });
  }
  const bracket = order.parentId === null ? undefined : portfolio.brackets.get(order.parentId);
  if (bracket === undefined || !isWorking(order)) return portfolio;
  const isPriced = order.role === "stop-loss" && order.triggerPrice !== null;
  const pricedFor = isPriced ? bracket.entry.filledQuantity : bracket.pricedFor;
  const newest = bracket.generations.get(order.role) ?? -1;
  if (newest >= order.generation && pricedFor === bracket.pricedFor) return portfolio;
  const generations = withEntry(bracket.generations, order.role, Math.max(order.generation, newest));
  return withBracket(portfolio, { ...bracket, generations, pricedFor });
}

const NOT_FILLED = { entryPrice: null, firstFillMs: null, pricedFor: null, generations: new Map() } as const;

/** Without brackets that have nothing left to protect: the entry has ended unfilled, or its position is gone or dust. */
export function swept(portfolio: Portfolio, of: StrategyMarket): Portfolio {
  const position = positionOf(portfolio, of);
  const isItsOwn = isOf(of);
  const isHeld = position !== undefined && !position.dust;
  let { brackets } = portfolio;
  for (const { entry, entryPrice } of portfolio.brackets.values()) {
    if (!isItsOwn(entry) || isWorking(entry) || (isHeld && entryPrice !== null)) continue;
    brackets = withoutEntry(brackets, entry.clientOrderId);
  }
  return brackets === portfolio.brackets ? portfolio : { ...portfolio, brackets };
}
