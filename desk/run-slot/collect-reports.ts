// Floor 4. First step of a slot: what the venue did with our orders since it was last asked -> journal.
import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Order } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { sendIntent } from "./send.ts";
import type { OrderDesk } from "./slot-desk.ts";

export interface CollectedReports {
  /** In the order journaled. */
  readonly events: readonly JournalEvent[];
  /** What could not be settled or asked now and is taken up in the next slot, for people. */
  readonly problems: readonly string[];
}

/** Filled by the execution while it settles, read and emptied by the settlement step. */
export interface UnsettledMarkets {
  readonly problems: Map<MarketSymbol, string>;
  /** For the paper venue's `onUnsettled`. @throws what concerns more than this market, unchanged */
  readonly note: (symbol: MarketSymbol, error: unknown) => void;
}

export function createUnsettledMarkets(): UnsettledMarkets {
  const problems = new Map<MarketSymbol, string>();
  return {
    problems,
    note: (symbol, error) => {
      if (!isPassing(error)) throw error;
      problems.set(symbol, error.message);
    },
  };
}

/** Journals fills, ended orders and dust. A venue that does not answer delays this, and ends nothing. */
export async function collectReports(desk: OrderDesk, nowMs: UnixMs, options: CallOptions): Promise<CollectedReports> {
  const problems: string[] = [];
  let events: readonly JournalEvent[] = [];
  for (const order of desk.account.portfolio().orders.values()) {
    if (order.status !== "intended") continue;
    const problem = await reconcile(desk, order, nowMs, options);
    if (problem !== null) problems.push(problem);
  }
  try {
    events = await desk.execution.fillsSince({ nowMs }, options);
    await desk.account.append(events, options);
  } catch (error) {
    if (!isPassing(error)) throw error;
    problems.push(`orders were not settled: ${error.message}`);
  }
  for (const [symbol, text] of desk.unsettled.problems) problems.push(`${symbol} was not settled: ${text}`);
  desk.unsettled.problems.clear();
  return { events, problems };
}

/**
 * An order that was journaled but never acknowledged: a crash or a silent venue between intent and reply. The venue is
 * asked first (law 6); what it has never seen is sent once more under the same id, unless it is an entry whose time is over.
 */
async function reconcile(desk: OrderDesk, order: Order, nowMs: UnixMs, options: CallOptions): Promise<string | null> {
  let known: Order | null;
  try {
    known = await desk.execution.order(order.clientOrderId, options);
  } catch (error) {
    if (!isPassing(error)) throw error;
    return `${order.symbol}: whether the ${order.role} of ${order.quantity} was taken is not known yet: ${error.message}`;
  }
  if (known !== null && known.status !== "intended") {
    await desk.account.append([{ type: "order", atMs: nowMs, order: known }], options);
    return null;
  }
  if (order.expiresAtMs !== null && nowMs >= order.expiresAtMs) {
    const expired: Order = { ...order, status: "expired", statusReason: "not sent in time" };
    await desk.account.append([{ type: "order", atMs: nowMs, order: expired }], options);
    return null;
  }
  return sendIntent(desk, order, options);
}
