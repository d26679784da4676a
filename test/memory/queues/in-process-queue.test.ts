import { createInProcessQueue } from "#memory/queues/in-process-queue.ts";
import { jobQueueContract } from "../../contract/job-queue.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";

jobQueueContract("in process", async () => {
  const { now, sleep } = systemClock();
  const queue = createInProcessQueue({ sleep, monotonicMs, nowMs: now });
  return [queue, queue];
});
