// Floor 6. A probe in a thread of its own, in which nothing has been asked before. A rule that hangs ends the thread, not the process.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { Decided, HistoryDifference, MarketVerdicts } from "#scheduler/research/validate/pass.ts";
import type { Probe } from "#scheduler/research/validate/probe.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { StrategyError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { isStrategyFile } from "#toolkits/strategies/registry.ts";
import type { Trip } from "#toolkits/user-files/tripwires.ts";
import { RemoteError } from "../error-document.ts";
import { type Limits, type WatchedData, WatchedThread } from "../watched-thread.ts";
import type { ProbeAnswer, ProbeJob, ProbeMessage, ProbeThreadData } from "./probe-messages.ts";

export interface ProbeThreadOptions extends CallOptions, Limits {
  /** With one strategy. */
  readonly config: DeskConfig;
  /** Hears what the strategy prints. */
  readonly onOutput: (line: string) => void;
}

export function openProbeThread({ config, onOutput, ...limits }: ProbeThreadOptions): Probe {
  const named = config.strategies.map(({ use }) => use);
  const [file] = named.filter(isStrategyFile);
  const data: Omit<ProbeThreadData, keyof WatchedData> = {
    // Nothing of the store is needed, and its address holds a password.
    config: { ...config, databaseUrl: null, redisUrl: null },
    entry: file === undefined ? null : resolve(file),
  };
  let awaited = Promise.withResolvers<ProbeAnswer>();
  const thread = new WatchedThread<ProbeJob, ProbeMessage>({
    entry: createRequire(import.meta.url).resolve("#apps/research/probe-worker.ts"),
    data,
    files: named,
    onOutput,
    onMessage: (message) => {
      if (message.type === "answer") awaited.resolve(message.answer);
      else awaited.reject(message.type === "fault" ? new StrategyError(message.fault) : new RemoteError(message.error));
    },
    ...limits,
  });
  const ask = async <Answer extends ProbeAnswer>(job: ProbeJob): Promise<Answer> => {
    awaited = Promise.withResolvers<ProbeAnswer>();
    thread.send(job);
    // The thread answers each kind of job with its kind of answer.
    return (await Promise.race([awaited.promise, thread.failed])) as Answer;
  };
  return {
    verdicts: (pass) => ask<readonly MarketVerdicts[]>({ type: "verdicts", pass }),
    decisions: (pass) => ask<Decided>({ type: "decisions", pass }),
    history: (pass, factor) => ask<HistoryDifference>({ type: "history", pass, factor }),
    trips: () => ask<readonly Trip[]>({ type: "trips" }),
    close: () => thread.end("the probe is closed"),
  };
}
