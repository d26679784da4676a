// Floor 2. The name of an exchange → its ccxt client, narrowed to the reads that this adapter makes. ccxt costs about a
// second and 80 MB to import, so that happens here, on demand, and nowhere else. A key is given to none but the one that reads the list of
// coins (listings.ts).

import { z } from "zod";
import { ProviderRefusedError, UnknownNameError } from "#schemas/errors.ts";
import { isRecord } from "#schemas/is-record.ts";
import type { Clock, VenueBudget } from "#schemas/ports/market.ts";
import { createLocalBudget } from "../../requests/local-budget.ts";
import { createOrderBudget, orderFacts } from "../../requests/order-requests.ts";
import { type GateFacts, RequestGate } from "../../requests/request-gate.ts";
import { nearestNames } from "../nearest-names.ts";
import { type CcxtSteps, guardAnswers } from "./answer-guards.ts";
import { isUnanswered } from "./provider-errors.ts";
import { type VenueFacts, venueFacts } from "./venue-facts.ts";

/** The public reads of a ccxt exchange (https://docs.ccxt.com). Answers are `unknown`: ccxt lets malformed ones through. */
export interface CcxtClient {
  readonly id: string;
  readonly has: Readonly<Record<string, unknown>>;
  /** Our timeframes by ccxt's names for them; undefined where the exchange has no candles. */
  readonly timeframes?: Readonly<Record<string, unknown>> | undefined;
  readonly features?: unknown;
  /** The limiter's spacing of requests, ms. */
  readonly rateLimit?: unknown;
  readonly precisionMode: number;
  readonly urls: Record<string, unknown>;
  readonly options: Record<string, unknown>;
  loadMarkets(reload: boolean): Promise<unknown>;
  fetchCurrencies(): Promise<unknown>;
  /** Whether it has all that its signed requests need. */
  checkRequiredCredentials(throws: boolean): boolean;
  fetchTime(): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, sinceMs: number, limit: number, params?: Params): Promise<unknown>;
  fetchTickers(symbols?: string[], params?: Params): Promise<unknown>;
  fetchTicker(symbol: string): Promise<unknown>;
  fetchOrderBook(symbol: string, limit?: number): Promise<unknown>;
}

type Params = Readonly<Record<string, unknown>>;

/** A request that is not answered within this is given up, ms. */
const TIMEOUT_MS = 8_000;

type ClientClass = new (config: Readonly<Record<string, unknown>>) => CcxtClient & CcxtSteps;

/** The same tree of URLs with another origin; placeholders such as `{hostname}` go with the old one. */
function withOrigin(urls: unknown, origin: string): unknown {
  if (typeof urls === "string")
    return urls.replace(/^(http|ws)s?:\/\/[^/]+/, (_, scheme) => origin.replace(/^http/, scheme));
  if (!isRecord(urls)) return urls;
  return Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, withOrigin(url, origin)]));
}

/** Which kinds of markets ccxt is told to load: a list of names, or a record of what it loads of each. */
function spotOf(types: unknown): unknown {
  if (Array.isArray(types)) return ["spot"];
  if (!isRecord(types)) return types;
  return Object.fromEntries(Object.keys(types).map((type) => [type, type === "spot"]));
}

/** Asks for spot markets only where the exchange would load its derivatives too: fewer calls, same answer for us. */
export function spotOnly(client: Pick<CcxtClient, "options">, { unasked }: Pick<VenueFacts, "unasked">): void {
  const fetchMarkets = client.options["fetchMarkets"];
  if (isRecord(fetchMarkets) && "types" in fetchMarkets) {
    client.options["fetchMarkets"] = { ...fetchMarkets, types: spotOf(fetchMarkets["types"]) };
  }
  // With a key binance would be asked for its margin pairs, too.
  if ("fetchMargins" in client.options) client.options["fetchMargins"] = false;
  for (const step of unasked) Object.assign(client, { [step]: async () => [] });
}

/** Points every endpoint at `apiUrl`: a gateway or a test server. */
export function redirect(client: Pick<CcxtClient, "urls">, apiUrl: string): void {
  client.urls["api"] = withOrigin(client.urls["api"], apiUrl.replace(/\/+$/, ""));
}

