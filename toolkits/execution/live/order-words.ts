// Floor 2, live execution. An order of the journal and what the venue says of it, each in the other's words. Pure.
import { ProviderError } from "#schemas/errors.ts";
import { isPositive } from "#schemas/money.ts";
import type { Order, OrderEvent } from "#schemas/order.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { OrderTerms, VenueOrder } from "./venue-orders.ts";

export const eventReport = ({ clientOrderId }: Order, atMs: UnixMs, event: OrderEvent): ExecutionReport => ({
  type: "order",
  atMs,
  clientOrderId,
  event,
});

export const withReason = (report: ExecutionReport, clientOrderId: string, reason: string): ExecutionReport =>
  report.type === "order" && report.clientOrderId === clientOrderId && report.event.type === "canceled"
    ? { ...report, event: { type: "canceled", reason } }
    : report;

/** Why a stop has ended whose order lives on at the venue as the next one. */
export const MOVED = "it was moved, and is the newer one from here on";

export const inDoubt = ({ symbol, role, clientOrderId }: Order, why: string): ProviderError =>
  new ProviderError({
    was: `${symbol}: the ${role} ${clientOrderId.slice(0, 8)}…: ${why}.`,
    remedy: "The venue is asked again; nothing is sent twice.",
  });

/** An entry never rests: nothing of it is left to fill when nobody looks. Null: it would buy at any price. */
export function termsOf({ role, type, limitPrice, triggerPrice }: Order): OrderTerms | null {
  if (type === "stop-market") return triggerPrice === null ? null : { type: "stop", triggerPrice };
  if (type === "market") return role === "entry" ? null : { type: "market" };
  // A target that the desk holds is sent once it is reached; an emergency's sale has a bound.
  return limitPrice === null ? null : { type: "limit-ioc", limitPrice };
}

/** The order as the journal has it, with what the venue says of its stage. */
export const inOurWords = (order: Order, said: VenueOrder): Order => ({
  ...order,
  venueOrderId: said.venueOrderId,
  filledQuantity: said.filledQuantity,
  statusReason: said.reason,
  status: said.status === "working" ? (isPositive(said.filledQuantity) ? "partially-filled" : "accepted") : said.status,
});

export function endOf({ status, reason }: VenueOrder): OrderEvent | null {
  switch (status) {
    case "canceled":
    case "expired":
      return { type: status, reason: `the venue says ${reason}` };
    case "rejected":
      // It was accepted before: for the order's stages it is canceled.
      return { type: "canceled", reason: `the venue says ${reason}` };
    default:
      return null;
  }
}
