// Time that moves only when it is told to; sleepers wake in order.
import type { CallOptions } from "#schemas/ports/work.ts";

/** Everything that needs no time has happened. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

export function handClock() {
  let nowMs = 0;
  const sleepers: { readonly untilMs: number; wake(): void }[] = [];
  const remove = (sleeper: (typeof sleepers)[number]): boolean => {
    const at = sleepers.indexOf(sleeper);
    if (at >= 0) sleepers.splice(at, 1);
    return at >= 0;
  };
  return {
    monotonicMs: () => nowMs,
    sleepers,
    sleep: (ms: number, { signal }: CallOptions) =>
      new Promise<void>((resolve, reject) => {
        signal.throwIfAborted();
        const sleeper = { untilMs: nowMs + ms, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener("abort", () => {
          if (remove(sleeper)) reject(signal.reason);
        });
      }),
    async advance(ms: number) {
      nowMs += ms;
      for (const sleeper of sleepers.filter(({ untilMs }) => untilMs <= nowMs)) {
        if (remove(sleeper)) sleeper.wake();
      }
      await settled();
    },
  };
}
