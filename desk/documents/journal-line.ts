// Floor 4. One journal event → one line of text; nothing is derived that the row does not say.
import type { JournalEvent } from "#schemas/journal.ts";
import { subtract } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import { formatAmount, formatFee } from "./format.ts";

type Lines = { readonly [T in JournalEvent["type"]]: (event: Extract<JournalEvent, { type: T }>) => string };

const LINES: Lines = {
  "run-started": (e) => `${e.cash} ${e.quote}, ${e.strategyId} on ${e.timeframe}, security ${e.securityPolicy}`,
  decision: ({ decision }) => `${decision.action} ${decision.symbol}: ${decision.reason}`,
  refusal: ({ refusal: r }) => `${r.action} ${r.symbol} refused by ${r.rule}: ${r.reason}`,
  "order-list": ({ orders }) => orders.map(orderText).join(", "),
  order: ({ order }) =>
    `${orderText(order)}${leftText(order)}${order.statusReason === "" ? "" : `: ${order.statusReason}`}`,
  fill: ({ fill }) =>
    `${fill.role} ${fill.side} ${fill.quantity} ${fill.symbol} at ${formatAmount(fill.price)} (${fill.basis}), fee ${formatFee(fill.fee)} ${fill.feeCurrency}${fill.left === undefined || fill.left === "0" ? "" : `, ${fill.left} left`}`,
  dust: ({ quantity, symbol }) => `${quantity} ${symbol} is too little to sell`,
  "write-off": ({ quantity, symbol, cost, reason }) =>
    `${quantity} ${symbol}, bought for ${formatAmount(cost)}, written off at 0: ${reason}`,
  equity: ({ equity }) => `equity ${formatAmount(equity)}`,
  control: ({ action, reason }) => `${action}: ${reason}`,
  alert: ({ alert }) => `${alert.kind}: ${alert.text}`,
  "alert-delivered": ({ alertId, channel }) => `${alertId} taken by ${channel}`,
  looked: ({ throughSeq }) => `the operator has seen everything up to #${throughSeq}`,
  opinion: ({ opinion: o }) => `second opinion on ${o.symbol}: ${o.verdict}, ${JSON.stringify(o.reason)}`,
  quarantine: ({ kind, state, detail }) => `stored answers of kind ${kind}: quarantine ${state}: ${detail}`,
  learning: ({ setting, from, to, verdict, evidence }) => `${setting} ${from} → ${to} ${verdict} (${evidence})`,
};

/** One journal event in one line; nothing is derived that the row does not say. */
export const journalLine = (event: JournalEvent): string =>
  (LINES[event.type] as (event: JournalEvent) => string)(event);

function orderText(order: Order): string {
  const { status, role, side, quantity, symbol, triggerPrice, limitPrice } = order;
  const at = triggerPrice ?? limitPrice;
  return `${status} ${role} ${side} ${quantity} ${symbol}${at === null ? "" : ` at ${formatAmount(at)}`}`;
}

/** What an order that was filled in part has left, or left undone. */
function leftText(order: Order): string {
  const left = subtract(order.quantity, order.filledQuantity);
  if (order.filledQuantity === "0" || left === "0") return "";
  return `, ${left} ${isWorking(order) ? "left" : "not filled"}`;
}
