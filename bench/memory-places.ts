// Bench. Every store there is here, opened empty on a place of its own, and what removes it again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "#memory/stores/open.ts";
import { openRedisCache } from "#memory/tiers/redis-cache.ts";
import { withTopicTier } from "#memory/tiers/topic-tier.ts";
import type { HotCache, Store } from "#schemas/ports/memory.ts";
import { options } from "./memory-records.ts";
import { createDatabase, whyNoPostgres } from "./support/postgres-place.ts";
import { freshPrefix, REDIS_URL, whyNoRedis } from "./support/redis-place.ts";

export interface Place {
  readonly name: string;
  readonly store: Store;
  readonly cache: HotCache | null;
  close(): Promise<void>;
}

/** PGlite in a folder, PostgreSQL, PostgreSQL with Redis; what is missing is said on stderr. */
export async function openPlaces(): Promise<readonly Place[]> {
  const places: Place[] = [await openFolder()];
  const [noPostgres, noRedis] = [await whyNoPostgres(), await whyNoRedis()];
  if (noPostgres === null) places.push(await openDatabase("PostgreSQL", false));
  else process.stderr.write(`left out: PostgreSQL (${noPostgres})\n`);
  if (noPostgres === null && noRedis === null) places.push(await openDatabase("Redis before PostgreSQL", true));
  else process.stderr.write(`left out: Redis (${noRedis ?? "it needs PostgreSQL"})\n`);
  return places;
}

const plain = (name: string, store: Store): Place => ({ name, store, cache: null, close: () => store.close() });

async function openFolder(): Promise<Place> {
  const home = mkdtempSync(join(tmpdir(), "deeptrader-bench-"));
  // As the product has it before an embedded store.
  const store = withTopicTier(await openStore({ kind: "pglite", home, owner: "bench" }, options));
  return {
    ...plain("PGlite in a folder", store),
    close: async () => {
      await store.close();
      rmSync(home, { recursive: true });
    },
  };
}

async function openDatabase(name: string, withRedis: boolean): Promise<Place> {
  const database = await createDatabase();
  const store = await openStore({ kind: "postgres", url: database.url }, options);
  const cache = withRedis
    ? await openRedisCache({ url: REDIS_URL, protocol: 3, prefix: freshPrefix() }, () => performance.now())
    : null;
  return {
    name,
    store,
    cache,
    close: async () => {
      await cache?.purge();
      await cache?.close();
      await store.close();
      await database.drop();
    },
  };
}
