import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { consolidate } from "#memory/consolidate.ts";
import type { Db } from "#memory/stores/db.ts";
import { openDatabase } from "#memory/stores/open.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { createSqlStore } from "#memory/stores/sql-store.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { options, T0 } from "./fixtures.ts";

interface Place {
  readonly db: Db;
  readonly store: Store;
  readonly close: () => Promise<void>;
}

const home = mkdtempSync(join(tmpdir(), "deeptrader-room-"));
afterAll(() => rmSync(home, { recursive: true }));

async function inFolder(): Promise<Place> {
  const database = await openDatabase({ kind: "pglite", home, owner: "test" }, options);
  const store = createSqlStore({ ...database, owner: thisProcess("test") });
  return { db: database.db, store, close: () => store.close() };
}

async function onServer(): Promise<Place & { readonly url: string }> {
  const place = await createDatabase();
  const database = await openDatabase({ kind: "postgres", url: place.url }, options);
  const store = createSqlStore({ ...database, owner: thisProcess("test") });
  const close = () => store.close().then(place.drop);
  return { db: database.db, store, close, url: place.url };
}

const noPostgres = await whyNoPostgres();
const places: readonly (readonly [string, () => Promise<Place>])[] = [
  ["a folder", inFolder],
  ...(noPostgres === null ? [["PostgreSQL", onServer] as const] : []),
];
if (noPostgres !== null) {
  console.warn(`Left out: the room that PostgreSQL takes (${noPostgres}). Set DEEPTRADER_TEST_DATABASE_URL.`);
  it.skip(`PostgreSQL was left out: ${noPostgres}`);
}

const MARKETS = 10;
const DAYS = 8;
const END_MS = unixMs(T0 + DAYS * DAY_MS);
const FOUR_HUNDRED_KB = 400 * 1024;

/** Slot after slot, as they are written; what is in the records is not looked at by anything here. */
const write = (db: Db, fromDay: number, days: number) =>
  db.execute(sql`
    insert into khala.analyses (venue_id, symbol, timeframe, as_of_ms, id, revision, epoch, computed_at_ms, checked_through_ms, record)
    select 'sim:1', 'A' || market || '/USDT', '5m', ms, md5(ms || '/' || market), 1, 0, ms, ms, repeat(md5(ms || '/' || market), 16)
    from generate_series(${T0 + fromDay * DAY_MS}::bigint, ${T0 + (fromDay + days) * DAY_MS - 1}::bigint, 300000) ms, generate_series(1, ${MARKETS}::int) market
    order by ms, market`);

const keys = (db: Db) =>
  db.execute(sql`insert into khala.analysis_keys (venue_id, symbol, timeframe)
    select 'sim:1', 'A' || market || '/USDT', '5m' from generate_series(1, ${MARKETS}::int) market`);

const bytesOf = async (db: Db, what: string): Promise<number> => {
  const [row] = await db.select({ bytes: sql.raw(what).mapWith(Number) }).from(sql`(values (1)) as one_row`);
  return row?.bytes ?? Number.NaN;
};
const indexBytes = (db: Db) => bytesOf(db, "pg_indexes_size('khala.analyses')");
const tableBytes = (db: Db) => bytesOf(db, "pg_relation_size('khala.analyses')");

describe.each(places)("in %s", (_, open) => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
    await keys(place.db);
  });
  afterAll(() => place.close());

  it("gives back what an index was left with when most of its entries went", async () => {
    await write(place.db, 0, DAYS);
    const full = await indexBytes(place.db);
    const { removed } = await consolidate(place.store, { nowMs: END_MS }, options);
    const kept = MARKETS * (288 + 24 * (DAYS - 1));
    expect(removed.analyses).toBe(MARKETS * 288 * DAYS - kept);
    expect(full).toBeGreaterThan(5_000_000);
    // Two indexes of some 100 bytes an entry.
    expect(await indexBytes(place.db)).toBeLessThan(kept * 2 * 130 + FOUR_HUNDRED_KB);
  });

  it("writes new rows where old ones were", async () => {
    const before = await tableBytes(place.db);
    await write(place.db, DAYS, 4);
    await consolidate(place.store, { nowMs: unixMs(END_MS + 4 * DAY_MS) }, options);
    expect(await tableBytes(place.db)).toBe(before);
  });
});

it.skipIf(noPostgres !== null)("waits for nobody who reads a table for long, and does it an hour later", async () => {
  const place = await onServer();
  await keys(place.db);
  await write(place.db, 0, DAYS);
  const full = await indexBytes(place.db);
  const reader = postgres(place.url, { max: 1 });
  await drizzle(reader).transaction(async (tx) => {
    await tx.execute(sql`select count(*) from khala.analyses`);
    await consolidate(place.store, { nowMs: END_MS }, options);
    expect(await indexBytes(place.db)).toBe(full);
  });
  await reader.end();
  await consolidate(place.store, { nowMs: END_MS }, options);
  expect(await indexBytes(place.db)).toBeLessThan(full / 3);
  await place.close();
});

it("keeps two segments of the log of an embedded store, and the one that is written", async () => {
  const place = await inFolder();
  await write(place.db, 20, 20);
  await consolidate(place.store, { nowMs: unixMs(T0 + 40 * DAY_MS) }, options);
  await write(place.db, 40, 1);
  await consolidate(place.store, { nowMs: unixMs(T0 + 41 * DAY_MS) }, options);
  const log = join(home, "khala", "pg_wal");
  const bytes = readdirSync(log).map((name) => statSync(join(log, name)));
  expect(bytes.reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0)).toBeLessThanOrEqual(3 * 16 * 2 ** 20);
  await place.close();
});
