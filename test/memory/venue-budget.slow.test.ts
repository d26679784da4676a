import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { freshPrefix, REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { openStore } from "#memory/stores/open.ts";
import { openPostgresBudgets } from "#memory/stores/postgres-budget.ts";
import { openRedisBudgets } from "#memory/tiers/redis-budget.ts";
import { venueBudgetContract } from "../contract/venue-budget.ts";
import { options } from "./fixtures.ts";

const noRedis = await whyNoRedis();
if (noRedis !== null) {
  console.warn(`Left out: the budget of an exchange on Redis (${noRedis}). Set DEEPTRADER_TEST_REDIS_URL.`);
  it.skip(`Redis was left out: ${noRedis}`);
} else {
  const prefix = freshPrefix();
  const onRedis = async (url: string, exchange: string) =>
    (await openRedisBudgets({ url, protocol: 3, prefix }, () => performance.now()))(exchange);
  venueBudgetContract("on Redis", (exchange) => onRedis(REDIS_URL, exchange), { spaces: true });

  it("of a Redis that is away stops no request", async () => {
    const budget = await onRedis("redis://127.0.0.1:1", "binance");
    await budget.pause(60_000);
    expect(await budget.turn(1)).toEqual({ pausedForMs: 0, waitMs: 0 });
    expect(await budget.restMs()).toBe(0);
    await budget.close();
  });
}

const missing = await whyNoPostgres();

if (missing !== null) {
  console.warn(`Left out: the shared budget of an exchange (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);
  it.skip(`PostgreSQL was left out: ${missing}`);
} else {
  let database: Database;
  beforeAll(async () => {
    database = await createDatabase();
    // Makes the tables.
    await (await openStore({ kind: "postgres", url: database.url }, options)).close();
  });
  afterAll(() => database.drop());

  venueBudgetContract("on PostgreSQL", (exchange) => openPostgresBudgets(database.url)(exchange), { spaces: true });

  describe("a budget whose database is away", () => {
    it.each(["postgres://127.0.0.1:1/none", ""])("at %j stops no request", async (url) => {
      const budget = openPostgresBudgets(url === "" ? await emptyDatabase() : url)("binance");
      await budget.pause(60_000);
      expect(await budget.turn(1)).toEqual({ pausedForMs: 0, waitMs: 0 });
      await budget.close();
    });
  });

  const empty: Database[] = [];
  afterAll(async () => {
    for (const one of empty) await one.drop();
  });
  /** One without our tables, as before the first start. */
  const emptyDatabase = async (): Promise<string> => {
    const made = await createDatabase();
    empty.push(made);
    return made.url;
  };
}
