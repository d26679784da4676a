// Floor 4. One journal event -> one line of text; nothing is derived that the row does not say.
import type { JournalEvent } from "#schemas/journal.ts";
import { subtract } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import { formatAmount, formatFee } from "./format.ts";

/** One journal event in one line; nothing is derived that the row does not say. */
export function journalLine(event: JournalEvent): string {
  switch (event.type) {
    case "run-started":
      return `${event.cash} ${event.quote}, ${event.strategyId} on ${event.timeframe}, security ${event.securityPolicy}`;
    case "decision":
      return `${event.decision.action} ${event.decision.symbol}: ${event.decision.reason}`;
    case "refusal":
      return `${event.refusal.action} ${event.refusal.symbol} refused by ${event.refusal.rule}: ${event.refusal.reason}`;
    case "order-list":
      return event.orders.map(orderText).join(", ");
    case "order": {
      const { order } = event;
      return `${orderText(order)}${leftText(order)}${order.statusReason === "" ? "" : `: ${order.statusReason}`}`;
    }
    case "fill": {
      const { fill } = event;
      return `${fill.role} ${fill.side} ${fill.quantity} ${fill.symbol} at ${formatAmount(fill.price)} (${fill.basis}), fee ${formatFee(fill.fee)} ${fill.feeCurrency}${fill.left === undefined || fill.left === "0" ? "" : `, ${fill.left} left`}`;
    }
    case "dust":
      return `${event.quantity} ${event.symbol} is too little to sell`;
    case "write-off":
      return `${event.quantity} ${event.symbol}, bought for ${formatAmount(event.cost)}, written off at 0: ${event.reason}`;
    case "equity":
      return `equity ${formatAmount(event.equity)}`;
    case "control":
      return `${event.action}: ${event.reason}`;
    case "alert":
      return `${event.alert.kind}: ${event.alert.text}`;
    case "alert-delivered":
      return `${event.alertId} taken by ${event.channel}`;
    case "looked":
      return `the operator has seen everything up to #${event.throughSeq}`;
    case "opinion":
      return `second opinion on ${event.opinion.symbol}: ${event.opinion.verdict}, ${JSON.stringify(event.opinion.reason)}`;
    case "quarantine":
      return `stored answers of kind ${event.kind}: quarantine ${event.state}: ${event.detail}`;
    case "learning":
      return `${event.setting} ${event.from} → ${event.to} ${event.verdict} (${event.evidence})`;
  }
}

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
