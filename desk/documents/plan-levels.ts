// Floor 4. What a strategy says of a market, and the plan that waits there → what it says with the plan's level as its own. Pure.
import type { Saying } from "#memory/said-of.ts";
import { entryLevelOf, PLANNED, type Plan } from "#schemas/plan.ts";
import { type PositionKey, positionKey } from "#schemas/portfolio.ts";
import type { ActionLevels } from "#schemas/reading.ts";
import { conditionText } from "./plan-text.ts";

/** Between its level and its stop, or its target, the next close enters; further away it does not. */
function levelsOf(plan: Plan): ActionLevels {
  const { stopPrice, targetPrice } = plan.bracket;
  const level = entryLevelOf(plan);
  const [from, to] = "enterAtOrBelow" in plan.entry ? [stopPrice, level] : [level, targetPrice];
  return {
    status: plan.onlyWhile.length === 0 ? "exact" : "conditional",
    note: plan.onlyWhile.length === 0 ? "" : `planned, only while ${plan.onlyWhile.map(conditionText).join(" and ")}`,
    searched: { from: stopPrice, to: targetPrice },
    intervals: [{ action: "enter", from, to }],
  };
}

export function withPlanLevels(saying: Saying, plans: ReadonlyMap<PositionKey, Plan>): Saying {
  if (saying.status !== "read" || saying.strategyId !== PLANNED) return saying;
  const plan = plans.get(positionKey({ strategyId: PLANNED, symbol: saying.reading.symbol }));
  return plan === undefined ? saying : { ...saying, reading: { ...saying.reading, levels: levelsOf(plan) } };
}
