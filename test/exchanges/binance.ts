// Binance spot. https://developers.binance.com/docs/binance-spot-api-docs/rest-api : klines from startTime on, oldest first, both
// ends inclusive by open time, at most 1000, the forming one shown; without startTime the newest. One unknown name in a list of
// symbols refuses the whole list.

import { isMarked, type ListedCoin, networkNames } from "./coins.ts";
import type { Listing } from "./listings.ts";
import { findBy, joined, lengths, numberOf, ok, type Protocol, textOf } from "./protocol.ts";
import { type Refusal, refusesQuery } from "./signatures.ts";
import { binanceOrderKind, binanceOrders } from "./trading/binance-orders.ts";
import type { View } from "./view.ts";
import type { Row } from "./world.ts";

const MOST_ROWS = 1000;
const idOf = joined("");
const lengthOf = lengths("1m 5m 15m 1h 4h 1d");
const INVALID_SYMBOL = { status: 400, body: { code: -1121, msg: "Invalid symbol." } };

const network = networkNames({
  "1": "ETH",
  "56": "BSC",
  "137": "MATIC",
  "42161": "ARBITRUM",
  "10": "OPTIMISM",
  "8453": "BASE",
  "43114": "AVAXC",
  solana: "SOL",
  tron: "TRX",
  ton: "TON",
});

/** https://developers.binance.com/docs/wallet/capital/all-coins-info : signed; the contract of a coin on its own chain is left out. */
const coinEntry = (coin: ListedCoin) => ({
  coin: coin.code,
  depositAllEnable: coin.networks.every(({ deposits }) => deposits),
  withdrawAllEnable: coin.networks.every(({ withdrawals }) => withdrawals),
  name: coin.name,
  free: "0",
  locked: "0",
  freeze: "0",
  withdrawing: "0",
  ipoing: "0",
  ipoable: "0",
  storage: "0",
  isLegalMoney: coin.networks.length === 0,
  trading: !isMarked(coin, "suspended"),
  networkList: coin.networks.map((one) => ({
    network: network(coin, one),
    coin: coin.code,
    withdrawIntegerMultiple: "0.00000001",
    isDefault: true,
    depositEnable: one.deposits,
    withdrawEnable: one.withdrawals,
    name: network(coin, one),
    withdrawFee: "0.1",
    withdrawMin: "0.2",
    withdrawMax: "100000",
    minConfirm: "6",
    busy: false,
    ...(one.contract === null
      ? {}
      : { contractAddressUrl: "https://etherscan.io/address/", contractAddress: one.contract }),
  })),
});

const REFUSALS: Readonly<Record<Exclude<Refusal, null>, { readonly status: number; readonly body: unknown }>> = {
  key: { status: 401, body: { code: -2015, msg: "Invalid API-key, IP, or permissions for action." } },
  signature: { status: 400, body: { code: -1022, msg: "Signature for this request is not valid." } },
  time: { status: 400, body: { code: -1021, msg: "Timestamp for this request is outside of the recvWindow." } },
};

const kline = (row: Row, lengthMs: number): unknown[] => [
  row.openMs,
  textOf(row.open),
  textOf(row.high),
  textOf(row.low),
  textOf(row.close),
  textOf(row.volume),
  row.openMs + lengthMs - 1,
  textOf(row.turnover),
  120,
  textOf(row.volume / 2),
  textOf(row.turnover / 2),
  "0",
];

const market = (one: Listing) => ({
  symbol: idOf(one),
  status: one.halted ? "BREAK" : "TRADING",
  baseAsset: one.base,
  baseAssetPrecision: 8,
  quoteAsset: one.quote,
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"],
  isSpotTradingAllowed: true,
  isMarginTradingAllowed: false,
  permissions: [],
  permissionSets: [["SPOT"]],
  filters: [
    { filterType: "PRICE_FILTER", minPrice: one.tickSize, maxPrice: "1000000.00000000", tickSize: one.tickSize },
    { filterType: "LOT_SIZE", minQty: one.minQuantity, maxQty: "90000000000.00000000", stepSize: one.stepSize },
    { filterType: "MARKET_LOT_SIZE", minQty: "0.00000000", maxQty: "100000000.00000000", stepSize: "0.00000000" },
    { filterType: "NOTIONAL", minNotional: one.minNotional, applyMinToMarket: true, maxNotional: "9000000.00000000" },
  ],
});

function ticker(one: Listing, view: View): unknown {
  const said = view.quote(one);
  return {
    symbol: idOf(one),
    priceChange: textOf(said.last - said.open),
    weightedAvgPrice: textOf((said.high + said.low) / 2),
    prevClosePrice: textOf(said.open),
    lastPrice: textOf(said.last),
    lastQty: "1.00000000",
    bidPrice: textOf(said.bid, "0.00000000"),
    bidQty: said.bid === null ? "0.00000000" : "12.00000000",
    askPrice: textOf(said.ask, "0.00000000"),
    askQty: said.ask === null ? "0.00000000" : "12.00000000",
    openPrice: textOf(said.open),
    highPrice: textOf(said.high),
    lowPrice: textOf(said.low),
    ...(said.turnover === null ? {} : { volume: textOf(said.volume), quoteVolume: textOf(said.turnover) }),
    openTime: said.atMs - 86_400_000,
    closeTime: said.atMs,
    firstId: 1,
    lastId: 100,
    count: 100,
  };
}

