// Floor 6. One thread of the research bench: it opens strategies and venue once, and is handed one run after another.
import { createRequire } from "node:module";
import type { DeskConfig } from "#schemas/config.ts";
import { StrategyError } from "#schemas/errors.ts";
import type { Outcome } from "#schemas/research.ts";
import { isStrategyFile } from "#toolkits/strategies/registry.ts";
import { RemoteError } from "../error-document.ts";
import { type Limits, type WatchedData, WatchedThread } from "../watched-thread.ts";
import type { BenchJob, BenchMessage, BenchThreadData, BenchWorld } from "./bench-messages.ts";

export interface LaneOptions extends Limits {
  readonly config: DeskConfig;
  /** Hears what strategies print. */
  readonly onOutput: (line: string) => void;
  /** What it must find when it opens; left out: whatever there is. */
  readonly expected?: BenchWorld;
}

/** One thread and what it is at. */
export class BenchLane {
  readonly #thread: WatchedThread<BenchJob, BenchMessage>;
  #awaited = Promise.withResolvers<Outcome>();

  constructor({ config, onOutput, expected, ...limits }: LaneOptions) {
    const named = config.strategies.map(({ use }) => use);
    const files = named.filter(isStrategyFile);
    // Nothing of the store is needed, and its address holds a password.
    const data: Omit<BenchThreadData, keyof WatchedData> = {
      config: { ...config, databaseUrl: null, redisUrl: null },
      expected: expected ?? null,
    };
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
