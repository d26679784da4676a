// Old records in the tables of both databases, put there past the program.
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { MIGRATIONS } from "#memory/stores/migrations.ts";
import { openStore } from "#memory/stores/open.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { createSqlStore } from "#memory/stores/sql-store.ts";
import { RecordVersionError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { options } from "./fixtures.ts";
import { RECORDS, read, type StoredRecord, textOf, withText, write } from "./records.ts";

interface Place {
  readonly store: Store;
  run(statement: string): Promise<unknown>;
  close(): Promise<void>;
}

oldRecords("PGlite", async () => {
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
  return { store, run: (statement) => pg.exec(statement), close: () => store.close() };
});

const missing = await whyNoPostgres();
if (missing !== null) {
  console.warn(`Left out: old records on PostgreSQL (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);
  it.skip(`PostgreSQL was left out: ${missing}`);
} else {
  oldRecords("PostgreSQL", async () => {
    const database = await createDatabase();
    const store = await openStore({ kind: "postgres", url: database.url }, options);
    const sql = postgres(database.url, { max: 1, onnotice: () => {} });
    return {
      store,
      run: async (statement) => sql.unsafe(statement),
      async close() {
        await sql.end();
        await store.close();
        await database.drop();
      },
    };
  });
}

const quoted = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", "''")}'`;

/** The row alone in its table, column by column. */
async function insert({ run }: Place, { table, row }: StoredRecord): Promise<void> {
  const columns = Object.keys(row).join(", ");
  await run(`truncate khala.${table}, khala.analysis_keys`);
  await run(
    `insert into khala.${table} (${columns}) select ${columns} from json_populate_record(null::khala.${table}, ${quoted(row)})`,
  );
  if (table !== "analyses") return;
  await run(
    `insert into khala.analysis_keys (venue_id, symbol, timeframe) select venue_id, symbol, timeframe from khala.analyses`,
  );
}

function oldRecords(name: string, open: () => Promise<Place>): void {
  describe(`stored records in ${name}`, () => {
    let place: Place;
    beforeAll(async () => {
      place = await open();
    });
    afterAll(() => place?.close());

    it.each(RECORDS.map((record) => [record.name, record] as const))(
      "load and mean the same: %s",
      async (_, record) => {
        await insert(place, record);
        expect(await read(place.store, record)).toEqual(record.means);
      },
    );

    it.each(RECORDS.map((record) => [record.name, record] as const))(
      "are written as they are kept: %s",
      async (_, record) => {
        await place.run(`truncate khala.${record.table}, khala.analysis_keys`);
        await write(place.store, record);
        expect(await read(place.store, record)).toEqual(record.means);
      },
    );

    it.each(RECORDS.map((record) => [record.name, record] as const))(
      "are refused when torn or of another version: %s",
      async (_, record) => {
        const other = JSON.stringify({ ...JSON.parse(textOf(record)), schemaVersion: 99 });
        for (const text of [other, textOf(record).slice(0, -1)]) {
          await insert(place, withText(record, text));
          await expect(read(place.store, record)).rejects.toThrow(RecordVersionError);
        }
      },
    );
  });
}
