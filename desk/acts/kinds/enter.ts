// Floor 4, acts. An entry that waited for the operator: judged again by the gate, and sent as what was shown or a smaller part of it.
import type { WaitingEntry } from "#schemas/act.ts";
import { compare, type Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import type { Desk } from "../../desk.ts";
import { formatAmount } from "../../documents/format.ts";
import { ofStrategy, strategyIdsOf } from "../../documents/strategy-names.ts";
import { sendOrders } from "../../run-slot/send.ts";
import { type ActDone, type ActRow, refused } from "../act-row.ts";
import { entryLines, entryStands } from "../entry-text.ts";
import { judgeAgain } from "../judge-again.ts";
import { newestOf } from "../sell.ts";

export const enterAct: ActRow<WaitingEntry> = {
  sends: true,
  async prepare(desk, act, _said, options) {
    const judged = await judgeAgain(desk, act, options);
    if (!judged.accepted) return refused(judged.reason, judged.rule);
    const order = atMost(judged.order, act.order.quantity);
    return {
      status: "ready",
      lines: entryLines(desk, act, order),
      stands: entryStands(order),
      price: null,
      events: [{ type: "order-list", atMs: desk.clock.now(), orders: [...orderListOf(order)] }],
      complete: (call) => sent(desk, { order, shown: act.order.quantity }, call),
    };
  },
};

/** What was shown is the most that is bought. */
const atMost = (order: Order, shown: Quantity): Order =>
  compare(order.quantity, shown) > 0 ? { ...order, quantity: shown } : order;

async function sent(
  desk: Desk,
  { order, shown }: { readonly order: Order; readonly shown: Quantity },
  options: CallOptions,
): Promise<ActDone> {
  const { events, problems } = await sendOrders(desk, options);
  const fills = events.flatMap((event) =>
    event.type === "fill" && event.fill.clientOrderId === order.clientOrderId ? [event.fill] : [],
  );
  const newest = newestOf(order, events);
  const name = `${order.symbol}${ofStrategy(order.strategyId, strategyIdsOf(desk))}`;
  const bought = fills.map(({ quantity, price }) => `bought ${quantity} at ${formatAmount(price)}`);
  const ended =
    newest.status === "filled"
      ? []
      : [newest.statusReason === "" ? newest.status : `${newest.status}: ${newest.statusReason}`];
  const smaller =
    compare(order.quantity, shown) < 0 ? ` Less than the ${shown} that was shown: the gate passes no more now.` : "";
  return {
    lines: [`Entry of ${order.quantity} ${name}: ${[...bought, ...ended].join(", ")}.${smaller}`],
    orders: [newest],
    problems,
  };
}
