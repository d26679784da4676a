// Several commands of one address against one exchange that has had enough: what one of them is told holds for the others. kraken, since its
// pace leaves over a second between two requests: so what is counted are decisions, not what was on its way already.
import { describe, expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { openStore } from "#memory/stores/open.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { kraken } from "#test/exchanges/kraken.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { options } from "#test/memory/fixtures.ts";
import { startCli } from "#test/support/cli.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const RETRY_AFTER_S = 300;
const COMMAND = ["sleep", "--once", "--venue", "kraken", "--timeframe", "5m", "--assets", "3"];

/** Refuses every request for candles after the first of them. @returns requests after the first refusal, of whatever kind */
async function refusing(): Promise<{ readonly exchange: Exchange; readonly inside: () => readonly string[] }> {
  const exchange = await startExchange(kraken, createWorld({ ...kraken, now: Date.now }));
  const headers = { "retry-after": String(RETRY_AFTER_S) };
  exchange.faults.add({ fault: { kind: "status", status: 429, headers }, at: ["candles"] });
  const inside = () => {
    const first = exchange.requests.findIndex(({ kinds }) => kinds.includes("candles"));
    return first < 0 ? [] : exchange.requests.slice(first + 1).map(({ target }) => target);
  };
  return { exchange, inside };
}

/** Three at once, each a desk on a home of its own: alone, each would meet the limit once. */
async function askTogether(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { exchange, inside } = await refusing();
  await using first = await freshHome();
  await using second = await freshHome();
  await using third = await freshHome();
  const settings = { env: { ...env, DEEPTRADER_EXCHANGE_URL: exchange.url } };
  try {
    const running = [first, second, third].map(({ dir }, at) =>
      startCli([...COMMAND, "--desk", `desk-${at}`], { ...settings, home: dir }),
    );
    for (const { ended } of running) {
      const { code, stderr, stdout } = await ended;
      expect(code, stderr).toBe(1);
      expect(stdout + stderr).toMatch(/too many requests|asked this address for rest/);
    }
    return inside();
  } finally {
    await exchange.close();
  }
}

const noRedis = await whyNoRedis();
const noPostgres = await whyNoPostgres();
if (noRedis !== null) console.warn(`Left out: two processes on one Redis (${noRedis}).`);
if (noPostgres !== null) console.warn(`Left out: two processes on one PostgreSQL (${noPostgres}).`);
const REDIS_THAT_IS_AWAY = "redis://127.0.0.1:1";

// Side by side: most of it is waiting for the exchange's pace.
describe.concurrent("a limit that one process meets", () => {
  it.skipIf(noRedis !== null)("stops the others at once where all are on one Redis", async () => {
    expect((await askTogether({ REDIS_URL })).length).toBeLessThanOrEqual(1);
  });

  it.skipIf(noPostgres !== null)(
    "stops the others at once on one PostgreSQL, whatever the Redis beside it",
    async () => {
      const database = await createDatabase();
      await (await openStore({ kind: "postgres", url: database.url }, options)).close();
      const inside = await askTogether({ DATABASE_URL: database.url, REDIS_URL: REDIS_THAT_IS_AWAY });
      await database.drop();
      expect(inside.length).toBeLessThanOrEqual(1);
    },
  );

  // That the count can tell.
  it.skipIf(!FULL_COUNT)("is not known to a home that shares neither", async () => {
    expect((await askTogether({})).length).toBeGreaterThan(1);
  });
});
