// Redis dies in every way it can while two processes share a Khala: answers go on, and none is wrong.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { createKhala, type Khala } from "#memory/khala.ts";
import { openStore } from "#memory/stores/open.ts";
import { openSharing, type Sharing } from "#memory/tiers/sharing.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { counting } from "#test/contract/khala.ts";
import { clockAt, KEY, makeAnalysis, msAfter, options, T0 } from "#test/memory/fixtures.ts";
import { createRedisServer, eventually, type RedisServer, whyNoRedisServer } from "./servers.ts";

const missing = (await whyNoPostgres()) ?? whyNoRedisServer();

const KEYS: readonly AnalysisKey[] = Array.from({ length: 20 }, (_, i) => ({
  ...KEY,
  symbol: MarketSymbol.parse(`A${i}/USDT`),
}));

interface Process {
  readonly store: Store;
  readonly calls: { newest: number; versions: number; changedSince: number };
  readonly sharing: Sharing;
  readonly khala: Khala;
  close(): Promise<void>;
}

async function openProcess(databaseUrl: string, redisUrl: string): Promise<Process> {
  const inner = await openStore({ kind: "postgres", url: databaseUrl }, options);
  const { store, calls } = counting(inner);
  const monotonicMs = () => performance.now();
  const sharing = await openSharing({ databaseUrl, redisUrl, monotonicMs }, options);
  const khala = createKhala({
    store,
    clock: clockAt(T0),
    graceMs: 0,
    definitionId: "def-1",
    driftAtr: 2,
    exclusive: false,
    bus: sharing.bus,
    cache: sharing.cache,
    monotonicMs,
  });
  return {
    store,
    calls,
    sharing,
    khala,
    close: async () => {
      khala.close();
      await sharing.close();
      await inner.close();
    },
  };
}

if (missing !== null) {
  console.warn(`Left out: the faults of Redis (${missing}).`);
  it.skip(`the faults of Redis were left out: ${missing}`);
} else {
  describe("Redis that fails", () => {
    let database: Database;
    let redis: RedisServer;
    let here: Process;
    let there: Process;
    let written = 100;

    /** Writes all keys at the next price here; every read there must give that price. */
    const round = async (): Promise<void> => {
      written += 1;
      const records = KEYS.map((key) => makeAnalysis({ ...key, price: written, computedAtMs: msAfter(written) }));
      await here.khala.rememberMany(records, options);
      const verified = await there.khala.recallMany(KEYS, { nowMs: T0, verify: true }, options);
      expect(verified.map((r) => r.status === "fresh" && r.record)).toEqual(records);
      await expect
        .poll(
          async () => {
            const recalls = await there.khala.recallMany(KEYS, { nowMs: T0 }, options);
            return recalls.map((r) => r.status === "fresh" && r.record.price);
          },
          { interval: 20 },
        )
        .toEqual(KEYS.map(() => written));
    };
    const rounds = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await round();
    };
    const works = () =>
      eventually(async () => {
        await round();
        for (const { sharing } of [here, there]) {
          expect([sharing.bus?.fault(), sharing.cache?.fault()]).toEqual([null, null]);
        }
      });

    beforeAll(async () => {
      database = await createDatabase();
      redis = await createRedisServer();
    });
    beforeEach(async () => {
      await redis.start();
      here = await openProcess(database.url, redis.url);
      there = await openProcess(database.url, redis.url);
      await works();
    });
    afterEach(async () => {
      await here.close();
      await there.close();
      redis.signal("SIGCONT");
      await redis.kill();
    });
    afterAll(() => database.drop());

    it("killed, and started again in mid-run", async () => {
      await redis.kill();
      await rounds(3);
      expect(there.sharing.cache?.fault()).not.toBeNull();
      await redis.start();
      await works();
      await rounds(3);
    });

    it("frozen: one call finds out, the others do not ask it, and it works again when it thaws", async () => {
      redis.signal("SIGSTOP");
      const [recall] = await there.khala.recallMany(KEYS, { nowMs: T0, verify: true }, options);
      expect(there.sharing.cache?.fault()).not.toBeNull();
      expect(recall?.status).toBe("fresh");
      await here.khala.invalidate(
        { symbol: MarketSymbol.parse("NO/NE") },
        { reason: "invalidated", detail: "" },
        options,
      );
      // The breakers are open now, and stay so while calls follow.
      for (let i = 0; i < 60; i++) {
        await there.khala.recallMany(KEYS, { nowMs: T0, verify: true }, options);
        expect(there.sharing.cache?.fault()).not.toBeNull();
      }
      await rounds(3);
      redis.signal("SIGCONT");
      await works();
    });

    it("flushed: the bodies come from the store, and are in the cache again", async () => {
      await redis.flush();
      const before = there.calls.newest;
      await there.khala.recallMany(KEYS, { nowMs: T0, verify: true }, options);
      expect(there.calls.newest).toBe(before + 1);
      await eventually(async () => {
        const asked = there.calls.newest;
        await there.khala.recallMany(KEYS, { nowMs: T0, verify: true }, options);
        expect(there.calls.newest).toBe(asked);
      });
      await rounds(3);
    });

    it("absent when a process opens: it opens, works, and takes it up when it is there", async () => {
      await redis.kill();
      const late = await openProcess(database.url, redis.url);
      const [recall] = await late.khala.recallMany(KEYS, { nowMs: T0 }, options);
      expect(recall?.status).toBe("fresh");
      expect([late.sharing.bus?.fault(), late.sharing.cache?.fault()]).not.toContain(null);
      await redis.start();
      await eventually(async () =>
        expect([late.sharing.bus?.fault(), late.sharing.cache?.fault()]).toEqual([null, null]),
      );
      await late.close();
    });

    it("full of other texts under our names: none is taken for a record", async () => {
      const { cache } = there.sharing;
      const { Redis } = await import("ioredis");
      const client = new Redis(redis.url);
      const names = await client.keys("deeptrader:*");
      expect(names.length).toBeGreaterThanOrEqual(KEYS.length);
      const bodies = await client.mget(names);
      // Each gets the body of its neighbour, or a body with another price.
      for (const [i, name] of names.entries()) {
        const own = bodies[i] ?? "";
        const forged = i % 2 === 0 ? (bodies[(i + 1) % bodies.length] ?? "") : own.replace('"price":1', '"price":9');
        await client.set(name, forged);
      }
      client.disconnect();
      const recalls = await there.khala.recallMany(KEYS, { nowMs: T0, verify: true }, options);
      expect(recalls.map((r) => r.status === "fresh" && r.record.price)).toEqual(KEYS.map(() => written));
      expect(await cache?.purge()).toBeGreaterThanOrEqual(KEYS.length);
      expect(await cache?.purge()).toBe(0);
    });
  });
}
