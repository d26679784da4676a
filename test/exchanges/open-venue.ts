// A local exchange → the product's adapter on it, through the unmodified ccxt client, on the world's clock instead of the machine's.

import { unixMs } from "#schemas/units.ts";
import { openCcxtClient } from "#toolkits/market/ccxt/client.ts";
import { type CcxtVenue, type CcxtVenueDeps, createCcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import type { Exchange } from "./exchange.ts";

/** ccxt clips what it asks for by its own clock, and waits by its rate limiter: both are set aside, nothing else is. */
export async function openVenueOn(
  exchange: Exchange,
  exchangeId: string,
  {
    timeoutMs,
    ...deps
  }: Partial<Omit<CcxtVenueDeps, "exchangeId" | "exchange" | "now">> & {
    /** ccxt's limit for an answer, in place of its usual one. */
    readonly timeoutMs?: number | undefined;
  } = {},
): Promise<CcxtVenue> {
  const now = () => unixMs(exchange.world.now());
  const sleep = deps.sleep ?? (() => Promise.resolve());
  const client = await openCcxtClient({ exchangeId, apiUrl: exchange.url, now, sleep, budget: deps.budget });
  Object.assign(client, {
    enableRateLimit: false,
    milliseconds: now,
    seconds: () => Math.floor(now() / 1000),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  });
  return createCcxtVenue({ exchangeId, exchange: client, now, sleep, ...deps });
}
