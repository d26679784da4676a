// Floor 4, acts. `cancel`: a working order by its clientOrderId or how that begins. A stop that protects something stays.
import type { ActOf } from "#schemas/act.ts";
import { isPositive } from "#schemas/money.ts";
import { isWorking, type Order, OrderSummary } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { splitSymbol } from "#schemas/units.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount } from "../../documents/format.ts";
import { ofStrategy, strategyIdsOf } from "../../documents/strategy-names.ts";
import { sendOrders } from "../../run-slot/send.ts";
import { type ActRow, refused, type Said } from "../act-row.ts";

/** Shown of an id, and enough to name it by as long as no other begins so. */
const SHORT_ID = 8;

export const cancelAct: ActRow<ActOf<"cancel">> = {
  sends: true,
  async prepare(desk, { order: typed }, said) {
    const portfolio = desk.account.portfolio();
    const found = workingOrder(portfolio, typed);
    if (typeof found === "string") return refused(found);
    const objection = whyNot(portfolio, found);
    if (objection !== null) return refused(objection);
    return {
      status: "ready",
      lines: [`Cancel the ${orderText(desk, found)}.`, ...leftLines(portfolio, found)],
      stands: { "what it has filled": found.filledQuantity },
      price: null,
      events: [cancelRow(desk, found, said)],
      async complete(options) {
        const { events, problems } = await sendOrders(desk, options);
        const newest = events.flatMap((e) =>
          e.type === "order" && e.order.clientOrderId === found.clientOrderId ? [e.order] : [],
        );
        const order = newest.at(-1) ?? found;
        const how = isWorking(order)
          ? `is ${order.status} still; it is canceled as soon as the venue takes that`
          : `is ${order.status}`;
        return { lines: [`The ${orderText(desk, found)} ${how}.`], orders: [OrderSummary.parse(order)], problems };
      },
    };
  },
};

/** From this row on the order is canceled at every sending, until it has ended. */
export const cancelRow = ({ clock }: Pick<Desk, "clock">, order: Order, { by, reason }: Said) => ({
  type: "cancel" as const,
  atMs: clock.now(),
  clientOrderId: order.clientOrderId,
  symbol: order.symbol,
  by,
  reason: `canceled by ${by}: ${reason}`,
});

/** The order, or why there is none. */
function workingOrder({ orders }: Portfolio, typed: string): Order | string {
  const prefix = typed.trim().toLowerCase();
  const found = [...orders.values()].filter(
    (order) => isWorking(order) && prefix !== "" && order.clientOrderId.startsWith(prefix),
  );
  const [order] = found;
  if (order !== undefined && found.length === 1) return order;
  if (order !== undefined) return `${found.length} working orders begin with ${prefix}: give more of the id`;
  const working = [...orders.values()].filter(isWorking);
  if (working.length === 0) return "no order is working";
  const named = working.map(
    ({ clientOrderId, role, symbol }) => `${clientOrderId.slice(0, SHORT_ID)} (${role} ${symbol})`,
  );
  return `no working order begins with ${JSON.stringify(typed)}; there are ${named.join(", ")}`;
}

/** Null: it may be canceled. */
function whyNot(portfolio: Portfolio, order: Order): string | null {
  const { role, symbol, parentId, triggered } = order;
  if (portfolio.canceling.has(order.clientOrderId)) return "it is being canceled already";
  if (triggered) return `the stop of ${symbol} was touched and is selling`;
  if (role === "entry") return null;
  const entry = parentId === null ? undefined : portfolio.orders.get(parentId);
  if (entry !== undefined) return `it waits for its entry ${entry.clientOrderId.slice(0, SHORT_ID)}: cancel that`;
  if (role === "stop-loss") {
    return `it is the stop that protects ${symbol}; \`close ${symbol}\` sells the position and cancels its stop`;
  }
  return role === "exit" && parentId !== null ? "the longest holding time is over: it would be sold again" : null;
}

function orderText(desk: Desk, order: Order): string {
  const { role, side, quantity, filledQuantity, symbol, strategyId, limitPrice, clientOrderId, status } = order;
  const { base } = splitSymbol(symbol);
  const at = limitPrice === null ? "at the market" : `at ${formatAmount(limitPrice)}`;
  const filled = isPositive(filledQuantity) ? `, ${filledQuantity} ${base} of it filled` : "";
  return `${role} ${clientOrderId.slice(0, SHORT_ID)}: ${side} ${quantity} ${symbol}${ofStrategy(strategyId, strategyIdsOf(desk))} ${at} (${status}${filled})`;
}

function leftLines(portfolio: Portfolio, order: Order): readonly string[] {
  const position = positionOf(portfolio, order);
  const held = position === undefined || position.dust ? null : `${position.quantity} ${position.base}`;
  const stop = position?.stopPrice == null ? "without a stop" : `with its stop at ${formatAmount(position.stopPrice)}`;
  if (order.role === "entry") {
    const children = "Its stop and target, not sent yet, go with it.";
    return held === null ? [children] : [`${held} that it has bought stays, ${stop}.`];
  }
  return held === null ? [] : [`${held} stays, ${stop}${order.role === "take-profit" ? " and without a target" : ""}.`];
}
