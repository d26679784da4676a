// A local exchange → the product's adapter on it, through the unmodified ccxt client, on the world's clock instead of the machine's.

import { unixMs } from "#schemas/units.ts";
import { type CcxtClient, openCcxtClient } from "#toolkits/market/ccxt/client.ts";
import { type CcxtVenue, type CcxtVenueDeps, createCcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import type { Exchange } from "./exchange.ts";

type Deps = Partial<Omit<CcxtVenueDeps, "exchangeId" | "exchange" | "now">>;

/** The client beside the adapter on it, for what ccxt itself is told. */
export async function openClientOn(
  exchange: Exchange,
  exchangeId: string,
  { sleep = () => Promise.resolve(), ...deps }: Deps = {},
): Promise<{ readonly venue: CcxtVenue; readonly client: CcxtClient }> {
  const now = () => unixMs(exchange.world.now());
  const client = await openCcxtClient({ exchangeId, apiUrl: exchange.url, now, sleep, budget: deps.budget });
  // ccxt clips what it asks for by its own clock, and waits by its rate limiter: both are set aside, nothing else is.
  Object.assign(client, { enableRateLimit: false, milliseconds: now, seconds: () => Math.floor(now() / 1000) });
  return { venue: await createCcxtVenue({ exchangeId, exchange: client, now, sleep, ...deps }), client };
}

export const openVenueOn = async (exchange: Exchange, exchangeId: string, deps?: Deps): Promise<CcxtVenue> =>
  (await openClientOn(exchange, exchangeId, deps)).venue;
