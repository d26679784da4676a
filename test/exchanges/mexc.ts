// MEXC spot. https://www.mexc.com/api-docs/spot-v3/market-data-endpoints : klines between startTime and endTime, oldest first, the
// forming one shown. The page is documented as 1000 and was seen to be 500, and whether a candle that opens at endTime is in
// the answer is not documented: four variants.

import { isMarked, type ListedCoin, networkNames } from "./coins.ts";
import type { Listing } from "./listings.ts";
import { decimalsOf, findBy, joined, lengths, numberOf, ok, type Protocol, textOf } from "./protocol.ts";
import { type Refusal, refusesQuery } from "./signatures.ts";
import type { View } from "./view.ts";

export interface MexcVariant {
  readonly mostRows: 500 | 1000;
  readonly endInclusive: boolean;
}

export const MEXC_VARIANTS: readonly MexcVariant[] = [500, 1000].flatMap((mostRows) =>
  [false, true].map((endInclusive) => ({ mostRows: mostRows as 500 | 1000, endInclusive })),
);

const idOf = joined("");
const lengthOf = lengths("1m 5m 15m 60m 4h 1d");
const INVALID_SYMBOL = { status: 400, body: { code: -1121, msg: "Invalid symbol." } };

const network = networkNames({
  "1": "Ethereum(ERC20)",
  "56": "BNB Smart Chain(BEP20)",
  "137": "Polygon(MATIC)",
  "42161": "Arbitrum One(ARB)",
  "10": "Optimism(OP)",
  "8453": "BASE",
  "43114": "Avalanche C Chain(AVAX CCHAIN)",
  solana: "Solana(SOL)",
  tron: "Tron(TRC20)",
  ton: "Toncoin(TON)",
});

/** https://www.mexc.com/api-docs/spot-v3/wallet-endpoints : signed. */
const coinEntry = (coin: ListedCoin) => ({
  coin: coin.code,
  name: coin.name,
  networkList: coin.networks.map((one) => ({
    coin: coin.code,
    depositDesc: null,
    depositEnable: one.deposits,
    minConfirm: 12,
    name: coin.name,
    network: network(coin, one),
    netWork: network(coin, one),
    withdrawEnable: one.withdrawals,
    withdrawFee: "0.1",
    withdrawIntegerMultiple: null,
    withdrawMax: "100000",
    withdrawMin: "0.2",
    sameAddress: false,
    contract: one.contract ?? "",
  })),
});

const REFUSALS: Readonly<Record<Exclude<Refusal, null>, unknown>> = {
  key: { code: 10_072, msg: "Api key info invalid" },
  signature: { code: 700_002, msg: "Signature for this request is not valid." },
  time: { code: 700_003, msg: "Timestamp for this request is outside of the recvWindow." },
};

const market = (one: Listing, view: View) => ({
  symbol: idOf(one),
  // 1 online, 2 pause, 3 offline
  status: one.halted ? "2" : "1",
  baseAsset: one.base,
  baseAssetPrecision: decimalsOf(one.stepSize),
  quoteAsset: one.quote,
  quotePrecision: decimalsOf(one.tickSize),
  quoteAssetPrecision: decimalsOf(one.tickSize),
  baseCommissionPrecision: 2,
  quoteCommissionPrecision: 4,
  orderTypes: ["LIMIT", "MARKET", "LIMIT_MAKER"],
  isSpotTradingAllowed: !one.halted,
  isMarginTradingAllowed: false,
  permissions: ["SPOT"],
  filters: [],
  baseSizePrecision: one.minQuantity,
  quoteAmountPrecision: "1",
  maxQuoteAmount: "2000000",
  makerCommission: "0",
  takerCommission: "0.0005",
  tradeSideType: isMarked(view.coin(one.base), "suspended") ? "3" : "1",
  st: isMarked(view.coin(one.base), "monitoring"),
});

function ticker(one: Listing, view: View): unknown {
  const { last, bid, ask, open, high, low, volume, turnover, atMs } = view.quote(one);
  return {
    symbol: idOf(one),
    priceChange: textOf(last - open),
    priceChangePercent: textOf((last - open) / open),
    prevClosePrice: textOf(open),
    lastPrice: textOf(last),
    bidPrice: bid === null ? null : textOf(bid),
    bidQty: bid === null ? null : "3.1",
    askPrice: ask === null ? null : textOf(ask),
    askQty: ask === null ? null : "2.9",
    openPrice: textOf(open),
    highPrice: textOf(high),
    lowPrice: textOf(low),
    volume: volume === null ? null : textOf(volume),
    quoteVolume: turnover === null ? null : textOf(turnover),
    openTime: atMs - 86_400_000,
    closeTime: atMs,
    count: null,
  };
}

