// Floor 2. A venue's name and the way to it → its market data, opened at the first read: what needs no word of the venue does
// not pay for its client, and does not wait for it.
import type { MarketData } from "#schemas/ports/market.ts";

/** What is known of a venue before it is asked anything. */
export type VenueIdentity = Pick<MarketData, "venueId" | "venue" | "simulated" | "graceMs">;

/** `open` runs once; where it failed it is tried again at the next read. @throws what `open` and the read throw */
export function lazyMarketData(identity: VenueIdentity, open: () => Promise<MarketData>): MarketData {
  let opened: Promise<MarketData> | null = null;
  const inner = (): Promise<MarketData> => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  const { venueId, venue, simulated, graceMs } = identity;
  return {
    venueId,
    venue,
    simulated,
    graceMs,
    markets: async (options) => (await inner()).markets(options),
    candles: async (request, options) => (await inner()).candles(request, options),
    turnovers: async (request, options) => (await inner()).turnovers(request, options),
    tickers: async (request, options) => (await inner()).tickers(request, options),
  };
}
