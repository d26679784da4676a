// OKX's signed order endpoints, on an account. https://www.okx.com/docs-v5/en/#order-book-trading
// Two books: orders, and stops ("algo orders"). A stop that is touched makes an order, without a client id, that names the stop in its
// details and nowhere else. Client ids are unique among open orders only; of several orders of one id the newest is shown.
import { compare, divide, minOf, roundToIncrement, subtract } from "#schemas/money.ts";
import type { Ask } from "../ask.ts";
import type { TradingKind } from "../faults.ts";
import { type Answer, findBy, joined, numberOf, ok } from "../protocol.ts";
import { type Refusal, refusesOkx } from "../signatures.ts";
import type { View } from "../view.ts";
import type { AccountOrder, AccountTrade, Refused, TradingAccount, Wish } from "./trading-account.ts";

type Params = Readonly<Record<string, unknown>>;

const DAY_MS = 86_400_000;
const instIdOf = joined("-");
const fail = (code: string, msg: string, status = 200): Answer => ({ status, body: { code, msg, data: [] } });
const data = (rows: readonly unknown[]): Answer => ok({ code: "0", msg: "", data: rows });

export const OKX_KEY_REFUSALS: Readonly<Record<Exclude<Refusal, null>, Answer>> = {
  key: fail("50111", "Invalid OK-ACCESS-KEY.", 401),
  signature: fail("50113", "Invalid signature.", 401),
  time: fail("50102", "Timestamp request expired.", 401),
};
const NO_PERMISSION = fail("50120", "This API key doesn't have permission to use this function");

const REFUSALS: Readonly<Record<Refused, readonly [code: string, text: string]>> = {
  "unknown-symbol": ["51001", "Instrument ID, Instrument ID code or Spread ID doesn't exist."],
  "market-closed": ["51022", "Contract suspended."],
  "quantity-step": ["51121", "Order quantity must be a multiple of the lot size."],
  "quantity-minimum": ["51020", "Your order should meet or exceed the minimum order amount."],
  "price-tick": ["51150", "The precision of the number of trades or the price exceeds the limit."],
  "price-band": ["51138", "The lowest price limit for sell orders is 1."],
  "notional-minimum": ["51020", "Your order should meet or exceed the minimum order amount."],
  funds: ["51008", "Order failed. Insufficient USDT balance in account"],
  "would-trigger": ["51280", "SL trigger price cannot be higher than the last price."],
  "duplicate-id": ["51016", "Client order ID already exists."],
  "no-permission": ["50030", "You don't have permission to use this API endpoint"],
};

const KINDS: Readonly<Record<string, TradingKind>> = {
  "POST trade/order": "place",
  "POST trade/order-algo": "place",
  "POST trade/cancel-order": "cancel",
  "POST trade/cancel-algos": "cancel",
  "POST trade/amend-algos": "move",
  "GET trade/order": "order",
  "GET trade/order-algo": "order",
  "GET trade/orders-pending": "open-orders",
  "GET trade/orders-algo-pending": "open-orders",
  "GET trade/fills": "trades",
  "GET trade/fills-history": "trades",
  "GET account/balance": "balances",
  "GET account/config": "key",
};

const routeOf = ({ method, path }: Pick<Ask, "method" | "path">): string => `${method} ${path.replace("/api/v5/", "")}`;
export const okxOrderKind = (ask: Pick<Ask, "method" | "path">): TradingKind | null => KINDS[routeOf(ask)] ?? null;

/** Ids of 19 digits, more than a JSON number holds. */
const idIn = (book: number, id: number): string => `${book}${String(id).padStart(16, "0")}`;
const isStop = ({ wish }: AccountOrder): boolean => wish.triggerPrice !== undefined;
const stopId = ({ id }: AccountOrder): string => idIn(175, id);
/** Of an order, or of the one that a stop made. */
const orderId = (order: AccountOrder): string => idIn(isStop(order) ? 189 : 176, order.id);
/** In the book of orders: all but stops that have not made one. */
const isOrder = (order: AccountOrder): boolean => !isStop(order) || (order.triggered && !hasFailed(order));
/** It was touched, and the coins were not there. */
const hasFailed = (order: AccountOrder): boolean =>
  isStop(order) && order.triggered && order.state === "canceled" && order.filled === "0";

const placeFailed = (book: "order" | "stop", clientId: string, [code, text]: readonly [string, string]): Answer => {
  const ids = book === "order" ? { clOrdId: clientId, ordId: "" } : { algoClOrdId: clientId, algoId: "", clOrdId: "" };
  return ok({ code: "1", data: [{ ...ids, sCode: code, sMsg: text, tag: "" }], msg: "All operations failed" });
};

