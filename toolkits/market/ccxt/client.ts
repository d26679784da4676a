// Floor 2. The name of an exchange → its ccxt client, narrowed to the reads that this adapter makes. ccxt costs about a
// second and 80 MB to import, so that happens here, on demand, and nowhere else. No key is ever given to it.
import { ProviderRefusedError, UnknownNameError } from "#schemas/errors.ts";
import { nearestNames } from "../nearest-names.ts";
import { type CcxtSteps, guardAnswers } from "./answer-guards.ts";

/** The public reads of a ccxt exchange (https://docs.ccxt.com). Answers are `unknown`: ccxt lets malformed ones through. */
export interface CcxtClient {
  readonly id: string;
  readonly has: Readonly<Record<string, unknown>>;
  /** Our timeframes by ccxt's names for them; undefined where the exchange has no candles. */
  readonly timeframes?: Readonly<Record<string, unknown>> | undefined;
  readonly features?: unknown;
  readonly precisionMode: number;
  readonly urls: Record<string, unknown>;
  readonly options: Record<string, unknown>;
  loadMarkets(reload: boolean): Promise<unknown>;
  fetchTime(): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, sinceMs: number, limit: number): Promise<unknown>;
  fetchTickers(symbols?: string[]): Promise<unknown>;
}

type ClientClass = new (config: Readonly<Record<string, unknown>>) => CcxtClient & CcxtSteps;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The same tree of URLs with another origin; placeholders such as `{hostname}` go with the old one. */
function withOrigin(urls: unknown, origin: string): unknown {
  if (typeof urls === "string") return urls.replace(/^(http|ws)s?:\/\/[^/]+/, (_, scheme) => origin.replace(/^http/, scheme));
  if (!isRecord(urls)) return urls;
  return Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, withOrigin(url, origin)]));
}

/** Asks for spot markets only where the exchange would load its derivatives too: fewer calls, same answer for us. */
export function spotOnly(client: Pick<CcxtClient, "options">): void {
  const fetchMarkets = client.options["fetchMarkets"];
  if (isRecord(fetchMarkets) && Array.isArray(fetchMarkets["types"])) {
    client.options["fetchMarkets"] = { ...fetchMarkets, types: ["spot"] };
  }
}

/** Points every endpoint at `apiUrl` (a gateway or a test server), and skips the private currencies endpoint. */
export function redirect(client: Pick<CcxtClient, "urls" | "options">, apiUrl: string): void {
  client.urls["api"] = withOrigin(client.urls["api"], apiUrl.replace(/\/+$/, ""));
  client.options["fetchCurrencies"] = false;
}

function requireReads(client: CcxtClient): void {
  const missing = ["fetchOHLCV", "fetchTickers"].filter((verb) => client.has[verb] !== true);
  if (missing.length === 0) return;
  throw new ProviderRefusedError({
    was: `${client.id} has no ${missing.join(" and no ")} in ccxt.`,
    expected: "an exchange that serves candles and tickers",
    remedy: "Choose another --venue.",
  });
}

/**
 * A client without keys and with ccxt's own rate limiter on; share one per process, since the limiter is per client.
 * @throws UnknownNameError for an id that ccxt does not have; ProviderRefusedError for one without candles or tickers
 */
export async function openCcxtClient(exchangeId: string, apiUrl?: string): Promise<CcxtClient> {
  const { default: ccxt } = await import("ccxt");
  if (!ccxt.exchanges.includes(exchangeId)) {
    throw new UnknownNameError({
      was: `"${exchangeId}" is no venue.`,
      expected: `sim, replay or a ccxt exchange id; nearest: ${nearestNames(exchangeId, ccxt.exchanges, 5).join(", ")}`,
      remedy: "Correct --venue.",
    });
  }
  const Client = Reflect.get(ccxt, exchangeId) as ClientClass;
  const client = new Client({ enableRateLimit: true, timeout: 10_000 });
  requireReads(client);
  guardAnswers(client);
  spotOnly(client);
  if (apiUrl !== undefined) redirect(client, apiUrl);
  return client;
}
