// Floor 2. Something that is costly to read and changes rarely -> the same value for an hour. Concurrent callers share one
// read; a failed one is not kept.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";

const TTL_MS = 3_600_000;

/** Rejects with the signal's reason as soon as it is aborted; never resolves. Release it once it is not needed. */
export function abortion(signal: AbortSignal): { readonly promise: Promise<never>; readonly release: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return { promise, release: () => signal.removeEventListener("abort", onAbort) };
}

/** `read` is not bound to any caller's signal, since others may wait for it; it must end by a deadline of its own. */
export function hourly<T>(
  read: (options: CallOptions) => Promise<T>,
  now: () => UnixMs,
): (options: CallOptions) => Promise<T> {
  let kept: { readonly atMs: number; readonly value: T } | null = null;
  let running: Promise<T> | null = null;

  async function refresh(): Promise<T> {
    try {
      const value = await read({ signal: new AbortController().signal });
      kept = { atMs: now(), value };
      return value;
    } finally {
      running = null;
    }
  }

  return async ({ signal }) => {
    signal.throwIfAborted();
    if (kept !== null && Math.abs(now() - kept.atMs) < TTL_MS) return kept.value;
    running ??= refresh();
    const stop = abortion(signal);
    try {
      return await Promise.race([running, stop.promise]);
    } finally {
      stop.release();
    }
  };
}
