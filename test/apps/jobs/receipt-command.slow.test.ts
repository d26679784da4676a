// A worker that makes a desk's receipt, as a user starts it: the same as the command `receipt` makes on the same database, and nothing where its
// world is another.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createReceiptAsker } from "#apps/jobs/ask-receipts.ts";
import { ReceiptResult, receiptJob } from "#apps/jobs/receipt-job.ts";
import { parseOptions } from "#apps/options.ts";
import { worldOf } from "#apps/research/bench-messages.ts";
import { openVenue } from "#apps/venues.ts";
import { VERSION } from "#apps/version.ts";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { ReceiptSummary } from "#desk/documents/receipt-report.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import { unixMs } from "#schemas/units.ts";
import { documentOf, emptyFolder, startCli } from "#test/support/cli.ts";
import { createRedisServer, type RedisServer, whyNoRedisServer } from "../../faults/servers.ts";

const missing = whyNoRedisServer() ?? (await whyNoPostgres());
if (missing !== null) console.warn(`Left out: receipts on workers (${missing}).`);
const MARKET = ["--seed", "3", "--timeframe", "15m"];
const DAY_MS = unixMs(Date.parse("2024-01-10T00:00:00Z"));

describe.skipIf(missing !== null)("a worker of receipts", () => {
  const clock = systemClock();
  let redis: RedisServer;
  let database: Database;
  let queue: JobQueue;
  beforeAll(async () => {
    redis = await createRedisServer();
    await redis.start();
    database = await createDatabase();
    queue = openBullQueue({
      place: { url: redis.url, version: VERSION },
      name: "desk",
      nowMs: clock.now,
      sleep: clock.sleep,
    });
  });
  afterAll(async () => {
    await queue.close();
    await redis.kill();
    await database.drop();
  });

  it("makes what the desk makes, to the byte; one that is killed is followed by another; another world is left", async () => {
    await using home = await emptyFolder();
    const env = { DATABASE_URL: database.url, DEEPTRADER_KEEP_ALL_DAYS: "30" };
    const run = ["--assets", "6", "--cycles", "98", "--as-of", "2024-01-10T00:00Z", "--speed", "1000000000"];
    await documentOf(["start", ...MARKET, ...run], { home: home.dir, env });
    const own = ReceiptSummary.parse(
      await documentOf(["receipt", "--day", "2024-01-10", ...MARKET], { home: home.dir, env }),
    );
    expect(own.looked).toBeGreaterThan(50);
    const { config } = parseOptions({ seed: "3", timeframe: "15m", home: home.dir }, env);
    const venue = await openVenue(config, NEVER_ABORTED);
    const parts = { queue, config, owner: "desk", clock, onNote: (text: string) => void notes.push(text) };
    const notes: string[] = [];
    const startWorker = async () => {
      const worker = startCli(["worker", "--roles", "check", "--nice", "0"], { env: { ...env, REDIS_URL: redis.url } });
      await worker.waitFor(/worker of DeepTrader .* for check, 1 at once/);
      return worker;
    };
    const victim = await startWorker();
    const made = createReceiptAsker({ ...parts, world: worldOf(venue) })(DAY_MS, NEVER_ABORTED);
    await expect.poll(async () => (await queue.overview(NEVER_ABORTED)).roles.map(({ active }) => active)).toContain(1);
    victim.signal("SIGKILL");
    await victim.ended;
    const heir = await startWorker();
    expect(await made, notes.join()).toEqual(own);
    const other = { config, world: { ...worldOf(venue), definitionIds: ["another text"] }, dayMs: DAY_MS };
    expect(ReceiptResult.parse(await queue.run(receiptJob(other, clock.now(), "desk"), NEVER_ABORTED))).toEqual({
      left: "its venue or the text of a strategy is not the desk's",
    });
    heir.signal("SIGTERM");
    expect((await heir.ended).stdout).toMatch(/^2 jobs done, 0 failed/);
  });
});
