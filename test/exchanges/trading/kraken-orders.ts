// Kraken's signed order endpoints, on an account. https://docs.kraken.com/api/docs/rest-api/add-order : POSTs of forms, all answers with
// HTTP 200; requests are taken in the order of their nonces; client ids are unique among open orders only; a new order's answer names
// the venue's id alone; lists are told in pages of 50, newest first.
import { createHash, createHmac } from "node:crypto";
import { multiply, subtract } from "#schemas/money.ts";
import type { Ask } from "../ask.ts";
import type { TradingKind } from "../faults.ts";
import { altName, assetId, find, pairId, refused, result } from "../kraken-names.ts";
import { type Answer, numberOf } from "../protocol.ts";
import type { View } from "../view.ts";
import type { AccountOrder, AccountTrade, Refused, TradingAccount, TradingRules } from "./trading-account.ts";

export const KRAKEN_RULES: Partial<TradingRules> = {
  clientIds: "unique-among-open",
  // "If entered above market price, it will execute immediately" (support, Stop loss orders).
  passedStopSells: true,
  feeBps: 40,
  // As `oflags` fciq has it.
  feeIn: (_, { quote }) => quote,
};

/** What lets into its private socket. */
export const KRAKEN_SOCKET_TOKEN = "WW91ciBhdXRoZW50aWNhdGlvbiB0b2tlbiBnb2VzIGhlcmUu";

const PAGE_ROWS = 50;
const DENIED = refused("EGeneral:Permission denied");

const REFUSALS: Readonly<Record<Refused, Answer>> = {
  "unknown-symbol": refused("EQuery:Unknown asset pair"),
  "market-closed": refused("EService:Market in cancel_only mode"),
  "quantity-step": refused("EGeneral:Invalid arguments:volume"),
  "quantity-minimum": refused("EOrder:Order minimum not met"),
  "price-tick": refused("EOrder:Tick size check failed"),
  "price-band": refused("EOrder:Invalid price"),
  "notional-minimum": refused("EOrder:Cost minimum not met"),
  funds: refused("EOrder:Insufficient funds"),
  "would-trigger": refused("EGeneral:Internal error"),
  "duplicate-id": refused("EGeneral:Invalid arguments:cl_ord_id not unique"),
  "no-permission": DENIED,
};

const KINDS: Readonly<Record<string, TradingKind>> = {
  AddOrder: "place",
  CancelOrder: "cancel",
  AmendOrder: "move",
  QueryOrders: "order",
  ClosedOrders: "order",
  OpenOrders: "open-orders",
  TradesHistory: "trades",
  QueryLedgers: "trades",
  BalanceEx: "balances",
  GetApiKeyInfo: "key",
  GetWebSocketsToken: "key",
};

const nameOf = (path: string): string => path.replace("/0/private/", "");
export const krakenOrderKind = (path: string): TradingKind | null => KINDS[nameOf(path)] ?? null;

/** The highest nonce that came from each account so far. */
const nonces = new WeakMap<TradingAccount, bigint>();

function refusesKey({ headers, target, rawBody, atMs }: Ask, form: URLSearchParams, view: View): Answer | null {
  const { account, trading, nowMs } = view;
  if (account === null || trading === null || headers["api-key"] !== account.key) return refused("EAPI:Invalid key");
  const { expiresMs } = trading.rights;
  if (expiresMs !== null && expiresMs <= atMs) return refused("EAPI:Invalid key");
  const digest = createHash("sha256")
    .update(`${form.get("nonce")}${rawBody}`)
    .digest();
  const signature = createHmac("sha512", Buffer.from(account.secret, "base64")).update(target).update(digest);
  if (signature.digest("base64") !== headers["api-sign"]) return refused("EAPI:Invalid signature");
  // What waited inside was let in before.
  if (nowMs > atMs) return null;
  const nonce = BigInt(form.get("nonce") ?? "-1");
  if (nonce <= (nonces.get(trading) ?? -1n)) return refused("EAPI:Invalid nonce");
  nonces.set(trading, nonce);
  return null;
}

const idIn = (prefix: string, n: number): string => `${prefix}${String(n).padStart(6, "0")}`;
export const orderId = (n: number): string => idIn("OKRKN7-TESTS-", n);
const tradeId = (n: number): string => idIn("TKRKN7-TESTS-", n);
const seconds = (ms: number): number => ms / 1000;

const STATES = { working: "open", filled: "closed", canceled: "canceled", expired: "canceled" } as const;
const TYPES = { market: "market", limit: "limit", "stop-loss": "stop", "stop-loss-limit": "stop-limit" } as const;