export function orderRow(order: AccountOrder) {
  const { wish } = order;
  const isPart = order.state === "working" && order.filled !== "0";
  return {
    ...{ instType: "SPOT", instId: wish.symbol.replace("/", "-"), tdMode: "cash", ccy: "" },
    ...{ ordId: orderId(order), clOrdId: isStop(order) ? "" : (wish.clientId ?? ""), tag: "" },
    algoId: isStop(order) ? stopId(order) : "",
    algoClOrdId: isStop(order) ? (wish.clientId ?? "") : "",
    px: wish.limitPrice ?? "",
    sz: wish.quantity,
    ordType: wish.limitPrice === undefined ? "market" : wish.ioc === true ? "ioc" : "limit",
    side: wish.side,
    tgtCcy: wish.limitPrice === undefined ? "base_ccy" : "",
    accFillSz: order.filled,
    avgPx: order.filled === "0" ? "" : divide(order.value, order.filled),
    state: isPart
      ? "partially_filled"
      : { working: "live", filled: "filled", canceled: "canceled", expired: "canceled" }[order.state],
    source: isStop(order) ? "7" : "",
    cTime: String(order.createdMs),
    uTime: String(order.updatedMs),
  };
}

export function stopRow(order: AccountOrder) {
  const { wish } = order;
  const made = isOrder(order) ? [orderId(order)] : [];
  return {
    ...{ instType: "SPOT", instId: wish.symbol.replace("/", "-"), tdMode: "cash", ordType: "conditional" },
    ...{ algoId: stopId(order), algoClOrdId: wish.clientId ?? "", clOrdId: "", side: wish.side, sz: wish.quantity },
    ...{ tgtCcy: "", triggerPx: "", ordPx: "", tpTriggerPx: "", tpOrdPx: "", moveTriggerPx: "" },
    ...{ slTriggerPx: wish.triggerPrice, slOrdPx: wish.limitPrice ?? "-1", slTriggerPxType: "last" },
    state: hasFailed(order)
      ? "order_failed"
      : order.triggered
        ? "effective"
        : order.state === "working"
          ? "live"
          : "canceled",
    failCode: hasFailed(order) ? "51008" : "",
    ordId: made[0] ?? "",
    ordIdList: made,
    cTime: String(order.createdMs),
    uTime: String(order.updatedMs),
  };
}

const tradeRow = (trade: AccountTrade, order: AccountOrder) => ({
  ...{ instType: "SPOT", instId: trade.symbol.replace("/", "-"), posSide: "net", execType: "T" },
  tradeId: String(744_000_000 + trade.id),
  ordId: orderId(order),
  clOrdId: isStop(order) ? "" : (order.wish.clientId ?? ""),
  billId: idIn(190, trade.id),
  side: trade.side,
  fillSz: trade.quantity,
  fillPx: trade.price,
  fee: subtract<string>("0", trade.fee),
  feeCcy: trade.feeCurrency,
  fillTime: String(trade.atMs),
  ts: String(trade.atMs + 1),
});

const text = (params: Params, name: string): string => (typeof params[name] === "string" ? params[name] : "");

/** Newest first, before the id `after`. */
function page<T>(rows: readonly T[], idOf: (row: T) => string, query: URLSearchParams): readonly T[] {
  const after = query.get("after");
  const older = after === null ? rows : rows.filter((row) => BigInt(idOf(row)) < BigInt(after));
  const newestFirst = [...older].sort((a, b) => (BigInt(idOf(a)) < BigInt(idOf(b)) ? 1 : -1));
  return newestFirst.slice(0, Math.min(100, numberOf(query, "limit", 100)));
}

