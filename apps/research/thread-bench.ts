// Floor 6. The research bench on threads of this process, one a core: the jobs of a worker without a server between.
import { createInProcessQueue } from "#memory/queues/in-process-queue.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import type { ResearchBench } from "#scheduler/research/research-bench.ts";
import { createJobBench } from "../jobs/job-bench.ts";
import { createTrialLanes } from "../jobs/trial-handler.ts";
import type { LaneOptions } from "./bench-lane.ts";

export interface ThreadBenchOptions extends Omit<LaneOptions, "expected"> {
  /** Threads at once. */
  readonly lanes: number;
}

export function createThreadBench({ lanes, config, ...options }: ThreadBenchOptions): ResearchBench {
  const { now: nowMs, sleep } = systemClock();
  const queue = createInProcessQueue({ sleep, monotonicMs, nowMs });
  const trials = createTrialLanes({ lanes, ...options });
  queue.work("research", trials.handle, { concurrency: lanes });
  const bench = createJobBench(queue, config, null);
  return {
    lanes,
    run: bench.run,
    async close() {
      await queue.close();
      await trials.close();
    },
  };
}
