// Floor 2. Something that is costly to read and changes rarely → the same value for an hour. Concurrent callers share one
// read; a failed one is not kept.
import { NEVER_ABORTED, untilAborted } from "#schemas/abort.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { HOUR_MS, type UnixMs } from "#schemas/units.ts";

/** `read` is not bound to any caller's signal, since others may wait for it; it must end by a deadline of its own. */
export function hourly<T>(
  read: (options: CallOptions) => Promise<T>,
  now: () => UnixMs,
): (options: CallOptions) => Promise<T> {
  let kept: { readonly atMs: number; readonly value: T } | null = null;
  let running: Promise<T> | null = null;

  async function refresh(): Promise<T> {
    try {
      const value = await read(NEVER_ABORTED);
      kept = { atMs: now(), value };
      return value;
    } finally {
      running = null;
    }
  }

  return async ({ signal }) => {
    signal.throwIfAborted();
    if (kept !== null && Math.abs(now() - kept.atMs) < HOUR_MS) return kept.value;
    running ??= refresh();
    return untilAborted(running, signal);
  };
}
