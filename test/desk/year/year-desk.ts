// A desk as it runs for a year: 50 invented markets at 5m, the shipped strategy, paper money, in a folder or on PostgreSQL, under a
// clock that the caller moves. The venue counts as one that has a present, so candles are kept as at an exchange.
import { PGlite } from "@electric-sql/pglite";
import type { Logger } from "drizzle-orm";
import { drizzle as drizzleFolder } from "drizzle-orm/pglite";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { openBenchDesk } from "#bench/support/desk.ts";
import type { Desk } from "#desk/desk.ts";
import { runStarted } from "#desk/run-slot/run-started.ts";
import type { Database } from "#memory/stores/db.ts";
import { MIGRATIONS } from "#memory/stores/migrations.ts";
import { openPgliteDatabase } from "#memory/stores/pglite.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { createSqlStore } from "#memory/stores/sql-store.ts";
import { withTopicTier } from "#memory/tiers/topic-tier.ts";
import type { SimulatedClock } from "#scheduler/clock.ts";
import type { Ticker } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { DAY_MS, MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const SEED = 7;
const ASSETS = 50;
export const START = { quote: "USDT", cash: "10000" as Money };
export const STEP_MS = timeframeMs("5m");
/** The day that is lived: the last of the year. */
export const LIVED_MS = unixMs(Date.UTC(2024, 0, 10));
/** Where the stretches begin: the midnight after it. */
export const NEXT_MS = unixMs(LIVED_MS + DAY_MS);

export type PlaceSpec =
  | { readonly kind: "pglite"; readonly home: string }
  | { readonly kind: "postgres"; readonly url: string };

/** A store with its database beside it. */
export interface Place {
  readonly database: Database;
  readonly store: Store;
  /** Sent since it was opened. */
  readonly statements: () => number;
}

/** On one connection, which tells at any time what it has read so far. */
export async function openPlace(spec: PlaceSpec): Promise<Place> {
  let sent = 0;
  const logger: Logger = {
    logQuery: () => {
      sent += 1;
    },
  };
  const database = spec.kind === "pglite" ? await inFolder(spec.home, logger) : await onServer(spec.url, logger);
  const store = createSqlStore({ ...database, owner: thisProcess("year") });
  // As apps/wire.ts: what no other process writes has its topics in front.
  return { database, store: spec.kind === "pglite" ? withTopicTier(store) : store, statements: () => sent };
}

async function inFolder(home: string, logger: Logger): Promise<Database> {
  const database = await openPgliteDatabase(home, "year", { ...patience, onNote: () => {} });
  const client = "$client" in database.db ? database.db.$client : null;
  if (!(client instanceof PGlite)) throw new Error("a folder is opened by PGlite");
  return { ...database, db: drizzleFolder(client, { logger }) };
}

async function onServer(url: string, logger: Logger): Promise<Database> {
  // How long a disk takes for each commit is not what is looked at.
  const client = postgres(url, { max: 1, onnotice: () => {}, connection: { synchronous_commit: "off" } });
  const db = drizzle(client, { logger });
  await migrate(db, MIGRATIONS);
  return { kind: "postgres", what: "PostgreSQL", db, disconnect: () => client.end() };
}

export async function openYearDesk(
  { store }: Pick<Place, "store">,
  startMs: UnixMs,
): Promise<{ readonly desk: Desk; readonly clock: SimulatedClock }> {
  const simulated = { seed: SEED, assets: ASSETS };
  const venue = createSimulatedVenue(simulated);
  const markets = new Map((await venue.markets(patience)).map((market) => [market.symbol, market]));
  for (const market of markets.values()) markets.set(PEG, { ...market, symbol: PEG, base: "USDC" });
  const marketData: MarketData = {
    ...venue,
    tickers: async ({ symbols, nowMs }, options) => [
      ...(symbols.includes(PEG) ? [atPar(nowMs)] : []),
      ...(await venue.tickers({ symbols: symbols.filter((symbol) => symbol !== PEG), nowMs }, options)),
    ],
  };
  let monotonicMs = (): number => startMs;
  const opened = await openBenchDesk({
    venue: {
      marketData,
      markets,
      universe: createSimulatedUniverse(simulated),
      security: createSimulatedSecurity(simulated),
    },
    startMs,
    store,
    settings: { assets: ASSETS, timeframe: "5m" },
    isReal: true,
    // What is believed for some time is asked for again in each slot, however long a slot takes.
    monotonicMs: () => monotonicMs(),
  });
  monotonicMs = opened.clock.now;
  const { account } = opened.desk;
  if (account.portfolio().settledThroughMs === null) {
    await account.append([runStarted(opened.desk, START.cash)], patience);
  }
  return opened;
}

/** What the settlement coin is worth has to be known where money is spent. */
const PEG = MarketSymbol.parse("USDC/USDT");
const atPar = (atMs: UnixMs): Ticker => ({ symbol: PEG, atMs, bid: 0.9999, ask: 1.0001, last: 1, quoteVolume: 1 });

export const slotsFrom = (fromMs: UnixMs, count: number): readonly UnixMs[] =>
  Array.from({ length: count }, (_, slot) => unixMs(fromMs + slot * STEP_MS));
