import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { openStore } from "#memory/stores/open.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { options } from "./fixtures.ts";

const missing = await whyNoPostgres();

if (missing !== null) {
  console.warn(`Left out: leases on PostgreSQL (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);
  it.skip(`PostgreSQL was left out: ${missing}`);
} else {
  describe("leases between two connections to PostgreSQL", () => {
    let database: Database;
    let stores: readonly [Store, Store];
    beforeAll(async () => {
      database = await createDatabase();
      const open = () => openStore({ kind: "postgres", url: database.url }, options);
      stores = [await open(), await open()];
    });
    afterAll(async () => {
      for (const store of stores ?? []) await store.close();
      await database?.drop();
    });

    it("run out by the database's clock, whatever the processes think of the time", async () => {
      const [one, other] = stores;
      const began = performance.now();
      expect(await one.leases.acquire("short", 400, options)).not.toBeNull();
      for (;;) {
        const taken = await other.leases.acquire("short", 400, options);
        if (taken !== null) break;
        await sleep(10);
      }
      const waitedMs = performance.now() - began;
      expect(waitedMs).toBeGreaterThanOrEqual(399);
    });

    it("have one holder at each moment, and fences that only grow, when forty take turns", async () => {
      let holders = 0;
      let most = 0;
      const fences: number[] = [];
      const takeTurn = async (store: Store) => {
        for (;;) {
          const lease = await store.leases.acquire("turns", 10_000, options);
          if (lease === null) {
            await sleep(1);
            continue;
          }
          holders += 1;
          most = Math.max(most, holders);
          fences.push(lease.fence);
          await sleep(1);
          holders -= 1;
          await lease.release(options);
          return;
        }
      };
      await Promise.all(Array.from({ length: 40 }, (_, i) => takeTurn(stores[i % 2 === 0 ? 0 : 1])));
      expect(most).toBe(1);
      expect(fences).toHaveLength(40);
      expect(fences.every((fence, i) => i === 0 || fence > (fences[i - 1] ?? Number.POSITIVE_INFINITY))).toBe(true);
    });
  });
}
