// One journey on the command line, on a database with a shared cache and on an embedded store alone: the same output, but
// for what names a run, a store or a duration.
import { expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { type CliSettings, documentOf } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";

const noPostgres = await whyNoPostgres();
const noRedis = await whyNoRedis();
if (noPostgres !== null) console.warn(`Left out: the journey on PostgreSQL (${noPostgres}).`);
if (noRedis !== null) console.warn(`Left out of the journey: Redis (${noRedis}).`);

const AT = ["--as-of", "2024-01-10T04:25:00Z", "--seed", "7", "--assets", "20"];
const JOURNEY: readonly (readonly string[])[] = [
  ["sleep", "--once"],
  ["ask", "what is the RSI of BTC?"],
  ["ask", "should I buy ETH?"],
  ["ask", "is XRP safe?"],
  ["memory", "invalidate", "BTC"],
  ["memory", "show", "BTC"],
  ["ask", "what is the RSI of BTC?"],
  ["trade", "--once"],
  ["start", "--cycles", "5", "--speed", "1000000"],
  ["journal"],
  ["positions"],
  ["memory", "list"],
  ["memory", "history", "BTC"],
  ["report"],
];

/** Ids are hashes of the run, which a simulated `start` names anew each time. */
const NAMES_OF_RUNS = ["run", "decisionId", "clientOrderId", "parentId", "venueOrderId", "fillId", "alertId", "orders"];
const OF_THE_MACHINE = ["durationMs", "latencyMs", "medianMs", "totalMs", "store", "seq"];

const comparable = (document: unknown): unknown =>
  JSON.parse(
    JSON.stringify(document, (key, value: unknown) =>
      [...NAMES_OF_RUNS, ...OF_THE_MACHINE].includes(key) ? "left out" : value,
    ),
  );

async function travel(env: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  await using home = await freshHome();
  const settings: CliSettings = { home: home.dir, env };
  const said: unknown[] = [];
  for (const step of JOURNEY) said.push([step.join(" "), comparable(await documentOf([...step, ...AT], settings))]);
  return said;
}

it.skipIf(noPostgres !== null)("is told alike by a desk on PostgreSQL and Redis, and by one with neither", async () => {
  const database = await createDatabase();
  // A database number that nobody else uses keeps the cache apart.
  const redis = noRedis === null ? { REDIS_URL: `${REDIS_URL}/13` } : {};
  const alone = await travel({});
  const shared = await travel({ DATABASE_URL: database.url, ...redis });
  await database.drop();
  expect(shared).toEqual(alone);
  const told = JSON.stringify(alone);
  // The journey has something to tell: a miss that was mended, and trades.
  expect(told).toContain('"delegated"');
  expect(told).toContain('"type":"fill"');
});
