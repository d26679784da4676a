// Coinbase Advanced Trade, the public paths. https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/ :
// candles between start and end in seconds, both inclusive, newest first, at most 350, more is refused; the list of products
// has prices and volumes but neither bid nor ask, which the ticker and the book of one product have.

import { isMarked } from "./coins.ts";
import type { Listing } from "./listings.ts";
import { findBy, joined, lengths, numberOf, ok, type Protocol, textOf } from "./protocol.ts";
import { coinbaseOrderKind, coinbaseOrders, isCoinbaseSigned } from "./trading/coinbase-orders.ts";
import type { View } from "./view.ts";

const MOST_ROWS = 350;
const idOf = joined("-");
const lengthOf = lengths("ONE_MINUTE FIVE_MINUTE FIFTEEN_MINUTE ONE_HOUR FOUR_HOUR ONE_DAY");
const PRODUCTS = "/api/v3/brokerage/market/products";

const refused = (status: number, error: string, message: string) => ({
  status,
  body: { error, error_details: message, message },
});
/** One book for both: a market in USDC is the alias of the one in USD. */
const twinIn = (quote: string, { base }: Listing, view: View): string[] =>
  view.listings.filter((one) => one.base === base && one.quote === quote).map(idOf);
const NOT_FOUND = refused(404, "NOT_FOUND", "valid product_id is required");

function product(one: Listing, view: View): unknown {
  const { last, volume, turnover, open } = view.quote(one);
  return {
    product_id: idOf(one),
    price: textOf(last),
    price_percentage_change_24h: textOf(((last - open) / open) * 100),
    volume_24h: textOf(volume),
    volume_percentage_change_24h: "3.1",
    base_increment: one.stepSize,
    quote_increment: one.tickSize,
    quote_min_size: "1",
    quote_max_size: "10000000",
    base_min_size: one.minQuantity,
    base_max_size: "100000000000",
    base_name: one.base,
    quote_name: one.quote,
    watched: false,
    is_disabled: false,
    new: false,
    status: "online",
    cancel_only: false,
    limit_only: isMarked(view.coin(one.base), "suspended"),
    post_only: false,
    trading_disabled: one.halted,
    auction_mode: false,
    product_type: "SPOT",
    quote_currency_id: one.quote,
    base_currency_id: one.base,
    fcm_trading_session_details: null,
    mid_market_price: "",
    alias: one.quote === "USDC" ? (twinIn("USD", one, view)[0] ?? "") : "",
    alias_to: one.quote === "USD" ? twinIn("USDC", one, view) : [],
    base_display_symbol: one.base,
    quote_display_symbol: one.quote,
    view_only: false,
    price_increment: one.tickSize,
    display_name: idOf(one),
    product_venue: "CBE",
    approximate_quote_24h_volume: textOf(turnover),
    best_bid_price: "",
    best_ask_price: "",
  };
}

function future(view: View): unknown {
  const expiry = new Date(view.nowMs + 30 * 86_400_000).toISOString();
  return {
    product_id: "BIT-27DEC-CDE",
    price: "64100",
    volume_24h: "5000",
    base_increment: "1",
    quote_increment: "5",
    quote_min_size: "0",
    quote_max_size: "100000000",
    base_min_size: "1",
    base_max_size: "500",
    base_name: "",
    quote_name: "US Dollar",
    status: "",
    trading_disabled: false,
    product_type: "FUTURE",
    quote_currency_id: "USD",
    base_currency_id: "",
    price_increment: "5",
    display_name: "BTC 27 DEC",
    product_venue: "FCM",
    future_product_details: {
      venue: "cde",
      contract_code: "BIT",
      contract_expiry: expiry,
      contract_size: "0.01",
      contract_root_unit: "BTC",
      contract_expiry_type: "EXPIRING",
    },
  };
}

function products(query: URLSearchParams, view: View) {
  if (query.get("product_type") === "FUTURE") {
    const list = query.get("contract_expiry_type") === "PERPETUAL" ? [] : [future(view)];
    return ok({ products: list, num_products: list.length });
  }
  const names = query.getAll("product_ids");
  const list = view.listings.filter((one) => names.length === 0 || names.includes(idOf(one)));
  return ok({ products: list.map((one) => product(one, view)), num_products: list.length });
}

