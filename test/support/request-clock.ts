// A clock for clients of sources: waits for a turn are over at once and move it on; a deadline passes when the test lets it, or never.
import { type UnixMs, unixMs } from "#schemas/units.ts";

export interface RequestClock {
  now(): UnixMs;
  sleep(ms: number, options: { readonly signal: AbortSignal }): Promise<void>;
  pass(ms: number): void;
  /** Every request that is under way has waited for its deadline. */
  expire(): void;
}

/** @param deadlineMs sleeps of just this length are deadlines */
export function createRequestClock(startMs = Date.parse("2026-01-02T00:00:00Z"), deadlineMs = 10_000): RequestClock {
  let nowMs = startMs;
  const waiting = new Set<() => void>();
  return {
    now: () => unixMs(nowMs),
    async sleep(ms, { signal }) {
      signal.throwIfAborted();
      if (ms !== deadlineMs) {
        nowMs = Math.max(nowMs, nowMs + ms);
        return;
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.add(resolve);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      await promise.finally(() => waiting.delete(resolve));
    },
    pass: (ms) => {
      nowMs += ms;
    },
    expire: () => {
      for (const resolve of waiting) resolve();
    },
  };
}
