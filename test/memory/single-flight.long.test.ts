import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { createKhala } from "#memory/khala.ts";
import { createSingleFlight } from "#memory/single-flight.ts";
import { openStore } from "#memory/stores/open.ts";
import type { AnalysisStore, Store } from "#schemas/ports/memory.ts";
import { count } from "#test/support/count.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { startChild } from "./child.ts";
import { clockAt, KEY, makeAnalysis, msAfter, options, STEP_MS, T0 } from "./fixtures.ts";

const MISSER = new URL("./children/misser.ts", import.meta.url);
const missing = await whyNoPostgres();
const rules = { clock: clockAt(T0), graceMs: 0, definitionId: "def-1", driftAtr: 2 };

/** A store whose writes arrive when the scheduler lets them. */
function delayed(store: Store, scheduler: fc.Scheduler): Store {
  const analyses: AnalysisStore = {
    ...store.analyses,
    async put(records, putOptions) {
      await scheduler.schedule(Promise.resolve(), `put ${records.map(({ asOfMs }) => asOfMs - T0).join(" ")}`);
      await store.analyses.put(records, putOptions);
      await scheduler.schedule(Promise.resolve(), "acknowledged");
    },
  };
  return { ...store, analyses };
}

describe("old and new writes that overtake each other", () => {
  it("leave the newest asOf in place, on every process and in the store", async () => {
    const steps = fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), steps, async (scheduler, asOfs) => {
        const store = delayed(createMemoryStore(), scheduler);
        const open = () => createKhala({ store, ...rules, exclusive: false });
        const khalas = [open(), open()] as const;
        const writes = asOfs.map((step, i) =>
          khalas[i % 2 === 0 ? 0 : 1].remember(
            makeAnalysis({ asOfMs: msAfter(step * STEP_MS), price: 100 + i }),
            options,
          ),
        );
        await scheduler.waitFor(Promise.all(writes));
        const newestMs = msAfter(Math.max(...asOfs) * STEP_MS);
        for (const khala of khalas) {
          expect(await khala.recall(KEY, { nowMs: newestMs }, options)).toMatchObject({
            status: "fresh",
            record: { asOfMs: newestMs },
          });
        }
        const [stored] = await store.analyses.newest([KEY], newestMs, options);
        expect(stored?.record.asOfMs).toBe(newestMs);
      }),
      { numRuns: count(1000, 50) },
    );
  });
});

if (missing !== null) {
  console.warn(`Left out: single flight across PostgreSQL (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);
  it.skip(`PostgreSQL was left out: ${missing}`);
} else {
  describe("single flight across PostgreSQL", () => {
    const PROCESSES = 4;
    const CALLERS = 20;
    const KEYS = 5;
    let database: Database;
    let folder: string;
    beforeAll(async () => {
      database = await createDatabase();
      folder = mkdtempSync(join(tmpdir(), "deeptrader-flight-"));
      await (await openStore({ kind: "postgres", url: database.url }, options)).close();
    });
    afterAll(async () => {
      rmSync(folder, { recursive: true });
      await database.drop();
    });

    it("lets four processes of twenty callers each cause one computation per key", async () => {
      const counted = join(folder, "counted");
      const go = join(folder, "go");
      writeFileSync(counted, "");
      const children = Array.from({ length: PROCESSES }, () =>
        startChild(MISSER, [database.url, counted, go, String(CALLERS), String(KEYS)]),
      );
      await Promise.all(children.map((child) => child.line("ready")));
      writeFileSync(go, "");
      const said = await Promise.all(children.map((child) => child.line("outcomes")));
      expect(await Promise.all(children.map((child) => child.ended()))).toEqual(children.map(() => 0));
      const computed = readFileSync(counted, "utf8").trim().split("\n");
      expect(computed.toSorted()).toEqual(Array.from({ length: KEYS }, (_, i) => `K${i}/USDT`));
      const outcomes = said.flatMap((line) => line.split(" ").slice(1));
      expect(outcomes).toHaveLength(PROCESSES * CALLERS * KEYS);
      expect(outcomes.filter((outcome) => outcome === "computed")).toHaveLength(KEYS);
    });

    it("goes on when the process that computes is killed, after its lease", async () => {
      const leaseMs = 800;
      const child = startChild(MISSER, [database.url, "", "", "1", "1", String(leaseMs)]);
      await child.line("computing");
      const store = await openStore({ kind: "postgres", url: database.url }, options);
      const flight = createSingleFlight({
        khala: createKhala({ store, ...rules }),
        leases: store.leases,
        sleep: (ms, { signal }) => sleep(ms, undefined, { signal }),
        monotonicMs: () => performance.now(),
        leaseMs,
      });
      // Longer than the lease: a living holder keeps it.
      await sleep(2 * leaseMs);
      const call = flight.recallOrCompute(KEY, { nowMs: T0 }, async () => makeAnalysis(), options);
      await sleep(200);
      child.process.kill("SIGKILL");
      expect((await call).status).toBe("computed");
      await store.close();
    });
  });
}
