// A local exchange that takes orders, on the clock of this machine, for desks that are started as their operators start them.
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { createFaults, type Faults } from "#test/exchanges/faults.ts";
import { usualListings } from "#test/exchanges/listings.ts";
import { keyFor } from "#test/exchanges/trading/keys.ts";
import { TradingAccount } from "#test/exchanges/trading/trading-account.ts";
import { protocolOf } from "#test/exchanges/venues.ts";
import { createWorld } from "#test/exchanges/world.ts";

export const VENUE = "binance";
export const LIVE = ["--venue", VENUE, "--sandbox", "--live-account", "7001", "--cash", "1000", "--assets", "3"];

interface LiveVenue {
  readonly account: TradingAccount;
  readonly exchange: Exchange;
  readonly faults: Faults;
  readonly env: Readonly<Record<string, string>>;
}

/** @param change what is another way there than usual */
export async function openLiveVenue(
  change: (account: TradingAccount) => void = () => {},
  venueId = VENUE,
): Promise<LiveVenue> {
  const protocol = protocolOf(venueId);
  const listings = usualListings(protocol);
  const account = new TradingAccount({
    now: Date.now,
    listings,
    balances: { [protocol.quote]: "10000" },
    rules: { ...protocol.tradingRules },
  });
  change(account);
  const { account: signer, keys } = keyFor(venueId);
  const world = createWorld({ ...protocol, listings, now: Date.now, account: signer, trading: account });
  const faults = createFaults();
  const exchange = await startExchange(protocol, world, faults);
  const env = {
    DEEPTRADER_MODE: "live",
    DEEPTRADER_EXCHANGE_URL: exchange.url,
    DEEPTRADER_EXCHANGE_KEY: keys.key,
    DEEPTRADER_EXCHANGE_SECRET: keys.secret,
    ...(keys.password === null ? {} : { DEEPTRADER_EXCHANGE_PASSWORD: keys.password }),
  };
  return { account, exchange, faults, env };
}
