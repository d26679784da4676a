// How many statements a recall sends to PostgreSQL, counted at the driver.
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { createKhala } from "#memory/khala.ts";
import { MIGRATIONS } from "#memory/stores/migrations.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { createSqlStore } from "#memory/stores/sql-store.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { clockAt, makeAnalysis, options, T0 } from "./fixtures.ts";

const missing = await whyNoPostgres();
if (missing !== null) console.warn(`Left out: statements of a recall (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);

it.skipIf(missing !== null)(
  "reads fifty assets in one statement, and none while the tier in front is trusted",
  async () => {
    const database = await createDatabase();
    const said: string[] = [];
    const client = postgres(database.url, { onnotice: () => {}, debug: (_connection, query) => said.push(query) });
    const db = drizzle(client);
    await migrate(db, MIGRATIONS);
    const store = createSqlStore({
      kind: "postgres",
      what: "test",
      db,
      owner: thisProcess("test"),
      disconnect: () => client.end(),
    });
    const parts = { store, clock: clockAt(T0), graceMs: 0, definitionId: "def-1", driftAtr: 2, monotonicMs: () => 0 };
    const records = Array.from({ length: 50 }, (_, i) => makeAnalysis({ symbol: MarketSymbol.parse(`A${i}/USDT`) }));
    const statementsOf = async (work: () => Promise<unknown>) => {
      said.length = 0;
      await work();
      return said.length;
    };
    expect(await statementsOf(() => createKhala(parts).rememberMany(records, options))).toBe(1);

    const khala = createKhala(parts);
    const recall = async (verify: boolean) => {
      const recalls = await khala.recallMany(records, { nowMs: T0, verify }, options);
      expect(recalls.every(({ status }) => status === "fresh")).toBe(true);
    };
    expect(await statementsOf(() => recall(false))).toBe(1);
    // The tier's first trust takes one look at what has changed, and as it is the first, the records once more.
    await recall(false);
    expect(await statementsOf(() => recall(false))).toBe(0);
    // An order path asks the store whatever the tier holds.
    expect(await statementsOf(() => recall(true))).toBe(1);
    await store.close();
    await database.drop();
  },
);