/** Venues whose sandbox ccxt knows whole: others keep the address of the real one, or have none. */
const SANDBOXES: ReadonlySet<string> = new Set(["binance", "okx", "bybit"]);

/** @throws ProviderRefusedError where the exchange has none */
export function inSandbox(client: CcxtClient & { setSandboxMode?(on: boolean): void }): void {
  if (!SANDBOXES.has(client.id) || client.setSandboxMode === undefined) {
    throw new ProviderRefusedError({
      was: `${client.id} has no sandbox.`,
      expected: `one of ${[...SANDBOXES].join(", ")}`,
      remedy: "Choose another --venue, or trade on paper.",
    });
  }
  client.setSandboxMode(true);
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

/** What is known of the exchange of a client: by the table, or by what ccxt says of it. */
export function factsOf({ id, features, rateLimit }: CcxtClient): VenueFacts {
  const Features = z.object({ spot: z.object({ fetchOHLCV: z.object({ limit: z.int().positive() }) }) });
  const pageRows = Features.safeParse(features).data?.spot.fetchOHLCV.limit ?? null;
  return venueFacts(id, { pageRows, spacingMs: typeof rateLimit === "number" ? rateLimit : 0 });
}

/** A process with a key counts alone what is counted by that key: no other signs with it. */
function budgetOf(
  { limits }: Pick<VenueFacts, "limits">,
  { budget, trades, now }: Pick<ClientParts, "budget" | "trades" | "now">,
): VenueBudget {
  if (budget === undefined || (trades === true && limits.signedApart)) return createLocalBudget(now);
  return trades === true ? createOrderBudget(budget) : budget;
}

export interface ClientParts extends Pick<Clock, "now" | "sleep"> {
  readonly exchangeId: string;
  readonly apiUrl?: string | undefined;
  /** Shared with other processes of this address; left out: this one is alone. */
  readonly budget?: VenueBudget | undefined;
  /** The exchange's place without money. @see inSandbox */
  readonly sandbox?: boolean | undefined;
  /** It signs an account's orders. */
  readonly trades?: boolean | undefined;
  /** Of a key that may read; left out, as of every client that prices are read with: nothing is signed. */
  readonly keys?: ExchangeKeys | undefined;
}

/** A key of the exchange that may read, from the environment. It is in no log, record or error. */
export interface ExchangeKeys {
  readonly key: string;
  readonly secret: string;
  /** Where the exchange has a third one. */
  readonly password: string | null;
}

/**
 * A client with ccxt's own rate limiter on; share one per process, since limiter and gate are per client.
 * @throws UnknownNameError for an id that ccxt does not have; ProviderRefusedError for one without candles or tickers
 */
export async function openCcxtClient({
  exchangeId,
  apiUrl,
  budget,
  keys,
  sandbox,
  trades = false,
  ...clock
}: ClientParts): Promise<CcxtClient> {
  const { default: ccxt } = await import("ccxt");
  if (!ccxt.exchanges.includes(exchangeId)) {
    throw new UnknownNameError({
      was: `"${exchangeId}" is no venue.`,
      expected: `sim, replay or a ccxt exchange id; nearest: ${nearestNames(exchangeId, ccxt.exchanges, 5).join(", ")}`,
      remedy: "Correct --venue.",
    });
  }
  const Client = Reflect.get(ccxt, exchangeId) as ClientClass;
  const signing =
    keys === undefined ? {} : { apiKey: keys.key, secret: keys.secret, password: keys.password ?? undefined };
  const client = new Client({ enableRateLimit: true, timeout: TIMEOUT_MS, ...signing });
  requireReads(client);
  const facts = factsOf(client);
  const gateFacts: GateFacts = { id: facts.id, limits: facts.limits, paceMs: facts.candles.paceMs };
  const gate = new RequestGate({
    facts: trades ? orderFacts(gateFacts) : gateFacts,
    ...clock,
    budget: budgetOf(facts, { budget, trades, now: clock.now }),
    isFailure: isUnanswered,
  });
  guardAnswers(client, facts, gate);
  spotOnly(client, facts);
  if (sandbox === true) inSandbox(client);
  if (apiUrl !== undefined) redirect(client, apiUrl);
  return client;
}