function placeOrder(params: Params, symbol: string, trading: TradingAccount): Answer {
  const clientId = text(params, "clOrdId");
  const type = text(params, "ordType");
  const side = text(params, "side") === "buy" ? "buy" : "sell";
  const [base = ""] = symbol.split("/");
  if (text(params, "tdMode") !== "cash") return fail("51000", "Parameter tdMode error", 400);
  if (!/^[a-zA-Z0-9]{0,32}$/.test(clientId)) return fail("51000", "Parameter clOrdId error", 400);
  if (!["market", "limit", "ioc"].includes(type)) return fail("51000", "Parameter ordType error", 400);
  if (type !== "market" && text(params, "px") === "")
    return placeFailed("order", clientId, ["51204", "The price for the limit order cannot be empty."]);
  let quantity = text(params, "sz");
  if (type === "market" && side === "buy" && params["tgtCcy"] !== "base_ccy") {
    const step = trading.listingOf(symbol)?.stepSize ?? "1";
    quantity = roundToIncrement(divide(quantity, trading.priceOf(symbol)), step, "down");
  }
  if (type === "market" && side === "sell" && params["banAmend"] !== true)
    quantity = minOf(quantity, trading.free(base));
  const wish: Wish = {
    ...{ clientId: clientId || null, symbol, side, quantity, ioc: type === "ioc" },
    ...(type === "market" ? { type: "market" } : { type: "limit", limitPrice: text(params, "px") }),
  };
  const placed = trading.place(wish);
  if (typeof placed === "string") return placeFailed("order", clientId, REFUSALS[placed]);
  return data([
    { clOrdId: clientId, ordId: orderId(placed), tag: "", ts: String(placed.createdMs), sCode: "0", sMsg: "" },
  ]);
}

function placeStop(params: Params, symbol: string, trading: TradingAccount): Answer {
  const clientId = text(params, "algoClOrdId");
  const [trigger, limit] = [text(params, "slTriggerPx"), text(params, "slOrdPx")];
  if (text(params, "tdMode") !== "cash") return fail("51000", "Parameter tdMode error", 400);
  if (!/^[a-zA-Z0-9]{0,32}$/.test(clientId)) return fail("51000", "Parameter algoClOrdId error", 400);
  if (text(params, "ordType") !== "conditional") return fail("51000", "Parameter ordType error", 400);
  if (trigger === "" || limit === "") return fail("51000", "Parameter slTriggerPx error", 400);
  const placed = trading.place({
    ...{ clientId: clientId || null, symbol, side: text(params, "side") === "buy" ? "buy" : "sell" },
    ...{ quantity: text(params, "sz"), triggerPrice: trigger },
    ...(limit === "-1" ? { type: "stop" } : { type: "stop-limit", limitPrice: limit }),
  });
  if (placed === "duplicate-id") return placeFailed("stop", clientId, ["51065", "algoClOrdId already exists."]);
  if (typeof placed === "string") return placeFailed("stop", clientId, REFUSALS[placed]);
  return data([{ algoClOrdId: clientId, algoId: stopId(placed), clOrdId: "", sCode: "0", sMsg: "", tag: "" }]);
}

/** By the venue's id, or by the client's: then the newest. */
const orderNamed = (orders: readonly AccountOrder[], ordId: string, clOrdId: string): AccountOrder | undefined =>
  orders
    .filter(isOrder)
    .findLast((order) =>
      ordId !== "" ? orderId(order) === ordId : !isStop(order) && clOrdId !== "" && order.wish.clientId === clOrdId,
    );
const stopNamed = (orders: readonly AccountOrder[], algoId: string, clientId: string): AccountOrder | undefined =>
  orders
    .filter(isStop)
    .findLast((order) =>
      algoId !== "" ? stopId(order) === algoId : clientId !== "" && order.wish.clientId === clientId,
    );

function cancel(trading: TradingAccount, order: AccountOrder | undefined, ids: Params): Answer {
  const failed = (sCode: string, sMsg: string): Answer =>
    ok({ code: "1", data: [{ ...ids, sCode, sMsg }], msg: "All operations failed" });
  if (order !== undefined && isStop(order) && order.triggered)
    return failed("51416", "Order has been triggered and can't be canceled");
  if (order === undefined || trading.cancel(order) === "not-working")
    return failed("51400", "Order cancellation failed as the order has been filled, canceled or does not exist.");
  return data([{ ...ids, sCode: "0", sMsg: "" }]);
}

function moveStop(params: Params, trading: TradingAccount): Answer {
  const ids = { algoClOrdId: text(params, "algoClOrdId"), algoId: text(params, "algoId") };
  const failed = (sCode: string, sMsg: string): Answer =>
    ok({ code: "1", data: [{ ...ids, reqId: "", sCode, sMsg }], msg: "All operations failed" });
  const order = stopNamed(trading.orders, ids.algoId, ids.algoClOrdId);
  const moved = order === undefined ? "not-working" : trading.move(order, text(params, "newSlTriggerPx"));
  if (moved === "not-working") return failed("51503", "Order modification failed as the order does not exist.");
  return moved === "moved" ? data([{ ...ids, reqId: "", sCode: "0", sMsg: "" }]) : failed(...REFUSALS[moved]);
}

const NOT_THERE = fail("51603", "Order does not exist");

