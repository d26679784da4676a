// Floor 4. A plan's typed part → words of the desk's own: levels, size, expiry. Nothing of the model's text is in it.
import { significantDecimal } from "#schemas/money.ts";
import { entryLevelOf, type Plan, type PlanCondition } from "#schemas/plan.ts";
import { formatTime } from "./format.ts";

/** Six significant digits in plain notation. */
export const plainPrice = (price: number): string => significantDecimal(price, 6);

/** `RSI under 40` */
export function conditionText(condition: PlanCondition): string {
  switch (condition.what) {
    case "rsi-below":
      return `RSI under ${condition.value}`;
    case "rsi-above":
      return `RSI over ${condition.value}`;
    case "price-below":
      return `price under ${plainPrice(condition.value)}`;
    case "price-above":
      return `price over ${plainPrice(condition.value)}`;
    case "verdict-clear":
      return "token security is clear";
  }
}

/** `at or under 98.2` */
export const entryText = (plan: Pick<Plan, "entry">): string =>
  `at or ${"enterAtOrBelow" in plan.entry ? "under" : "over"} ${plainPrice(entryLevelOf(plan))}`;

/** `enters at or under 98.2 while RSI under 40, stop 95, target 104, half the usual size, until …` */
export function planLine(plan: Plan): string {
  const { bracket, onlyWhile, sizeRatio, expiresAtMs } = plan;
  const only = onlyWhile.length === 0 ? "" : ` while ${onlyWhile.map(conditionText).join(" and ")}`;
  const size = sizeRatio === 1 ? "" : `, ${plainPrice(sizeRatio * 100)} % of the usual size`;
  const hold = bracket.maxHoldCandles === null ? "" : `, held ${bracket.maxHoldCandles} candles at most`;
  return `enters ${entryText(plan)}${only}, stop ${plainPrice(bracket.stopPrice)}, target ${plainPrice(bracket.targetPrice)}${hold}${size}, until ${formatTime(expiresAtMs)} UTC`;
}
