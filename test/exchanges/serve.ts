// `node test/exchanges/serve.ts VENUE [PORT]`: a local exchange on the system clock, until Ctrl-C. Then, elsewhere:
// DEEPTRADER_EXCHANGE_URL=http://127.0.0.1:PORT deeptrader … --venue VENUE. Where its orders are spoken, it has an account of ten thousand,
// whose key it prints, and beside it all who know something of coins, by the settings that lead to them.
import { openCoinWorld } from "../coins/coin-world.ts";
import { startExchange } from "./exchange.ts";
import { usualListings } from "./listings.ts";
import { followPrices } from "./trading/follow-prices.ts";
import { keyFor } from "./trading/keys.ts";
import { TradingAccount } from "./trading/trading-account.ts";
import { protocolOf } from "./venues.ts";
import { createWorld } from "./world.ts";

const [venue = "binance", port = "0"] = process.argv.slice(2);
const protocol = protocolOf(venue);
const listings = usualListings(protocol);
const { account: signer, keys } = keyFor(venue);
const trading = new TradingAccount({
  now: Date.now,
  listings,
  balances: { [protocol.quote]: "10000" },
  rules: { ...protocol.tradingRules },
});
const world = createWorld({ ...protocol, listings, now: Date.now, account: signer, trading });
const exchange = await startExchange(protocol, world, undefined, Number(port));

followPrices(world, trading);
console.info(`${venue} listens on ${exchange.url}; most of its markets are in ${protocol.quote}`);
console.info(
  `account ${trading.accountId}, key ${keys.key}, secret ${keys.secret.replaceAll("\n", "\\n")}, password ${keys.password}`,
);

const coins = await openCoinWorld(world);
console.info(
  Object.entries(coins.env)
    .map(([name, value]) => `${name}=${value}`)
    .join(" "),
);
