// Time that moves only when it is told to; sleepers wake in order.
import type { CallOptions } from "#schemas/ports/work.ts";

/** Everything that needs no time has happened. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

export function handClock() {
  let nowMs = 0;
  const sleepers: { readonly untilMs: number; wake(): void }[] = [];
  return {
    monotonicMs: () => nowMs,
    sleepers,
    sleep: (ms: number, { signal }: CallOptions) =>
      new Promise<void>((resolve, reject) => {
        signal.throwIfAborted();
        const sleeper = { untilMs: nowMs + ms, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener("abort", () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          reject(signal.reason);
        });
      }),
    async advance(ms: number) {
      nowMs += ms;
      for (const sleeper of sleepers.filter(({ untilMs }) => untilMs <= nowMs)) {
        sleepers.splice(sleepers.indexOf(sleeper), 1);
        sleeper.wake();
      }
      await settled();
    },
  };
}
