import { createInProcessQueue } from "#memory/queues/in-process-queue.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { jobQueueContract } from "../../contract/job-queue.ts";

jobQueueContract("in process", async () => {
  const { now, sleep } = systemClock();
  const queue = createInProcessQueue({ sleep, monotonicMs, nowMs: now });
  return [queue, queue];
});
