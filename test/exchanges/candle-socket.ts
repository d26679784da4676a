// The socket beside an exchange's REST: whoever subscribes to a market's candles is told them as they form, in the venue's own words,
// when the test says so. It can break, and it can fall silent.
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

/** One word: the whole candle up to now. */
export interface Word {
  readonly openMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface Subscribed {
  readonly names: readonly string[];
  readonly reply: unknown;
  /** It asks not to be told them any more. */
  readonly leaves: boolean;
}

/** How a venue writes it down. */
export interface SocketProtocol {
  /** What a client's message subscribes to or leaves, by the venue's names, and the reply; null: it asks for something else. */
  subscribed(message: unknown): Subscribed | null;
  /** @param name as in `subscribed` */
  word(name: string, word: Word, lengthMs: number): unknown;
  /** The venue's name for a market's candles. */
  nameOf(symbol: string, lengthMs: number): string;
}

export interface CandleSocket {
  /** Names that anybody is subscribed to. */
  readonly names: ReadonlySet<string>;
  /** Ever made, and those that stand now. */
  readonly connections: number;
  readonly standing: number;
  tell(symbol: string, lengthMs: number, word: Word): void;
  /** Cuts every connection. */
  cut(): void;
  close(): void;
}

export function openCandleSocket(server: Server, protocol: SocketProtocol): CandleSocket {
  const sockets = new WebSocketServer({ server });
  const namesOf = new Map<WebSocket, Set<string>>();
  const names = new Set<string>();
  let connections = 0;
  sockets.on("connection", (socket) => {
    connections += 1;
    const own = new Set<string>();
    namesOf.set(socket, own);
    socket.on("message", (data) => {
      const text = String(data);
      if (text === "ping") return socket.send("pong");
      const wanted = protocol.subscribed(JSON.parse(text));
      if (wanted === null) return;
      for (const name of wanted.names) {
        for (const of of [own, names]) wanted.leaves ? of.delete(name) : of.add(name);
      }
      socket.send(JSON.stringify(wanted.reply));
    });
    socket.on("close", () => namesOf.delete(socket));
  });
  return {
    names,
    get connections() {
      return connections;
    },
    get standing() {
      return namesOf.size;
    },
    tell(symbol, lengthMs, word) {
      const name = protocol.nameOf(symbol, lengthMs);
      const message = JSON.stringify(protocol.word(name, word, lengthMs));
      for (const [socket, own] of namesOf) if (own.has(name)) socket.send(message);
    },
    cut() {
      for (const socket of namesOf.keys()) socket.terminate();
      names.clear();
    },
    close: () => sockets.close(),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const textsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isSubscription = (op: unknown): boolean => op === "subscribe" || op === "unsubscribe";
const minutesOf = (lengthMs: number): number => lengthMs / 60_000;
const interval = (lengthMs: number, hour: string): string => {
  const minutes = minutesOf(lengthMs);
  return minutes < 60 ? `${minutes}m` : `${minutes / 60}${hour}`;
};

/** https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams : kline of a symbol every 2 s while it trades. */
export const binanceSocket: SocketProtocol = {
  subscribed(message) {
    if (!isRecord(message) || !/^(UN)?SUBSCRIBE$/.test(String(message["method"]))) return null;
    const leaves = message["method"] === "UNSUBSCRIBE";
    return { names: textsOf(message["params"]).map(String), reply: { result: null, id: message["id"] }, leaves };
  },
  nameOf: (symbol, lengthMs) => `${symbol.replace("/", "").toLowerCase()}@kline_${interval(lengthMs, "h")}`,
  word(name, { openMs, open, high, low, close, volume }, lengthMs) {
    const symbol = name.split("@")[0]?.toUpperCase();
    return {
      e: "kline",
      E: openMs,
      s: symbol,
      k: {
        t: openMs,
        T: openMs + lengthMs - 1,
        s: symbol,
        i: interval(lengthMs, "h"),
        f: 1,
        L: 2,
        o: String(open),
        c: String(close),
        h: String(high),
        l: String(low),
        v: String(volume),
        n: 2,
        x: false,
        q: String(volume * close),
        V: "0",
        Q: "0",
        B: "0",
      },
    };
  },
};

/** https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-candlesticks-channel */
export const okxSocket: SocketProtocol = {
  subscribed(message) {
    if (!isRecord(message) || !isSubscription(message["op"])) return null;
    const args = textsOf(message["args"]).filter(isRecord);
    const names = args.map(({ channel, instId }) => `${channel} ${instId}`);
    const reply = { event: message["op"], arg: args[0], connId: "a4d3ae55" };
    return { names, reply, leaves: message["op"] === "unsubscribe" };
  },
  nameOf: (symbol, lengthMs) => `candle${interval(lengthMs, "H")} ${symbol.replace("/", "-")}`,
  word(name, { openMs, open, high, low, close, volume }) {
    const [channel, instId] = name.split(" ");
    const row = [openMs, open, high, low, close, volume, volume * close, volume * close, 0].map(String);
    return { arg: { channel, instId }, data: [row] };
  },
};

/** https://bybit-exchange.github.io/docs/v5/websocket/public/kline */
export const bybitSocket: SocketProtocol = {
  subscribed(message) {
    if (!isRecord(message) || !isSubscription(message["op"])) return null;
    const reply = { success: true, ret_msg: "", conn_id: "2324d924", req_id: message["req_id"], op: message["op"] };
    return { names: textsOf(message["args"]).map(String), reply, leaves: message["op"] === "unsubscribe" };
  },
  nameOf: (symbol, lengthMs) => `kline.${minutesOf(lengthMs)}.${symbol.replace("/", "")}`,
  word(topic, { openMs, open, high, low, close, volume }, lengthMs) {
    const of = {
      start: openMs,
      end: openMs + lengthMs - 1,
      interval: topic.split(".")[1],
      confirm: false,
      timestamp: openMs,
    };
    const [o, h, l, c, v] = [open, high, low, close, volume].map(String);
    return {
      topic,
      ts: openMs,
      type: "snapshot",
      data: [{ ...of, open: o, high: h, low: l, close: c, volume: v, turnover: v }],
    };
  },
};
