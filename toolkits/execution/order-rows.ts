// Floor 2, execution. An order and what happened to it → the journal's row.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Order, OrderEvent } from "#schemas/order.ts";
import type { UnixMs } from "#schemas/units.ts";
import { applyOrderEvent } from "./order-state.ts";

/** @throws IllegalOrderEventError */
export const eventOf = (order: Order, event: OrderEvent, atMs: UnixMs): Extract<JournalEvent, { type: "order" }> => ({
  type: "order",
  atMs,
  order: applyOrderEvent(order, event),
  event,
});
