// Bybit's signed order endpoints of the unified account, on an account. https://bybit-exchange.github.io/docs/v5/order/create-order
// Everything is answered with 200 and a retCode. Client ids are unique for ever; triggers of spot have a book of their own, and wait for
// a fall or a rise by the price of the moment: https://github.com/ccxt/ccxt/issues/19000
import { createHmac } from "node:crypto";
import { isPositive, subtract } from "#schemas/money.ts";
import type { Ask } from "../ask.ts";
import type { TradingKind } from "../faults.ts";
import { type Answer, findBy, joined, numberOf, ok } from "../protocol.ts";
import type { View } from "../view.ts";
import type { AccountOrder, AccountTrade, Refused, TradingAccount, TradingRules, Wish } from "./trading-account.ts";

export const BYBIT_RULES: Partial<TradingRules> = { clientIds: "unique", triggersEitherWay: true };

const DAY_MS = 86_400_000;
const idOf = joined("");
const orderIdOf = (id: number): string => String(1_800_000_000_000_000_000n + BigInt(id));
const execIdOf = (id: number): string => String(2_290_000_000_000_000_000n + BigInt(id));

type Said = readonly [retCode: number, retMsg: string];

const REFUSALS: Readonly<Record<Refused, Said>> = {
  "unknown-symbol": [170121, "Invalid symbol."],
  "market-closed": [170151, "The trading pair is not open yet"],
  "quantity-step": [170137, "Order volume decimal too long"],
  "quantity-minimum": [170136, "Order quantity lower than the minimum."],
  "price-tick": [170134, "Order price decimal too long."],
  "price-band": [170194, "Sell order price cannot be lower than 0."],
  "notional-minimum": [170140, "Order value exceeded lower limit"],
  funds: [170131, "Balance insufficient"],
  // Not at this venue, where the rule triggersEitherWay holds.
  "would-trigger": [170234, "System Error"],
  "duplicate-id": [170141, "Duplicate clientOrderId"],
  "no-permission": [10005, "Permission denied, please check your API key permissions."],
};

const KINDS: Readonly<Record<string, TradingKind>> = {
  "POST /v5/order/create": "place",
  "POST /v5/order/cancel": "cancel",
  "POST /v5/order/amend": "move",
  "GET /v5/order/realtime": "open-orders",
  "GET /v5/order/history": "order",
  "GET /v5/execution/list": "trades",
  "GET /v5/account/wallet-balance": "balances",
  "GET /v5/user/query-api": "key",
};

export function bybitOrderKind({ method, path, query }: Pick<Ask, "method" | "path" | "query">): TradingKind | null {
  const kind = KINDS[`${method} ${path}`] ?? null;
  return kind === "open-orders" && (query.has("orderId") || query.has("orderLinkId")) ? "order" : kind;
}

function refusesKey(ask: Ask, { account, trading }: View): Said | null {
  const of = (name: string): string => ask.headers[`x-bapi-${name}`] ?? "";
  const [, query = ""] = ask.target.split("?");
  if (account === null || of("api-key") !== account.key) return [10003, "API key is invalid."];
  const expiresMs = trading?.rights.expiresMs ?? null;
  if (expiresMs !== null && expiresMs <= ask.atMs) return [-2015, "Your api key has expired"];
  const [stampMs, windowMs] = [Number(of("timestamp")), Number(of("recv-window") || 5000)];
  if (!(ask.atMs - windowMs <= stampMs && stampMs < ask.atMs + 1000))
    return [10002, "invalid request, please check your server timestamp or recv_window param"];
  const signed = of("timestamp") + of("api-key") + of("recv-window") + (ask.method === "POST" ? ask.rawBody : query);
  const isSigned = createHmac("sha256", account.secret).update(signed).digest("hex") === of("sign");
  return isSigned ? null : [10004, "error sign! please check sign generation algorithm"];
}

const isTrigger = ({ wish }: AccountOrder): boolean => wish.triggerPrice !== undefined;

