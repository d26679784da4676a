// Floor 2. An exchange → what it says of the coins that it lists. Where it says so to whom has a key alone, a client of its own has the key
// and makes that one read; what goes wrong there is told in words of ours, since an exchange may repeat a key.
import { z } from "zod";
import { ProviderError, ProviderRefusedError, VenuePausedError } from "#schemas/errors.ts";
import type { VenueListings } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { CcxtClient } from "./client.ts";
import { parseCoins } from "./coins.ts";
import type { GuardedRead } from "./guarded-read.ts";
import { parseLastPrices } from "./turnovers.ts";
import type { VenueFacts } from "./venue-facts.ts";

interface ListingsDeps {
  readonly client: CcxtClient;
  readonly facts: VenueFacts;
  readonly read: GuardedRead;
  /** Opened once, when it is first needed; null: there is no key. */
  readonly openKeyed: (() => Promise<CcxtClient>) | null;
  symbols(options: CallOptions): Promise<Iterable<MarketSymbol>>;
}

const REMEDY = "Give it a key of this exchange that may read (DEEPTRADER_EXCHANGE_KEY, _SECRET, _PASSWORD), or none.";

/** The same failure without a word of the exchange's. */
function inOurWords(error: unknown, id: string): Error {
  if (error instanceof VenuePausedError)
    return new VenuePausedError({ untilMs: error.untilMs, was: `${id} asked for rest.` });
  if (error instanceof ProviderRefusedError)
    return new ProviderRefusedError({ was: `${id} refuses the key for its list of coins.`, remedy: REMEDY });
  return new ProviderError({ was: `${id} did not give its list of coins to the key.`, remedy: REMEDY });
}

/** ccxt lists some coins of a chain under the names of what they wrap (hyperliquid: `UBTC` as `BTC`). */
function baseOf({ options }: Pick<CcxtClient, "options">): (code: string) => string {
  const names = z.record(z.string(), z.string()).safeParse(options["spotCurrencyMapping"]).data ?? {};
  return (code) => (Object.hasOwn(names, code) ? (names[code] ?? code) : code);
}

export function createListings({ client, facts, read, openKeyed, symbols }: ListingsDeps): VenueListings {
  const { coins } = facts;
  let keyed: Promise<CcxtClient> | null = null;

  async function keyedClient(open: () => Promise<CcxtClient>): Promise<CcxtClient> {
    keyed ??= open();
    const opened = await keyed.catch((error: unknown) => {
      keyed = null;
      throw error;
    });
    if (opened.checkRequiredCredentials(false)) return opened;
    throw new ProviderRefusedError({
      was: `${facts.id} needs more than was given to read its list of coins.`,
      remedy: REMEDY,
    });
  }

  return {
    async coins({ nowMs }, options) {
      if (coins === null) return null;
      const list = (asked: CcxtClient) =>
        read(
          "its list of coins",
          async () =>
            parseCoins(await asked.fetchCurrencies(), { ...facts, coins }, { seenAtMs: nowMs, baseOf: baseOf(asked) }),
          options,
        );
      if (coins.told === "anyone") return list(client);
      if (openKeyed === null) return null;
      const asked = await keyedClient(openKeyed);
      try {
        return await list(asked);
      } catch (error) {
        options.signal.throwIfAborted();
        throw inOurWords(error, facts.id);
      }
    },
    async lastPrices(_request, options) {
      const known = [...(await symbols(options))];
      const fetch = async () =>
        parseLastPrices(await client.fetchTickers(undefined, facts.tickersParams), known, facts);
      return read("the last prices of its markets", fetch, options);
    },
  };
}
