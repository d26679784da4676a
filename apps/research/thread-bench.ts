// Floor 6. The research bench on threads, one a core. A thread opens strategies and venue once, and is handed one run after another. One
// run that fails ends them all: the next call opens new ones.
import { createRequire } from "node:module";
import type { BenchOptions, ResearchBench } from "#scheduler/research/research-bench.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { InvariantError, StrategyError } from "#schemas/errors.ts";
import type { Outcome, Variation } from "#schemas/research.ts";
import { isStrategyFile } from "#toolkits/strategies/registry.ts";
import { RemoteError } from "../error-document.ts";
import { type Limits, type WatchedData, WatchedThread } from "../watched-thread.ts";
import type { BenchJob, BenchMessage, BenchThreadData } from "./bench-messages.ts";

export interface ThreadBenchOptions extends Limits {
  readonly config: DeskConfig;
  /** Threads at once. */
  readonly lanes: number;
  /** Hears what strategies print. */
  readonly onOutput: (line: string) => void;
}

export function createThreadBench({ lanes, ...options }: ThreadBenchOptions): ResearchBench {
  let open: Lane[] = [];
  const endAll = async (reason: string): Promise<void> => {
    const ended = open;
    open = [];
    await Promise.all(ended.map((lane) => lane.end(reason)));
  };
  return {
    lanes,
    async run(variations, { signal, onDone }) {
      signal.throwIfAborted();
      while (open.length < Math.min(lanes, variations.length)) open.push(new Lane(options));
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
async function runAll(lanes: readonly Lane[], variations: readonly Variation[], { signal, onDone }: BenchOptions) {
  const outcomes = new Map<number, Outcome>();
  const waiting = variations.entries();
  const work = async (lane: Lane): Promise<void> => {
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

/** One thread and what it is at. */
class Lane {
  readonly #thread: WatchedThread<BenchJob, BenchMessage>;
  #awaited = Promise.withResolvers<Outcome>();

  constructor({ config, onOutput, ...limits }: Omit<ThreadBenchOptions, "lanes">) {
    const named = config.strategies.map(({ use }) => use);
    const files = named.filter(isStrategyFile);
    // Nothing of the store is needed, and its address holds a password.
    const data: Omit<BenchThreadData, keyof WatchedData> = { config: { ...config, databaseUrl: null, redisUrl: null } };
    this.#thread = new WatchedThread<BenchJob, BenchMessage>({
      entry: createRequire(import.meta.url).resolve("#apps/research/bench-worker.ts"),
      data,
      files: files.length === 0 ? named : files,
      onOutput,
      onMessage: (message) => this.#take(message),
      ...limits,
    });
  }

  /** @throws StrategyError where a rule fails or hangs, also while it was opened */
  run(job: BenchJob): Promise<Outcome> {
    this.#thread.send(job);
    return Promise.race([this.#awaited.promise, this.#thread.failed]);
  }

  end(reason: string): Promise<void> {
    return this.#thread.end(reason);
  }

  #take(message: BenchMessage): void {
    const { resolve, reject, promise } = this.#awaited;
    if (message.type === "outcome") {
      this.#awaited = Promise.withResolvers<Outcome>();
      resolve(message.outcome);
      return;
    }
    promise.catch(() => {});
    reject(message.type === "fault" ? new StrategyError(message.fault) : new RemoteError(message.error));
  }
}

function missing(): never {
  throw new InvariantError({
    was: "A run of the bench came to no outcome.",
    expected: "one for each that was asked for",
    remedy: "This is a bug; please report it with the command that led here.",
  });
}
