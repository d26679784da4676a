// Floor 2, live execution. What differs between the venues' private streams as ccxt.pro follows them: what is subscribed to, and how the venue
// says yes to it. A venue that is not here is asked, and tells nothing by itself.
import { isRecord } from "#schemas/is-record.ts";
import type { LiveVenueId } from "./venue-orders.ts";

/** The verbs of a ccxt.pro exchange (https://docs.ccxt.com/#/ccxt.pro.manual) that are used. */
export interface WatchingClient {
  watchOrders(symbol?: undefined, since?: undefined, limit?: undefined, params?: object): Promise<unknown>;
  watchMyTrades(symbol?: undefined, since?: undefined, limit?: undefined, params?: object): Promise<unknown>;
}

/** What a message says about the connection itself. */
export type SocketWord = "subscribed" | "ended" | null;

export interface HintVenue {
  readonly streams: (client: WatchingClient) => readonly (() => Promise<unknown>)[];
  /** How many subscriptions it says yes to. */
  readonly subscriptions: number;
  readonly wordOf: (message: Readonly<Record<string, unknown>>) => SocketWord;
  /** ccxt's own settings for it. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** A word that only REST gives, asked for with the numbered requests of orders. */
  readonly token?: string;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});
const orders = (client: WatchingClient): (() => Promise<unknown>) => {
  return () => client.watchOrders();
};

export const HINT_VENUES: Partial<Readonly<Record<LiveVenueId, HintVenue>>> = {
  // https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/user-data-stream-requests
  binance: {
    streams: (client) => [orders(client)],
    subscriptions: 1,
    wordOf({ status, result, event }) {
      // ccxt goes on waiting after it.
      if (fieldsOf(event)["e"] === "eventStreamTerminated") return "ended";
      return status === 200 && fieldsOf(result)["subscriptionId"] !== undefined ? "subscribed" : null;
    },
  },
  // https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-order-channel : stops have a channel and a connection of their own.
  okx: {
    streams: (client) =>
      [{ type: "spot" }, { type: "spot", trigger: true }].map(
        (params) => () => client.watchOrders(undefined, undefined, undefined, params),
      ),
    subscriptions: 2,
    wordOf({ event }) {
      if (event === "notice") return "ended";
      return event === "subscribe" ? "subscribed" : null;
    },
  },
  // https://bybit-exchange.github.io/docs/v5/websocket/private/order : stops are among the orders.
  bybit: {
    streams: (client) => [orders(client)],
    subscriptions: 1,
    wordOf: ({ op, success }) => (op === "subscribe" && success === true ? "subscribed" : null),
    // Else ccxt asks the REST what account it is. Orders are sent as to a unified one.
    options: { enableUnifiedMargin: false, enableUnifiedAccount: true },
  },
  // https://docs.kraken.com/api/docs/websocket-v2/executions : ccxt tells fills to those who watch trades, all else to those who watch orders.
  kraken: {
    streams: (client) => [orders(client), () => client.watchMyTrades()],
    subscriptions: 1,
    wordOf: ({ method, success }) => (method === "subscribe" && success === true ? "subscribed" : null),
    token: "privatePostGetWebSocketsToken",
  },
};
