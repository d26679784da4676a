// The rooms of desks as they lie in the tables, on both databases: read past the program, row by row.
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { MIGRATIONS } from "#memory/stores/migrations.ts";
import { openStore } from "#memory/stores/open.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { createSqlStore } from "#memory/stores/sql-store.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { forgetWriters } from "#test/support/account.ts";
import { count } from "#test/support/count.ts";
import { arbitraryLife, DESKS, everythingOf, live, resultsOf, secretOf } from "./desk-life.ts";
import { options } from "./fixtures.ts";

interface Place {
  readonly store: Store;
  /** One text column, one row each. */
  rows(query: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

isolation("PGlite", async () => {
  const pg = await PGlite.create();
  const db = drizzle(pg);
  await migrate(db, MIGRATIONS);
  const disconnect = () => pg.close();
  const store = createSqlStore({
    kind: "pglite",
    what: "The store under test",
    db,
    owner: thisProcess("test"),
    disconnect,
  });
  const rows = async (query: string) => (await pg.query<{ readonly row: string }>(query)).rows.map(({ row }) => row);
  return { store, rows, close: () => store.close() };
});

const missing = await whyNoPostgres();
if (missing !== null) {
  console.warn(`Left out: isolation on PostgreSQL (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);
  it.skip(`PostgreSQL was left out: ${missing}`);
} else {
  isolation("PostgreSQL", async () => {
    const database = await createDatabase();
    const store = await openStore({ kind: "postgres", url: database.url }, options);
    const sql = postgres(database.url, { max: 1, onnotice: () => {} });
    return {
      store,
      rows: async (query) => (await sql.unsafe<{ readonly row: string }[]>(query)).map(({ row }) => row),
      async close() {
        await sql.end();
        await store.close();
        await database.drop();
      },
    };
  });
}

/** Every row of every table there is, whatever tables come later: the whole row as text. */
async function dump({ rows }: Place): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = await rows(
    "select table_name as row from information_schema.tables where table_schema = 'khala' order by 1",
  );
  const all = new Map<string, readonly string[]>();
  for (const table of tables) all.set(table, await rows(`select t::text as row from khala.${table} t order by 1`));
  return all;
}

const total = (all: ReadonlyMap<string, readonly string[]>): number =>
  [...all.values()].reduce((sum, { length }) => sum + length, 0);

/** Whether a row is a desk's: by its secret, by the name of a lease, or by a column that holds the desk's name alone. */
const belongsTo = (row: string, desk: string, secret: string): boolean =>
  row.includes(secret) || row.includes(`desk:${desk}:`) || row.slice(1, -1).split(",").includes(desk);

function isolation(name: string, open: () => Promise<Place>): void {
  describe(`isolation of desks in the tables: ${name}`, () => {
    let place: Place;
    beforeAll(async () => {
      place = await open();
    });
    afterAll(() => place?.close());

    it("shows no desk another's rows; a purge leaves nothing of one and every byte of the others", async () => {
      const { store } = place;
      await fc.assert(
        fc.asyncProperty(arbitraryLife, fc.constantFrom(...DESKS), async (life, purged) => {
          await live(store, life);
          for (const desk of DESKS) {
            const seen = await everythingOf(store, desk);
            for (const other of DESKS) if (other !== desk) expect(seen).not.toContain(secretOf(other));
          }
          const before = await dump(place);
          const isGone = (row: string) => belongsTo(row, purged, secretOf(purged));
          const deleted = await store.purge(purged, options);
          forgetWriters(store);
          const after = await dump(place);
          expect(after.size).toBeGreaterThanOrEqual(8);
          for (const [table, rows] of before)
            expect([table, after.get(table)]).toEqual([table, rows.filter((row) => !isGone(row))]);
          expect(deleted).toBe(total(before) - total(after));
          for (const desk of DESKS) {
            const results = await resultsOf(store, desk);
            for (const other of DESKS) {
              if (other !== desk || desk === purged) expect(results).not.toContain(secretOf(other));
            }
          }
          for (const desk of DESKS) await store.purge(desk, options);
          forgetWriters(store);
          const left = [...(await dump(place)).values()].flat();
          for (const desk of DESKS) expect(left.filter((row) => belongsTo(row, desk, secretOf(desk)))).toEqual([]);
        }),
        { numRuns: count(200, 8) },
      );
    });
  });
}
