// Floor 5. What a backtest is given.
import type { ModelChoice } from "#agents/models/select.ts";
import type { VenuePorts } from "#desk/assemble-desk.ts";
import type { DeskConfig, ThinkingPolicy } from "#schemas/config.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { OperatorRuleRow } from "#schemas/operator-rule.ts";
import type { Timeframe, UnixMs } from "#schemas/units.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import type { RunMemo } from "./run-memo.ts";

/** A rule, and the words that it was made of. */
export type WordedRule = Pick<OperatorRuleRow, "rule" | "words">;

export interface BacktestInput {
  readonly config: DeskConfig;
  readonly venue: Omit<VenuePorts, "clock" | "counting">;
  readonly firstSlotMs: UnixMs;
  /** Inclusive. */
  readonly lastSlotMs: UnixMs;
  /** Shorter candles that say what came first within a candle; left out: a stop comes before a take-profit. */
  readonly detail?: Timeframe;
  /** The operator's own, from the first slot on; left out: none. */
  readonly rules?: readonly WordedRule[];
  /** Left out: none is held. */
  readonly debates?: BacktestDebateSettings;
  /** What earlier runs over the same venue have left; left out: nothing is kept. */
  readonly memo?: RunMemo;
  /** Plans; left out: none is made. */
  readonly plans?: BacktestPlanSettings;
  /** Every entry that was refused goes along to its end; left out: none does. */
  readonly shadows?: boolean;
}

export interface BacktestPlanSettings {
  readonly models: readonly ModelChoice[];
  readonly thinking: Pick<ThinkingPolicy, "nearTriggerPct" | "planDayTokens">;
  readonly deadlineMs: number;
  readonly monotonicMs: () => number;
}

export interface BacktestDebateSettings {
  readonly models: readonly ModelChoice[];
  readonly thinking: Pick<ThinkingPolicy, "nearTriggerPct" | "debateDayTokens">;
  readonly deadlineMs: number;
  readonly monotonicMs: () => number;
}

/** @throws InvariantError for a strategy that runs in another thread: its backtest runs there as well */
export const strategiesOf = ({ hosts }: BacktestInput["venue"]): readonly Strategy[] =>
  hosts.map(({ local, info }) => {
    if (local !== null) return local;
    throw new InvariantError({
      was: `The strategy ${info.id} does not run in this thread.`,
      expected: "strategies whose rules can be called row by row",
      remedy: "This is a bug; please report it with the command that led here.",
    });
  });
