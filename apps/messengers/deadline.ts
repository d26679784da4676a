// Floor 6. A call → the same call with an end, by a clock that is given: tests move it by hand.
import { untilAborted } from "#schemas/abort.ts";
import type { Clock } from "#schemas/ports/market.ts";

/** Time as the people on the other side have it, whatever clock the desk trades on. */
export type WallClock = Pick<Clock, "now" | "sleep">;

/** Thrown where the time was over first. */
export class Late extends Error {}

/** Settles as the work does; rejects with the signal's reason, or with Late once `ms` are over. Work that hangs is left behind. */
export async function within<T>(
  { clock, ms, signal }: { readonly clock: WallClock; readonly ms: number; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const settled = new AbortController();
  const late = new AbortController();
  clock.sleep(ms, { signal: settled.signal }).then(
    () => late.abort(new Late(`no answer within ${ms} ms`)),
    () => {},
  );
  const either = AbortSignal.any([signal, late.signal]);
  try {
    return await untilAborted(work(either), either);
  } finally {
    settled.abort();
  }
}
