// Floor 2. A venue that does not answer is asked again later: a download of hours outlives a minute's silence.
import { ProviderError } from "#schemas/errors.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";

/** Waits between tries, after those that the venue's adapter made by itself. */
const BACKOFF_MS = [5_000, 20_000, 60_000] as const;

export type CandleSource = Pick<MarketData, "candles" | "venue" | "graceMs">;

export const patientSource = (
  source: CandleSource,
  sleep: (ms: number, options: CallOptions) => Promise<void>,
): CandleSource => ({
  venue: source.venue,
  graceMs: source.graceMs,
  async candles(request, options) {
    for (let tries = 0; ; tries++) {
      try {
        return await source.candles(request, options);
      } catch (error) {
        options.signal.throwIfAborted();
        const waitMs = BACKOFF_MS[tries];
        if (!(error instanceof ProviderError) || waitMs === undefined) throw error;
        await sleep(waitMs, options);
      }
    }
  },
});
