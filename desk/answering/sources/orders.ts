// Floor 4. The source `orders`: what has been sent, or is to be, and has not ended.
import { z } from "zod";
import { factSource, type NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Order } from "#schemas/order.ts";
import { boundedFacts, factsOf, marketFactsOf } from "./make-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { Limit, type SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";

const KINDS = { entry: "entry", exit: "exit", "stop-loss": "stop", "take-profit": "target" } as const;

export const ordersSource = (open: SourceDesk) =>
  factSource({
    id: "orders",
    description: "Orders that work or wait now: entries, exits, resting stops and targets, with price and quantity.",
    input: z.object({ asset: Asset.optional(), limit: Limit }),
    read: async ({ asset, limit }, { language, nowMs }) => {
      const symbol = asset === undefined ? null : marketOf(open, asset);
      const all = [...open.desk.account.portfolio().orders.values()]
        .filter((order) => order.createdAtMs <= nowMs)
        .filter((order) => symbol === null || order.symbol === symbol)
        .toSorted((a, b) => b.createdAtMs - a.createdAtMs);
      const shared = { asOfMs: nowMs, recordId: "account" };
      const make = factsOf(shared);
      if (all.length === 0) return [statement("no-orders", language)];
      return [
        make.count("count-orders", all.length, "orders that work or wait"),
        ...boundedFacts(all, limit, { kind: "count-orders", what: "orders", shared }, (order) =>
          orderFacts(order, nowMs),
        ),
      ];
    },
  });

function orderFacts(order: Order, nowMs: number): NewFact[] {
  const { symbol, strategyId, role, side, type, status, quantity, filledQuantity, clientOrderId } = order;
  const make = marketFactsOf(symbol, { asOfMs: nowMs, recordId: clientOrderId, strategyId });
  const price = order.triggerPrice ?? order.limitPrice;
  return [
    make.text("event", `${role} ${side} ${type}, ${status}`, "order: role, side, type, state"),
    make.quantity(quantity, `quantity of the ${role}`),
    ...(filledQuantity === "0" ? [] : [make.quantity(filledQuantity, `filled of the ${role} so far`)]),
    ...(price === null ? [] : [make.price(KINDS[role], price, `price of the ${role}`)]),
    make.time("time", order.createdAtMs, `when the ${role} was made`),
  ];
}
