// Time that a test lets pass: whoever sleeps wakes in order, and all that follows from it is done before the next one does.
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "#schemas/ports/market.ts";
import { unixMs } from "#schemas/units.ts";

interface Sleeper {
  readonly atMs: number;
  wake(): void;
}

/** Turns of the event loop after which whatever works in this process alone has come to its next wait. */
const TURNS = 4;

export interface SimulatedTime {
  readonly clock: Clock;
  /** Lets time pass up to `untilMs`. */
  passTo(untilMs: number): Promise<void>;
}

export function createSimulatedTime(startMs: number): SimulatedTime {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  const settle = async (): Promise<void> => {
    for (let each = 0; each < TURNS; each++) await turn();
  };
  const clock: Clock = {
    kind: "system",
    now: () => unixMs(nowMs),
    async sleep(ms, { signal }) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { atMs: nowMs + ms, wake: resolve };
      const onAbort = (): void => reject(signal.reason);
      sleepers.add(sleeper);
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        await promise;
      } finally {
        sleepers.delete(sleeper);
        signal.removeEventListener("abort", onAbort);
      }
    },
  };
  return {
    clock,
    async passTo(untilMs) {
      for (;;) {
        await settle();
        const [next] = [...sleepers].sort((a, b) => a.atMs - b.atMs);
        if (next === undefined || next.atMs > untilMs) break;
        nowMs = Math.max(nowMs, next.atMs);
        sleepers.delete(next);
        next.wake();
      }
      nowMs = Math.max(nowMs, untilMs);
      await settle();
    },
  };
}