function orderRow({ wish, ...order }: AccountOrder, view: View) {
  const [ordertype = ""] = Object.entries(TYPES).find(([, type]) => type === wish.type) ?? [];
  const one = view.listings.find(({ base, quote }) => `${base}/${quote}` === wish.symbol);
  return {
    refid: null,
    userref: null,
    cl_ord_id: wish.clientId,
    status: STATES[order.state],
    ...(order.state === "canceled" ? { reason: "User requested" } : {}),
    ...(order.state === "expired" ? { reason: "IOC order" } : {}),
    opentm: seconds(order.createdMs),
    starttm: 0,
    expiretm: 0,
    ...(order.state === "working" ? {} : { closetm: seconds(order.updatedMs) }),
    descr: {
      pair: one === undefined ? "" : altName(one),
      type: wish.side,
      ordertype,
      price: wish.triggerPrice ?? wish.limitPrice ?? "0",
      price2: wish.triggerPrice === undefined ? "0" : (wish.limitPrice ?? "0"),
      leverage: "none",
      order: `${wish.side} ${wish.quantity}`,
      close: "",
    },
    vol: wish.quantity,
    vol_exec: order.filled,
    cost: order.value,
    fee: "0.00000",
    price: "0.00000",
    stopprice: "0.00000",
    limitprice: "0.00000",
    misc: order.triggered ? "stopped" : "",
    oflags: "fciq",
  };
}

/** Entries of a trade in the ledger: what came, what went, and a fee on either or on its own. */
function ledgerOf(trade: AccountTrade): Readonly<Record<string, unknown>> {
  const [base = "", quote = ""] = trade.symbol.split("/");
  const value = multiply(trade.quantity, trade.price);
  const entry = (currency: string, amount: string) => ({
    refid: tradeId(trade.id),
    time: seconds(trade.atMs),
    type: "trade",
    aclass: "currency",
    asset: assetId(currency),
    amount,
    fee: trade.feeCurrency === currency ? trade.fee : "0.0000000000",
  });
  const isBuy = trade.side === "buy";
  const entries = [
    entry(base, isBuy ? trade.quantity : `-${trade.quantity}`),
    entry(quote, isBuy ? `-${value}` : value),
    ...([base, quote].includes(trade.feeCurrency) ? [] : [entry(trade.feeCurrency, "0")]),
  ];
  return Object.fromEntries(entries.map((one, at) => [`${idIn("LKRKN7-TESTS-", trade.id)}${"ABC"[at]}`, one]));
}

function tradeRow(trade: AccountTrade, view: View, withLedgers: boolean) {
  const one = view.listings.find(({ base, quote }) => `${base}/${quote}` === trade.symbol);
  const value = multiply(trade.quantity, trade.price);
  return {
    ordertxid: orderId(trade.orderId),
    postxid: "TKH2SE-M7IF5-CFI7LT",
    pair: one === undefined ? "" : pairId(one),
    time: seconds(trade.atMs),
    type: trade.side,
    ordertype: "limit",
    price: trade.price,
    cost: value,
    // In quote, wherever it was taken.
    fee: multiply(value, "0.004"),
    vol: trade.quantity,
    margin: "0.00000",
    leverage: "0",
    misc: "",
    trade_id: trade.id,
    maker: false,
    ...(withLedgers ? { ledgers: Object.keys(ledgerOf(trade)) } : {}),
  };
}

/** One page of a list, newest first. */
function page<T>(all: readonly T[], form: URLSearchParams, atMs: (row: T) => number) {
  const start = numberOf(form, "start", 0) * 1000;
  const rows = all.filter((row) => atMs(row) > start).toReversed();
  const offset = numberOf(form, "ofs", 0);
  return { rows: rows.slice(offset, offset + PAGE_ROWS), count: rows.length };
}

function place(form: URLSearchParams, ask: Ask, view: View, account: TradingAccount): Answer {
  const type = TYPES[(form.get("ordertype") ?? "") as keyof typeof TYPES];
  if (type === undefined) return refused("EGeneral:Invalid arguments:ordertype");
  if (form.has("userref") && form.has("cl_ord_id")) return refused("EGeneral:Invalid arguments");
  const clientId = form.get("cl_ord_id");
  if (clientId !== null && !/^([0-9a-f]{32}|.{1,18})$/.test(clientId))
    return refused("EGeneral:Invalid arguments:cl_ord_id");
  const deadline = form.get("deadline");
  if (deadline !== null) {
    const untilMs = Date.parse(deadline);
    const isAllowed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(deadline) && untilMs >= ask.atMs + 2_000;
    if (!isAllowed || untilMs > ask.atMs + 60_000) return refused("EGeneral:Invalid arguments:deadline");
    if (untilMs < view.nowMs) return refused("EService:Deadline elapsed");
  }
  const one = find(view, form.get("pair"));
  const price = form.get("price");
  const hasTrigger = type === "stop" || type === "stop-limit";
  const limit = hasTrigger ? form.get("price2") : price;
  const placed = account.place({
    clientId,
    symbol: one === undefined ? "" : `${one.base}/${one.quote}`,
    side: form.get("type") === "buy" ? "buy" : "sell",
    quantity: form.get("volume") ?? "0",
    type,
    ...(limit === null || type === "market" ? {} : { limitPrice: limit }),
    ...(hasTrigger ? { triggerPrice: price ?? "0" } : {}),
    ioc: form.get("timeinforce") === "IOC",
  });
  if (typeof placed === "string") return REFUSALS[placed];
  const order = `${form.get("type")} ${form.get("volume")} ${form.get("pair")} @ ${form.get("ordertype")}`;
  return result({ descr: { order }, txid: [orderId(placed.id)] });
}

