// Floor 4. The events of a run → what became of its orders, what was refused and told: parts of `report`. Counted as they pass by, since
// a journal of a year is not read for its counts.
import { z } from "zod";
import { AlertKind } from "#schemas/alert.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type Order, OrderStatus } from "#schemas/order.ts";
import { Count } from "#schemas/units.ts";
import { keepNewest } from "#toolkits/portfolio/keep-newest.ts";
import { RefusalCounts } from "./left-out.ts";
import { ordersOf } from "./orders-of.ts";

export const JournalCounts = z.object({
  ordersByStatus: z
    .partialRecord(OrderStatus, Count)
    .describe("orders of the run, stops and targets among them, by what they are now"),
  alertsByKind: z.partialRecord(AlertKind, Count),
});
export type JournalCounts = Readonly<z.infer<typeof JournalCounts>>;

/** Orders whose newest status is known. What is heard of one that ended is a matter of hours. */
const MOST_ORDERS = 20_000;

export class JournalTally {
  readonly refusals = new RefusalCounts();
  /** How often an answer was found wrong, and its kind no longer given. */
  quarantines = 0;
  readonly #orders: Partial<Record<OrderStatus, number>> = {};
  readonly #alerts: Partial<Record<AlertKind, number>> = {};
  /** By order, the one that was heard of last at the end. */
  readonly #statusOf = new Map<string, OrderStatus>();

  take(event: JournalEvent): void {
    this.refusals.take(event);
    if (event.type === "quarantine" && event.state === "begun") this.quarantines += 1;
    if (event.type === "alert") this.#alerts[event.alert.kind] = (this.#alerts[event.alert.kind] ?? 0) + 1;
    for (const order of ordersOf(event)) this.#takeOrder(order);
  }

  counts(): JournalCounts {
    const ordersByStatus = Object.fromEntries(Object.entries(this.#orders).filter(([, orders]) => orders > 0));
    return { ordersByStatus, alertsByKind: { ...this.#alerts } };
  }

  #takeOrder({ clientOrderId, status }: Order): void {
    const before = this.#statusOf.get(clientOrderId);
    if (before !== undefined) this.#orders[before] = (this.#orders[before] ?? 0) - 1;
    this.#orders[status] = (this.#orders[status] ?? 0) + 1;
    this.#statusOf.delete(clientOrderId);
    this.#statusOf.set(clientOrderId, status);
    keepNewest(this.#statusOf, MOST_ORDERS);
  }
}
