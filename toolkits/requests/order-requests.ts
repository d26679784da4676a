// Floor 2. How the requests of an account's orders are held: by a gate of their own, since what a stop waits for costs money. What holds prices
// and candles up does not hold them; they rest for as long as the exchange says, and else as short as can be.
import type { VenueBudget } from "#schemas/ports/market.ts";
import type { GateFacts } from "./request-gate.ts";

/** After a limit or a firewall's answer that names no time, ms. It doubles with each one in a row, up to the exchange's usual rest. */
const FIRST_REST_MS = 1_000;
/** After silence no exchange asks for rest: a request at a time, so far apart, shows when it is back, ms. */
const RESTS_MS: readonly number[] = [1_000, 2_000];

export const orderFacts = ({ limits, ...facts }: GateFacts): GateFacts => ({
  ...facts,
  limits: { ...limits, firstMs: FIRST_REST_MS },
  restsMs: RESTS_MS,
});

/**
 * Of an exchange that counts what is signed with all else of an address: it is counted there, and a limit that it meets is told to all; but it
 * waits for no turn, and for no rest that others met. Where that rest holds for it as well, its own first request shows it.
 */
export function createOrderBudget(shared: VenueBudget): VenueBudget {
  return {
    turn: async (spacingMs) => {
      shared.turn(spacingMs).catch(() => {});
      return { pausedForMs: 0, waitMs: 0 };
    },
    restMs: async () => 0,
    pause: (forMs) => shared.pause(forMs),
    close: async () => {},
  };
}