const book = (one: Listing, view: View): unknown => {
  const { bid, ask } = view.quote(one);
  return { symbol: idOf(one), bidPrice: textOf(bid), bidQty: "3.1", askPrice: textOf(ask), askQty: "2.9" };
};

function oneOrAll(query: URLSearchParams, view: View, write: (one: Listing, view: View) => unknown) {
  const name = query.get("symbol");
  if (name === null) return ok(view.listings.map((one) => write(one, view)));
  const one = findBy(view, idOf, name);
  return one === undefined ? INVALID_SYMBOL : ok(write(one, view));
}

function klines(query: URLSearchParams, view: View, { mostRows, endInclusive }: MexcVariant) {
  const one = findBy(view, idOf, query.get("symbol"));
  if (one === undefined) return INVALID_SYMBOL;
  const lengthMs = lengthOf(query.get("interval"));
  if (lengthMs === undefined) return { status: 400, body: { code: -1120, msg: "Invalid interval." } };
  const endMs = numberOf(query, "endTime", Number.MAX_SAFE_INTEGER);
  const rows = view.page(one, {
    lengthMs,
    fromMs: numberOf(query, "startTime", 0),
    toMs: endInclusive ? endMs : endMs - 1,
    limit: Math.min(mostRows, numberOf(query, "limit", 500)),
    keep: query.has("startTime") ? "oldest" : "newest",
  });
  const text = (value: number): string => textOf(value);
  return ok(
    rows.map(({ openMs, open, high, low, close, volume, turnover }) => [
      openMs,
      ...[open, high, low, close, volume].map(text),
      openMs + lengthMs,
      text(turnover),
    ]),
  );
}

/** A perpetual, which the client loads too and a desk on spot must leave alone. */
const PERPETUAL = {
  symbol: "BTC_USDT",
  displayNameEn: "BTC_USDT PERPETUAL",
  baseCoin: "BTC",
  quoteCoin: "USDT",
  settleCoin: "USDT",
  contractSize: 0.0001,
  minLeverage: 1,
  maxLeverage: 200,
  priceUnit: 0.1,
  volUnit: 1,
  minVol: 1,
  maxVol: 1_000_000,
  takerFeeRate: 0.0002,
  makerFeeRate: 0,
  state: 0,
};

export const mexc = (variant: MexcVariant = { mostRows: 500, endInclusive: false }): Protocol => ({
  id: "mexc",
  quote: "USDT",
  otherQuotes: ["USDC", "BTC"],
  nonAscii: true,
  kindsOf({ path }) {
    if (path.endsWith("/klines")) return ["candles"];
    if (path.includes("/ticker/") || path.endsWith("/depth")) return ["tickers"];
    if (path.endsWith("/getall")) return ["coins"];
    return path.endsWith("/time") ? ["time"] : ["markets"];
  },
  answer(ask, view) {
    const { path, query } = ask;
    switch (path) {
      case "/api/v3/capital/config/getall": {
        const refusal = refusesQuery(ask, "x-mexc-apikey", view.account, view.nowMs);
        return refusal === null ? ok(view.coins.map(coinEntry)) : { status: 400, body: REFUSALS[refusal] };
      }
      case "/api/v3/exchangeInfo":
        return ok({
          timezone: "CST",
          serverTime: view.nowMs,
          rateLimits: [],
          exchangeFilters: [],
          symbols: view.listings.map((one) => market(one, view)),
        });
      case "/api/v1/contract/detail":
        return ok({ success: true, code: 0, data: [PERPETUAL] });
      case "/api/v3/time":
        return ok({ serverTime: view.nowMs });
      case "/api/v3/klines":
        return klines(query, view, variant);
      case "/api/v3/ticker/24hr":
        return oneOrAll(query, view, ticker);
      case "/api/v3/ticker/bookTicker":
        return oneOrAll(query, view, book);
      case "/api/v3/depth": {
        const one = findBy(view, idOf, query.get("symbol"));
        if (one === undefined) return INVALID_SYMBOL;
        const { bid, ask } = view.quote(one);
        const side = (price: number | null) => (price === null ? [] : [[textOf(price), "3.0"]]);
        return ok({ lastUpdateId: 1, bids: side(bid), asks: side(ask), timestamp: view.nowMs });
      }
      default:
        return { status: 404, body: { code: 404, msg: "Not Found" } };
    }
  },
});
