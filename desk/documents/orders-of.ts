// Floor 4. An event → the orders that it is about. Pure.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Order } from "#schemas/order.ts";

/** As the event leaves them. */
export const ordersOf = (event: JournalEvent): readonly Order[] =>
  event.type === "order-list" ? event.orders : event.type === "order" ? [event.order] : [];
