// Floor 2. An exchange's client for requests → its ccxt client for public sockets, without keys, with the same markets: it makes no
// request of its own beside those that are counted and paced.
import { type CcxtClient, redirect } from "../ccxt/client.ts";
import { type Connection, hearConnections } from "../ccxt/heard-connections.ts";
import type { CcxtSocketClient } from "./ccxt-candle-feed.ts";

type SocketClass = new (
  config: Readonly<Record<string, unknown>>,
) => CcxtSocketClient & {
  readonly urls: Record<string, unknown>;
  readonly options: Record<string, unknown>;
  client(url: string): Connection;
  loadHttpProxyAgent(): Promise<unknown>;
  setMarketsFromExchange(client: unknown): unknown;
};

/**
 * @param client has its markets loaded
 * @param apiUrl origin of a server that speaks the exchange's protocols, instead of the exchange
 * @returns null where ccxt has no candles of many markets over one connection for it
 */
export async function openSocketClient(client: CcxtClient, apiUrl?: string): Promise<CcxtSocketClient | null> {
  const { default: ccxt } = await import("ccxt");
  const Socket = Reflect.get(ccxt.pro, client.id) as SocketClass | undefined;
  if (Socket === undefined) return null;
  const socket = new Socket({ options: { defaultType: "spot" } });
  if (socket.has["watchOHLCVForSymbols"] !== true) return null;
  hearConnections(socket);
  socket.setMarketsFromExchange(client);
  if (apiUrl === undefined) return socket;
  redirect(socket, apiUrl);
  // ccxt opens no ws:// before it was told that there may be a proxy.
  if (apiUrl.startsWith("http:")) await socket.loadHttpProxyAgent();
  return socket;
}
