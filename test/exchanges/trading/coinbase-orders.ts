// Coinbase Advanced Trade's signed endpoints, on an account. https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api
// Each request has a token of its own, good for its method and path and for two minutes. An order can be named by the venue's id only.
import { compare } from "#schemas/money.ts";
import type { Ask } from "../ask.ts";
import type { TradingKind } from "../faults.ts";
import { type Answer, findBy, joined, numberOf, ok } from "../protocol.ts";
import type { View } from "../view.ts";
import { refusesToken, UNAUTHORIZED } from "./coinbase-token.ts";
import type { AccountOrder, AccountTrade, Refused, TradingAccount, Wish } from "./trading-account.ts";

const API = "/api/v3/brokerage";
const idOf = joined("-");

const gateway = (status: number, error: string, message: string): Answer => ({
  status,
  body: { error, error_details: message, message },
});
const notMade = (reason: string, message = "", preview = `PREVIEW_${reason}`): Answer =>
  ok({
    success: false,
    failure_reason: "UNKNOWN_FAILURE_REASON",
    order_id: "",
    error_response: { error: reason, message, error_details: "", preview_failure_reason: preview },
  });
/** Found when the order was looked over, before it was made. */
const previewed = (reason: string): Answer => notMade("UNKNOWN_FAILURE_REASON", "", `PREVIEW_${reason}`);
const badArgument = (message: string): Answer => gateway(400, "INVALID_ARGUMENT", message);
const NOT_FOUND = gateway(404, "NOT_FOUND", "order with this orderID was not found");

const REFUSALS: Readonly<Record<Refused, Answer>> = {
  "unknown-symbol": previewed("INVALID_PRODUCT_ID"),
  "market-closed": previewed("TRADING_DISABLED"),
  "quantity-step": notMade("INVALID_SIZE_PRECISION", "Too many decimals in order amount"),
  "quantity-minimum": previewed("INVALID_BASE_SIZE_TOO_SMALL"),
  "price-tick": notMade("INVALID_PRICE_PRECISION", "Too many decimals in order price"),
  "price-band": previewed("LIMIT_PRICE_TOO_FAR_FROM_MARKET"),
  "notional-minimum": previewed("INVALID_QUOTE_SIZE_TOO_SMALL"),
  funds: notMade("INSUFFICIENT_FUND", "Insufficient balance in source account"),
  "would-trigger": previewed("STOP_PRICE_ABOVE_LAST_TRADE_PRICE"),
  "duplicate-id": notMade("DUPLICATE_CLIENT_ORDER_ID", "", "UNKNOWN_PREVIEW_FAILURE_REASON"),
  "no-permission": gateway(403, "PERMISSION_DENIED", "Missing required scopes"),
};

const KINDS: Readonly<Record<string, TradingKind>> = {
  [`POST ${API}/orders`]: "place",
  [`POST ${API}/orders/batch_cancel`]: "cancel",
  [`GET ${API}/orders/historical/batch`]: "open-orders",
  [`GET ${API}/orders/historical/fills`]: "trades",
  [`GET ${API}/accounts`]: "balances",
  [`GET ${API}/key_permissions`]: "key",
};
const ONE_ORDER = `${API}/orders/historical/`;

export function coinbaseOrderKind({ method, path }: Pick<Ask, "method" | "path">): TradingKind | null {
  const kind = KINDS[`${method} ${path}`];
  return kind ?? (method === "GET" && path.startsWith(ONE_ORDER) ? "order" : null);
}

/** The fees of the account are read with the list of markets. */
const FEES = `${API}/transaction_summary`;
export const isCoinbaseSigned = (ask: Ask): boolean => coinbaseOrderKind(ask) !== null || ask.path === FEES;

const uuidOf = (kind: string, n: number): string => `${kind}-0000-4000-8000-${String(n).padStart(12, "0")}`;
const numberIn = (uuid: string): number => Number(uuid.slice(-12));

/** What an immediate order leaves is canceled. */
const statusOf = ({ state, wish }: AccountOrder): string =>
  state === "working"
    ? "OPEN"
    : state === "filled"
      ? "FILLED"
      : state === "expired" && wish.ioc !== true
        ? "EXPIRED"
        : "CANCELLED";

function configurationOf({ type, ioc, quantity, limitPrice, triggerPrice }: Wish) {
  const limit = { base_size: quantity, limit_price: limitPrice };
  if (type === "market") return { market_market_ioc: { base_size: quantity } };
  if (type === "limit") return ioc === true ? { sor_limit_ioc: limit } : { limit_limit_gtc: limit };
  return {
    stop_limit_stop_limit_gtc: { ...limit, stop_price: triggerPrice, stop_direction: "STOP_DIRECTION_STOP_DOWN" },
  };
}

/** Orders without a client id were made by hand, on the simple page. */
const sourceOf = ({ wish }: AccountOrder): string => (wish.clientId === null ? "RETAIL_SIMPLE" : "RETAIL_ADVANCED");