const FILTERS: Readonly<Record<string, (order: AccountOrder) => boolean>> = {
  Order: (order) => !isTrigger(order),
  tpslOrder: isTrigger,
  StopOrder: () => false,
};

function stateOf(order: AccountOrder): string {
  const hasFilled = isPositive(order.filled);
  switch (order.state) {
    case "working":
      if (isTrigger(order) && !order.triggered) return "Untriggered";
      return hasFilled ? "PartiallyFilled" : "New";
    case "filled":
      return "Filled";
    default:
      if (hasFilled) return "PartiallyFilledCanceled";
      return isTrigger(order) && !order.triggered ? "Deactivated" : "Cancelled";
  }
}

export function orderRow(order: AccountOrder) {
  const { wish } = order;
  const isMarket = wish.limitPrice === undefined;
  return {
    orderId: orderIdOf(order.id),
    orderLinkId: wish.clientId ?? "",
    blockTradeId: "",
    symbol: wish.symbol.replace("/", ""),
    price: wish.limitPrice ?? "0",
    qty: wish.quantity,
    side: wish.side === "buy" ? "Buy" : "Sell",
    isLeverage: "0",
    positionIdx: 0,
    orderStatus: stateOf(order),
    cancelType: order.state === "canceled" ? "CancelByUser" : "UNKNOWN",
    rejectReason: order.state === "expired" ? "EC_NoImmediateQtyToFill" : "EC_NoError",
    avgPrice: isPositive(order.filled) ? String(Number(order.value) / Number(order.filled)) : "",
    leavesQty: order.state === "working" ? subtract(wish.quantity, order.filled) : "0",
    leavesValue: "0",
    cumExecQty: order.filled,
    cumExecValue: order.value,
    cumExecFee: "0",
    timeInForce: wish.ioc === true || isMarket ? "IOC" : "GTC",
    orderType: isMarket ? "Market" : "Limit",
    stopOrderType: isTrigger(order) ? "tpslOrder" : "",
    orderIv: "",
    marketUnit: isMarket ? "baseCoin" : "",
    triggerPrice: wish.triggerPrice ?? "0",
    takeProfit: "",
    stopLoss: "",
    tpTriggerBy: "",
    slTriggerBy: "",
    triggerDirection: 0,
    triggerBy: "",
    lastPriceOnCreated: "",
    basePrice: order.priceThen,
    reduceOnly: false,
    closeOnTrigger: false,
    smpType: "None",
    smpGroup: 0,
    smpOrderId: "",
    createdTime: String(order.createdMs),
    updatedTime: String(order.updatedMs),
    cumFeeDetail: {},
  };
}

const tradeRow = (trade: AccountTrade) => ({
  symbol: trade.symbol.replace("/", ""),
  orderId: orderIdOf(trade.orderId),
  orderLinkId: "",
  side: trade.side === "buy" ? "Buy" : "Sell",
  orderPrice: trade.price,
  orderQty: trade.quantity,
  leavesQty: "0",
  orderType: "Market",
  stopOrderType: "",
  execFee: trade.fee,
  execId: execIdOf(trade.id),
  execPrice: trade.price,
  execQty: trade.quantity,
  execType: "Trade",
  execValue: String(Number(trade.quantity) * Number(trade.price)),
  execTime: String(trade.atMs),
  feeCurrency: trade.feeCurrency,
  isMaker: false,
  feeRate: "0.001",
  extraFees: "",
  seq: trade.id,
});

/** Newest first; a cursor wherever the page is full, even where nothing comes after it, and in the form in which it is to come back. */
function paged(query: URLSearchParams, rows: readonly unknown[], usual: number, most: number) {
  const limit = Math.min(most, numberOf(query, "limit", usual));
  const from = Number(/page_token=(\d+)/.exec(query.get("cursor") ?? "")?.[1] ?? 0);
  const list = rows.slice(from, from + limit);
  const nextPageCursor = list.length === limit ? encodeURIComponent(`page_token=${from + limit}&`) : "";
  return { category: "spot", list, nextPageCursor };
}

