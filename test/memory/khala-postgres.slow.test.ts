// What only a real server with several sessions can show of Khala's reads.
import { sql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { createKhala } from "#memory/khala.ts";
import { openStore } from "#memory/stores/open.ts";
import { incomingOf, preparePut } from "#memory/stores/put-statement.ts";
import { analyses as table } from "#memory/stores/tables.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { MarketSymbol, VenueId } from "#schemas/units.ts";
import { BTC, clockAt, ETH, KEY, makeAnalysis, msAfter, options, STEP_MS, T0 } from "./fixtures.ts";

const missing = await whyNoPostgres();
const INVALIDATED = { reason: "invalidated", detail: "by hand" } as const;

if (missing !== null) {
  console.warn(`Left out: Khala on PostgreSQL (${missing}).`);
  it.skip(`Khala on PostgreSQL was left out: ${missing}`);
} else {
  describe("Khala on PostgreSQL", () => {
    let database: Database;
    let store: Store;
    let client: postgres.Sql;
    let db: PostgresJsDatabase;
    const key = (name: string) => ({ ...KEY, venueId: VenueId.parse(name) });

    beforeAll(async () => {
      database = await createDatabase();
      store = await openStore({ kind: "postgres", url: database.url }, options);
      client = postgres(database.url, { onnotice: () => {} });
      db = drizzle(client);
    });
    afterAll(async () => {
      await client.end();
      await store.close();
      await database.drop();
    });

    it("finds a change by the first look after its commit, though a later transaction committed before it", async () => {
      const [early, late] = [key("early"), key("late")];
      let { mark } = await store.analyses.changedSince(null, options);
      const changed = async () => {
        const look = await store.analyses.changedSince(mark, options);
        mark = look.mark;
        return look.keys.map(({ venueId }) => venueId);
      };
      const written = Promise.withResolvers<void>();
      const mayCommit = Promise.withResolvers<void>();
      const open = db.transaction(async (tx) => {
        await preparePut(tx).execute({ records: incomingOf([makeAnalysis(early)]) });
        written.resolve();
        await mayCommit.promise;
      });
      await written.promise;
      expect(await changed()).toEqual([]);
      await store.analyses.put([makeAnalysis(late)], options);
      expect(await changed()).toEqual(["late"]);
      expect(await changed()).toEqual([]);
      mayCommit.resolve();
      await open;
      expect(await changed()).toEqual(["early"]);
      expect(await changed()).toEqual([]);
    });

    it("names no change of a transaction that was rolled back", async () => {
      const { mark } = await store.analyses.changedSince(null, options);
      const rolledBack = db.transaction(async (tx) => {
        await preparePut(tx).execute({ records: incomingOf([makeAnalysis(key("rolled-back"))]) });
        throw new Error("no");
      });
      await expect(rolledBack).rejects.toThrow("no");
      expect((await store.analyses.changedSince(mark, options)).keys).toEqual([]);
    });

    it("looks up changes by their index, however many keys there are", async () => {
      const venueId = VenueId.parse("many");
      const records = Array.from({ length: 5000 }, (_, i) =>
        makeAnalysis({ venueId, symbol: MarketSymbol.parse(`M${i}/USDT`) }),
      );
      await store.analyses.put(records, options);
      await client`analyze khala.analysis_keys`;
      const scans = async () => {
        const [row] =
          await client`select idx_scan from pg_stat_user_indexes where indexrelname = 'analysis_keys_changed'`;
        return Number(row?.["idx_scan"]);
      };
      const before = await scans();
      const other = await openStore({ kind: "postgres", url: database.url }, options);
      const { mark } = await other.analyses.changedSince(null, options);
      for (let look = 0; look < 20; look++) {
        await store.analyses.put([makeAnalysis({ venueId, symbol: MarketSymbol.parse(`M${look}/USDT`) })], options);
        expect((await other.analyses.changedSince(mark, options)).keys).toHaveLength(look + 1);
      }
      // A session hands in its counts when it ends, at the latest.
      await other.close();
      await expect.poll(scans, { interval: 50 }).toBeGreaterThanOrEqual(before + 20);
    });

    it("lets writes of many keys and invalidations of all of them cross without a deadlock", async () => {
      const other = await openStore({ kind: "postgres", url: database.url }, options);
      const venueId = VenueId.parse("crossing");
      const records = Array.from({ length: 200 }, (_, i) =>
        makeAnalysis({ venueId, symbol: MarketSymbol.parse(`C${String(i).padStart(3, "0")}/USDT`) }),
      );
      // One by one from the end: the rows lie in the table against the order of their keys.
      for (const record of records.toReversed()) await store.analyses.put([record], options);
      await Promise.all(
        Array.from({ length: 10 }, (_, round) => [
          store.analyses.put(round % 2 === 0 ? records : records.toReversed(), options),
          other.analyses.invalidate({ venueId }, INVALIDATED, options),
          other.analyses.put(records.toReversed(), options),
        ]).flat(),
      );
      await store.analyses.put(records, options);
      const found = await store.analyses.newest(records, T0, options);
      expect(found.every((stored) => stored?.invalidated === null)).toBe(true);
      await other.close();
    });

    it("names an unreadable record once and goes on with the newest readable one, or without", async () => {
      const [torn, old] = [key("torn"), key("old")];
      const steps = [0, 1, 2].map((step) => msAfter(step * STEP_MS));
      await store.analyses.put(
        steps.map((asOfMs) => makeAnalysis({ ...torn, asOfMs })),
        options,
      );
      await store.analyses.put([makeAnalysis(old), makeAnalysis({ ...old, symbol: ETH })], options);
      await db.execute(sql`update ${table} set record = left(record, 100)
        where venue_id = 'torn' and as_of_ms > ${T0}`);
      await db.execute(sql`update ${table} set record = replace(record, '"schemaVersion":4', '"schemaVersion":99')
        where venue_id = 'old' and symbol = ${BTC}`);
      const at = { nowMs: msAfter(2 * STEP_MS) };
      const parts = { store, clock: clockAt(T0), graceMs: 0, definitionId: "def-1", driftAtr: 2 };
      const strict = createKhala(parts);
      await expect(strict.recall(old, at, options)).rejects.toThrow(RecordVersionError);

      const refused: Error[] = [];
      const khala = createKhala({ ...parts, onRefused: (error) => refused.push(error) });
      for (let i = 0; i < 2; i++) {
        const recalls = await khala.recallMany([torn, old, { ...old, symbol: ETH }], at, options);
        expect(recalls.map((recall) => (recall.status === "missing" ? null : recall.record.asOfMs))).toEqual([
          T0,
          null,
          T0,
        ]);
      }
      const history = await khala.history(torn, { ...at, limit: 10 }, options);
      expect(history.map(({ record }) => record.asOfMs)).toEqual([T0]);
      expect(refused.every((error) => error instanceof RecordVersionError)).toBe(true);
      expect(refused.map(({ message }) => message).filter((text) => /schema version 99/.test(text))).toHaveLength(1);
    });
  });
}
