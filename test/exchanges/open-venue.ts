// A local exchange → the product's adapter on it, through the unmodified ccxt client, on the world's clock instead of the machine's.

import type { MarketData } from "#schemas/ports/market.ts";
import { unixMs } from "#schemas/units.ts";
import { openCcxtClient } from "#toolkits/market/ccxt/client.ts";
import { type CcxtVenueDeps, createCcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import type { Exchange } from "./exchange.ts";

/** ccxt clips what it asks for by its own clock, and waits by its rate limiter: both are set aside, nothing else is. */
export async function openVenueOn(
  exchange: Exchange,
  exchangeId: string,
  deps: Partial<Omit<CcxtVenueDeps, "exchangeId" | "exchange" | "now">> = {},
): Promise<MarketData> {
  const client = await openCcxtClient(exchangeId, exchange.url);
  const now = exchange.world.now;
  Object.assign(client, {
    enableRateLimit: false,
    milliseconds: () => now(),
    seconds: () => Math.floor(now() / 1000),
  });
  return createCcxtVenue({
    exchangeId,
    exchange: client,
    now: () => unixMs(now()),
    sleep: () => Promise.resolve(),
    ...deps,
  });
}