/** The week from startTime on, or the last one. */
function inWeek(query: URLSearchParams, nowMs: number): (atMs: number) => boolean {
  const fromMs = numberOf(query, "startTime", nowMs - 7 * DAY_MS);
  const toMs = Math.min(numberOf(query, "endTime", Number.POSITIVE_INFINITY), fromMs + 7 * DAY_MS);
  return (atMs) => atMs >= fromMs && atMs <= toMs;
}

const named =
  (of: (name: string) => string | null) =>
  (order: AccountOrder): boolean => {
    const orderId = of("orderId");
    const linkId = of("orderLinkId");
    return orderId !== null ? orderIdOf(order.id) === orderId : linkId === null || order.wish.clientId === linkId;
  };

type Body = Readonly<Record<string, unknown>>;
const textIn = (body: Body, name: string): string | null => {
  const value = body[name];
  return typeof value === "string" ? value : null;
};

function wishOf(body: Body, symbol: string): Wish | Said {
  const [side, orderType, qty] = ["side", "orderType", "qty"].map((name) => textIn(body, name) ?? "");
  const [price, triggerPrice] = [textIn(body, "price"), textIn(body, "triggerPrice")];
  const clientId = textIn(body, "orderLinkId");
  if (clientId !== null && !/^[\w-]{1,36}$/.test(clientId)) return [10001, "The orderLinkId is too long"];
  if (side !== "Buy" && side !== "Sell") return [170117, "Invalid side."];
  if (orderType !== "Market" && orderType !== "Limit") return [170116, "Invalid orderType."];
  if (orderType === "Limit" && price === null) return [10001, "params error: price"];
  // The default of a market buy is the value.
  if (orderType === "Market" && side === "Buy" && textIn(body, "marketUnit") !== "baseCoin")
    return [170140, "Order value exceeded lower limit"];
  if ((textIn(body, "orderFilter") === "tpslOrder") !== (triggerPrice !== null))
    return [170202, "Please enter the TP/SL price."];
  const isLimit = orderType === "Limit";
  return {
    clientId,
    symbol,
    side: side === "Buy" ? "buy" : "sell",
    quantity: qty ?? "0",
    type: triggerPrice === null ? (isLimit ? "limit" : "market") : isLimit ? "stop-limit" : "stop",
    ...(isLimit ? { limitPrice: price ?? "" } : {}),
    ...(triggerPrice === null ? {} : { triggerPrice }),
    ioc: isLimit && textIn(body, "timeInForce") === "IOC",
  };
}

function cancelOf(body: Body, trading: TradingAccount): AccountOrder | Said {
  const isInBook = FILTERS[textIn(body, "orderFilter") ?? "Order"] ?? (() => false);
  const isNamed = named((name) => textIn(body, name));
  const order = trading.seenOrders().find((each) => isInBook(each) && isNamed(each));
  if (order === undefined) return [170213, "Order does not exist."];
  if (trading.cancel(order) === "canceled") return order;
  return order.state === "filled" ? [170139, "Order has been filled."] : [170142, "Order has been cancelled."];
}

const keyOf = ({ rights, accountId }: TradingAccount) => ({
  id: "2208369",
  readOnly: rights.trade ? 0 : 1,
  permissions: {
    ContractTrade: [],
    Spot: rights.trade ? ["SpotTrade"] : [],
    Wallet: rights.withdraw ? ["AccountTransfer", "Withdraw"] : ["AccountTransfer"],
    Options: [],
  },
  ips: rights.ipBound ? ["203.0.113.7"] : ["*"],
  expiredAt: new Date(rights.expiresMs ?? 0).toISOString(),
  uta: 1,
  userID: Number(accountId),
  isMaster: true,
});

