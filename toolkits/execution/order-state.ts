// Floor 2, execution. The order's state machine: one pure function, and every step that is allowed.
//
//   initialized       journaled, not sent. `priced` gives a child its price and quantity; it may be canceled unsent.
//   submitted         sent again, no answer yet
//   accepted          the venue holds it; `updated` is the venue's own change of it
//   partially-filled  as accepted
//   unresolved        sent or perhaps sent, no answer: the venue is asked, and it is not sent before that
//   filled, canceled, rejected, expired   ended: nothing happens to them any more
//
// Whatever is not in the table is an IllegalOrderEventError, and so is a fill of more than is left.
import { IllegalOrderEventError } from "#schemas/errors.ts";
import { add, compare, isPositive } from "#schemas/money.ts";
import type { Order, OrderEvent, OrderStatus } from "#schemas/order.ts";

type EventType = OrderEvent["type"];

const ENDS = ["canceled", "rejected", "expired"] as const;

const ALLOWED: Readonly<Record<OrderStatus, readonly EventType[]>> = {
  initialized: ["priced", "submitted", "accepted", "filled", "unresolved", ...ENDS],
  submitted: ["accepted", "filled", "unresolved", ...ENDS],
  unresolved: ["submitted", "accepted", "filled", ...ENDS],
  accepted: ["filled", "updated", "canceled", "expired"],
  "partially-filled": ["filled", "updated", "canceled", "expired"],
  filled: [],
  canceled: [],
  rejected: [],
  expired: [],
};

export const isAllowed = (order: Order, type: EventType): boolean => ALLOWED[order.status].includes(type);

/** The order after the event. @throws IllegalOrderEventError */
export function applyOrderEvent(order: Order, event: OrderEvent): Order {
  if (!isAllowed(order, event.type)) throw illegal(order, event, ALLOWED[order.status].join(", ") || "nothing");
  switch (event.type) {
    case "submitted":
      return { ...order, status: "submitted", statusReason: "" };
    case "accepted":
      return { ...order, status: "accepted", statusReason: "", venueOrderId: event.venueOrderId };
    case "priced": {
      const { quantity, limitPrice, triggerPrice, activeFromMs } = event;
      return { ...order, quantity, limitPrice, triggerPrice, activeFromMs };
    }
    case "updated": {
      const { quantity, triggered, activeFromMs, reason } = event;
      if (compare(quantity, order.filledQuantity) <= 0) throw illegal(order, event, "a quantity above what is filled");
      return { ...order, quantity, triggered, activeFromMs, statusReason: reason };
    }
    case "filled": {
      const filledQuantity = add(order.filledQuantity, event.quantity);
      const left = compare(order.quantity, filledQuantity);
      if (left < 0 || !isPositive(event.quantity)) throw illegal(order, event, "a fill of at most what is left");
      return { ...order, filledQuantity, status: left === 0 ? "filled" : "partially-filled" };
    }
    case "canceled":
    case "rejected":
    case "expired":
    case "unresolved":
      return { ...order, status: event.type, statusReason: event.reason };
  }
}

const illegal = (order: Order, event: OrderEvent, expected: string): IllegalOrderEventError =>
  new IllegalOrderEventError({
    was: `${event.type} was told of the ${order.role} ${order.clientOrderId} of ${order.symbol}, which is ${order.status} with ${order.filledQuantity} of ${order.quantity} filled.`,
    expected,
    remedy: "This is a bug; please report it with the output of `deeptrader journal --json`.",
  });
