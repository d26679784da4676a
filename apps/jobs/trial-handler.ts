// Floor 6. A worker's part in the research bench: threads that have opened what one search asks for, kept for its next run.
import { StrategyError } from "#schemas/errors.ts";
import { hashOf } from "#schemas/hash.ts";
import type { JobHandler } from "#schemas/ports/jobs.ts";
import { errorDocument } from "../error-document.ts";
import { BenchLane } from "../research/bench-lane.ts";
import type { Limits } from "../watched-thread.ts";
import { TrialInput, type TrialResult } from "./trial-job.ts";

export interface TrialLanes {
  readonly handle: JobHandler;
  /** Ends the threads that have nothing to do. */
  close(): Promise<void>;
}

interface Idle {
  readonly name: string;
  readonly lane: BenchLane;
}

/** @param lanes threads that are open at once; no more jobs than that may be under way */
export function createTrialLanes({
  lanes,
  onOutput,
  ...limits
}: Limits & { readonly lanes: number; readonly onOutput: (line: string) => void }): TrialLanes {
  /** The one that was used last stands last. */
  const idle: Idle[] = [];
  let busy = 0;

  const take = async ({ config, world }: TrialInput): Promise<Idle> => {
    const name = hashOf([config, world], 32);
    const index = idle.findLastIndex((one) => one.name === name);
    const [known] = index < 0 ? [] : idle.splice(index, 1);
    if (known !== undefined) return known;
    if (busy + idle.length > lanes) await idle.shift()?.lane.end("another search needs its place");
    return {
      name,
      lane: new BenchLane({ config, onOutput, ...limits, ...(world === null ? {} : { expected: world }) }),
    };
  };

  const run = async (input: TrialInput, signal: AbortSignal): Promise<TrialResult> => {
    const taken = await take(input);
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      const outcome = await Promise.race([taken.lane.run({ index: 0, variation: input.variation }), aborted.promise]);
      idle.push(taken);
      return { type: "outcome", index: 0, outcome };
    } catch (error) {
      // Whatever it is at, the next run gets a new one.
      await taken.lane.end("its run failed");
      signal.throwIfAborted();
      return error instanceof StrategyError
        ? { type: "fault", fault: error.fault }
        : { type: "error", error: errorDocument(error) };
    } finally {
      signal.removeEventListener("abort", abort);
    }
  };

  return {
    async handle(given, { signal }) {
      signal.throwIfAborted();
      busy += 1;
      try {
        return await run(TrialInput.parse(given), signal);
      } finally {
        busy -= 1;
      }
    },
    async close() {
      await Promise.all(idle.splice(0).map(({ lane }) => lane.end("the worker is closed")));
    },
  };
}
