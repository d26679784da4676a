// A worker that says what it begins; each job takes the milliseconds of its input.
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";

const [, , url = "", prefix = ""] = process.argv;
const { now: nowMs, sleep } = systemClock();
const queue = openBullQueue({ place: { url, prefix, version: "1" }, name: `child ${process.pid}`, nowMs, sleep });
queue.work(
  "research",
  async (input) => {
    const { name, ms } = input as { readonly name: string; readonly ms: number };
    console.log(`begins ${name}`);
    await sleep(ms, NEVER_ABORTED);
    return `${name} done`;
  },
  { concurrency: 4 },
);
console.log("works");
