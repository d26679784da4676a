// The contract of Khala on every store and every way of sharing that is here; it says which ran and which were left out.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, it } from "vitest";
import { openPgliteInMemory } from "#bench/support/pglite-in-memory.ts";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { freshPrefix, REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { openStore } from "#memory/stores/open.ts";
import { openSharing } from "#memory/tiers/sharing.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { type KhalaPlace, khalaContract } from "#test/contract/khala.ts";
import { count } from "#test/support/count.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { options } from "./fixtures.ts";
import { createLocalBuses } from "./local-bus.ts";

const INTERLEAVINGS = { interleavings: count(1000) };

/** "Processes" that share an embedded store within this one. */
const embedded = async (store: Store, remove = async () => {}): Promise<KhalaPlace> => {
  const openBus = createLocalBuses();
  return {
    open: async () => ({ store, bus: openBus(), cache: null, close: async () => {} }),
    remove: async () => {
      await store.close();
      await remove();
    },
  };
};

/** Processes with connections of their own to one database. */
async function onPostgres(redisUrl: string | null): Promise<KhalaPlace> {
  const database = await createDatabase();
  const redisPrefix = freshPrefix();
  const monotonicMs = () => performance.now();
  return {
    async open() {
      const store = await openStore({ kind: "postgres", url: database.url }, options);
      const { bus, cache, close } = await openSharing(
        { databaseUrl: database.url, redisUrl, redisPrefix, monotonicMs },
        options,
      );
      if (bus === null) throw new Error("a shared store has a bus");
      return {
        store,
        bus,
        cache,
        close: async () => {
          await cache?.purge();
          await close();
          await store.close();
        },
      };
    },
    remove: database.drop,
  };
}

const noPostgres = await whyNoPostgres();
const noRedis = noPostgres ?? (await whyNoRedis());
const adapters: readonly { readonly name: string; readonly missing: string | null; make(): Promise<KhalaPlace> }[] = [
  { name: "in memory", missing: null, make: () => embedded(createMemoryStore()) },
  { name: "PGlite in memory", missing: null, make: async () => embedded(await openPgliteInMemory("test")) },
  {
    name: "PGlite folder",
    missing: null,
    make: async () => {
      const home = mkdtempSync(join(tmpdir(), "deeptrader-test-"));
      const store = await openStore({ kind: "pglite", home, owner: "test" }, options);
      return embedded(store, async () => rmSync(home, { recursive: true }));
    },
  },
  { name: "PostgreSQL, its own bus", missing: noPostgres, make: () => onPostgres(null) },
  { name: "PostgreSQL, Redis as bus and cache", missing: noRedis, make: () => onPostgres(REDIS_URL) },
];

for (const { name, missing, make } of adapters) {
  if (missing === null) khalaContract(name, make, INTERLEAVINGS);
  else it.skip(`Khala contract: ${name} was left out: ${missing}`);
}

afterAll(() => {
  const ran = adapters.filter(({ missing }) => missing === null).map(({ name }) => name);
  const left = adapters.flatMap(({ name, missing }) => (missing === null ? [] : [`${name} (${missing})`]));
  console.info(`Khala contract ran on: ${ran.join(" · ")}. Left out: ${left.join(" · ") || "none"}.`);
});