export function bybitOrders(ask: Ask, view: View): Answer {
  const envelope = (retCode: number, retMsg: string, result: unknown) =>
    ok({ retCode, retMsg, result, retExtInfo: {}, time: view.nowMs });
  const fail = ([code, text]: Said) => envelope(code, text, {});
  const result = (value: unknown) => envelope(0, "OK", value);
  const refused = refusesKey(ask, view);
  if (refused !== null) return fail(refused);
  const { trading } = view;
  if (trading === null) return fail(REFUSALS["no-permission"]);
  const { query } = ask;
  const body = (ask.body ?? {}) as Body;
  const kind = bybitOrderKind(ask);
  const category = ask.method === "POST" ? body["category"] : query.get("category");
  if (kind !== "key" && kind !== "balances" && category !== "spot") return fail([10001, "params error: category"]);
  const name = ask.method === "POST" ? textIn(body, "symbol") : query.get("symbol");
  const listing = findBy(view, idOf, name);
  const symbol = listing === undefined ? "" : `${listing.base}/${listing.quote}`;
  const newestFirst = trading
    .seenOrders()
    .filter(({ wish }) => name === null || wish.symbol === symbol)
    .toReversed();
  const isNamed = named((one) => query.get(one));
  const isInBook = FILTERS[query.get("orderFilter") ?? ""] ?? (() => true);
  switch (kind) {
    case "place": {
      const wish = wishOf(body, symbol);
      if (!("quantity" in wish)) return fail(wish);
      const placed = trading.place(wish);
      if (typeof placed === "string") return fail(REFUSALS[placed]);
      return result({ orderId: orderIdOf(placed.id), orderLinkId: wish.clientId ?? "" });
    }
    case "cancel": {
      const order = cancelOf(body, trading);
      if (!("wish" in order)) return fail(order);
      return result({ orderId: orderIdOf(order.id), orderLinkId: order.wish.clientId ?? "" });
    }
    case "move": {
      const isIt = named((one) => textIn(body, one));
      const order = trading.seenOrders().find((each) => isTrigger(each) && isIt(each));
      if (order === undefined) return fail([170213, "Order does not exist."]);
      if (order.wish.triggerPrice === textIn(body, "triggerPrice")) return fail([10001, "order not modified"]);
      const moved = trading.move(order, textIn(body, "triggerPrice") ?? "");
      if (moved === "not-working") return fail([170142, "Order has been cancelled."]);
      if (moved !== "moved") return fail(REFUSALS[moved]);
      return result({ orderId: orderIdOf(order.id), orderLinkId: order.wish.clientId ?? "" });
    }
    case "order":
    case "open-orders": {
      const isHistory = ask.path.endsWith("/history");
      const isIn = inWeek(query, view.nowMs);
      // Only ended ones are history, and those without a fill for a day; by a name the other list shows ended ones too.
      const shows = (order: AccountOrder): boolean =>
        isHistory
          ? order.state !== "working" &&
            isIn(order.createdMs) &&
            (isPositive(order.filled) || order.updatedMs > view.nowMs - DAY_MS)
          : kind === "order" || order.state === "working";
      const rows = newestFirst.filter((order) => isNamed(order) && isInBook(order) && shows(order)).map(orderRow);
      return result(paged(query, rows, 20, 50));
    }
    case "trades": {
      const isIn = inWeek(query, view.nowMs);
      const rows = trading.seenTrades().filter((one) => one.symbol === symbol && isIn(one.atMs));
      return result(paged(query, rows.map(tradeRow).toReversed(), 50, 100));
    }
    case "balances": {
      const coin = trading.currencies().map((one) => ({
        coin: one,
        walletBalance: trading.total(one),
        locked: trading.used(one),
        spotBorrow: "0",
        borrowAmount: "0",
        availableToWithdraw: "",
      }));
      return result({ list: [{ accountType: "UNIFIED", accountLTV: "0", coin }] });
    }
    case "key":
      return result(keyOf(trading));
    default:
      return fail([10017, "Route not found."]);
  }
}
