// Bybit v5 spot. https://bybit-exchange.github.io/docs/v5/market/kline : newest first, start and end inclusive, at most 1000; where there
// are more in the range, those at its beginning stay. Errors come with 200 and a retCode; a ticker has no stamp of its own.

import { isMarked, type ListedCoin, networkNames } from "./coins.ts";
import type { Listing } from "./listings.ts";
import { findBy, joined, lengths, numberOf, ok, type Protocol, textOf } from "./protocol.ts";
import { type Refusal, refusesBybit } from "./signatures.ts";
import { BYBIT_RULES, bybitOrderKind, bybitOrders } from "./trading/bybit-orders.ts";
import type { View } from "./view.ts";

const MOST_ROWS = 1000;
const idOf = joined("");
const lengthOf = lengths("1 5 15 60 240 D");

const result = (view: View, value: unknown) =>
  ok({ retCode: 0, retMsg: "OK", result: value, retExtInfo: {}, time: view.nowMs });
const refused = (view: View, retMsg: string) =>
  ok({ retCode: 10001, retMsg, result: {}, retExtInfo: {}, time: view.nowMs });
const unknown = (view: View) => refused(view, "Not supported symbols");

const chainType = networkNames({
  "1": "Ethereum",
  "56": "BSC (BEP20)",
  "137": "Polygon PoS",
  "42161": "Arbitrum One",
  "10": "OP Mainnet",
  "8453": "Base Mainnet",
  "43114": "AVAXC",
  solana: "SOL",
  tron: "TRC20",
  ton: "TON",
});
const chain = networkNames({
  "1": "ETH",
  "56": "BSC",
  "137": "MATIC",
  "42161": "ARBI",
  "10": "OP",
  "8453": "BASE",
  "43114": "CAVAX",
  solana: "SOL",
  tron: "TRX",
  ton: "TON",
});
const ZERO_OR_ONE = (isOpen: boolean): string => (isOpen ? "1" : "0");

/** https://bybit-exchange.github.io/docs/v5/asset/coin-info : signed. */
const coinRow = (coin: ListedCoin) => ({
  name: coin.name,
  coin: coin.code,
  remainAmount: "150",
  chains: coin.networks.map((one) => ({
    chainType: chainType(coin, one),
    confirmation: "12",
    withdrawFee: "0.1",
    depositMin: "0",
    withdrawMin: "0.2",
    chain: chain(coin, one),
    chainDeposit: ZERO_OR_ONE(one.deposits),
    chainWithdraw: ZERO_OR_ONE(one.withdrawals),
    minAccuracy: "8",
    withdrawPercentageFee: "0",
    contractAddress: one.contract ?? "",
  })),
});

const REFUSALS: Readonly<Record<Exclude<Refusal, null>, { readonly retCode: number; readonly retMsg: string }>> = {
  key: { retCode: 10_003, retMsg: "API key is invalid." },
  signature: { retCode: 10_004, retMsg: "error sign! please check generated sign" },
  time: { retCode: 10_002, retMsg: "invalid request, please check your server timestamp or recv_window param" },
};

const instrument = (one: Listing, view: View) => ({
  symbol: idOf(one),
  baseCoin: one.base,
  quoteCoin: one.quote,
  innovation: "0",
  status: one.halted ? "PreLaunch" : "Trading",
  marginTrading: "utaOnly",
  stTag: isMarked(view.coin(one.base), "monitoring") ? "1" : "0",
  lotSizeFilter: {
    basePrecision: one.stepSize,
    quotePrecision: "0.00000001",
    minOrderQty: one.minQuantity,
    maxOrderQty: "99999999999",
    minOrderAmt: one.minNotional,
    maxOrderAmt: "8000000",
  },
  priceFilter: { tickSize: one.tickSize },
});

function ticker(one: Listing, view: View): unknown {
  const { last, bid, ask, open, high, low, volume, turnover } = view.quote(one);
  return {
    symbol: idOf(one),
    bid1Price: textOf(bid),
    bid1Size: bid === null ? "" : "2",
    ask1Price: textOf(ask),
    ask1Size: ask === null ? "" : "1.86",
    lastPrice: textOf(last),
    prevPrice24h: textOf(open),
    price24hPcnt: textOf((last - open) / open),
    highPrice24h: textOf(high),
    lowPrice24h: textOf(low),
    turnover24h: textOf(turnover),
    volume24h: textOf(volume),
    usdIndexPrice: "",
  };
}

