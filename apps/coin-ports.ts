// Floor 6. Settings and the environment's keys → who is asked what a venue's coins are: rankings, the venue's own list, token sources. Nothing
// is asked here.
import type { CoinPorts } from "#desk/assemble-desk.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Clock, TokenSource, VenueListings } from "#schemas/ports/market.ts";
import type { ExchangeKeys } from "#toolkits/market/ccxt/client.ts";
import type { CountedPorts } from "#toolkits/ports/counted.ts";
import type { Budgets } from "./budgets.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** Null where it is not set. */
const keyOf = (env: Env, name: string): string | null => env[name]?.trim() || null;

/** Of the exchange; undefined without a key. */
export function exchangeKeys(env: Env): ExchangeKeys | undefined {
  const key = keyOf(env, "DEEPTRADER_EXCHANGE_KEY");
  if (key === null) return undefined;
  return {
    key,
    // A private key in PEM keeps its lines in a variable as `\\n`.
    secret: (keyOf(env, "DEEPTRADER_EXCHANGE_SECRET") ?? "").replaceAll("\\n", "\n"),
    password: keyOf(env, "DEEPTRADER_EXCHANGE_PASSWORD"),
  };
}

interface Parts {
  readonly env: Env;
  readonly clock: Clock;
  readonly budgets: Budgets;
  readonly listings: VenueListings;
  readonly counting: Pick<CountedPorts, "port">;
}

/** All of them counted (law 13). */
export async function openCoinPorts(
  { sources }: Pick<DeskConfig, "sources">,
  { env, clock, budgets, listings, counting }: Parts,
): Promise<CoinPorts> {
  const { openRankings } = await import("#toolkits/universe/rankings.ts");
  const time = { now: () => clock.now(), sleep: clock.sleep.bind(clock) };
  const coingeckoKey = keyOf(env, "DEEPTRADER_COINGECKO_KEY");
  const rankings = openRankings(sources, { ...time, budget: budgets.of, coingeckoKey });
  const tokenSources = await openSources({ sources }, { env, clock, budgets });
  return {
    rankings: rankings.map((ranking) => counting.port("ranking", ranking)),
    listings: counting.port("listings", listings),
    tokenSources: tokenSources.map((source) => counting.port("tokenSource", source)),
  };
}

/** The token sources alone, each with its own key. */
export async function openSources(
  { sources }: Pick<DeskConfig, "sources">,
  { env, clock, budgets }: Pick<Parts, "env" | "clock" | "budgets">,
): Promise<readonly TokenSource[]> {
  const { openTokenSources } = await import("#toolkits/token-sources/open-token-sources.ts");
  const keys = {
    goplus: keyOf(env, "DEEPTRADER_GOPLUS_KEY"),
    honeypot: keyOf(env, "DEEPTRADER_HONEYPOT_KEY"),
    rugcheck: keyOf(env, "DEEPTRADER_RUGCHECK_KEY"),
  };
  return openTokenSources(sources, keys, {
    now: () => clock.now(),
    sleep: clock.sleep.bind(clock),
    budgetOf: budgets.of,
  });
}
