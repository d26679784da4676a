// A local exchange → the product's adapter on it, through the unmodified ccxt client, on the world's clock instead of the machine's.

import { unixMs } from "#schemas/units.ts";
import { type CcxtClient, type ClientParts, openCcxtClient } from "#toolkits/market/ccxt/client.ts";
import { type CcxtVenue, type CcxtVenueDeps, createCcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import type { Exchange } from "./exchange.ts";

type Deps = Partial<Omit<CcxtVenueDeps, "exchangeId" | "exchange" | "now">>;

/** Where it is, and its clock. */
type ExchangePlace = Pick<Exchange, "url"> & { readonly world: Pick<Exchange["world"], "now"> };

/** The client beside the adapter on it, for what ccxt itself is told. */
export async function openClientOn(
  exchange: ExchangePlace,
  exchangeId: string,
  { sleep = () => Promise.resolve(), ...deps }: Deps = {},
): Promise<{ readonly venue: CcxtVenue; readonly client: CcxtClient }> {
  const now = () => unixMs(exchange.world.now());
  const { budget = createLocalBudget(now) } = deps;
  // ccxt clips what it asks for by its own clock, and waits by its rate limiter: both are set aside, nothing else is.
  const open = async (more: Partial<ClientParts>): Promise<CcxtClient> => {
    const opened = await openCcxtClient({ exchangeId, apiUrl: exchange.url, now, sleep, budget, ...more });
    return Object.assign(opened, {
      enableRateLimit: false,
      milliseconds: now,
      seconds: () => Math.floor(now() / 1000),
    });
  };
  const client = await open({});
  const keyed = (keys: ClientParts["keys"]) => open({ keys });
  return { venue: await createCcxtVenue({ exchangeId, exchange: client, keyed, now, sleep, ...deps, budget }), client };
}

export const openVenueOn = async (exchange: ExchangePlace, exchangeId: string, deps?: Deps): Promise<CcxtVenue> =>
  (await openClientOn(exchange, exchangeId, deps)).venue;
