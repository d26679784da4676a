// Floor 5. The two clocks. Everything below is told the time; only this file reads or makes it.
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";

/** The machine's clock. */
export const systemClock = (): Clock => ({
  kind: "system",
  now: () => unixMs(Date.now()),
  sleep: async (ms, { signal }) => {
    await delay(ms, undefined, { signal });
  },
});

/** A clock that moves only when its driver moves it; `sleep` just moves it on. */
export interface SimulatedClock extends Clock {
  /** Never backwards. */
  advanceTo(timeMs: UnixMs): void;
}

export function createSimulatedClock(startMs: UnixMs): SimulatedClock {
  let nowMs = startMs;
  return {
    kind: "simulated",
    now: () => nowMs,
    sleep: async (ms: number, { signal }: CallOptions) => {
      signal.throwIfAborted();
      nowMs = unixMs(nowMs + ms);
    },
    advanceTo: (timeMs) => {
      nowMs = unixMs(Math.max(nowMs, timeMs));
    },
  };
}

/** Monotonic milliseconds for durations; they enter no record, hash or journal (law 2). */
export const monotonicMs = (): number => performance.now();
