// 100 large caps at a local exchange → the report of each, by the product's own path: the exchange's client, the ranking's reader, the coin
// book, the token sources asked in a round, and what the desk's decisions would be told.
import { TokenBook } from "#desk/security/token-book.ts";
import { createKhala } from "#memory/khala.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { VenueCoins } from "#schemas/coin.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { createLocalBudget } from "#toolkits/requests/local-budget.ts";
import { openTokenSources } from "#toolkits/token-sources/open-token-sources.ts";
import { createCoinBook } from "#toolkits/universe/coin-book.ts";
import { openRankings } from "#toolkits/universe/rankings.ts";
import { startExchange } from "../exchanges/exchange.ts";
import { listing } from "../exchanges/listings.ts";
import { openVenueOn } from "../exchanges/open-venue.ts";
import type { Protocol } from "../exchanges/protocol.ts";
import { createWorld, quoteAt } from "../exchanges/world.ts";
import { createJsonServer } from "../support/json-server.ts";
import { createMemoryStore } from "../support/memory-store/store.ts";
import { createRequestClock } from "../support/request-clock.ts";
import { LARGE_CAPS, TEST_COINS, type TestCoin } from "./coins.ts";
import { tellTokenServers } from "./known-contracts.ts";
import { coinGeckoAnswer } from "./ranking-servers.ts";
import { createTokenServers } from "./token-servers.ts";

/** A day on which the desk's own table of contracts holds. */
const START_MS = Date.parse("2026-12-01T12:00:00Z");
const ACCOUNT = { key: "key", secret: "c2VjcmV0", password: "password" };

export interface VenueOutcome {
  readonly venue: string;
  readonly hasKey: boolean;
  /** Null: it says nothing of its coins. */
  readonly coins: VenueCoins | null;
  readonly reports: ReadonlyMap<TestCoin, SecurityReport>;
}

/** What all exchanges share: sources are asked of a contract once, wherever it is listed. */
async function openSources() {
  const clock = { kind: "simulated", ...createRequestClock(START_MS) } as const;
  const servers = await createTokenServers(START_MS);
  tellTokenServers(servers, LARGE_CAPS);
  const budget = () => createLocalBudget(clock.now);
  // Nodes are the operator's own: none is asked by default.
  const settings = { ...servers.settings, rpcUrls: [] };
  const keys = { goplus: null, honeypot: null, rugcheck: null };
  const sources = openTokenSources(settings, keys, { ...clock, budgetOf: budget });
  const store = createMemoryStore();
  const room = createKhala({ store, clock, graceMs: 3_000, definitionId: "large-caps", driftAtr: 2 });
  return { clock, budget, sources, store, room, close: servers.close };
}
type Shared = Awaited<ReturnType<typeof openSources>>;

function openWorld({ quote, ...protocol }: Protocol, { clock }: Shared) {
  const listings = new Map(LARGE_CAPS.map((coin) => [coin, listing(coin.ticker, quote, coin.priceUsd)]));
  const options = { ...protocol, quote, account: ACCOUNT, now: clock.now, listings: [...listings.values()] };
  const world = createWorld(options);
  // Exchange and ranking look at the same prices.
  const priceOf = (coin: TestCoin): number => {
    const one = listings.get(coin);
    return one === undefined ? coin.priceUsd : quoteAt(world, one, clock.now()).last;
  };
  return { world, priceOf };
}

async function judged(protocol: Protocol, hasKey: boolean, shared: Shared): Promise<VenueOutcome> {
  const { clock, budget, sources, store, room } = shared;
  const { world, priceOf } = openWorld(protocol, shared);
  const exchange = await startExchange(protocol, world);
  const coins = TEST_COINS.map((coin) => ({ ...coin, priceUsd: priceOf(coin) }));
  const gecko = await createJsonServer(coinGeckoAnswer({ coins, atMs: clock.now() }));
  try {
    const venue = await openVenueOn(exchange, protocol.id, hasKey ? { keys: ACCOUNT } : {});
    const urls = { coingeckoUrl: gecko.url, coinpaprikaUrl: gecko.url };
    const rankings = openRankings(urls, { ...clock, budget, coingeckoKey: null });
    const { snapshots, leases } = store;
    const book = createCoinBook({ rankings, venue, listings: venue.listings, snapshots });
    const { coins: said, problems } = await book.refresh({ nowMs: clock.now() }, NEVER_ABORTED);
    if (problems.length > 0) throw new Error(`${protocol.id}: ${problems.join("; ")}`);
    const desk = new TokenBook({ book, sources, room, snapshots, leases, clock, monotonicMs: clock.now });
    await desk.inspect(desk.contracts({ held: new Set(), near: new Set() }), NEVER_ABORTED);
    const reports = new Map<TestCoin, SecurityReport>();
    for (const coin of LARGE_CAPS) {
      const symbol = MarketSymbol.parse(`${coin.ticker}/${protocol.quote}`);
      reports.set(coin, await desk.security.report({ symbol, nowMs: clock.now() }, NEVER_ABORTED));
    }
    return { venue: protocol.id, hasKey, coins: said, reports };
  } finally {
    await exchange.close();
    await gecko.close();
  }
}

/** Without a key, and with one where the exchange says more to whom has one. */
export async function judgeLargeCaps(protocols: readonly Protocol[]): Promise<readonly VenueOutcome[]> {
  const shared = await openSources();
  const outcomes: VenueOutcome[] = [];
  try {
    for (const protocol of protocols) {
      const keyless = await judged(protocol, false, shared);
      outcomes.push(keyless);
      if (keyless.coins !== null) continue;
      const keyed = await judged(protocol, true, shared);
      if (keyed.coins !== null) outcomes.push(keyed);
    }
    return outcomes;
  } finally {
    await shared.close();
  }
}
