// Floor 4. One journaled order intent -> the venue -> journal. Nothing is sent that is not in the journal already.
import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Order } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { OrderDesk } from "./slot-desk.ts";

/** By the file, or by the journal. */
const isHalted = (desk: OrderDesk): boolean => desk.haltFileExists() || desk.account.portfolio().control === "halted";

/**
 * Sends one intent; the halt is looked at anew right before. Where the venue does not answer, nobody knows whether it has
 * the order: it stays `intended` until the venue was asked (law 6). Returns what went wrong, for people.
 */
export async function sendIntent(desk: OrderDesk, order: Order, options: CallOptions): Promise<string | null> {
  const nowMs = desk.clock.now();
  let events: readonly JournalEvent[];
  if (isHalted(desk)) {
    const canceled: Order = { ...order, status: "canceled", statusReason: "halted before it was sent" };
    events = [{ type: "order", atMs: nowMs, order: canceled }];
  } else {
    try {
      events = await desk.execution.submit(order, { nowMs }, options);
    } catch (error) {
      if (!isPassing(error)) throw error;
      return `${order.symbol}: the ${order.role} of ${order.quantity} was not acknowledged: ${error.message}`;
    }
  }
  await desk.account.append(events, options);
  return null;
}
