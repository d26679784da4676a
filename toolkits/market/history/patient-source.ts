// Floor 2. A venue that does not answer is asked again later: a download of hours outlives a minute's silence.
import { ProviderError, VenuePausedError } from "#schemas/errors.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";

/** Waits between tries, after those that the venue's adapter made by itself. */
const BACKOFF_MS = [5_000, 20_000, 60_000] as const;

export type CandleSource = Pick<MarketData, "candles" | "venue" | "graceMs">;

/** Where the venue has said until when it is to be left alone, that is kept to, and does not count as a try. */
export const patientSource = (source: CandleSource, { now, sleep }: Pick<Clock, "now" | "sleep">): CandleSource => ({
  venue: source.venue,
  graceMs: source.graceMs,
  async candles(request, options) {
    for (let tries = 0; ; ) {
      try {
        return await source.candles(request, options);
      } catch (error) {
        options.signal.throwIfAborted();
        if (error instanceof VenuePausedError) {
          await sleep(Math.max(0, error.untilMs - now()), options);
          continue;
        }
        const waitMs = BACKOFF_MS[tries];
        tries += 1;
        if (!(error instanceof ProviderError) || waitMs === undefined) throw error;
        await sleep(waitMs, options);
      }
    }
  },
});
