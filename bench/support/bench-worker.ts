// Bench. A worker of its own process: research runs in one thread, as `deeptrader worker --concurrency 1` has them, or waits of so many ms;
// with a database also sweeps of a venue that answers after 50 ms.

import { createSweepHandler } from "#apps/jobs/sweep-handler.ts";
import { SweepShard } from "#apps/jobs/sweep-job.ts";
import { createTrialLanes } from "#apps/jobs/trial-handler.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { claimMsAt, SharedAnswers } from "#memory/shared-answers.ts";
import { openStore } from "#memory/stores/open.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { unixMs, VenueId } from "#schemas/units.ts";
import { slowVenue } from "./slow-venue.ts";

const [, , url = "", prefix = "", concurrency = "1", databaseUrl = ""] = process.argv;
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
if (databaseUrl !== "") {
  const store = await openStore({ kind: "postgres", url: databaseUrl, owner: "worker" }, NEVER_ABORTED);
  const shared = new SharedAnswers({
    store: store.answers,
    venueId: VenueId.parse("bench"),
    address: String(process.pid),
    isHelped: true,
    claimMs: claimMsAt(0),
    presentMs: 600_000,
    sleep,
    monotonicMs,
  });
  let shardMs = 0;
  const handle = createSweepHandler({
    open: async () => ({ source: slowVenue(sleep), shared }),
    clock: { now: () => unixMs(shardMs), sleep },
  });
  const inTime: typeof handle = (input, call) => {
    shardMs = SweepShard.parse(input).closeMs;
    return handle(input, call);
  };
  queue.work("sweep", inTime, { concurrency: Number(concurrency) });
}
process.stdout.write("works\n");
