import { it } from "vitest";
import { freshPrefix, REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { systemClock } from "#scheduler/clock.ts";
import { jobQueueContract } from "../../contract/job-queue.ts";

const missing = await whyNoRedis();
const { now: nowMs, sleep } = systemClock();

if (missing !== null) {
  console.warn(`Left out: jobs on Redis (${missing}). Set DEEPTRADER_TEST_REDIS_URL.`);
  it.skip(`jobs on Redis were left out: ${missing}`);
} else {
  jobQueueContract("BullMQ", async () => {
    const place = { url: REDIS_URL, prefix: freshPrefix(), version: "1.2.3" };
    const open = (name: string) => openBullQueue({ place, name, nowMs, sleep });
    return [open("asker"), open("worker")];
  });
}
