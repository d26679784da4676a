// OKX spot. https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-candlesticks : newest first, `before` and `after` are both
// exclusive, at most 300 (documented) of the newest 1440, older ones from history-candles; the forming one shown with confirm 0.

import { isMarked, type ListedCoin, networkNames } from "./coins.ts";
import type { Listing } from "./listings.ts";
import { findBy, joined, lengths, numberOf, ok, type Protocol, textOf } from "./protocol.ts";
import { refusesOkx } from "./signatures.ts";
import { OKX_KEY_REFUSALS, okxOrderKind, okxOrders } from "./trading/okx-orders.ts";
import type { View } from "./view.ts";
import type { Row } from "./world.ts";

const MOST_ROWS = 300;
const RECENT_ROWS = 1440;
const idOf = joined("-");
const lengthOf = lengths("1m 5m 15m 1H 4H 1Dutc");

const data = (rows: unknown) => ok({ code: "0", msg: "", data: rows });
const refused = (code: string, msg: string) => ok({ code, msg, data: [] });
const unknown = (name: string | null) => refused("51001", `Instrument ID, ${name ?? ""}, doesn't exist.`);

const network = networkNames({
  "1": "ERC20",
  "56": "BSC",
  "137": "Polygon",
  "42161": "Arbitrum One",
  "10": "Optimism",
  "8453": "Base",
  "43114": "Avalanche C-Chain",
  solana: "Solana",
  tron: "TRC20",
  ton: "TON",
});

/** https://www.okx.com/docs-v5/en/#funding-account-rest-api-get-currencies : signed; a row for each network of a coin. */
const rowsOf = (coin: ListedCoin) =>
  coin.networks.map((one) => ({
    ccy: coin.code,
    name: coin.name,
    chain: `${coin.code}-${network(coin, one)}`,
    ctAddr: one.contract ?? "",
    canDep: one.deposits,
    canWd: one.withdrawals,
    canInternal: true,
    mainNet: one.contract === null,
    minFee: "0.8",
    maxFee: "1.6",
    minWd: "2",
    maxWd: "8852150",
    wdTickSz: "8",
    logoLink: "",
  }));

const instrument = (one: Listing, view: View) => ({
  alias: "",
  baseCcy: one.base,
  category: "1",
  ctMult: "",
  ctType: "",
  ctVal: "",
  ctValCcy: "",
  expTime: isMarked(view.coin(one.base), "delisting") ? String(view.nowMs + 604_800_000) : "",
  instFamily: "",
  instId: idOf(one),
  instType: "SPOT",
  lever: "10",
  listTime: String(one.listedMs),
  lotSz: one.stepSize,
  maxLmtSz: "9999999999",
  maxMktSz: "1000000",
  minSz: one.minQuantity,
  optType: "",
  quoteCcy: one.quote,
  settleCcy: "",
  state: one.halted ? "suspend" : "live",
  stk: "",
  tickSz: one.tickSize,
  uly: "",
});

function ticker(one: Listing, view: View): unknown {
  const { last, bid, ask, open, high, low, volume, turnover, atMs } = view.quote(one);
  return {
    instType: "SPOT",
    instId: idOf(one),
    last: textOf(last),
    lastSz: "0.04",
    askPx: textOf(ask),
    askSz: ask === null ? "" : "4.2",
    bidPx: textOf(bid),
    bidSz: bid === null ? "" : "6.05",
    open24h: textOf(open),
    high24h: textOf(high),
    low24h: textOf(low),
    volCcy24h: textOf(turnover),
    vol24h: textOf(volume),
    ts: String(atMs),
    sodUtc0: textOf(open),
    sodUtc8: textOf(open),
  };
}

const candle = (row: Row, isClosed: boolean): string[] => [
  String(row.openMs),
  ...[row.open, row.high, row.low, row.close, row.volume, row.turnover, row.turnover].map((each) => textOf(each)),
  isClosed ? "1" : "0",
];

function candles(query: URLSearchParams, view: View, isHistory: boolean) {
  const one = findBy(view, idOf, query.get("instId"));
  if (one === undefined) return unknown(query.get("instId"));
  const lengthMs = lengthOf(query.get("bar"));
  if (lengthMs === undefined) return refused("51000", "Parameter bar error");
  const oldestMs = isHistory ? 0 : view.nowMs - RECENT_ROWS * lengthMs;
  const rows = view.page(one, {
    lengthMs,
    fromMs: Math.max(numberOf(query, "before", -1) + 1, oldestMs),
    toMs: numberOf(query, "after", view.nowMs + 1) - 1,
    limit: Math.min(MOST_ROWS, numberOf(query, "limit", 100)),
    keep: "newest",
    forming: !isHistory,
  });
  return data(rows.toReversed().map((row) => candle(row, row.openMs + lengthMs <= view.nowMs)));
}

export const okx: Protocol = {
  id: "okx",
  quote: "USDT",
  otherQuotes: ["USDC", "EUR", "BTC"],
  nonAscii: true,
  // "This type of order will not freeze your free margin in advance", of stops; ids bar while their order is open.
  tradingRules: { stopLocksFunds: false, clientIds: "unique-among-open" },
  kindsOf(ask) {
    const { path } = ask;
    const trading = okxOrderKind(ask);
    if (trading !== null) return [trading];
    if (path.endsWith("candles")) return ["candles"];
    if (path.includes("/market/")) return ["tickers"];
    if (path.endsWith("/currencies")) return ["coins"];
    return path.endsWith("/time") ? ["time"] : ["markets"];
  },
  answer(ask, view) {
    const { path, query } = ask;
    if (okxOrderKind(ask) !== null) return okxOrders(ask, view);
    switch (path) {
      case "/api/v5/asset/currencies": {
        const refusal = refusesOkx(ask, view.account, view.nowMs);
        return refusal === null ? data(view.coins.flatMap(rowsOf)) : OKX_KEY_REFUSALS[refusal];
      }
      case "/api/v5/public/instruments":
        return data(query.get("instType") === "SPOT" ? view.listings.map((one) => instrument(one, view)) : []);
      case "/api/v5/public/time":
        return data([{ ts: String(view.nowMs) }]);
      case "/api/v5/market/candles":
        return candles(query, view, false);
      case "/api/v5/market/history-candles":
        return candles(query, view, true);
      case "/api/v5/market/tickers":
        return data(query.get("instType") === "SPOT" ? view.listings.map((one) => ticker(one, view)) : []);
      case "/api/v5/market/ticker": {
        const one = findBy(view, idOf, query.get("instId"));
        return one === undefined ? unknown(query.get("instId")) : data([ticker(one, view)]);
      }
      case "/api/v5/market/books": {
        const one = findBy(view, idOf, query.get("instId"));
        if (one === undefined) return unknown(query.get("instId"));
        const { bid, ask, atMs } = view.quote(one);
        const side = (price: number | null) => (price === null ? [] : [[textOf(price), "0.6", "0", "4"]]);
        return data([{ asks: side(ask), bids: side(bid), ts: String(atMs) }]);
      }
      default:
        return { status: 404, body: { code: "50001", msg: "no such path", data: [] } };
    }
  },
};