export function krakenOrders(ask: Ask, view: View): Answer {
  const form = new URLSearchParams(ask.rawBody);
  const refusal = refusesKey(ask, form, view);
  if (refusal !== null) return refusal;
  const { trading } = view;
  if (trading === null) return DENIED;
  const clientId = form.get("cl_ord_id");
  const orders = trading.seenOrders().filter(({ wish }) => clientId === null || wish.clientId === clientId);
  const rowsOf = (some: readonly AccountOrder[]) =>
    Object.fromEntries(some.map((order) => [orderId(order.id), orderRow(order, view)]));
  switch (nameOf(ask.path)) {
    case "AddOrder":
      return place(form, ask, view, trading);
    case "CancelOrder": {
      const txid = form.get("txid");
      const order = orders.findLast(({ id, state }) => state === "working" && (txid === null || orderId(id) === txid));
      if ((txid === null && clientId === null) || order === undefined) return refused("EOrder:Unknown order");
      trading.cancel(order);
      return result({ count: 1 });
    }
    case "AmendOrder": {
      const txid = form.get("txid");
      const order = orders.findLast(({ id }) => (txid === null ? clientId !== null : orderId(id) === txid));
      if (order === undefined) return refused("EOrder:Unknown order");
      const moved = trading.move(order, form.get("trigger_price") ?? "");
      if (moved === "moved") return result({ amend_id: `TAMEND-${String(order.id).padStart(5, "0")}-AAAAAA` });
      return moved === "not-working" ? refused("EOrder:Unknown order") : REFUSALS[moved];
    }
    case "QueryOrders": {
      const txids = (form.get("txid") ?? "").split(",");
      const found = orders.filter(({ id }) => txids.includes(orderId(id)));
      return found.length < txids.length ? refused("EOrder:Unknown order") : result(rowsOf(found));
    }
    case "OpenOrders":
      return result({ open: rowsOf(orders.filter(({ state }) => state === "working")) });
    case "ClosedOrders": {
      const ended = orders.filter(({ state }) => state !== "working");
      const { rows, count } = page(ended, form, ({ createdMs }) => createdMs);
      return result({ closed: rowsOf(rows), count });
    }
    case "TradesHistory": {
      const { rows, count } = page(trading.seenTrades(), form, ({ atMs }) => atMs);
      const write = (trade: AccountTrade) => tradeRow(trade, view, form.get("ledgers") === "true");
      return result({ trades: Object.fromEntries(rows.map((trade) => [tradeId(trade.id), write(trade)])), count });
    }
    case "QueryLedgers": {
      const ids = (form.get("id") ?? "").split(",");
      if (ids.length > 20) return refused("EGeneral:Invalid arguments");
      const entries = Object.assign({}, ...trading.seenTrades().map(ledgerOf)) as Record<string, unknown>;
      return result(Object.fromEntries(ids.flatMap((id) => (entries[id] === undefined ? [] : [[id, entries[id]]]))));
    }
    case "BalanceEx":
      return result(
        Object.fromEntries(
          trading.currencies().map((currency) => [
            assetId(currency),
            {
              balance: trading.total(currency),
              hold_trade: subtract(trading.total(currency), trading.free(currency)),
            },
          ]),
        ),
      );
    case "GetWebSocketsToken":
      return result({ token: KRAKEN_SOCKET_TOKEN, expires: 900 });
    case "GetApiKeyInfo": {
      const { trade, withdraw, expiresMs, ipBound } = trading.rights;
      const permissions = ["query-funds", "query-open-trades", "query-closed-trades", "close-trades", "query-ledger"];
      return result({
        apiKeyName: "desk",
        apiKey: view.account?.key,
        nonce: form.get("nonce"),
        nonceWindow: 0,
        permissions: [...permissions, ...(trade ? ["modify-trades"] : []), ...(withdraw ? ["withdraw-funds"] : [])],
        iban: trading.accountId,
        validUntil: expiresMs === null ? "0" : String(Math.floor(expiresMs / 1000)),
        queryFrom: "0",
        queryTo: "0",
        createdTime: "1772542900",
        modifiedTime: "1772543095",
        ipAllowlist: ipBound ? ["203.0.113.7"] : [],
        lastUsed: "1772627061",
      });
    }
    default:
      return refused("EGeneral:Unknown method");
  }
}
