// Gate spot. https://www.gate.com/docs/developers/apiv4/en/#market-candlesticks : from and to inclusive in seconds, oldest first as
// [time, turnover, close, high, low, open, volume, closed], at most 1000, a longer range is refused; tickers without a stamp.

import { isMarked, type ListedCoin, networkNames } from "./coins.ts";
import type { Listing } from "./listings.ts";
import { decimalsOf, findBy, joined, lengths, numberOf, ok, type Protocol, textOf } from "./protocol.ts";
import type { View } from "./view.ts";

const MOST_ROWS = 1000;
const idOf = joined("_");
const lengthOf = lengths("1m 5m 15m 1h 4h 1d");

const refused = (label: string, message: string) => ({ status: 400, body: { label, message } });
const unknown = (name: string | null) => refused("INVALID_CURRENCY_PAIR", `Invalid currency pair ${name ?? ""}`);

const chainName = networkNames({
  "1": "ETH",
  "56": "BSC",
  "137": "MATIC",
  "42161": "ARBEVM",
  "10": "OPETH",
  "8453": "BASEEVM",
  "43114": "AVAX_C",
  solana: "SOL",
  tron: "TRX",
  ton: "TON",
});

/** https://www.gate.com/docs/developers/apiv4/en/#query-all-currency-information */
const currency = (coin: ListedCoin) => ({
  currency: coin.code,
  name: coin.name,
  delisted: isMarked(coin, "delisting"),
  withdraw_disabled: coin.networks.every(({ withdrawals }) => !withdrawals),
  withdraw_delayed: false,
  deposit_disabled: coin.networks.every(({ deposits }) => !deposits),
  trade_disabled: isMarked(coin, "suspended"),
  fixed_rate: "",
  chain: coin.networks.map((network) => chainName(coin, network))[0] ?? "",
  chains: coin.networks.map((network) => ({
    name: chainName(coin, network),
    addr: network.contract ?? "",
    withdraw_disabled: !network.withdrawals,
    withdraw_delayed: false,
    deposit_disabled: !network.deposits,
  })),
});

const market = (one: Listing, view: View) => ({
  id: idOf(one),
  base: one.base,
  base_name: one.base,
  quote: one.quote,
  quote_name: one.quote,
  fee: "0.2",
  min_base_amount: one.minQuantity,
  min_quote_amount: "3",
  max_quote_amount: "5000000",
  amount_precision: decimalsOf(one.stepSize),
  precision: decimalsOf(one.tickSize),
  trade_status: one.halted ? "untradable" : "tradable",
  sell_start: Math.floor(one.listedMs / 1000),
  buy_start: Math.floor(one.listedMs / 1000),
  type: "normal",
  delisting_time: isMarked(view.coin(one.base), "delisting") ? Math.floor(view.nowMs / 1000) + 604_800 : 0,
  st_tag: isMarked(view.coin(one.base), "monitoring"),
  trade_url: `https://www.gate.com/trade/${idOf(one)}`,
});

function ticker(one: Listing, view: View): unknown {
  const { last, bid, ask, open, high, low, volume, turnover } = view.quote(one);
  return {
    currency_pair: idOf(one),
    last: textOf(last),
    lowest_ask: textOf(ask),
    lowest_size: ask === null ? "" : "0.3",
    highest_bid: textOf(bid),
    highest_size: bid === null ? "" : "0.2",
    change_percentage: (((last - open) / open) * 100).toFixed(2),
    ...(turnover === null ? {} : { base_volume: textOf(volume), quote_volume: textOf(turnover) }),
    high_24h: textOf(high),
    low_24h: textOf(low),
  };
}

function candles(query: URLSearchParams, view: View) {
  const one = findBy(view, idOf, query.get("currency_pair"));
  if (one === undefined) return unknown(query.get("currency_pair"));
  const lengthMs = lengthOf(query.get("interval"));
  if (lengthMs === undefined) return refused("INVALID_PARAM_VALUE", "Invalid interval");
  const hasFrom = query.has("from");
  const fromMs = numberOf(query, "from", 0) * 1000;
  const toMs = numberOf(query, "to", view.nowMs / 1000) * 1000;
  if (hasFrom && (toMs - fromMs) / lengthMs > MOST_ROWS) {
    return refused("INVALID_PARAM_VALUE", "Too many candlesticks requested, at most 1000");
  }
  const limit = hasFrom ? MOST_ROWS : Math.min(MOST_ROWS, numberOf(query, "limit", 100));
  const rows = view.page(one, { lengthMs, fromMs, toMs, limit, keep: "newest" });
  return ok(
    rows.map((row) => [
      String(row.openMs / 1000),
      ...[row.turnover, row.close, row.high, row.low, row.open, row.volume].map((each) => textOf(each)),
      String(row.openMs + lengthMs <= view.nowMs),
    ]),
  );
}

export const gate: Protocol = {
  id: "gate",
  quote: "USDT",
  otherQuotes: ["USDC", "BTC"],
  nonAscii: true,
  kindsOf({ path }) {
    if (path.endsWith("/candlesticks")) return ["candles"];
    if (path.endsWith("/tickers") || path.endsWith("/order_book")) return ["tickers"];
    if (path.endsWith("/spot/currencies")) return ["markets", "coins"];
    return path.endsWith("/time") ? ["time"] : ["markets"];
  },
  answer({ path, query }, view) {
    switch (path) {
      case "/api/v4/spot/currency_pairs":
        return ok(view.listings.map((one) => market(one, view)));
      case "/api/v4/margin/currency_pairs":
        return ok([]);
      case "/api/v4/spot/currencies":
        return ok(view.coins.map(currency));
      case "/api/v4/spot/time":
        return ok({ server_time: view.nowMs });
      case "/api/v4/spot/candlesticks":
        return candles(query, view);
      case "/api/v4/spot/tickers": {
        const name = query.get("currency_pair");
        if (name === null) return ok(view.listings.map((one) => ticker(one, view)));
        const one = findBy(view, idOf, name);
        return one === undefined ? unknown(name) : ok([ticker(one, view)]);
      }
      case "/api/v4/spot/order_book": {
        const one = findBy(view, idOf, query.get("currency_pair"));
        if (one === undefined) return unknown(query.get("currency_pair"));
        const { bid, ask, atMs } = view.quote(one);
        const side = (price: number | null) => (price === null ? [] : [[textOf(price), "0.5"]]);
        return ok({ current: atMs, update: atMs, asks: side(ask), bids: side(bid) });
      }
      default:
        // Contracts and options.
        return /^\/api\/v4\/(futures|delivery|options)\//.test(path)
          ? ok([])
          : { status: 404, body: { label: "NOT_FOUND", message: path } };
    }
  },
};
