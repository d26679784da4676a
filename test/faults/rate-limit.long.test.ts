// Four processes read one exchange as fast as they may: what it counts stays under its limit in every minute, and near it.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { openStore } from "#memory/stores/open.ts";
import { binance } from "#test/exchanges/binance.ts";
import { startExchange } from "#test/exchanges/exchange.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { startChild } from "#test/memory/child.ts";
import { options } from "#test/memory/fixtures.ts";
import { count } from "#test/support/count.ts";

const PROCESSES = 4;
const FOR_MS = count(125_000, 5_000);
const WINDOW_MS = 60_000;
/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits : weight of an address in a minute. */
const LIMIT = 6_000;
/** Of the limit that is used at least, where there is more to read than may be. */
const USED = 1 / 1.1;

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints : of one that names no symbol. */
const WEIGHTS: Readonly<Record<string, number>> = {
  "/api/v3/klines": 2,
  "/api/v3/exchangeInfo": 20,
  "/api/v3/time": 1,
  "/api/v3/ticker/24hr": 80,
};

interface Weighed {
  readonly atMs: number;
  readonly weight: number;
}

/** What was counted in the window that begins with each request. */
function windows(seen: readonly Weighed[]): readonly (Weighed & { readonly isWhole: boolean })[] {
  const lastMs = seen.at(-1)?.atMs ?? 0;
  return seen.map(({ atMs }, first) => {
    let weight = 0;
    for (let i = first; i < seen.length; i++) {
      const one = seen[i];
      if (one === undefined || one.atMs >= atMs + WINDOW_MS) break;
      weight += one.weight;
    }
    return { atMs, weight, isWhole: atMs + WINDOW_MS <= lastMs };
  });
}

/** @param places where the processes meet, as settings name them */
async function counted(places: Readonly<Record<"databaseUrl" | "redisUrl", string | null>>) {
  const exchange = await startExchange(binance, createWorld({ ...binance, now: Date.now }));
  const script = new URL("./reader.ts", import.meta.url);
  const args = [exchange.url, JSON.stringify({ ...places, redisProtocol: 3 })];
  const children = Array.from({ length: PROCESSES }, () => startChild(script, args));
  try {
    await Promise.all(children.map((child) => child.line("reads")));
    await sleep(FOR_MS);
    for (const child of children) expect(child.process.exitCode).toBeNull();
    return exchange.requests.map(({ target, atMs }) => {
      const weight = WEIGHTS[new URL(target, exchange.url).pathname];
      if (weight === undefined) throw new Error(`What does ${target} weigh?`);
      return { atMs, weight };
    });
  } finally {
    for (const child of children) child.process.kill("SIGKILL");
    await Promise.all(children.map((child) => child.ended()));
    await exchange.close();
  }
}

function isWithinLimit(where: string, seen: readonly Weighed[]): void {
  const all = windows(seen);
  const whole = all.filter(({ isWhole }) => isWhole).map(({ weight }) => weight);
  const most = Math.max(...all.map(({ weight }) => weight));
  const least = Math.min(...whole);
  console.info(
    `${PROCESSES} processes on ${where}: ${seen.length} requests; weight in 60 s: ${whole.length === 0 ? "no whole minute" : `${least} to`} ${most} of ${LIMIT}`,
  );
  expect(most).toBeLessThanOrEqual(LIMIT);
  if (whole.length > 0) expect(least).toBeGreaterThanOrEqual(USED * LIMIT);
}

const noPostgres = await whyNoPostgres();
const noRedis = await whyNoRedis();
if (noPostgres !== null) console.warn(`Left out: the limit of an exchange on one PostgreSQL (${noPostgres}).`);
if (noRedis !== null) console.warn(`Left out: the limit of an exchange on one Redis (${noRedis}).`);

// Side by side: most of it is waiting for a turn.
describe.concurrent("four processes that read as fast as they may keep to the limit of an exchange, and use it", () => {
  it.skipIf(noPostgres !== null)("on one PostgreSQL", async () => {
    const database = await createDatabase();
    // Makes the tables.
    await (await openStore({ kind: "postgres", url: database.url }, options)).close();
    try {
      isWithinLimit("one PostgreSQL", await counted({ databaseUrl: database.url, redisUrl: null }));
    } finally {
      await database.drop();
    }
  });

  it.skipIf(noRedis !== null)("on one Redis", async () => {
    isWithinLimit("one Redis", await counted({ databaseUrl: null, redisUrl: REDIS_URL }));
  });
});
