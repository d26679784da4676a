// Floor 5. What a backtest is given.
import type { ModelChoice } from "#agents/models/select.ts";
import type { VenuePorts } from "#desk/assemble-desk.ts";
import type { DeskConfig, ThinkingPolicy } from "#schemas/config.ts";
import type { UnixMs } from "#schemas/units.ts";

export interface BacktestInput {
  readonly config: DeskConfig;
  readonly venue: Omit<VenuePorts, "clock" | "counting">;
  readonly firstSlotMs: UnixMs;
  /** Inclusive. */
  readonly lastSlotMs: UnixMs;
  /** Second opinions; left out: none is asked for. */
  readonly opinions?: BacktestOpinionSettings;
}

export interface BacktestOpinionSettings {
  readonly models: readonly ModelChoice[];
  readonly thinking: Pick<ThinkingPolicy, "nearTriggerPct" | "passTokens" | "dayTokens">;
  readonly deadlineMs: number;
  readonly monotonicMs: () => number;
}
