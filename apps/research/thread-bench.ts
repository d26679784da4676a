// Floor 6. The research bench on threads, one a core. A thread opens strategies and venue once, and is handed one run after another. One
// run that fails ends them all: the next call opens new ones.
import type { BenchOptions, ResearchBench } from "#scheduler/research/research-bench.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { Outcome, Variation } from "#schemas/research.ts";
import { BenchLane, type LaneOptions } from "./bench-lane.ts";

export interface ThreadBenchOptions extends LaneOptions {
  /** Threads at once. */
  readonly lanes: number;
}

export function createThreadBench({ lanes, ...options }: ThreadBenchOptions): ResearchBench {
  let open: BenchLane[] = [];
  const endAll = async (reason: string): Promise<void> => {
    const ended = open;
    open = [];
    await Promise.all(ended.map((lane) => lane.end(reason)));
  };
  return {
    lanes,
    async run(variations, { signal, onDone }) {
      signal.throwIfAborted();
      while (open.length < Math.min(lanes, variations.length)) open.push(new BenchLane(options));
      try {
        return await runAll(open, variations, { signal, ...(onDone === undefined ? {} : { onDone }) });
      } catch (error) {
        await endAll("another run failed");
        throw error;
      }
    },
    close: () => endAll("the bench is closed"),
  };
}

/** Whichever lane is free takes the next; outcomes stand in the order asked. */
async function runAll(lanes: readonly BenchLane[], variations: readonly Variation[], { signal, onDone }: BenchOptions) {
  const outcomes = new Map<number, Outcome>();
  const waiting = variations.entries();
  const work = async (lane: BenchLane): Promise<void> => {
    for (const [index, variation] of waiting) {
      const outcome = await lane.run({ index, variation });
      outcomes.set(index, outcome);
      onDone?.(index, outcome);
    }
  };
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([Promise.all(lanes.map(work)), aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
  return variations.map((_, index) => outcomes.get(index) ?? missing());
}

function missing(): never {
  throw new InvariantError({
    was: "A run of the bench came to no outcome.",
    expected: "one for each that was asked for",
    remedy: "This is a bug; please report it with the command that led here.",
  });
}
