// All who know something of coins, on this machine, beside a local exchange: rankings at the exchange's own prices, and token sources that find
// nothing in any contract. What a desk on a local exchange needs so that it may enter.

import { quoteAt, type World } from "../exchanges/world.ts";
import type { Answer } from "../support/json-server.ts";
import { TEST_COINS, type TestCoin } from "./coins.ts";
import { coinGeckoAnswer, coinPaprikaAnswer, openRankingServers, type RankingServers } from "./ranking-servers.ts";
import { createTokenServers, type TokenServers } from "./token-servers.ts";

const DOLLARS: readonly string[] = ["USDT", "USDC", "USD"];

export interface CoinWorld {
  readonly rankings: RankingServers;
  readonly tokens: TokenServers;
  /** For a process of its own. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @param world of the exchange */
export async function openCoinWorld(world: World): Promise<CoinWorld> {
  const rankings = await openRankingServers(world.now());
  const tokens = await createTokenServers(world.now());
  for (const contract of TEST_COINS.flatMap(({ contracts }) => contracts)) tokens.addSound(contract);
  const now =
    (answer: typeof coinGeckoAnswer): Answer =>
    (asked, response) => {
      const atMs = world.now();
      return answer({ coins: TEST_COINS.map((coin) => priced(coin, world, atMs)), atMs })(asked, response);
    };
  rankings.coingecko.answer(now(coinGeckoAnswer));
  rankings.coinpaprika.answer(now(coinPaprikaAnswer));
  const { settings } = tokens;
  return {
    rankings,
    tokens,
    env: {
      DEEPTRADER_COINGECKO_URL: rankings.coingecko.url,
      DEEPTRADER_COINPAPRIKA_URL: rankings.coinpaprika.url,
      DEEPTRADER_GOPLUS_URL: settings.goplusUrl,
      DEEPTRADER_GOPLUS_PER_MINUTE: "10000",
      DEEPTRADER_HONEYPOT_URL: settings.honeypotUrl,
      DEEPTRADER_RUGCHECK_URL: settings.rugcheckUrl,
      DEEPTRADER_SOURCIFY_URL: settings.sourcifyUrl,
      DEEPTRADER_RPC_URLS: settings.rpcUrls.join(","),
    },
    close: async () => {
      await Promise.all([rankings.close(), tokens.close()]);
    },
  };
}

/** What it costs at the exchange in dollars; what that does not list has its price of the table. */
function priced(coin: TestCoin, world: World, atMs: number): TestCoin {
  const listing = world.listings.find(({ base, quote }) => base === coin.ticker && DOLLARS.includes(quote));
  const last = listing === undefined ? undefined : quoteAt(world, listing, atMs)?.last;
  return last === undefined ? coin : { ...coin, priceUsd: last };
}