const book = (one: Listing, view: View): unknown => {
  const { bid, ask } = view.quote(one);
  return {
    symbol: idOf(one),
    bidPrice: textOf(bid, "0.00000000"),
    bidQty: "12.0",
    askPrice: textOf(ask, "0.00000000"),
    askQty: "12.0",
  };
};

/** `symbol` gives one object, `symbols` a list, neither all of them. */
function listed(query: URLSearchParams, view: View, write: (one: Listing, view: View) => unknown) {
  const single = query.get("symbol");
  const names = single !== null ? [single] : (JSON.parse(query.get("symbols") ?? "null") as string[] | null);
  if (names === null) return ok(view.listings.map((one) => write(one, view)));
  const found = names.flatMap((name) => findBy(view, idOf, name) ?? []);
  if (found.length < names.length) return INVALID_SYMBOL;
  const written = found.map((one) => write(one, view));
  return ok(single !== null ? written[0] : written);
}

function klines(query: URLSearchParams, view: View) {
  const one = findBy(view, idOf, query.get("symbol"));
  if (one === undefined) return INVALID_SYMBOL;
  const lengthMs = lengthOf(query.get("interval"));
  if (lengthMs === undefined) return { status: 400, body: { code: -1120, msg: "Invalid interval." } };
  const rows = view.page(one, {
    lengthMs,
    fromMs: numberOf(query, "startTime", 0),
    toMs: numberOf(query, "endTime", Number.MAX_SAFE_INTEGER),
    limit: Math.min(MOST_ROWS, numberOf(query, "limit", 500)),
    keep: query.has("startTime") ? "oldest" : "newest",
  });
  return ok(rows.map((row) => kline(row, lengthMs)));
}

export const binance: Protocol = {
  id: "binance",
  quote: "USDT",
  otherQuotes: ["BTC", "EUR"],
  nonAscii: true,
  kindsOf(ask) {
    const { path } = ask;
    const trading = binanceOrderKind(ask);
    if (trading !== null) return [trading];
    if (path.endsWith("/klines")) return ["candles"];
    if (path.includes("/ticker/") || path.endsWith("/depth")) return ["tickers"];
    if (path.endsWith("/getall")) return ["coins"];
    return path.endsWith("/time") ? ["time"] : ["markets"];
  },
  answer(ask, view) {
    const { path, query } = ask;
    if (binanceOrderKind(ask) !== null) return binanceOrders(ask, view);
    switch (path) {
      case "/sapi/v1/capital/config/getall": {
        const refusal = refusesQuery(ask, "x-mbx-apikey", view.account, view.nowMs);
        return refusal === null ? ok(view.coins.map(coinEntry)) : REFUSALS[refusal];
      }
      case "/api/v3/exchangeInfo":
        return ok({
          timezone: "UTC",
          serverTime: view.nowMs,
          rateLimits: [{ rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 6000 }],
          exchangeFilters: [],
          symbols: view.listings.map(market),
        });
      case "/api/v3/time":
        return ok({ serverTime: view.nowMs });
      case "/api/v3/klines":
        return klines(query, view);
      case "/api/v3/ticker/24hr":
        return listed(query, view, ticker);
      case "/api/v3/ticker/bookTicker":
        return listed(query, view, book);
      case "/api/v3/depth": {
        const one = findBy(view, idOf, query.get("symbol"));
        if (one === undefined) return INVALID_SYMBOL;
        const { bid, ask } = view.quote(one);
        const side = (price: number | null) => (price === null ? [] : [[textOf(price), "12.0"]]);
        return ok({ lastUpdateId: 1, bids: side(bid), asks: side(ask) });
      }
      // Futures are listed by other hosts of the venue, under paths of their own.
      case "/fapi/v1/exchangeInfo":
      case "/dapi/v1/exchangeInfo":
        return ok({ timezone: "UTC", serverTime: view.nowMs, symbols: path.startsWith("/fapi") ? [perpetual] : [] });
      default:
        return { status: 404, body: { code: -1, msg: `no such path ${path}` } };
    }
  },
};

const perpetual = {
  symbol: "BTCUSDT",
  pair: "BTCUSDT",
  contractType: "PERPETUAL",
  deliveryDate: 4_133_404_800_000,
  onboardDate: 1_569_398_400_000,
  status: "TRADING",
  marginAsset: "USDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  pricePrecision: 2,
  quantityPrecision: 3,
  baseAssetPrecision: 8,
  quotePrecision: 8,
  filters: [{ filterType: "PRICE_FILTER", minPrice: "0.1", maxPrice: "1000000", tickSize: "0.1" }],
};
