// The private order streams of four venues by their documentation: what logs in, what subscribes, and how an order is told.
import { createHmac } from "node:crypto";
import { isRecord } from "#schemas/is-record.ts";
import { orderRow as binanceRow } from "./binance-orders.ts";
import { orderRow as bybitRow } from "./bybit-orders.ts";
import { KRAKEN_SOCKET_TOKEN, orderId as krakenId } from "./kraken-orders.ts";
import { orderRow as okxRow, stopRow as okxStopRow } from "./okx-orders.ts";
import type { Message, OrderSocketProtocol } from "./order-socket.ts";
import type { AccountOrder } from "./trading-account.ts";

const WINDOW_MS = 10_000;
const fields = (value: unknown): Message => (isRecord(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const hmac = (secret: string, text: string, as: "hex" | "base64"): string =>
  createHmac("sha256", secret).update(text).digest(as);
const isNear = (ms: number, nowMs: number): boolean => Math.abs(ms - nowMs) <= WINDOW_MS;
/** The newest trade of an order is not kept with it; what a word says of it is never read. */
const hasFilled = ({ filled }: AccountOrder): boolean => filled !== "0";

/** https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-update */
function executionReport(order: AccountOrder) {
  const row = binanceRow(order);
  return {
    ...{ e: "executionReport", E: row.updateTime, s: row.symbol, c: row.clientOrderId, S: row.side, o: row.type },
    ...{ f: row.timeInForce, q: row.origQty, p: row.price, P: row.stopPrice, F: "0.00000000", g: -1, C: "" },
    ...{ x: hasFilled(order) ? "TRADE" : row.status, X: row.status, r: "NONE", i: row.orderId },
    ...{ l: row.executedQty, z: row.executedQty, L: row.price, n: "0", N: null, T: row.updateTime, t: row.orderId },
    ...{ w: row.isWorking, m: false, O: row.time, Z: row.cummulativeQuoteQty, Y: "0", Q: "0", W: row.time, V: "NONE" },
  };
}

/** https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/user-data-stream-requests */
export const binanceOrderSocket: OrderSocketProtocol = {
  answer({ id, method, params }, session, { account, nowMs }) {
    if (method !== "userDataStream.subscribe.signature") return [];
    const { signature, ...signed } = fields(params);
    const names = Object.keys(signed).sort();
    const query = names.map((name) => `${name}=${signed[name]}`).join("&");
    const isRight =
      signed["apiKey"] === account.key &&
      isNear(Number(signed["timestamp"]), nowMs) &&
      signature === hmac(account.secret, query, "hex");
    if (!isRight) {
      const error = { code: -2015, msg: "Invalid API-key, IP, or permissions for action." };
      return [{ id, status: 401, error, rateLimits: [] }];
    }
    session.channels.add("orders");
    return [{ id, status: 200, result: { subscriptionId: 0 }, rateLimits: [] }];
  },
  words: (order) => [{ subscriptionId: 0, event: executionReport(order) }],
};

/** https://www.okx.com/docs-v5/en/#overview-websocket-login */
export const okxOrderSocket: OrderSocketProtocol = {
  answer({ op, args }, session, { account, nowMs }) {
    const connId = "a4d3ae55";
    if (op === "login") {
      const { apiKey, passphrase, timestamp, sign } = fields(list(args)[0]);
      session.isIn =
        apiKey === account.key &&
        passphrase === account.password &&
        isNear(Number(timestamp) * 1000, nowMs) &&
        sign === hmac(account.secret, `${timestamp}GET/users/self/verify`, "base64");
      return session.isIn
        ? [{ event: "login", code: "0", msg: "", connId }]
        : [{ event: "error", code: "60009", msg: "Login failed.", connId }];
    }
    if (op !== "subscribe") return [];
    return list(args).map((arg) => {
      const { channel, instType } = fields(arg);
      const book = session.target.includes("/business") ? "orders-algo" : "orders";
      if (!session.isIn) return { event: "error", code: "60011", msg: "Please log in", connId };
      if (channel !== book || instType !== "SPOT")
        return { event: "error", code: "60018", msg: `channel:${channel} doesn't exist`, connId };
      session.channels.add(String(channel));
      return { event: "subscribe", arg, connId };
    });
  },
  words(order, { channels }) {
    const isStop = order.wish.triggerPrice !== undefined;
    const word = (channel: string, row: object) =>
      channels.has(channel) ? [{ arg: { channel, instType: "SPOT", uid: "7001" }, data: [row] }] : [];
    return [
      ...(isStop ? word("orders-algo", okxStopRow(order)) : []),
      ...(!isStop || order.triggered ? word("orders", okxRow(order)) : []),
    ];
  },
};

/** https://bybit-exchange.github.io/docs/v5/ws/connect */
export const bybitOrderSocket: OrderSocketProtocol = {
  answer({ op, args, req_id }, session, { account, nowMs }) {
    const conn_id = "ce3dpomvha7dha97tvp0-2xh";
    const said = (success: boolean, ret_msg: string) => [{ success, ret_msg, op, conn_id, req_id }];
    if (op === "ping") return [{ req_id, op: "pong", args: [String(nowMs)], conn_id }];
    if (op === "auth") {
      const [key, expires, sign] = list(args);
      session.isIn =
        key === account.key &&
        Number(expires) > nowMs &&
        sign === hmac(account.secret, `GET/realtime${expires}`, "hex");
      return said(session.isIn, session.isIn ? "" : "error:USVC1111");
    }
    if (op !== "subscribe") return [];
    if (!session.isIn) return said(false, "Request not authorized");
    for (const topic of list(args)) session.channels.add(String(topic));
    return said(true, "");
  },
  words: (order) => [
    {
      id: `5923240c6880ab-c59f-420b-9adb-${order.id}`,
      topic: "order",
      creationTime: order.updatedMs,
      data: [{ category: "spot", ...bybitRow(order) }],
    },
  ],
};

/** https://docs.kraken.com/api/docs/websocket-v2/executions : a fill is a trade first and the order's new state then; only new orders say all. */
export const krakenOrderSocket: OrderSocketProtocol = {
  greeting: { channel: "status", type: "update", data: [{ system: "online", api_version: "v2" }] },
  answer({ method, params, req_id }, session) {
    const times = { time_in: "2023-09-22T10:33:05.709950Z", time_out: "2023-09-22T10:33:05.709950Z" };
    if (method === "ping") return [{ method: "pong", req_id, ...times }];
    if (method !== "subscribe") return [];
    const { channel, token } = fields(params);
    if (channel !== "executions" || token !== KRAKEN_SOCKET_TOKEN)
      return [{ method, error: "ESession:Invalid session", success: false, req_id, ...times }];
    session.channels.add("executions");
    return [
      { method, result: { channel, maxratecount: 180, snap_orders: true }, success: true, req_id, ...times },
      { channel, type: "snapshot", data: [], sequence: 1 },
    ];
  },
  words(order) {
    const { wish, state } = order;
    const own = { order_id: krakenId(order.id), cl_ord_id: wish.clientId, order_userref: 0 };
    const timestamp = new Date(order.updatedMs).toISOString();
    const word = (row: object) => ({
      channel: "executions",
      type: "update",
      data: [{ ...own, timestamp, ...row }],
      sequence: 2,
    });
    if (state === "canceled" || state === "expired") return [word({ exec_type: state, order_status: state })];
    const about = { symbol: wish.symbol, side: wish.side, order_qty: Number(wish.quantity), order_type: wish.type };
    if (!hasFilled(order)) return [word({ exec_type: "new", order_status: "new", ...about })];
    const filled = Number(order.filled);
    const price = Number(order.value) / filled;
    const trade = { exec_id: `TKRKN7-${order.id}`, trade_id: order.id, last_qty: filled, last_price: price };
    const told = word({ exec_type: "trade", order_status: "partially_filled", ...about, ...trade, cum_qty: filled });
    return state === "filled" ? [told, word({ exec_type: "filled", order_status: "filled", cum_qty: filled })] : [told];
  },
};

export const ORDER_SOCKETS = {
  binance: binanceOrderSocket,
  okx: okxOrderSocket,
  bybit: bybitOrderSocket,
  kraken: krakenOrderSocket,
} as const;
