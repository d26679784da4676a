// Floor 6. What `doctor` finds about the socket over which a venue tells of orders: it is opened once, and closed again.
import type { CallOptions } from "#schemas/ports/work.ts";
import { RESTING_MS } from "#toolkits/execution/live/order-hints.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import type { Finding } from "./doctor-venue.ts";

const ASKED = `orders that rest are asked for every ${RESTING_MS / 1000} s`;

/** Never more than a warning: a desk without a socket knows the same, later. Ends with the first connection, or the first that fails. */
export async function socketFinding({ hints }: Pick<VenueOrders, "hints">, { signal }: CallOptions): Promise<Finding> {
  if (hints === undefined) return `none at this venue: ${ASKED}`;
  const ended = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Finding>();
  const listener = {
    onHint: () => resolve(`it lets the key in; ${ASKED} in any case`),
    onFault: () => {},
    onBreak: (was: string) => resolve({ state: "warn", detail: `cannot be had: ${was}. Until it can, ${ASKED}` }),
  };
  const watching = hints.watch(listener, { signal: AbortSignal.any([signal, ended.signal]) });
  try {
    return await Promise.race([promise, watching.then(() => ({ state: "warn", detail: "not tried" }) as const)]);
  } finally {
    ended.abort();
    await watching;
  }
}
