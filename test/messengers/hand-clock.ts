// A clock that a test moves by hand: sleepers wake when it has been moved past their time, and only then.
import type { WallClock } from "#apps/messengers/deadline.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";

interface Sleeper {
  readonly untilMs: number;
  readonly ms: number;
  readonly wake: () => void;
}

export interface HandClock extends WallClock {
  advance(ms: number): void;
  /** Resolves once somebody sleeps for that long. */
  sleeps(ms: number): Promise<void>;
}

export function createHandClock(startMs: number = Date.UTC(2026, 0, 5, 12)): HandClock {
  let nowMs = startMs;
  let sleepers: readonly Sleeper[] = [];
  let watchers: readonly { readonly ms: number; readonly tell: () => void }[] = [];
  return {
    now: (): UnixMs => unixMs(nowMs),
    sleep: (ms, { signal }) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const sleeper: Sleeper = { untilMs: nowMs + ms, ms, wake: resolve };
        sleepers = [...sleepers, sleeper];
        const leave = (): void => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          reject(signal.reason);
        };
        signal.addEventListener("abort", leave, { once: true });
        for (const { tell } of watchers.filter((watcher) => watcher.ms === ms)) tell();
        watchers = watchers.filter((watcher) => watcher.ms !== ms);
      }),
    advance: (ms) => {
      nowMs += ms;
      const awake = sleepers.filter(({ untilMs }) => untilMs <= nowMs);
      sleepers = sleepers.filter(({ untilMs }) => untilMs > nowMs);
      for (const { wake } of awake) wake();
    },
    sleeps: (ms) =>
      new Promise((resolve) => {
        if (sleepers.some((sleeper) => sleeper.ms === ms)) resolve();
        else watchers = [...watchers, { ms, tell: resolve }];
      }),
  };
}
