// Floor 2. The budget of a process that shares its address with no other of ours: pauses alone. Its requests are spaced by ccxt's own
// limiter, which is as old as the client.
import type { VenueBudget } from "#schemas/ports/market.ts";

export function createLocalBudget(nowMs: () => number): VenueBudget {
  let pausedUntilMs = 0;
  return {
    turn: async () => ({ pausedForMs: Math.max(0, pausedUntilMs - nowMs()), waitMs: 0 }),
    restMs: async () => Math.max(0, pausedUntilMs - nowMs()),
    pause: async (forMs) => {
      pausedUntilMs = Math.max(pausedUntilMs, nowMs() + forMs);
    },
    close: async () => {},
  };
}
