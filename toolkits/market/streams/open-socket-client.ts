// Floor 2. The name of an exchange → its ccxt client for public sockets, without keys; null where ccxt has no candles of many markets
// over one connection for it.
import { redirect, spotOnly } from "../ccxt/client.ts";
import type { CcxtSocketClient } from "./ccxt-candle-feed.ts";

type SocketClass = new (
  config: Readonly<Record<string, unknown>>,
) => CcxtSocketClient & {
  readonly has: Readonly<Record<string, unknown>>;
  readonly urls: Record<string, unknown>;
  readonly options: Record<string, unknown>;
  loadHttpProxyAgent(): Promise<unknown>;
};

/** @param apiUrl origin of a server that speaks the exchange's protocols, instead of the exchange */
export async function openSocketClient(exchangeId: string, apiUrl?: string): Promise<CcxtSocketClient | null> {
  const { default: ccxt } = await import("ccxt");
  const Client = Reflect.get(ccxt.pro, exchangeId) as SocketClass | undefined;
  if (Client === undefined) return null;
  const client = new Client({ enableRateLimit: true, timeout: 10_000, options: { defaultType: "spot" } });
  if (client.has["watchOHLCVForSymbols"] !== true) return null;
  spotOnly(client);
  if (apiUrl === undefined) return client;
  redirect(client, apiUrl);
  // ccxt opens no ws:// before it was told that there may be a proxy.
  if (apiUrl.startsWith("http:")) await client.loadHttpProxyAgent();
  return client;
}