const orderRow = (order: AccountOrder) => ({
  order_id: uuidOf("0000aaaa", order.id),
  product_id: order.wish.symbol.replace("/", "-"),
  user_id: "1111111-1111-1111-1111-111111111111",
  order_configuration: configurationOf(order.wish),
  side: order.wish.side.toUpperCase(),
  client_order_id: order.wish.clientId ?? uuidOf("0000bbbb", order.id),
  status: statusOf(order),
  time_in_force: order.wish.ioc === true ? "IMMEDIATE_OR_CANCEL" : "GOOD_UNTIL_CANCELLED",
  created_time: new Date(order.createdMs).toISOString().replace("Z", "123456Z"),
  completion_percentage: "0",
  filled_size: order.filled,
  average_filled_price: "0",
  fee: "",
  number_of_fills: "0",
  filled_value: order.value,
  pending_cancel: false,
  size_in_quote: false,
  total_fees: "0",
  size_inclusive_of_fees: false,
  total_value_after_fees: "0",
  trigger_status:
    order.wish.triggerPrice === undefined ? "INVALID_ORDER_TYPE" : order.triggered ? "STOP_TRIGGERED" : "STOP_PENDING",
  order_type: order.wish.triggerPrice === undefined ? order.wish.type.toUpperCase() : "STOP_LIMIT",
  reject_reason: "REJECT_REASON_UNSPECIFIED",
  settled: order.state === "filled",
  product_type: "SPOT",
  order_placement_source: sourceOf(order),
});

const fillRow = (trade: AccountTrade) => ({
  entry_id: `entry-${trade.id}`,
  trade_id: uuidOf("0000cccc", trade.id),
  order_id: uuidOf("0000aaaa", trade.orderId),
  trade_time: new Date(trade.atMs).toISOString().replace("Z", "000001Z"),
  trade_type: "FILL",
  price: trade.price,
  size: trade.quantity,
  commission: trade.fee,
  product_id: trade.symbol.replace("/", "-"),
  sequence_timestamp: new Date(trade.atMs).toISOString(),
  liquidity_indicator: "TAKER",
  size_in_quote: false,
  user_id: "1111111-1111-1111-1111-111111111111",
  side: trade.side.toUpperCase(),
});

/** The cursor is where the next page begins; a list that is at its end has none. */
function pageOf<Row>(rows: readonly Row[], query: URLSearchParams) {
  const from = numberOf(query, "cursor", 0);
  const to = from + numberOf(query, "limit", 1000);
  const has_next = to < rows.length;
  return { rows: rows.slice(from, to), has_next, cursor: has_next ? String(to) : "" };
}

function listOrders(query: URLSearchParams, trading: TradingAccount): Answer {
  const statuses = query.getAll("order_status");
  const isOpen = statuses.includes("OPEN");
  if (isOpen && statuses.length > 1) return badArgument("cannot pair OPEN orders with other order types");
  // The dates do not apply to open orders.
  const sinceMs = isOpen ? 0 : Date.parse(query.get("start_date") ?? "1970-01-01T00:00:00Z");
  if (Number.isNaN(sinceMs)) return badArgument("start_date is no date");
  const source = query.get("order_placement_source") ?? "RETAIL_ADVANCED";
  const products = query.getAll("product_ids");
  const found = trading
    .seenOrders()
    .filter((order) => order.createdMs >= sinceMs && sourceOf(order) === source)
    .map(orderRow)
    .filter(({ status, product_id }) => {
      const isListed = products.length === 0 || products.includes(product_id);
      return isListed && (statuses.length === 0 || statuses.includes(status));
    })
    .reverse();
  const { rows, has_next, cursor } = pageOf(found, query);
  return ok({ orders: rows, sequence: "0", has_next, cursor });
}

function listFills(query: URLSearchParams, trading: TradingAccount): Answer {
  const products = query.getAll("product_ids");
  const afterMs = Date.parse(query.get("start_sequence_timestamp") ?? "1970-01-01T00:00:00Z");
  const found = trading
    .seenTrades()
    .filter(({ atMs }) => atMs > afterMs)
    .map(fillRow)
    .filter(({ product_id }) => products.length === 0 || products.includes(product_id))
    .reverse();
  const { rows, cursor } = pageOf(found, query);
  return ok({ fills: rows, cursor });
}

type Terms = Pick<Wish, "type" | "quantity" | "limitPrice" | "triggerPrice" | "ioc">;

