// Floor 6. The research bench as jobs, for threads of this process or workers of any: each run is one. Outcomes come in the order of what was asked.
import type { ResearchBench } from "#scheduler/research/research-bench.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { StrategyError } from "#schemas/errors.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import { Outcome, type Variation } from "#schemas/research.ts";
import { forEachBounded } from "#toolkits/ports/for-each-bounded.ts";
import { RemoteError } from "../error-document.ts";
import type { BenchWorld } from "../research/bench-messages.ts";
import { type TrialResult, trialJob } from "./trial-job.ts";

/** Runs that are asked for at once: enough for many workers, few enough that what was asked for in vain is little. */
const ASKED_AT_ONCE = 256;

/** @param world what a worker must find; null: it stands where this process does */
export function createJobBench(queue: JobQueue, config: DeskConfig, world: BenchWorld | null): ResearchBench {
  return {
    lanes: ASKED_AT_ONCE,
    async run(variations, { signal, onDone }) {
      // One that fails ends them all: the others are taken back.
      const failed = new AbortController();
      const call = { signal: AbortSignal.any([signal, failed.signal]) };
      const outcomes: Outcome[] = [];
      const runOne = async ([index, variation]: [number, Variation]): Promise<void> => {
        const outcome = outcomeOf((await queue.run(trialJob(config, world, variation), call)) as TrialResult);
        outcomes[index] = outcome;
        onDone?.(index, outcome);
      };
      try {
        await forEachBounded([...variations.entries()], ASKED_AT_ONCE, (one) =>
          runOne(one).catch((error: unknown) => {
            failed.abort(error);
            throw error;
          }),
        );
      } catch (error) {
        throw failed.signal.aborted ? failed.signal.reason : error;
      }
      return outcomes;
    },
    close: () => queue.close(),
  };
}

/** @throws StrategyError as in a thread of one's own; RemoteError */
function outcomeOf(result: TrialResult): Outcome {
  if (result.type === "outcome") return Outcome.parse(result.outcome);
  throw result.type === "fault" ? new StrategyError(result.fault) : new RemoteError(result.error);
}
