// Floor 2, live execution. A venue's client for orders → the ccxt.pro client of the same account for its private streams: the same key, the
// same place (sandbox or not), the same markets. It makes no request of its own; ccxt connects, logs in, subscribes and pings.
import { isRecord } from "#schemas/is-record.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { type CcxtClient, type ExchangeKeys, inSandbox, redirect } from "../../market/ccxt/client.ts";
import { hearConnections } from "../../market/ccxt/heard-connections.ts";
import { HINT_VENUES, type HintVenue, type WatchingClient } from "./hint-venues.ts";
import { readAnswer, type SignedCall } from "./http-call.ts";
import type { HearHints, HintSocket } from "./order-hints.ts";

/** Rows that ccxt may keep of what it heard between two looks: nobody reads them. */
const KEPT_ROWS = 50;
/** A connection on which nothing comes for two of these is dead: ccxt pings after each, ms. */
const PING_EVERY_MS = 15_000;

/** One connection of ccxt's. */
interface Connection {
  readonly connection?: { terminate?(): void };
  /** What somebody waits for, by ccxt's name for it. */
  future(hash: string): Promise<unknown>;
  send(message: unknown): Promise<unknown>;
  onMessageCallback(connection: unknown, message: unknown): unknown;
  onPing(): unknown;
  onPong(): unknown;
}

interface Cache {
  clear(): void;
}

type SocketClient = CcxtClient &
  WatchingClient & {
    client(url: string): Connection;
    readonly orders?: Cache;
    readonly triggerOrders?: Cache;
    readonly myTrades?: Cache;
    loadHttpProxyAgent(): Promise<unknown>;
    setMarketsFromExchange(client: unknown): unknown;
  };

export interface HintSocketParts {
  /** Has its markets read. */
  readonly client: CcxtClient;
  readonly call: SignedCall;
  readonly keys: ExchangeKeys;
  readonly sandbox: boolean;
  /** Origin of a server that speaks the venue's protocols, in place of the venue. */
  readonly apiUrl?: string | undefined;
  readonly now: () => UnixMs;
  /** Given each word of access that the venue has made for the socket. */
  readonly onToken?: (token: string) => void;
}

export const hintVenueOf = (id: string): HintVenue | null =>
  Object.hasOwn(HINT_VENUES, id) ? (HINT_VENUES[id as keyof typeof HINT_VENUES] ?? null) : null;

/** Connects once a stream is waited for. @throws ProviderRefusedError where a sandbox is asked for and there is none */
export async function openHintSocket(
  venue: HintVenue,
  { client: rest, call, keys, sandbox, apiUrl, now, onToken }: HintSocketParts,
  hear: HearHints,
  options: CallOptions,
): Promise<HintSocket> {
  const { default: ccxt } = await import("ccxt");
  const Socket = Reflect.get(ccxt.pro, rest.id) as new (config: object) => SocketClient;
  const signing = { apiKey: keys.key, secret: keys.secret, password: keys.password ?? undefined };
  const socket = new Socket({ ...signing, options: { defaultType: "spot" } });
  const limits = { ordersLimit: KEPT_ROWS, tradesLimit: KEPT_ROWS, myTradesLimit: KEPT_ROWS };
  // Waits between connections are ours; ccxt would wait a second time.
  const ws = { keepAlive: PING_EVERY_MS, backoff: { base: 0 } };
  Object.assign(socket.options, limits, { ws }, venue.options);
  if (sandbox) inSandbox(socket);
  if (apiUrl !== undefined) redirect(socket, apiUrl);
  // ccxt opens no ws:// before it was told that there may be a proxy.
  if (apiUrl?.startsWith("http:") === true) await socket.loadHttpProxyAgent();
  socket.setMarketsFromExchange(rest);
  const unasked = (): never => {
    throw new Error("the socket asks nothing over HTTP");
  };
  // ccxt prints what it cannot read.
  const clock = { milliseconds: now, seconds: () => Math.floor(now() / 1000) };
  Object.assign(socket, { fetch: unasked, log: () => {}, ...clock });
  const { token } = venue;
  if (token !== undefined) {
    const read = (json: unknown): unknown => {
      const result = isRecord(json) ? json["result"] : null;
      if (!isRecord(result)) return unasked();
      if (typeof result["token"] === "string") onToken?.(result["token"]);
      return json;
    };
    const ask = async (): Promise<unknown> =>
      readAnswer(rest.id, "a token for its socket", await call(token, {}, options), { read, refusal: () => null });
    Object.assign(socket, { [token]: ask });
  }
  const connections = connectionsOf(socket, venue, hear);
  return {
    streams: venue.streams(socket),
    forget() {
      for (const cache of [socket.orders, socket.triggerOrders, socket.myTrades]) cache?.clear();
    },
    drop() {
      socket.client = unasked;
      for (const { connection } of connections) connection?.terminate?.();
    },
  };
}

/** Listens at every connection that ccxt makes from here on, where it has just read a message. */
function connectionsOf(socket: SocketClient, venue: HintVenue, hear: HearHints): ReadonlySet<Connection> {
  const connections = new Set<Connection>();
  let yes = 0;
  const listen = (one: Connection): void => {
    const read = one.onMessageCallback.bind(one);
    const [onPing, onPong] = [one.onPing.bind(one), one.onPong.bind(one)];
    Object.assign(one, {
      onMessageCallback(connection: unknown, message: unknown) {
        hear.onHeard();
        const word = isRecord(message) ? venue.wordOf(message) : null;
        if (word === "ended") hear.onEnd();
        if (word === "subscribed" && ++yes === venue.subscriptions) hear.onSubscribed();
        try {
          read(connection, message);
        } catch {
          hear.onUnread();
        }
      },
      onPing: () => {
        hear.onHeard();
        return onPing();
      },
      onPong: () => {
        hear.onHeard();
        return onPong();
      },
    });
  };
  hearConnections(socket, (one) => {
    connections.add(one);
    listen(one);
  });
  return connections;
}
