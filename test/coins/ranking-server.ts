// The table of coins → a local CoinGecko. https://docs.coingecko.com/reference/coins-markets, https://docs.coingecko.com/reference/coins-list
import { toIso, type UnixMs } from "#schemas/units.ts";
import { CHAINS } from "#toolkits/identity/chains.ts";
import { type Asked, createJsonServer, type JsonServer, json } from "../support/json-server.ts";
import { TEST_COINS, type TestCoin } from "./coins.ts";

const platformOf = (chain: string): string => CHAINS.find(({ id }) => id === chain)?.coingecko ?? chain;

type PriceOf = (coin: TestCoin) => number;

const listed = (coin: TestCoin) => ({
  id: coin.coingecko,
  symbol: coin.ticker.toLowerCase(),
  name: coin.name,
  platforms: Object.fromEntries(coin.contracts.map(({ chain, contract }) => [platformOf(chain), contract])),
});

const ranked = (nowMs: UnixMs, priceOf: PriceOf) => (coin: TestCoin, at: number) => ({
  id: coin.coingecko,
  symbol: coin.ticker.toLowerCase(),
  name: coin.name,
  current_price: priceOf(coin),
  market_cap: coin.marketCapUsd,
  market_cap_rank: at + 1,
  last_updated: toIso(nowMs),
});

function pageOf(rows: readonly unknown[], { url }: Asked): readonly unknown[] {
  const [size, page] = ["per_page", "page"].map((name) => Number(url.searchParams.get(name)));
  return rows.slice(((page ?? 1) - 1) * (size ?? 0), (page ?? 1) * (size ?? 0));
}

/** Prices are of `nowMs`, by default those of the table. */
export const createCoinGeckoServer = (
  nowMs: UnixMs,
  priceOf: PriceOf = ({ priceUsd }) => priceUsd,
): Promise<JsonServer> =>
  createJsonServer((asked, response) => {
    const body = asked.url.pathname.endsWith("/coins/list")
      ? TEST_COINS.map(listed)
      : pageOf(TEST_COINS.map(ranked(nowMs, priceOf)), asked);
    return json(body)(asked, response);
  });
