// Floor 1. Abort signals: the options of work that nothing ends early, and a promise that is given up when a signal fires.
import type { CallOptions } from "./ports/work.ts";

/** For work that must reach its end whatever becomes of its caller, such as writing down what was paid for. */
export const NEVER_ABORTED: CallOptions = Object.freeze({ signal: new AbortController().signal });

/**
 * Settles as the work does, or rejects with the signal's reason if that comes first: work that ignores its signal holds up
 * no caller. Work that is given up runs out by itself, and its failure is no unhandled rejection.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