function candles(one: Listing, query: URLSearchParams, view: View) {
  const lengthMs = lengthOf(query.get("granularity"));
  if (lengthMs === undefined) return refused(400, "INVALID_ARGUMENT", "granularity argument is invalid");
  const [fromMs, toMs] = [numberOf(query, "start", 0) * 1000, numberOf(query, "end", 0) * 1000];
  if ((toMs - fromMs) / lengthMs > MOST_ROWS) {
    return refused(400, "INVALID_ARGUMENT", "number of candles requested should be less than 350");
  }
  const rows = view.page(one, { lengthMs, fromMs, toMs, limit: MOST_ROWS, keep: "newest" });
  return ok({
    candles: rows.toReversed().map((row) => ({
      start: String(row.openMs / 1000),
      low: textOf(row.low),
      high: textOf(row.high),
      open: textOf(row.open),
      close: textOf(row.close),
      volume: textOf(row.volume),
    })),
  });
}

function lastTrade(one: Listing, view: View) {
  const { last, bid, ask, atMs } = view.quote(one);
  const time = new Date(atMs).toISOString();
  const trade = { trade_id: "1", product_id: idOf(one), price: textOf(last), size: "0.1", time, side: "BUY" };
  return ok({ trades: [{ ...trade, bid: "", ask: "" }], best_bid: textOf(bid), best_ask: textOf(ask) });
}

function book(query: URLSearchParams, view: View) {
  const one = findBy(view, idOf, query.get("product_id"));
  if (one === undefined) return NOT_FOUND;
  const { bid, ask, atMs } = view.quote(one);
  const side = (price: number | null) => (price === null ? [] : [{ price: textOf(price), size: "0.4" }]);
  const pricebook = { product_id: idOf(one), bids: side(bid), asks: side(ask), time: new Date(atMs).toISOString() };
  return ok({ pricebook });
}

export const coinbase: Protocol = {
  id: "coinbase",
  quote: "USD",
  otherQuotes: ["USDC", "EUR", "BTC"],
  nonAscii: false,
  // Fees are always taken in the quote; a client id that was seen before gives its first order back.
  tradingRules: { clientIds: "first-given-back", feeBps: 120, feeIn: (_, { quote }) => quote },
  kindsOf(ask) {
    const { path, query } = ask;
    const trading = coinbaseOrderKind(ask);
    if (trading !== null) return [trading];
    if (path.endsWith("/candles")) return ["candles"];
    if (path.endsWith("/ticker") || path.endsWith("/product_book") || query.has("product_ids")) return ["tickers"];
    if (path === PRODUCTS && !query.has("contract_expiry_type")) return ["markets", "tickers"];
    return path.endsWith("/time") ? ["time"] : ["markets"];
  },
  answer(ask, view) {
    const { path, query } = ask;
    if (isCoinbaseSigned(ask)) return coinbaseOrders(ask, view);
    switch (path) {
      case PRODUCTS:
        return products(query, view);
      case "/api/v3/brokerage/market/product_book":
        return book(query, view);
      // Bid and ask of many at once are for accounts only.
      case "/api/v3/brokerage/best_bid_ask":
        return { status: 401, body: "Unauthorized" };
      case "/v2/time":
        return ok({ data: { iso: new Date(view.nowMs).toISOString(), epoch: Math.floor(view.nowMs / 1000) } });
      case "/api/v3/brokerage/time":
        return ok({
          iso: new Date(view.nowMs).toISOString(),
          epochSeconds: String(Math.floor(view.nowMs / 1000)),
          epochMillis: String(view.nowMs),
        });
      case "/v2/currencies":
        return ok({ data: ["USD", "EUR"].map((id) => ({ id, name: id, min_size: "0.01" })) });
      case "/v2/currencies/crypto":
        return ok({
          data: view.coins
            .filter(({ networks }) => networks.length > 0)
            .map(({ code, name }) => ({ asset_id: `asset-${code}`, code, name, exponent: 8, type: "crypto" })),
        });
      case "/v2/exchange-rates":
        return ok({ data: { currency: "USD", rates: { USD: "1.0", BTC: "0.0000156" } } });
      default: {
        const [name, leaf] = path.startsWith(`${PRODUCTS}/`) ? path.slice(PRODUCTS.length + 1).split("/") : [];
        const one = findBy(view, idOf, name ?? null);
        if (one === undefined) return NOT_FOUND;
        if (leaf === "candles") return candles(one, query, view);
        return leaf === "ticker" ? lastTrade(one, view) : ok(product(one, view));
      }
    }
  },
};
