// Floor 4. First step of a slot: what the venue did with our orders since it was last asked -> journal.
import type { JournalEvent } from "#schemas/journal.ts";
import type { CallOptions } from "#schemas/ports.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

/** Journals fills, ended orders and dust; returns them. */
export async function settleOpenOrders(
  desk: Desk,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<readonly JournalEvent[]> {
  const reconciled = await reconcileIntended(desk, nowMs, options);
  const events = await desk.execution.fillsSince({ nowMs }, options);
  await desk.book.append(events, options);
  return [...reconciled, ...events];
}

/**
 * Orders that were journaled but never acknowledged: a crash between intent and reply. The venue is asked first (law 6);
 * what it has never seen is sent once more under the same id, unless it is an entry whose time is over.
 */
async function reconcileIntended(desk: Desk, nowMs: UnixMs, options: CallOptions): Promise<readonly JournalEvent[]> {
  const settled: JournalEvent[] = [];
  for (const order of desk.book.portfolio().orders.values()) {
    if (order.status !== "intended") continue;
    const known = await desk.execution.order(order.clientOrderId, options);
    const expired = order.role === "entry" && order.expiresAtMs !== null && nowMs >= order.expiresAtMs;
    let events: readonly JournalEvent[];
    if (known !== null && known.status !== "intended") events = [{ type: "order", atMs: nowMs, order: known }];
    else if (expired || desk.haltFileExists()) {
      const statusReason = expired ? "not sent in time" : "halted before it was sent";
      events = [{ type: "order", atMs: nowMs, order: { ...order, status: "expired", statusReason } }];
    } else events = await desk.execution.submit(order, { nowMs }, options);
    await desk.book.append(events, options);
    settled.push(...events);
  }
  return settled;
}
