// Kraken spot. https://docs.kraken.com/api/docs/rest-api/get-ohlc-data : candles after `since` (exclusive, in seconds), never more
// than the newest 720, the last one forming; names of old assets begin with X or Z; a ticker has no stamp; errors come with 200.

import type { ListedCoin } from "./coins.ts";
import { altName, altOf, assetId, find, pairId, refused, result, UNKNOWN_PAIR } from "./kraken-names.ts";
import type { Listing } from "./listings.ts";
import { decimalsOf, numberOf, type Protocol, textOf } from "./protocol.ts";
import { KRAKEN_RULES, krakenOrderKind, krakenOrders } from "./trading/kraken-orders.ts";
import type { View } from "./view.ts";

const MOST_ROWS = 720;
const INTERVALS = [1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600];

/** https://docs.kraken.com/api/docs/rest-api/get-asset-info */
function fundingOf({ networks }: ListedCoin): string {
  const [deposits, withdrawals] = [networks.some((one) => one.deposits), networks.some((one) => one.withdrawals)];
  if (networks.length === 0 || (deposits && withdrawals)) return "enabled";
  if (!deposits && !withdrawals) return "funding_temporarily_disabled";
  return deposits ? "deposit_only" : "withdrawal_only";
}

const asset = (coin: ListedCoin) => ({
  aclass: "currency",
  altname: altOf(coin.code),
  decimals: 10,
  display_decimals: 5,
  status: fundingOf(coin),
});

const pair = (one: Listing) => ({
  altname: altName(one),
  wsname: `${altOf(one.base)}/${altOf(one.quote)}`,
  aclass_base: "currency",
  base: assetId(one.base),
  aclass_quote: "currency",
  quote: assetId(one.quote),
  lot: "unit",
  cost_decimals: 5,
  pair_decimals: decimalsOf(one.tickSize),
  lot_decimals: decimalsOf(one.stepSize),
  lot_multiplier: 1,
  leverage_buy: [2, 3],
  leverage_sell: [2, 3],
  fees: [
    [0, 0.4],
    [10_000, 0.35],
  ],
  fees_maker: [
    [0, 0.25],
    [10_000, 0.2],
  ],
  fee_volume_currency: "ZUSD",
  margin_call: 80,
  margin_stop: 40,
  ordermin: one.minQuantity,
  costmin: "0.5",
  tick_size: one.tickSize,
  status: one.halted ? "cancel_only" : "online",
});

function ticker(one: Listing, view: View): unknown {
  const { bid, ask, last, volume, turnover, open, high, low } = view.quote(one);
  const side = (price: number | null) => (price === null ? [] : [textOf(price), "1", "1.000"]);
  return {
    a: side(ask),
    b: side(bid),
    c: [textOf(last), "0.10000000"],
    ...(volume === null || turnover === null
      ? {}
      : { v: [textOf(volume / 2), textOf(volume)], p: [textOf(turnover / volume), textOf(turnover / volume)] }),
    t: [100, 200],
    l: [textOf(low), textOf(low)],
    h: [textOf(high), textOf(high)],
    o: textOf(open),
  };
}

function ohlc(query: URLSearchParams, view: View) {
  const one = find(view, query.get("pair"));
  if (one === undefined) return UNKNOWN_PAIR;
  const minutes = numberOf(query, "interval", 1);
  if (!INTERVALS.includes(minutes)) return refused("EGeneral:Invalid arguments");
  const lengthMs = minutes * 60_000;
  const sinceMs = numberOf(query, "since", 0) * 1000;
  // The 720 are the newest there are, whatever `since` says.
  const fromMs = Math.max(sinceMs + 1, view.nowMs - MOST_ROWS * lengthMs);
  const rows = view.page(one, { lengthMs, fromMs, toMs: view.nowMs, limit: MOST_ROWS, keep: "newest" });
  const written = rows.map((row) => [
    row.openMs / 1000,
    textOf(row.open),
    textOf(row.high),
    textOf(row.low),
    textOf(row.close),
    textOf((row.high + row.low) / 2),
    textOf(row.volume),
    42,
  ]);
  return result({ [pairId(one)]: written, last: (rows.at(-2)?.openMs ?? 0) / 1000 });
}

function tickers(query: URLSearchParams, view: View) {
  const names = query.get("pair");
  const found = names === null ? view.listings : names.split(",").map((name) => find(view, name));
  const known = found.filter((one) => one !== undefined);
  if (known.length < found.length) return UNKNOWN_PAIR;
  return result(Object.fromEntries(known.map((one) => [pairId(one), ticker(one, view)])));
}

export const kraken: Protocol = {
  id: "kraken",
  quote: "USD",
  otherQuotes: ["EUR", "USDT", "BTC"],
  nonAscii: false,
  tradingRules: KRAKEN_RULES,
  kindsOf({ path }) {
    const trading = krakenOrderKind(path);
    if (trading !== null) return [trading];
    if (path.endsWith("/OHLC")) return ["candles"];
    if (path.endsWith("/Ticker") || path.endsWith("/Depth")) return ["tickers"];
    if (path.endsWith("/Assets")) return ["markets", "coins"];
    return path.endsWith("/Time") ? ["time"] : ["markets"];
  },
  answer(ask, view) {
    const { path, query } = ask;
    if (krakenOrderKind(path) !== null) return krakenOrders(ask, view);
    switch (path) {
      case "/0/public/AssetPairs":
        return result(Object.fromEntries(view.listings.map((one) => [pairId(one), pair(one)])));
      case "/0/public/Assets":
        return result(Object.fromEntries(view.coins.map((coin) => [assetId(coin.code), asset(coin)])));
      case "/0/public/Time":
        return result({
          unixtime: Math.floor(view.nowMs / 1000),
          rfc1123: new Date(view.nowMs).toUTCString(),
        });
      case "/0/public/OHLC":
        return ohlc(query, view);
      case "/0/public/Ticker":
        return tickers(query, view);
      case "/0/public/Depth": {
        const one = find(view, query.get("pair"));
        if (one === undefined) return UNKNOWN_PAIR;
        const { bid, ask, atMs } = view.quote(one);
        const side = (price: number | null) =>
          price === null ? [] : [[textOf(price), "3.000", Math.floor(atMs / 1000)]];
        return result({ [pairId(one)]: { asks: side(ask), bids: side(bid) } });
      }
      default:
        return refused("EGeneral:Unknown method");
    }
  },
};
