// Local servers that speak as CoinGecko and CoinPaprika do, of the coins of coins.json: shapes from their public references.
import { CHAINS } from "#toolkits/identity/chains.ts";
import { type Answer, createJsonServer, type JsonServer, json } from "../support/json-server.ts";
import { TEST_COINS, type TestCoin } from "./coins.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface RankedCoins {
  /** Best first. */
  readonly coins?: readonly TestCoin[];
  /** When its prices are from. */
  readonly atMs: number;
  /** The rows of the ranking as they are sent. */
  readonly rows?: (rows: readonly Row[]) => readonly unknown[];
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const platformOf = (source: "coingecko" | "coinpaprika", chain: string): string =>
  CHAINS.find(({ id }) => id === chain)?.[source] ?? chain;

const notFound = json({ error: "not found" }, 404);

/** `/coins/markets` by pages, and `/coins/list` with platforms. */
export function coinGeckoAnswer({ coins = TEST_COINS, atMs, rows = (all) => all }: RankedCoins): Answer {
  const ranking = rows(
    coins.map((coin, at) => ({
      id: coin.coingecko,
      symbol: coin.ticker.toLowerCase(),
      name: coin.name,
      image: "https://coins.test/large.png",
      current_price: coin.priceUsd,
      market_cap: coin.marketCapUsd,
      market_cap_rank: at + 1,
      fully_diluted_valuation: null,
      total_volume: coin.marketCapUsd / 50,
      circulating_supply: coin.marketCapUsd / coin.priceUsd,
      max_supply: null,
      roi: null,
      last_updated: iso(atMs),
    })),
  );
  const list = coins.map((coin) => ({
    id: coin.coingecko,
    symbol: coin.ticker.toLowerCase(),
    name: coin.name,
    platforms: Object.fromEntries(
      coin.contracts.map(({ chain, contract }) => [platformOf("coingecko", chain), contract]),
    ),
  }));
  return (asked, response) => {
    const { pathname, searchParams } = asked.url;
    if (pathname === "/api/v3/coins/list") return json(list)(asked, response);
    if (pathname !== "/api/v3/coins/markets") return notFound(asked, response);
    const [size, page] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
    return json(ranking.slice((page - 1) * size, page * size))(asked, response);
  };
}

/** `/tickers`, `/coins`, and `/contracts` by platform. It does not know a coin without an id of its own. */
export function coinPaprikaAnswer({ coins = TEST_COINS, atMs, rows = (all) => all }: RankedCoins): Answer {
  const known = coins.filter(({ coinpaprika }) => coinpaprika !== null);
  const ranking = rows(
    known.map((coin, at) => ({
      id: coin.coinpaprika,
      name: coin.name,
      symbol: coin.ticker,
      rank: at + 1,
      total_supply: coin.marketCapUsd / coin.priceUsd,
      max_supply: 0,
      beta_value: 1,
      first_data_at: "2010-07-17T00:00:00Z",
      last_updated: iso(atMs).replace(/\.\d+Z$/, "Z"),
      quotes: { USD: { price: coin.priceUsd, volume_24h: coin.marketCapUsd / 50, market_cap: coin.marketCapUsd } },
    })),
  );
  const list = known.map(({ coinpaprika, name, ticker, contracts }, at) => ({
    id: coinpaprika,
    name,
    symbol: ticker,
    rank: at + 1,
    is_new: false,
    is_active: true,
    type: contracts.length === 0 ? "coin" : "token",
  }));
  const contracts = Map.groupBy(
    known.flatMap((coin) => coin.contracts.map((one) => ({ ...one, id: coin.coinpaprika }))),
    ({ chain }) => platformOf("coinpaprika", chain),
  );
  return (asked, response) => {
    const { pathname } = asked.url;
    if (pathname === "/v1/tickers") return json(ranking)(asked, response);
    if (pathname === "/v1/coins") return json(list)(asked, response);
    if (pathname === "/v1/contracts") return json([...contracts.keys()])(asked, response);
    const of = contracts.get(pathname.replace("/v1/contracts/", ""));
    if (of === undefined) return notFound(asked, response);
    return json(of.map(({ contract, id }) => ({ address: contract, id, type: "token", active: true })))(
      asked,
      response,
    );
  };
}

export interface RankingServers {
  readonly coingecko: JsonServer;
  readonly coinpaprika: JsonServer;
  close(): Promise<void>;
}

/** Both answer well of all coins, with prices of `atMs`. */
export async function openRankingServers(atMs: number): Promise<RankingServers> {
  const coingecko = await createJsonServer(coinGeckoAnswer({ atMs }));
  const coinpaprika = await createJsonServer(coinPaprikaAnswer({ atMs }));
  return {
    coingecko,
    coinpaprika,
    close: async () => {
      await Promise.all([coingecko.close(), coinpaprika.close()]);
    },
  };
}
