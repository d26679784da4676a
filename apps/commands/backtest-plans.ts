// Floor 6. Plans of a backtest: only from recordings, and beside the same run without them.
import type { BacktestRun } from "#scheduler/backtest-driver.ts";
import type { BacktestPlanSettings } from "#scheduler/backtest-input.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError } from "#schemas/errors.ts";
import { PLANNED } from "#schemas/plan.ts";

/** Null: `planned` is not among the strategies, or no tokens are set. @throws ConfigError where plans would be bought anew at every run */
export async function plansOf(
  config: DeskConfig,
  env: Readonly<Record<string, string | undefined>>,
): Promise<BacktestPlanSettings | null> {
  if (config.thinking.planDayTokens === 0 || !config.strategies.some(({ use }) => use === PLANNED)) return null;
  if (config.modelReplayDir === null && config.modelRecordDir === null) {
    throw new ConfigError({
      was: "DEEPTRADER_PLAN_DAY_TOKENS is set, and no model recording is: every run of this backtest would ask the provider, and get other plans.",
      expected: "recorded plans, so that a run can be repeated",
      remedy:
        "Record them once with DEEPTRADER_MODEL_RECORD=DIR (this calls the model), replay them with DEEPTRADER_MODEL_REPLAY=DIR, or set DEEPTRADER_PLAN_DAY_TOKENS=0.",
    });
  }
  const { sleepModels } = await import("../models.ts");
  const models = await sleepModels(config, env)?.();
  if (models === undefined) return null;
  const { thinking, modelTimeoutMs: deadlineMs } = config;
  return { models, thinking, deadlineMs, monotonicMs: () => performance.now() };
}

/** What the same desk did without plans: `planned` makes no trade then. */
export const withoutPlans = ({ account, finalEquity }: BacktestRun) => ({
  equity: finalEquity,
  tradesClosed: account.statistics().trades().length,
  decisionsHash: account.decisionsHash(),
});
