// Floor 2, live execution. The third witness of an order in doubt: where the venue's orders show none of its id, a trade that belongs to no
// order of the journal may be its own. Until that is explained the order is not sent again.
import type { Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { keepWorking } from "./ended-orders.ts";
import type { VenueTrade } from "./venue-orders.ts";

/** So long, ms, such a trade keeps an order in doubt: then it is taken for the owner's own. */
const LONGEST_MS = 600_000;

/** Whether a trade of its market may be an order's that the venue does not show: its side, and of no order that is known. */
export function isStrange(
  trade: VenueTrade,
  order: Order,
  known: {
    readonly portfolio: Portfolio;
    readonly ended: readonly Order[];
    readonly hasFill: (trade: VenueTrade) => boolean;
  },
): boolean {
  if (trade.side !== order.side || known.hasFill(trade)) return false;
  const ours = [...known.portfolio.orders.values(), ...known.ended];
  return !ours.some(({ venueOrderId }) => venueOrderId === trade.venueOrderId);
}

export class StrangeTrades {
  readonly #monotonicMs: () => number;
  readonly #sinceMs = new Map<string, number>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Whether one that was seen beside an order in doubt keeps it there. */
  keeps(clientOrderId: string, isSeen: boolean): boolean {
    const nowMs = this.#monotonicMs();
    const sinceMs = this.#sinceMs.get(clientOrderId) ?? nowMs;
    const keeps = isSeen && nowMs - sinceMs < LONGEST_MS;
    if (keeps) this.#sinceMs.set(clientOrderId, sinceMs);
    else this.#sinceMs.delete(clientOrderId);
    return keeps;
  }

  /** Forgets all others. */
  keep(working: ReadonlyMap<string, unknown>): void {
    keepWorking(this.#sinceMs, working);
  }
}
