// Floor 2. A ccxt read → the same read with a deadline, the caller's signal, two more tries and our errors. Reads only:
// nothing that could be done twice by mistake goes through here.
import { untilAborted } from "#schemas/abort.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { toFailure } from "./provider-errors.ts";

/** Waits between the tries. */
const BACKOFF_MS = [500, 2000] as const;

export type GuardedRead = <T>(what: string, read: () => Promise<T>, options: CallOptions) => Promise<T>;

/**
 * `deadlineMs` bounds each try, queueing in ccxt's rate limiter included. ccxt cannot be told to stop: a read that is
 * given up on runs out in the background, under ccxt's own timeout.
 * @throws ProviderError, ProviderRefusedError, UnknownNameError; the signal's reason when aborted
 */
export function createGuardedRead(exchangeId: string, sleep: Clock["sleep"], deadlineMs: number): GuardedRead {
  async function once<T>(what: string, read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      return await untilAborted(read(), AbortSignal.any([signal, deadline]));
    } catch (cause) {
      signal.throwIfAborted();
      if (!deadline.aborted) throw cause;
      throw new ProviderError({
        was: `${exchangeId} did not give ${what} within ${deadlineMs} ms.`,
        remedy: "Check the network and the venue's status page.",
        cause,
      });
    }
  }

  return async (what, read, { signal }) => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await once(what, read, signal);
      } catch (cause) {
        signal.throwIfAborted();
        const { error, again } = toFailure(cause, exchangeId, what);
        const backoffMs = BACKOFF_MS[tries];
        if (!again || backoffMs === undefined) throw error;
        await sleep(backoffMs, { signal });
      }
    }
  };
}
