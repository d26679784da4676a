// Floor 6. A backtest of strategies from files, in a thread of its own that is watched: a rule that hangs, or takes memory without
// end, ends the backtest with a reason, not the process.
import { createRequire } from "node:module";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { systemClock } from "#scheduler/clock.ts";
import { buysJudgement, type DeskConfig } from "#schemas/config.ts";
import { ConfigError, StrategyError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { toIso } from "#schemas/units.ts";
import { isStrategyFile } from "#toolkits/strategies/registry.ts";
import { Patience } from "#toolkits/user-files/patience.ts";
import { UserThread } from "#toolkits/user-files/thread.ts";
import { RemoteError } from "../error-document.ts";
import type { Io } from "../io.ts";
import type { BacktestDocument } from "./backtest.ts";
import { type BacktestMessage, type BacktestThreadData, Pulse } from "./backtest-messages.ts";

/** Without a slot run for so long, it hangs. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 250;
/** Heap of the thread. Candles of a long history lie beside it, and are counted only as far as they grow while rules run. */
const MEMORY_MB = 4096;

export interface ThreadBacktestOptions extends CallOptions {
  readonly startedMs: number;
  /** The operator's, in words; left out: none. */
  readonly rules?: readonly string[];
  readonly patienceMs?: number;
  readonly memoryMb?: number;
}

/** Whether the backtest of this configuration needs a thread of its own. */
export const runsInThread = ({ strategies }: Pick<DeskConfig, "strategies">): boolean =>
  strategies.some(({ use }) => isStrategyFile(use));

/** @throws StrategyError naming file, field, market and candle, or what it did when it was ended; whatever `backtest` throws */
export async function backtestInThread(
  config: DeskConfig,
  io: Pick<Io, "note" | "progress">,
  { signal, startedMs, rules = [], patienceMs = PATIENCE_MS, memoryMb = MEMORY_MB }: ThreadBacktestOptions,
): Promise<BacktestDocument> {
  if (buysJudgement(config) && config.modelRecordDir !== null) throw noRecording();
  const { port1: port, port2 } = new MessageChannel();
  const pulse = new Pulse();
  const data: BacktestThreadData = {
    // Nothing of the store is needed, and its address holds a password.
    config: { ...config, databaseUrl: null, redisUrl: null },
    rules,
    elapsedMs: performance.now() - startedMs,
    port: port2,
    pulse: pulse.buffer,
  };
  const thread = new UserThread(
    createRequire(import.meta.url).resolve("#apps/commands/backtest-worker.ts"),
    { data, memoryMb, onOutput: io.note },
    [port2],
  );
  const result = Promise.withResolvers<BacktestDocument>();
  const take = (message: BacktestMessage): void => {
    if (message.type === "note") io.note(message.text);
    else if (message.type === "progress") io.progress(message.text);
    else if (message.type === "done") result.resolve(message.document);
    else result.reject(message.type === "fault" ? new StrategyError(message.fault) : new RemoteError(message.error));
  };
  port.on("message", take);
  void thread.whenEnded.then((reason) => {
    // What was sent before the end counts.
    for (let left = receiveMessageOnPort(port); left !== undefined; left = receiveMessageOnPort(port))
      take(left.message);
    result.reject(endedWhile(config, pulse, reason));
  });
  const done = new AbortController();
  const watched = watch(thread, pulse, { patienceMs, memoryMb, signal: AbortSignal.any([signal, done.signal]) });
  try {
    return await Promise.race([
      result.promise,
      watched.then((reason) => Promise.reject(endedWhile(config, pulse, reason))),
    ]);
  } finally {
    done.abort();
    io.progress(null);
    await thread.end("the backtest is over");
    port.close();
  }
}

interface Watch extends CallOptions {
  readonly patienceMs: number;
  readonly memoryMb: number;
}

/** Resolves with what is wrong with the thread; rejects when it is not to be watched any more. */
async function watch(thread: UserThread, pulse: Pulse, { patienceMs, memoryMb, signal }: Watch): Promise<string> {
  const clock = systemClock();
  const stepMs = Math.min(LOOK_MS, patienceMs);
  const patience = new Patience(thread, patienceMs);
  let { beats } = pulse;
  let memoryBefore = 0;
  for (;;) {
    await clock.sleep(stepMs, { signal });
    const isUsersCode = pulse.phase === "load" || pulse.phase === "run";
    const usedMb = await thread.memoryMb().catch(() => 0);
    if (!isUsersCode) memoryBefore = usedMb;
    if (usedMb - memoryBefore > memoryMb) return `it took more than ${memoryMb} MiB of memory`;
    if (!isUsersCode || pulse.beats !== beats) {
      beats = pulse.beats;
      patience.renew();
    } else if (await patience.isOver(stepMs)) return `nothing happened for ${patienceMs / 1000} s`;
  }
}

function endedWhile({ strategies }: DeskConfig, pulse: Pulse, reason: string): StrategyError {
  const files = strategies.flatMap(({ use }) => (isStrategyFile(use) ? [use] : []));
  const doing = { load: "was loaded", open: "waited for the venue", run: "decided", "sum-up": "was summed up" }[
    pulse.phase
  ];
  const slot = pulse.phase === "run" && pulse.slotMs > 0 ? ` the slot ${toIso(pulse.slotMs)}` : "";
  return new StrategyError({
    strategy: files.join(", "),
    was: `${reason}, while it ${doing}${slot}.`,
    remedy: "Correct the rule that takes so long or so much there.",
  });
}

const noRecording = (): ConfigError =>
  new ConfigError({
    was: "DEEPTRADER_MODEL_RECORD is set for a backtest of a strategy file, which has no environment and so no key.",
    expected: "debates that were recorded before, or none",
    remedy: "Set DEEPTRADER_MODEL_REPLAY=DIR, or unset the tokens of debates and plans.",
  });
