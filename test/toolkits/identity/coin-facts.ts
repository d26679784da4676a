// What an exchange and a ranking may say of a few coins, for tests of identity: a ranking of test/coins, and an exchange that says the same.
import { contractId } from "#schemas/chain.ts";
import type { CoinNetwork, RankedAsset, Ranking, VenueCoin, VenueCoins } from "#schemas/coin.ts";
import type { Market } from "#schemas/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import type { CoinFacts } from "#toolkits/identity/identify-coins.ts";
import { TEST_COINS, type TestCoin, testCoin } from "../../coins/coins.ts";

export const NOW_MS = unixMs(Date.parse("2026-11-29T12:00:00Z"));

export const assetOf = (coin: TestCoin, rest: Partial<RankedAsset> = {}): RankedAsset => ({
  id: coin.coingecko,
  ticker: coin.ticker,
  name: coin.name,
  rank: TEST_COINS.indexOf(coin) + 1,
  marketCapUsd: coin.marketCapUsd,
  priceUsd: coin.priceUsd,
  priceAtMs: NOW_MS,
  contracts: coin.contracts.flatMap(({ chain, contract }) => contractId(chain, contract) ?? []),
  otherChains: [],
  ...rest,
});

export const ranked = (ticker: string, rest: Partial<RankedAsset> = {}): RankedAsset =>
  assetOf(testCoin(ticker), { ...rest });

export const rankingOf = (...assets: readonly RankedAsset[]): Ranking => ({
  source: "coingecko",
  seenAtMs: NOW_MS,
  assets: [...assets],
});

export const network = (
  name: string,
  chain: string | null,
  contract: string | null,
  rest: Partial<CoinNetwork> = {},
): CoinNetwork => ({ network: name, chain, contract, deposits: true, withdrawals: true, ...rest });

export const coinOf = (code: string, networks: readonly CoinNetwork[], rest: Partial<VenueCoin> = {}): VenueCoin => ({
  code,
  name: null,
  networks: [...networks],
  marks: [],
  ...rest,
});

export const coinsOf = (coins: readonly VenueCoin[], rest: Partial<VenueCoins> = {}): VenueCoins => ({
  seenAtMs: NOW_MS,
  statesContracts: true,
  statesTransfers: true,
  coins: [...coins],
  ...rest,
});

export const marketOf = (symbol: string, rest: Partial<Market> = {}): Market => {
  const [base = "", quote = ""] = symbol.split("/");
  return {
    symbol: MarketSymbol.parse(symbol),
    base,
    quote,
    active: true,
    tickSize: "0.01",
    stepSize: "0.01",
    minQuantity: "0.01",
    maxQuantity: null,
    minNotional: "5",
    feeBps: 10,
    buyFeeIn: "base",
    assumed: false,
    ...rest,
  };
};

/** Markets by name, with the last price of each. */
export function factsOf(
  prices: Readonly<Record<string, number>>,
  rest: Partial<CoinFacts> & Pick<CoinFacts, "ranking" | "coins">,
): CoinFacts {
  const symbols = Object.keys(prices);
  return {
    markets: symbols.map((symbol) => marketOf(symbol)),
    lastPrices: new Map(symbols.map((symbol) => [MarketSymbol.parse(symbol), prices[symbol] ?? Number.NaN])),
    nowMs: NOW_MS,
    ...rest,
  };
}
