// Floor 2. A budget → the same one, whose turns are spaced in this process as well: so a process that shares its budget with no other, or
// whose database is away, still keeps to the limit of a source.
import type { VenueBudget } from "#schemas/ports/market.ts";

/** Everything but the spacing is `inner`'s; to close is its owner's, too. */
export function createSpacedBudget(inner: VenueBudget, nowMs: () => number): VenueBudget {
  let nextTurnMs = 0;
  return {
    async turn(spacingMs) {
      const { pausedForMs, waitMs } = await inner.turn(spacingMs);
      if (pausedForMs > 0) return { pausedForMs, waitMs };
      const now = nowMs();
      const turnMs = Math.max(nextTurnMs, now + waitMs);
      nextTurnMs = turnMs + spacingMs;
      return { pausedForMs, waitMs: turnMs - now };
    },
    restMs: () => inner.restMs(),
    pause: (forMs) => inner.pause(forMs),
    close: () => inner.close(),
  };
}