function klines(query: URLSearchParams, view: View) {
  const one = findBy(view, idOf, query.get("symbol"));
  if (one === undefined) return unknown(view);
  const lengthMs = lengthOf(query.get("interval"));
  if (lengthMs === undefined) return refused(view, "Invalid period!");
  const rows = view.page(one, {
    lengthMs,
    fromMs: numberOf(query, "start", 0),
    toMs: numberOf(query, "end", Number.MAX_SAFE_INTEGER),
    limit: Math.min(MOST_ROWS, numberOf(query, "limit", 200)),
    keep: query.has("start") ? "oldest" : "newest",
  });
  const list = rows
    .toReversed()
    .map((row) => [
      String(row.openMs),
      ...[row.open, row.high, row.low, row.close, row.volume, row.turnover].map((each) => textOf(each)),
    ]);
  return result(view, { category: "spot", symbol: idOf(one), list });
}

/** The ticker of a perpetual under the name of a spot market, at another price. */
const PERPETUAL = {
  symbol: "BTCUSDT",
  lastPrice: "16597.00",
  indexPrice: "16598.54",
  markPrice: "16596.00",
  prevPrice24h: "16464.50",
  price24hPcnt: "0.008047",
  highPrice24h: "30912.50",
  lowPrice24h: "15700.00",
  openInterest: "373504107",
  openInterestValue: "22505.67",
  turnover24h: "2352.94950046",
  volume24h: "49337318",
  fundingRate: "-0.001034",
  nextFundingTime: "1672387200000",
  ask1Size: "1",
  bid1Price: "16596.00",
  ask1Price: "16597.50",
  bid1Size: "1",
};

export const bybit: Protocol = {
  id: "bybit",
  quote: "USDT",
  otherQuotes: ["USDC", "EUR", "BTC"],
  nonAscii: true,
  tradingRules: BYBIT_RULES,
  kindsOf(ask) {
    const { path } = ask;
    const trading = bybitOrderKind(ask);
    if (trading !== null) return [trading];
    if (path.endsWith("/kline")) return ["candles"];
    if (path.endsWith("/tickers") || path.endsWith("/orderbook")) return ["tickers"];
    if (path.endsWith("/query-info")) return ["coins"];
    return path.endsWith("/time") ? ["time"] : ["markets"];
  },
  answer(ask, view) {
    const { path, query } = ask;
    if (bybitOrderKind(ask) !== null) return bybitOrders(ask, view);
    const isSpot = query.get("category") === "spot";
    switch (path) {
      case "/v5/asset/coin/query-info": {
        const refusal = refusesBybit(ask, view.account, view.nowMs);
        if (refusal === null) return result(view, { rows: view.coins.map(coinRow) });
        return ok({ ...REFUSALS[refusal], result: {}, retExtInfo: {}, time: view.nowMs });
      }
      case "/v5/market/instruments-info":
        return result(view, {
          category: query.get("category"),
          list: isSpot ? view.listings.map((one) => instrument(one, view)) : [],
          nextPageCursor: "",
        });
      case "/v5/market/time":
        return result(view, {
          timeSecond: String(Math.floor(view.nowMs / 1000)),
          timeNano: `${view.nowMs}000000`,
        });
      case "/v5/market/kline":
        return klines(query, view);
      case "/v5/market/tickers": {
        // Asked for without a market the client means perpetuals.
        if (!isSpot) return result(view, { category: query.get("category"), list: [PERPETUAL] });
        const name = query.get("symbol");
        const list = name === null ? view.listings : view.listings.filter((one) => idOf(one) === name);
        if (list.length === 0) return unknown(view);
        return result(view, { category: "spot", list: list.map((one) => ticker(one, view)) });
      }
      case "/v5/market/orderbook": {
        const one = findBy(view, idOf, query.get("symbol"));
        if (one === undefined) return unknown(view);
        const { bid, ask, atMs } = view.quote(one);
        const side = (price: number | null) => (price === null ? [] : [[textOf(price), "1.2"]]);
        return result(view, { s: idOf(one), b: side(bid), a: side(ask), ts: atMs, u: 1, seq: 1 });
      }
      default:
        return { status: 404, body: { retCode: 10001, retMsg: "no such path", result: {}, time: view.nowMs } };
    }
  },
};
