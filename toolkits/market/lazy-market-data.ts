// Floor 2. A venue's name and the way to it → its market data, opened at the first read: what needs no word of the venue does
// not pay for its client, and does not wait for it.
import type { MarketData, VenueListings } from "#schemas/ports/market.ts";

/** What is known of a venue before it is asked anything. */
export type VenueIdentity = Pick<MarketData, "venueId" | "venue" | "simulated" | "graceMs">;

/** `open` opens it once, and again where that failed. @throws what `open` and the read throw */
export function lazyMarketData(identity: VenueIdentity, open: () => Promise<MarketData>): MarketData {
  const { venueId, venue, simulated, graceMs } = identity;
  return {
    venueId,
    venue,
    simulated,
    graceMs,
    markets: async (options) => (await open()).markets(options),
    candles: async (request, options) => (await open()).candles(request, options),
    turnovers: async (request, options) => (await open()).turnovers(request, options),
    tickers: async (request, options) => (await open()).tickers(request, options),
  };
}

/** The venue's word of its coins, by a way that is opened once for both. @throws what `open` and the read throw */
export const lazyListings = (open: () => Promise<VenueListings>): VenueListings => ({
  coins: async (request, options) => (await open()).coins(request, options),
  lastPrices: async (request, options) => (await open()).lastPrices(request, options),
});
