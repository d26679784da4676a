// Floor 2, execution. A sale that a real venue ended before all was sold → the order that goes on with the rest (law 7). The paper venue's
// own orders go on by themselves.
import type { JournalEvent } from "#schemas/journal.ts";
import { isPositive, subtract, ZERO_QUANTITY } from "#schemas/money.ts";
import { clientOrderIdOf, type Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { orderQuantity } from "../market/order-size.ts";
import { type BracketContext, candleOpenMs } from "./bracket-orders.ts";

/** @param before the portfolio that the events happened to */
export function continuedSales(
  before: Portfolio,
  events: readonly JournalEvent[],
  context: BracketContext,
): readonly JournalEvent[] {
  return events.flatMap((event): readonly JournalEvent[] => {
    if (event.type !== "order" || !(event.event?.type === "expired" || event.event?.type === "canceled")) return [];
    const rest = restOf(event.order, before, context);
    return rest === null ? [] : [{ type: "order-list", atMs: event.atMs, orders: [rest] }];
  });
}

/** Null: nothing of it was sold, it was canceled on purpose, or what is left is too small, or dust. */
function restOf(
  order: Order,
  { canceling, brackets }: Portfolio,
  { markets, nowMs, timeframe }: BracketContext,
): Order | null {
  const { role, symbol, decisionId, filledQuantity } = order;
  const market = markets.get(symbol);
  const isSale = role === "exit" || role === "stop-loss";
  if (!isSale || !isPositive(filledQuantity) || canceling.has(order.clientOrderId) || market === undefined) return null;
  const quantity = orderQuantity(subtract(order.quantity, filledQuantity), market);
  if (!isPositive(quantity)) return null;
  // A bracket counts its exits whatever made them, so that no id is used twice; a sale that was decided on counts its own.
  const bracket = order.parentId === null ? undefined : brackets.get(order.parentId);
  if (bracket === undefined && order.parentId !== null) return null;
  const generation = 1 + (bracket === undefined ? order.generation : (bracket.generations.get("exit") ?? -1));
  return {
    ...order,
    clientOrderId: clientOrderIdOf(decisionId, "exit", generation),
    role: "exit",
    // What a stop leaves is sold as what a stop sells: at the market.
    type: role === "exit" ? order.type : "market",
    generation,
    quantity,
    filledQuantity: ZERO_QUANTITY,
    triggerPrice: null,
    triggered: false,
    trails: false,
    createdAtMs: nowMs,
    activeFromMs: candleOpenMs(nowMs, timeframe),
    venueOrderId: null,
    status: "initialized",
    statusReason: `goes on with what the ${role} left`,
  };
}
