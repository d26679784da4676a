// Bitget v2 spot. https://www.bitget.com/api-doc/spot/market/Get-Candle-Data : oldest first, startTime inclusive, endTime exclusive, at most
// 1000 of recent ones, 200 from history-candles, which takes endTime and counts back; the forming one shown.

import { isMarked, type ListedCoin, networkNames } from "./coins.ts";
import type { Listing } from "./listings.ts";
import { decimalsOf, findBy, joined, lengths, numberOf, ok, type Protocol, textOf } from "./protocol.ts";
import type { View } from "./view.ts";

const MOST_RECENT_ROWS = 1000;
const MOST_HISTORY_ROWS = 200;
const idOf = joined("");
const lengthOf = lengths("1min 5min 15min 1h 4h 1Dutc");

const data = (view: View, value: unknown) =>
  ok({ code: "00000", msg: "success", requestTime: view.nowMs, data: value });
const refused = (view: View, code: string, msg: string) => ({
  status: 400,
  body: { code, msg, requestTime: view.nowMs, data: null },
});
const unknown = (view: View, name: string | null) => refused(view, "40034", `Parameter ${name ?? ""} does not exist`);

const chainName = networkNames({
  "1": "ERC20",
  "56": "BEP20",
  "137": "Polygon",
  "42161": "ArbitrumOne",
  "10": "Optimism",
  "8453": "BASE",
  "43114": "C-Chain",
  solana: "SOL",
  tron: "TRC20",
  ton: "TON",
});

/** https://www.bitget.com/api-doc/spot/market/Get-Coin-List */
const coinEntry = (coin: ListedCoin, at: number) => ({
  coinId: String(at + 1),
  coin: coin.code,
  transfer: "true",
  chains: coin.networks.map((network) => ({
    chain: chainName(coin, network),
    needTag: "false",
    withdrawable: String(network.withdrawals),
    rechargeable: String(network.deposits),
    withdrawFee: "0.1",
    extraWithdrawFee: "0",
    depositConfirm: "12",
    withdrawConfirm: "64",
    minDepositAmount: "0.06",
    minWithdrawAmount: "60",
    browserUrl: "",
    contractAddress: network.contract,
    withdrawStep: "0",
    withdrawMinScale: "8",
    congestion: "normal",
  })),
  areaCoin: "no",
});

const market = (one: Listing, view: View) => ({
  symbol: idOf(one),
  baseCoin: one.base,
  quoteCoin: one.quote,
  minTradeAmount: one.minQuantity,
  maxTradeAmount: "900000000000000000000",
  takerFeeRate: "0.001",
  makerFeeRate: "0.001",
  pricePrecision: String(decimalsOf(one.tickSize)),
  quantityPrecision: String(decimalsOf(one.stepSize)),
  quotePrecision: "8",
  status: one.halted ? "halt" : "online",
  minTradeUSDT: "1",
  buyLimitPriceRatio: "0.05",
  sellLimitPriceRatio: "0.05",
  areaSymbol: "no",
  orderQuantity: "200",
  openTime: String(one.listedMs),
  offTime: isMarked(view.coin(one.base), "delisting") ? String(view.nowMs + 604_800_000) : "",
});

function ticker(one: Listing, view: View): unknown {
  const { last, bid, ask, open, high, low, volume, turnover, atMs } = view.quote(one);
  const change = textOf(Number(((last - open) / open).toFixed(5)));
  return {
    symbol: idOf(one),
    open: textOf(open),
    high24h: textOf(high),
    low24h: textOf(low),
    lastPr: textOf(last),
    quoteVolume: textOf(turnover),
    baseVolume: textOf(volume),
    usdtVolume: textOf(turnover),
    ts: String(atMs),
    bidPr: textOf(bid),
    askPr: textOf(ask),
    bidSz: bid === null ? "" : "0.7",
    askSz: ask === null ? "" : "0.8",
    openUtc: textOf(open),
    changeUtc24h: change,
    change24h: change,
  };
}

function candles(query: URLSearchParams, view: View, isHistory: boolean) {
  const one = findBy(view, idOf, query.get("symbol"));
  if (one === undefined) return unknown(view, query.get("symbol"));
  const lengthMs = lengthOf(query.get("granularity"));
  if (lengthMs === undefined) return refused(view, "40020", "Parameter granularity error");
  const most = isHistory ? MOST_HISTORY_ROWS : MOST_RECENT_ROWS;
  const rows = view.page(one, {
    lengthMs,
    fromMs: isHistory ? 0 : numberOf(query, "startTime", 0),
    toMs: numberOf(query, "endTime", view.nowMs + 1) - 1,
    limit: Math.min(most, numberOf(query, "limit", 100)),
    keep: "newest",
  });
  return data(
    view,
    rows.map((row) => [
      String(row.openMs),
      ...[row.open, row.high, row.low, row.close, row.volume, row.turnover, row.turnover].map((each) => textOf(each)),
    ]),
  );
}

export const bitget: Protocol = {
  id: "bitget",
  quote: "USDT",
  otherQuotes: ["USDC", "EUR", "BTC"],
  nonAscii: true,
  kindsOf({ path }) {
    if (path.endsWith("candles")) return ["candles"];
    if (path.endsWith("/tickers") || path.endsWith("/orderbook")) return ["tickers"];
    if (path.endsWith("/public/coins")) return ["markets", "coins"];
    return path.endsWith("/public/time") ? ["time"] : ["markets"];
  },
  answer({ path, query }, view) {
    switch (path) {
      case "/api/v2/spot/public/symbols":
        return data(
          view,
          view.listings.map((one) => market(one, view)),
        );
      case "/api/v2/spot/public/coins":
        return data(view, view.coins.map(coinEntry));
      case "/api/v2/margin/currencies":
        return data(view, [
          { symbol: "BTCUSDT", isBorrowable: true, isCrossBorrowable: true, isIsolatedBaseBorrowable: true },
        ]);
      case "/api/v2/mix/market/contracts":
        return data(view, []);
      case "/api/v2/public/time":
        return data(view, { serverTime: String(view.nowMs) });
      case "/api/v2/spot/market/candles":
        return candles(query, view, false);
      case "/api/v2/spot/market/history-candles":
        return candles(query, view, true);
      case "/api/v2/spot/market/tickers": {
        const name = query.get("symbol");
        if (name === null)
          return data(
            view,
            view.listings.map((one) => ticker(one, view)),
          );
        const one = findBy(view, idOf, name);
        return one === undefined ? unknown(view, name) : data(view, [ticker(one, view)]);
      }
      case "/api/v2/spot/market/orderbook": {
        const one = findBy(view, idOf, query.get("symbol"));
        if (one === undefined) return unknown(view, query.get("symbol"));
        const { bid, ask, atMs } = view.quote(one);
        const side = (price: number | null) => (price === null ? [] : [[textOf(price), "0.5"]]);
        return data(view, { asks: side(ask), bids: side(bid), ts: String(atMs) });
      }
      default:
        return {
          status: 404,
          body: { code: "40404", msg: "Request URL NOT FOUND", requestTime: view.nowMs, data: null },
        };
    }
  },
};
