// Floor 2, risk. Entry rules on what is held and waited for: one position per strategy and base asset, cooldown, number of
// positions of all strategies.
import { positionKey } from "#schemas/portfolio.ts";
import { splitSymbol, timeframeMs } from "#schemas/units.ts";
import { placesTaken } from "../working.ts";
import type { Rule } from "./rule.ts";

export const alreadyOpen: Rule = ({ portfolio, decision }) => {
  const { base } = splitSymbol(decision.symbol);
  const taken = placesTaken(portfolio).find((p) => p.base === base && p.strategyId === decision.strategyId);
  return taken === undefined ? null : `${base} is already ${taken.how}; one open position per asset`;
};

export const cooldown: Rule = ({ portfolio, decision, slotMs, limits }) => {
  const lastMs = portfolio.lastExitMs.get(positionKey(decision));
  if (lastMs === undefined) return null;
  const candles = Math.floor((slotMs - lastMs) / timeframeMs(decision.timeframe));
  return candles >= limits.cooldownCandles
    ? null
    : `${candles} candles since the last exit; the cooldown is ${limits.cooldownCandles}`;
};

export const maxPositions: Rule = ({ portfolio, limits }) => {
  const open = placesTaken(portfolio).length;
  return open < limits.maxOpenPositions
    ? null
    : `${open} positions open or on order; the limit is ${limits.maxOpenPositions}`;
};