export function okxOrders(ask: Ask, view: View): Answer {
  const { trading } = view;
  const expiresMs = trading?.rights.expiresMs ?? null;
  const refused = expiresMs !== null && expiresMs <= ask.atMs ? "key" : refusesOkx(ask, view.account, ask.atMs);
  if (refused !== null || trading === null) return OKX_KEY_REFUSALS[refused ?? "key"];
  if (ask.method === "POST" && !trading.rights.trade) return NO_PERMISSION;
  const { query } = ask;
  const [first] = [ask.body].flat() as readonly (Params | null)[];
  const params = first ?? {};
  const listing = findBy(view, instIdOf, text(params, "instId") || query.get("instId"));
  const symbol = listing === undefined ? "" : `${listing.base}/${listing.quote}`;
  const seen = trading.seenOrders();
  switch (routeOf(ask)) {
    case "POST trade/order":
      return placeOrder(params, symbol, trading);
    case "POST trade/order-algo":
      return placeStop(params, symbol, trading);
    case "POST trade/cancel-order":
      return cancel(trading, orderNamed(trading.orders, text(params, "ordId"), text(params, "clOrdId")), {
        ordId: text(params, "ordId"),
        clOrdId: text(params, "clOrdId"),
      });
    case "POST trade/cancel-algos":
      if (!Array.isArray(ask.body)) return fail("50002", "JSON syntax error", 400);
      return cancel(trading, stopNamed(trading.orders, text(params, "algoId"), text(params, "algoClOrdId")), {
        algoId: text(params, "algoId"),
        algoClOrdId: text(params, "algoClOrdId"),
      });
    case "POST trade/amend-algos":
      return moveStop(params, trading);
    case "GET trade/order": {
      if (symbol === "") return fail("51001", REFUSALS["unknown-symbol"][1]);
      const order = orderNamed(seen, query.get("ordId") ?? "", query.get("clOrdId") ?? "");
      return order === undefined ? NOT_THERE : data([orderRow(order)]);
    }
    case "GET trade/order-algo": {
      const order = stopNamed(seen, query.get("algoId") ?? "", query.get("algoClOrdId") ?? "");
      return order === undefined ? NOT_THERE : data([stopRow(order)]);
    }
    case "GET trade/orders-pending": {
      const working = seen.filter((order) => isOrder(order) && order.state === "working");
      return data(page(working, orderId, query).map(orderRow));
    }
    case "GET trade/orders-algo-pending": {
      const types = query.get("ordType") ?? "";
      if (types.includes(",") && !types.split(",").every((type) => ["conditional", "oco"].includes(type)))
        return fail("51000", "Parameter ordType error", 400);
      if (types === "") return fail("50014", "Parameter ordType can not be empty.", 400);
      const waiting = seen.filter((order) => isStop(order) && !order.triggered && order.state === "working");
      return data(types.split(",").includes("conditional") ? page(waiting, stopId, query).map(stopRow) : []);
    }
    case "GET trade/fills":
    case "GET trade/fills-history": {
      const keptMs = routeOf(ask).endsWith("fills") ? 3 * DAY_MS : 90 * DAY_MS;
      const begin = Math.max(numberOf(query, "begin", 0), view.nowMs - keptMs);
      const trades = trading
        .seenTrades()
        .filter((trade) => (symbol === "" || trade.symbol === symbol) && trade.atMs + 1 >= begin);
      const rows = trades.flatMap((trade) => {
        const order = trading.orders.find(({ id }) => id === trade.orderId);
        return order === undefined ? [] : [tradeRow(trade, order)];
      });
      return data(page(rows, ({ billId }) => billId, query));
    }
    case "GET account/balance": {
      const held = trading.currencies().filter((ccy) => compare(trading.total(ccy), "0") !== 0);
      const details = held.map((ccy) => ({
        ...{ ccy, availBal: trading.free(ccy), frozenBal: trading.used(ccy), ordFrozen: trading.used(ccy) },
        ...{ cashBal: trading.total(ccy), eq: trading.total(ccy), availEq: "" },
      }));
      return data([{ uTime: String(view.nowMs), totalEq: "1", adjEq: "", details }]);
    }
    default:
      return data([
        {
          ...{ uid: trading.accountId, mainUid: trading.accountId, acctLv: "1", posMode: "net_mode", feeType: "0" },
          perm: [
            "read_only",
            ...(trading.rights.withdraw ? ["withdraw"] : []),
            ...(trading.rights.trade ? ["trade"] : []),
          ].join(","),
          ip: trading.rights.ipBound ? "117.37.203.58" : "",
          ...{ label: "desk", kycLv: "2", enableSpotBorrow: false },
        },
      ]);
  }
}
