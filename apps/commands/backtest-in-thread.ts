// Floor 6. A backtest of strategies from files, in a thread of its own that is watched: a rule that hangs, or takes memory without
// end, ends the backtest with a reason, not the process.
import { createRequire } from "node:module";
import { buysJudgement, type DeskConfig } from "#schemas/config.ts";
import { ConfigError, StrategyError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Timeframe } from "#schemas/units.ts";
import { isStrategyFile } from "#toolkits/strategies/registry.ts";
import { RemoteError } from "../error-document.ts";
import type { Io } from "../io.ts";
import { type AskedRange, WHOLE_RANGE } from "../research/range.ts";
import { type Limits, type WatchedData, WatchedThread } from "../watched-thread.ts";
import type { BacktestDocument } from "./backtest.ts";
import type { BacktestMessage, BacktestThreadData } from "./backtest-messages.ts";

export interface ThreadBacktestOptions extends CallOptions, Limits {
  readonly startedMs: number;
  /** The operator's, in words; left out: none. */
  readonly rules?: readonly string[];
  /** Left out: all that can be tested. */
  readonly range?: AskedRange;
  /** True: with what is drawn. */
  readonly isDrawn?: boolean;
  /** Left out: no shorter candles. */
  readonly detail?: Timeframe;
  readonly rulePrices?: boolean;
  /** True: with each refused entry and what was held at the end. */
  readonly isAudited?: boolean;
}

/** Whether the backtest of this configuration needs a thread of its own. */
export const runsInThread = ({ strategies }: Pick<DeskConfig, "strategies">): boolean =>
  strategies.some(({ use }) => isStrategyFile(use));

/** @throws StrategyError naming file, field, market and candle, or what it did when it was ended; whatever `backtest` throws */
export async function backtestInThread(
  config: DeskConfig,
  io: Pick<Io, "note" | "progress">,
  {
    startedMs,
    rules = [],
    range = WHOLE_RANGE,
    isDrawn = false,
    rulePrices = false,
    isAudited = false,
    detail,
    ...options
  }: ThreadBacktestOptions,
): Promise<BacktestDocument> {
  if (buysJudgement(config) && config.modelRecordDir !== null) throw noRecording();
  const result = Promise.withResolvers<BacktestDocument>();
  const onMessage = (message: BacktestMessage): void => {
    if (message.type === "note") io.note(message.text);
    else if (message.type === "progress") io.progress(message.text);
    else if (message.type === "done") result.resolve(message.document);
    else result.reject(message.type === "fault" ? new StrategyError(message.fault) : new RemoteError(message.error));
  };
  const data: Omit<BacktestThreadData, keyof WatchedData> = {
    // Nothing of the store is needed, and its address holds a password.
    config: { ...config, databaseUrl: null, redisUrl: null },
    rules,
    range,
    isDrawn,
    detail: detail ?? null,
    rulePrices,
    isAudited,
    elapsedMs: performance.now() - startedMs,
  };
  const thread = new WatchedThread<never, BacktestMessage>({
    entry: createRequire(import.meta.url).resolve("#apps/commands/backtest-worker.ts"),
    data,
    files: config.strategies.map(({ use }) => use).filter(isStrategyFile),
    onOutput: io.note,
    onMessage,
    ...options,
  });
  try {
    return await Promise.race([result.promise, thread.failed]);
  } finally {
    io.progress(null);
    await thread.end("the backtest is over");
  }
}

const noRecording = (): ConfigError =>
  new ConfigError({
    was: "DEEPTRADER_MODEL_RECORD is set for a backtest of a strategy file, which has no environment and so no key.",
    expected: "debates that were recorded before, or none",
    remedy: "Set DEEPTRADER_MODEL_REPLAY=DIR, or unset the tokens of debates and plans.",
  });