/** One entry, named by the kind of order, whose amounts are texts. */
function termsOf(configuration: unknown): Terms | Answer {
  const entries = Object.entries((configuration ?? {}) as Record<string, Record<string, string> | undefined>);
  const [[name, given = {}] = []] = entries;
  if (entries.length !== 1 || Object.values(given).some((value) => typeof value !== "string"))
    return badArgument("order_configuration is invalid");
  const { base_size: quantity = "", limit_price: limitPrice = "", stop_price: triggerPrice = "" } = given;
  if (!/^\d+(\.\d+)?$/.test(quantity)) return previewed("NON_NUMERIC_ORDER_SIZE");
  switch (name) {
    case "market_market_ioc":
      return { type: "market", quantity, ioc: true };
    case "sor_limit_ioc":
      return { type: "limit", quantity, limitPrice, ioc: true };
    case "limit_limit_gtc":
      return { type: "limit", quantity, limitPrice };
    case "stop_limit_stop_limit_gtc":
      if (given["stop_direction"] !== "STOP_DIRECTION_STOP_DOWN")
        return badArgument("stop_direction is not known here");
      if (compare(limitPrice, triggerPrice) > 0) return previewed("STOP_PRICE_BELOW_LIMIT_PRICE");
      return { type: "stop-limit", quantity, limitPrice, triggerPrice };
    default:
      return notMade("UNSUPPORTED_ORDER_CONFIGURATION");
  }
}

function place(body: unknown, view: View, trading: TradingAccount): Answer {
  const { client_order_id, product_id, side, order_configuration } = (body ?? {}) as Record<string, unknown>;
  if (typeof client_order_id !== "string" || client_order_id === "") return badArgument("client_order_id is required");
  if (side !== "BUY" && side !== "SELL") return badArgument("side is invalid");
  const listing = findBy(view, idOf, String(product_id));
  if (listing === undefined) return REFUSALS["unknown-symbol"];
  const terms = termsOf(order_configuration);
  if ("status" in terms) return terms;
  const placed = trading.place({
    ...terms,
    clientId: client_order_id,
    symbol: `${listing.base}/${listing.quote}`,
    side: side === "BUY" ? "buy" : "sell",
  });
  if (typeof placed === "string") return REFUSALS[placed];
  const { order_id, client_order_id: taken } = orderRow(placed);
  return ok({
    success: true,
    failure_reason: "UNKNOWN_FAILURE_REASON",
    order_id,
    success_response: { order_id, product_id, side, client_order_id: taken },
    order_configuration,
  });
}

function cancel(body: unknown, trading: TradingAccount): Answer {
  const { order_ids } = (body ?? {}) as { readonly order_ids?: readonly string[] };
  if (!Array.isArray(order_ids)) return badArgument("order_ids is required");
  const results = order_ids.map((order_id: string) => {
    const order = trading.orders.find(({ id }) => id === numberIn(order_id));
    const isCanceled = order !== undefined && trading.cancel(order) === "canceled";
    const why = order?.state === "filled" ? "ORDER_IS_FULLY_FILLED" : "UNKNOWN_CANCEL_ORDER";
    return { success: isCanceled, failure_reason: isCanceled ? "UNKNOWN_CANCEL_FAILURE_REASON" : why, order_id };
  });
  return ok({ results });
}

function accounts(query: URLSearchParams, trading: TradingAccount): Answer {
  const amount = (value: string, currency: string) => ({ value, currency });
  const all = trading.currencies().map((currency) => ({
    uuid: `account-${currency}`,
    name: `${currency} Wallet`,
    currency,
    available_balance: amount(trading.free(currency), currency),
    default: true,
    active: true,
    type: currency === "USD" ? "ACCOUNT_TYPE_FIAT" : "ACCOUNT_TYPE_CRYPTO",
    ready: true,
    hold: amount(trading.used(currency), currency),
  }));
  const { rows, has_next, cursor } = pageOf(all, query);
  return ok({ accounts: rows, has_next, cursor, size: rows.length });
}

export function coinbaseOrders(ask: Ask, view: View): Answer {
  const refused = refusesToken(ask, view);
  if (refused !== null) return refused;
  const { trading } = view;
  if (ask.path === FEES)
    return ok({ fee_tier: { pricing_tier: "Intro 1", taker_fee_rate: "0.012", maker_fee_rate: "0.006" } });
  if (trading === null) return UNAUTHORIZED;
  switch (coinbaseOrderKind(ask)) {
    case "place":
      return place(ask.body, view, trading);
    case "cancel":
      return trading.rights.trade ? cancel(ask.body, trading) : REFUSALS["no-permission"];
    case "order": {
      const id = numberIn(ask.path);
      const order = trading.seenOrders().find((one) => one.id === id);
      return order === undefined ? NOT_FOUND : ok({ order: orderRow(order) });
    }
    case "open-orders":
      return listOrders(ask.query, trading);
    case "trades":
      return listFills(ask.query, trading);
    case "balances":
      return accounts(ask.query, trading);
    case "key":
      return ok({
        can_view: true,
        can_trade: trading.rights.trade,
        can_transfer: trading.rights.withdraw,
        portfolio_uuid: trading.accountId,
        portfolio_type: "DEFAULT",
      });
    default:
      return NOT_FOUND;
  }
}
