// Bench. A worker of its own process: research runs in one thread, as `deeptrader worker --concurrency 1` has them, or waits of so many ms.
import { createTrialLanes } from "#apps/jobs/trial-handler.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { systemClock } from "#scheduler/clock.ts";

const [, , url = "", prefix = "", concurrency = "1"] = process.argv;
const { now: nowMs, sleep } = systemClock();
const queue = openBullQueue({ place: { url, prefix, version: "bench" }, name: String(process.pid), nowMs, sleep });
const lanes = createTrialLanes({ lanes: 1, onOutput: () => {} });
queue.work(
  "research",
  async (input, call) => {
    if (typeof input !== "number") return lanes.handle(input, call);
    if (input > 0) await sleep(input, call);
    return null;
  },
  { concurrency: Number(concurrency) },
);
process.stdout.write("works\n");
