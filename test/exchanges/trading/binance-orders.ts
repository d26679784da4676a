// Binance's signed order endpoints, on an account. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
// Client ids are unique among open orders only; a canceled order shows the cancel's own id as clientOrderId.
import { createHmac } from "node:crypto";
import type { Ask } from "../ask.ts";
import type { TradingKind } from "../faults.ts";
import { type Answer, findBy, joined, numberOf, ok } from "../protocol.ts";
import type { View } from "../view.ts";
import type { AccountOrder, AccountTrade, Refused, TradingAccount } from "./trading-account.ts";

const idOf = joined("");
const fail = (code: number, msg: string, status = 400): Answer => ({ status, body: { code, msg } });

const REFUSALS: Readonly<Record<Refused, Answer>> = {
  "unknown-symbol": fail(-1121, "Invalid symbol."),
  "market-closed": fail(-1013, "Market is closed."),
  "quantity-step": fail(-1013, "Filter failure: LOT_SIZE"),
  "quantity-minimum": fail(-1013, "Filter failure: LOT_SIZE"),
  "price-tick": fail(-1013, "Filter failure: PRICE_FILTER"),
  "price-band": fail(-1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
  "notional-minimum": fail(-1013, "Filter failure: NOTIONAL"),
  funds: fail(-2010, "Account has insufficient balance for requested action."),
  "would-trigger": fail(-2010, "Order would trigger immediately."),
  "duplicate-id": fail(-2010, "Duplicate order sent."),
  "no-permission": fail(-2015, "Invalid API-key, IP, or permissions for action.", 401),
};

const KINDS: Readonly<Record<string, TradingKind>> = {
  "POST /api/v3/order": "place",
  "DELETE /api/v3/order": "cancel",
  "GET /api/v3/order": "order",
  "GET /api/v3/openOrders": "open-orders",
  "GET /api/v3/myTrades": "trades",
  "GET /api/v3/account": "balances",
  "GET /sapi/v1/account/apiRestrictions": "key",
};

export const binanceOrderKind = ({ method, path }: Pick<Ask, "method" | "path">): TradingKind | null =>
  KINDS[`${method} ${path}`] ?? null;

const paramsOf = ({ target, rawBody }: Ask): { readonly text: string; readonly params: URLSearchParams } => {
  const [, query = ""] = target.split("?");
  const text = rawBody === "" ? query : rawBody;
  return { text, params: new URLSearchParams(text) };
};

function refusesKey(ask: Ask, { account, trading }: View): Answer | null {
  const { text, params } = paramsOf(ask);
  const [signed = "", signature] = text.split("&signature=");
  if (account === null || ask.headers["x-mbx-apikey"] !== account.key) return REFUSALS["no-permission"];
  const expiresMs = trading?.rights.expiresMs ?? null;
  if (expiresMs !== null && expiresMs <= ask.atMs) return REFUSALS["no-permission"];
  const stampMs = numberOf(params, "timestamp", Number.NaN);
  const window = numberOf(params, "recvWindow", 5000);
  if (!(stampMs < ask.atMs + 1000 && ask.atMs - stampMs <= window))
    return fail(-1021, "Timestamp for this request is outside of the recvWindow.");
  if (createHmac("sha256", account.secret).update(signed).digest("hex") !== signature)
    return fail(-1022, "Signature for this request is not valid.");
  return null;
}

const STATES = { working: "NEW", filled: "FILLED", canceled: "CANCELED", expired: "EXPIRED" } as const;
const TYPES = { market: "MARKET", limit: "LIMIT", stop: "STOP_LOSS", "stop-limit": "STOP_LOSS_LIMIT" } as const;

const stateOf = (order: AccountOrder): string =>
  order.state === "working" && order.filled !== "0" ? "PARTIALLY_FILLED" : STATES[order.state];

export function orderRow(order: AccountOrder) {
  const { wish } = order;
  return {
    symbol: wish.symbol.replace("/", ""),
    orderId: 1_000_000 + order.id,
    orderListId: -1,
    clientOrderId: wish.clientId ?? `web_${order.id}`,
    price: wish.limitPrice ?? "0.00000000",
    origQty: wish.quantity,
    executedQty: order.filled,
    cummulativeQuoteQty: order.value,
    status: stateOf(order),
    timeInForce: wish.ioc === true ? "IOC" : "GTC",
    type: TYPES[wish.type],
    side: wish.side.toUpperCase(),
    stopPrice: wish.triggerPrice ?? "0.00000000",
    icebergQty: "0.00000000",
    time: order.createdMs,
    updateTime: order.updatedMs,
    isWorking: wish.triggerPrice === undefined || order.triggered,
    origQuoteOrderQty: "0.00000000",
  };
}

const tradeRow = (trade: AccountTrade) => ({
  symbol: trade.symbol.replace("/", ""),
  id: 5_000_000 + trade.id,
  orderId: 1_000_000 + trade.orderId,
  orderListId: -1,
  price: trade.price,
  qty: trade.quantity,
  quoteQty: String(Number(trade.quantity) * Number(trade.price)),
  commission: trade.fee,
  commissionAsset: trade.feeCurrency,
  time: trade.atMs,
  isBuyer: trade.side === "buy",
  isMaker: false,
  isBestMatch: true,
});

const wished = (params: URLSearchParams, account: TradingAccount): AccountOrder | undefined => {
  const clientId = params.get("origClientOrderId");
  const id = numberOf(params, "orderId", 0) - 1_000_000;
  // The newest of that name, as an id may be used again.
  return account
    .seenOrders()
    .findLast((order) => (clientId !== null ? order.wish.clientId === clientId : order.id === id));
};

export function binanceOrders(ask: Ask, view: View): Answer {
  const { trading } = view;
  const refused = refusesKey(ask, view);
  if (refused !== null) return refused;
  if (trading === null) return REFUSALS["no-permission"];
  const { params } = paramsOf(ask);
  const listing = findBy(view, idOf, params.get("symbol"));
  const symbol = listing === undefined ? "" : `${listing.base}/${listing.quote}`;
  switch (binanceOrderKind(ask)) {
    case "place": {
      const type = params.get("type") ?? "";
      const known = Object.entries(TYPES).find(([, name]) => name === type)?.[0] as keyof typeof TYPES | undefined;
      if (known === undefined) return fail(-1116, "Invalid orderType.");
      if (type === "LIMIT" && !params.has("timeInForce"))
        return fail(-1102, "Mandatory parameter 'timeInForce' was not sent.");
      const placed = trading.place({
        clientId: params.get("newClientOrderId"),
        symbol,
        side: params.get("side") === "BUY" ? "buy" : "sell",
        quantity: params.get("quantity") ?? "0",
        type: known,
        ...(params.has("price") ? { limitPrice: params.get("price") ?? "" } : {}),
        ...(params.has("stopPrice") ? { triggerPrice: params.get("stopPrice") ?? "" } : {}),
        ioc: params.get("timeInForce") === "IOC",
      });
      if (typeof placed === "string") return REFUSALS[placed];
      const { symbol: name, orderId, orderListId, clientOrderId, time } = orderRow(placed);
      return ok({ symbol: name, orderId, orderListId, clientOrderId, transactTime: time });
    }
    case "cancel": {
      const order = wished(params, trading);
      if (order === undefined || trading.cancel(order) === "not-working") return fail(-2011, "Unknown order sent.");
      return ok({
        ...orderRow(order),
        origClientOrderId: order.wish.clientId,
        clientOrderId: "cancel-of-it",
        transactTime: view.nowMs,
      });
    }
    case "order": {
      const order = wished(params, trading);
      return order === undefined ? fail(-2013, "Order does not exist.") : ok(orderRow(order));
    }
    case "open-orders":
      return ok(
        trading
          .seenOrders()
          .filter(({ state, wish }) => state === "working" && (symbol === "" || wish.symbol === symbol))
          .map(orderRow),
      );
    case "trades": {
      const fromId = numberOf(params, "fromId", 0) - 5_000_000;
      const since = numberOf(params, "startTime", 0);
      const rows = trading.seenTrades().filter((one) => one.symbol === symbol && one.id >= fromId && one.atMs >= since);
      return ok(rows.slice(0, numberOf(params, "limit", 500)).map(tradeRow));
    }
    case "balances":
      return ok({
        canTrade: trading.rights.trade,
        canWithdraw: true,
        canDeposit: true,
        accountType: "SPOT",
        uid: Number(trading.accountId),
        balances: trading
          .currencies()
          .map((asset) => ({ asset, free: trading.free(asset), locked: trading.used(asset) })),
      });
    case "key":
      return ok({
        ipRestrict: trading.rights.ipBound,
        createTime: 1_600_000_000_000,
        enableReading: true,
        enableWithdrawals: trading.rights.withdraw,
        enableSpotAndMarginTrading: trading.rights.trade,
        ...(trading.rights.expiresMs === null ? {} : { tradingAuthorityExpirationTime: trading.rights.expiresMs }),
      });
    default:
      return fail(-1, `no such path ${ask.path}`, 404);
  }
}
