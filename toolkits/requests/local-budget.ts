// Floor 2. The budget of a process that shares its address with no other of ours: pauses alone. Its requests are spaced by ccxt's own
// limiter, which is as old as the client.
import type { VenueBudget } from "#schemas/ports/market.ts";
import { isWithin, NO_REST } from "./request-gate.ts";

export function createLocalBudget(nowMs: () => number): VenueBudget {
  let rest = NO_REST;
  const leftMs = (atMs: number): number => (isWithin(rest, atMs) ? rest.untilMs - atMs : 0);
  return {
    turn: async () => ({ pausedForMs: leftMs(nowMs()), waitMs: 0 }),
    restMs: async () => leftMs(nowMs()),
    pause: async (forMs) => {
      const fromMs = nowMs();
      if (forMs > leftMs(fromMs)) rest = { fromMs, untilMs: fromMs + forMs };
    },
    close: async () => {},
  };
}
