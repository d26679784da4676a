// A worker that reads candles for a desk under test, whose clock it takes from the shards. It says which shards it begins. `dies`: it ends
// itself with its first question, which nobody answers then, or with the end of its first shard.
import { createSweepHandler } from "#apps/jobs/sweep-handler.ts";
import { SweepShard } from "#apps/jobs/sweep-job.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { SharedAnswers } from "#memory/shared-answers.ts";
import { openStore } from "#memory/stores/open.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { unixMs } from "#schemas/units.ts";
import { openVenueOn } from "#test/exchanges/open-venue.ts";

const [, , redisUrl = "", prefix = "", databaseUrl = "", exchangeUrl = "", claimMs = "", how = ""] = process.argv;
const { now, sleep } = systemClock();
let shardMs = 0;
const venue = await openVenueOn({ url: exchangeUrl, world: { now: () => shardMs } }, "binance");
const mayDie = (): void => void (how === "dies" && process.kill(process.pid, "SIGKILL"));
const candles: typeof venue.candles = (request, options) => {
  mayDie();
  return venue.candles(request, options);
};
const store = await openStore({ kind: "postgres", url: databaseUrl, owner: "worker" }, NEVER_ABORTED);
const shared = new SharedAnswers({
  store: store.answers,
  venueId: venue.venueId,
  address: "worker",
  isHelped: true,
  claimMs: Number(claimMs),
  presentMs: 600_000,
  sleep,
  monotonicMs,
});
const handle = createSweepHandler({
  open: async () => ({ source: { ...venue, candles }, shared }),
  clock: { now: () => unixMs(shardMs), sleep },
});
const place = { url: redisUrl, prefix, version: "1" };
const queue = openBullQueue({ place, name: `sweeper ${process.pid}`, nowMs: now, sleep });
queue.work(
  "sweep",
  async (input, options) => {
    const { closeMs, timeframe } = SweepShard.parse(input);
    shardMs = closeMs + venue.graceMs;
    console.log(`begins ${timeframe} ${closeMs}`);
    const result = await handle(input, options);
    mayDie();
    return result;
  },
  { concurrency: 2 },
);
console.log("works");
