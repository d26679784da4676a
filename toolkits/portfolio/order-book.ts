// Floor 2, portfolio. Order lists, order events and fills → the orders that work, and the brackets of what is held.
import type { JournalEvent } from "#schemas/journal.ts";
import { add, type DecimalText, divide, isPositive, maxOf, multiply, type Price } from "#schemas/money.ts";
import { type Fill, isAtVenue, isWorking, type Order } from "#schemas/order.ts";
import type { OpenBracket, RecentEntry, StrategyMarket } from "#schemas/portfolio.ts";
import { DAY_MS } from "#schemas/units.ts";
import { applyOrderEvent } from "../execution/order-state.ts";
import { copyOf, type Draft } from "./draft.ts";
import { protectionOf, putPosition } from "./fills.ts";
import { isOf, positionOf } from "./positions.ts";

type OrderRow = Extract<JournalEvent, { type: "order" }>;

export function takeList(draft: Draft, orders: readonly Order[]): void {
  for (const order of orders) put(draft, order);
}

/**
 * The row's event, applied to the order as it was. A row without event is of an earlier version and says the state itself;
 * a row about an order that has ended, or was never listed, changes nothing.
 * @throws IllegalOrderEventError
 */
export function takeOrderRow(draft: Draft, { order, event }: OrderRow): void {
  const known = draft.orders.get(order.clientOrderId);
  if (event !== undefined && known === undefined) return;
  put(draft, event === undefined || known === undefined ? order : applyOrderEvent(known, event));
  sweep(draft, known ?? order);
}

/** What a fill does to its order and to its entry's bracket; the cash and the coins are `applyFill`'s. */
export function takeFill(draft: Draft, fill: Fill): void {
  const order = draft.orders.get(fill.clientOrderId);
  if (order === undefined) return;
  const isBracketed = draft.brackets.has(order.clientOrderId);
  put(draft, applyOrderEvent(order, { type: "filled", quantity: fill.quantity }));
  const bracket = isBracketed ? draft.brackets.get(order.clientOrderId) : undefined;
  if (bracket !== undefined) putBracket(draft, filled(bracket, order, fill));
}

function filled(bracket: OpenBracket, before: Order, fill: Fill): OpenBracket {
  const cost = add<DecimalText>(multiply(before.filledQuantity, bracket.entryPrice ?? "0"), fill.notional);
  const entryPrice = isPositive(before.filledQuantity)
    ? (divide(cost, add<DecimalText>(before.filledQuantity, fill.quantity)) as Price)
    : fill.price;
  return { ...bracket, entryPrice, firstFillMs: bracket.firstFillMs ?? fill.atMs };
}

const putBracket = (draft: Draft, bracket: OpenBracket): void =>
  void draft.ownBrackets().set(bracket.entry.clientOrderId, bracket);

/** Puts an order as it is; one that has ended is no longer there. */
function put(draft: Draft, order: Order): void {
  const { clientOrderId } = order;
  const isKnown = draft.orders.has(clientOrderId) || draft.brackets.has(clientOrderId);
  if (isWorking(order)) draft.ownOrders().set(clientOrderId, order);
  else if (isKnown) {
    draft.ownOrders().delete(clientOrderId);
    // What has ended needs no canceling any more.
    if (draft.canceling.has(clientOrderId)) draft.ownCanceling().delete(clientOrderId);
    if (order.status === "rejected" && order.role === "stop-loss") noteRefusal(draft, order);
  } else return;
  draft.recentEntries = recentEntriesWith(draft, order, isKnown);
  note(draft, order);
  const position = positionOf(draft, order);
  if (position === undefined || (order.role !== "stop-loss" && order.role !== "take-profit")) return;
  const { stopPrice, targetPrice } = protectionOf(draft, order);
  if (stopPrice !== position.stopPrice || targetPrice !== position.targetPrice)
    putPosition(draft, { ...position, stopPrice, targetPrice });
}

/** A week from its Monday, and a day to spare. */
const ENTRIES_KEPT_MS = 8 * DAY_MS;

/** An entry counts from the slot of its decision on, unless it ends without a fill. */
function recentEntriesWith({ recentEntries }: Draft, order: Order, isKnown: boolean): readonly RecentEntry[] {
  if (order.role !== "entry") return recentEntries;
  const { clientOrderId, strategyId, symbol, activeFromMs: atMs } = order;
  if (!isWorking(order) && !isPositive(order.filledQuantity))
    return recentEntries.filter((entry) => entry.clientOrderId !== clientOrderId);
  if (isKnown || recentEntries.some((entry) => entry.clientOrderId === clientOrderId)) return recentEntries;
  // Oldest first: what is too old stands in front.
  const kept = recentEntries.findIndex((entry) => entry.atMs > atMs - ENTRIES_KEPT_MS);
  const entry = { clientOrderId, strategyId, symbol, atMs };
  return kept < 0 ? [entry] : [...recentEntries.slice(kept), entry];
}

/** The bracket that an entry begins, and what its children say of themselves. */
function note(draft: Draft, order: Order): void {
  if (order.role === "entry") {
    const known = draft.brackets.get(order.clientOrderId);
    if (known === undefined && (order.bracket === null || !isWorking(order))) return;
    putBracket(draft, { ...(known ?? NOT_FILLED), entry: order });
    return;
  }
  const bracket = order.parentId === null ? undefined : draft.brackets.get(order.parentId);
  if (bracket === undefined || !isWorking(order)) return;
  const { triggerPrice } = order;
  const isPriced = order.role === "stop-loss" && triggerPrice !== null;
  const pricedFor = isPriced ? bracket.entry.filledQuantity : bracket.pricedFor;
  const newest = bracket.generations.get(order.role) ?? -1;
  const stopRefusals = order.role === "stop-loss" && isAtVenue(order) ? 0 : bracket.stopRefusals;
  const isKnown = newest >= order.generation && pricedFor === bracket.pricedFor;
  if (isKnown && stopRefusals === bracket.stopRefusals) return;
  const stopPrice = isPriced ? maxOf(triggerPrice, bracket.stopPrice ?? triggerPrice) : bracket.stopPrice;
  const generations = isKnown
    ? bracket.generations
    : copyOf(bracket.generations).set(order.role, Math.max(order.generation, newest));
  putBracket(draft, { ...bracket, generations, pricedFor, stopPrice, stopRefusals });
}

function noteRefusal(draft: Draft, { parentId }: Order): void {
  const bracket = parentId === null ? undefined : draft.brackets.get(parentId);
  if (bracket !== undefined) putBracket(draft, { ...bracket, stopRefusals: bracket.stopRefusals + 1 });
}

const NOT_FILLED = {
  entryPrice: null,
  firstFillMs: null,
  pricedFor: null,
  stopPrice: null,
  stopRefusals: 0,
  generations: new Map(),
} as const;

/** Takes brackets away that have nothing left to protect: the entry has ended unfilled, or its position is gone or dust. */
export function sweep(draft: Draft, of: StrategyMarket): void {
  const position = positionOf(draft, of);
  const isItsOwn = isOf(of);
  const isHeld = position !== undefined && !position.dust;
  for (const { entry, entryPrice } of draft.brackets.values()) {
    if (!isItsOwn(entry) || isWorking(entry) || (isHeld && entryPrice !== null)) continue;
    draft.ownBrackets().delete(entry.clientOrderId);
  }
}
