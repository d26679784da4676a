// Floor 2. A ccxt read → the same read with a deadline, the caller's signal, two more tries and our errors. Reads only:
// nothing that could be done twice by mistake goes through here.
import { untilAborted } from "#schemas/abort.ts";
import { type DeepTraderError, UnansweredError, VenuePausedError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { triedAgain } from "../../ports/observed.ts";
import { toFailure } from "./provider-errors.ts";

/** Waits between the tries. */
const BACKOFF_MS = [500, 2000] as const;
/** A rest that is over sooner is waited for. */
const SHORT_REST_MS = 2_500;

export type GuardedRead = <T>(what: string, read: () => Promise<T>, options: CallOptions) => Promise<T>;

/**
 * `deadlineMs` bounds each try, queueing in ccxt's rate limiter included. ccxt cannot be told to stop: a read that is
 * given up on runs out in the background, under ccxt's own timeout. What has not answered in time is not asked again here.
 * @throws ProviderError, VenuePausedError, ProviderRefusedError, UnknownNameError; the signal's reason when aborted
 */
export function createGuardedRead(
  exchangeId: string,
  { now, sleep }: Pick<Clock, "now" | "sleep">,
  deadlineMs: number,
): GuardedRead {
  async function once<T>(what: string, read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      return await untilAborted(read(), AbortSignal.any([signal, deadline]));
    } catch (cause) {
      signal.throwIfAborted();
      if (!deadline.aborted) throw cause;
      throw new UnansweredError({
        was: `${exchangeId} did not give ${what} within ${deadlineMs} ms.`,
        remedy: "Check the network and the venue's status page.",
        cause,
      });
    }
  }

  /** Before the next try, ms; null: there is none. */
  function waitMs(tries: number, error: DeepTraderError, again: boolean): number | null {
    const backoffMs = BACKOFF_MS[tries];
    if (backoffMs === undefined) return null;
    if (!(error instanceof VenuePausedError)) return again ? backoffMs : null;
    const restMs = error.untilMs - now();
    return restMs <= SHORT_REST_MS ? Math.max(0, restMs) : null;
  }

  return async (what, read, { signal }) => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await once(what, read, signal);
      } catch (cause) {
        signal.throwIfAborted();
        const { error, again } = toFailure(cause, exchangeId, what);
        const beforeNextMs = waitMs(tries, error, again);
        if (beforeNextMs === null) throw error;
        await sleep(beforeNextMs, { signal });
        triedAgain();
      }
    }
  };
}
