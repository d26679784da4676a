// Floor 2, risk. A plan, and what is so at the close it was made on → the fault that bars it, or null. Pure and total: it is given
// whatever a model wrote. A plan that passes is still judged by the gate like any entry.
import type { RiskLimits } from "#schemas/config.ts";
import type { Fact } from "#schemas/fact.ts";
import type { Market } from "#schemas/market.ts";
import { toNumber } from "#schemas/money.ts";
import { areInOrder, entryLevelOf, PLANNED, type Plan } from "#schemas/plan.ts";
import { mayEnter, type SecurityReport } from "#schemas/security.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs } from "#schemas/units.ts";

/** In the order in which they are asked. */
export const PLAN_FAULTS = [
  "other-market",
  "other-timeframe",
  "other-close",
  "not-long",
  "not-a-number",
  "market-not-enterable",
  "levels-on-the-wrong-sides",
  "level-too-far",
  "stop-too-near",
  "stop-too-far",
  "target-too-near",
  "target-too-far",
  "hold-too-long",
  "size",
  "expiry",
  "too-many-conditions",
  "condition-out-of-range",
  "nothing-cited",
  "unknown-fact",
  "fact-of-another-market",
  "stale-fact",
] as const;
export type PlanFault = (typeof PLAN_FAULTS)[number];

/** How far a plan may reach; stated in docs/agents.md. */
export const PLAN_BOUNDS = {
  /** The entry level from the price: the nearer of the two. */
  mostLevelAtr: 5,
  mostLevelPct: 10,
  /** Stop and target from the entry level, at least so much and one tick. */
  leastDistancePct: 0.1,
  /** Target at most so many times the desk's own. */
  mostTargets: 3,
  mostExpiryCandles: 288,
  mostHoldCandles: 2_016,
  mostConditions: 5,
} as const;

/** What is so at the close that the plan was made on. */
export interface PlanMoment {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  /** The close: the plan's, and of every analysis that it cites. */
  readonly asOfMs: UnixMs;
  readonly nowMs: UnixMs;
  readonly price: number;
  /** Null: not known, and then no level is near enough. */
  readonly atr: number | null;
  /** Null: the venue does not list it. */
  readonly market: Market | null;
  readonly verdict: SecurityReport["verdict"];
  /** The desk's settlement currency. */
  readonly quote: string;
  readonly limits: Pick<RiskLimits, "stopPct" | "targetPct">;
  /** A fact of the run's table; null: it has none of that id. */
  readonly known: (id: string) => Fact | null;
}

const isPrice = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value) && value > 0;

const isWhole = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value);

/** Written so that what is no number passes no comparison. */
export function planFault(plan: Plan, at: PlanMoment): PlanFault | null {
  if (plan.symbol !== at.symbol) return "other-market";
  if (plan.timeframe !== at.timeframe) return "other-timeframe";
  if (plan.asOfMs !== at.asOfMs) return "other-close";
  if (plan.side !== "long" || plan.strategyId !== PLANNED) return "not-long";
  return levelFault(plan, at) ?? termFault(plan, at) ?? conditionFault(plan) ?? citationFault(plan, at);
}

function levelFault(plan: Plan, { price, atr, market, verdict, quote, limits }: PlanMoment): PlanFault | null {
  const level = entryLevelOf(plan);
  const { stopPrice, targetPrice } = plan.bracket;
  if (![level, stopPrice, targetPrice, price].every(isPrice) || Object.keys(plan.entry).length !== 1)
    return "not-a-number";
  if (market === null || !market.active || market.quote !== quote || !mayEnter(verdict)) return "market-not-enterable";
  if (!areInOrder(plan)) return "levels-on-the-wrong-sides";
  const bounds = PLAN_BOUNDS;
  const way = Math.abs(level - price);
  const reach = atr === null ? 0 : Math.min(bounds.mostLevelAtr * atr, (bounds.mostLevelPct / 100) * price);
  if (!(way <= reach)) return "level-too-far";
  const tick = toNumber(market.tickSize);
  const stopPct = distancePctOf(level, level - stopPrice);
  const targetPct = distancePctOf(level, targetPrice - level);
  if (!(stopPct >= bounds.leastDistancePct && level - stopPrice >= tick)) return "stop-too-near";
  if (!(stopPct <= limits.stopPct)) return "stop-too-far";
  if (!(targetPct >= bounds.leastDistancePct && targetPrice - level >= tick)) return "target-too-near";
  return targetPct <= bounds.mostTargets * limits.targetPct ? null : "target-too-far";
}

/** Percent of the entry level. */
export const distancePctOf = (level: number, distance: number): number => (100 * distance) / level;

function termFault({ bracket, sizeRatio, expiresAtMs, timeframe }: Plan, { nowMs }: PlanMoment): PlanFault | null {
  const { maxHoldCandles: hold } = bracket;
  if (hold !== null && !(isWhole(hold) && hold >= 1 && hold <= PLAN_BOUNDS.mostHoldCandles)) return "hold-too-long";
  if (!(Number.isFinite(sizeRatio) && sizeRatio > 0 && sizeRatio <= 1)) return "size";
  const latestMs = nowMs + PLAN_BOUNDS.mostExpiryCandles * timeframeMs(timeframe);
  return isWhole(expiresAtMs) && expiresAtMs > nowMs && expiresAtMs <= latestMs ? null : "expiry";
}

function conditionFault({ onlyWhile }: Plan): PlanFault | null {
  if (onlyWhile.length > PLAN_BOUNDS.mostConditions) return "too-many-conditions";
  const isInRange = (condition: Plan["onlyWhile"][number]): boolean => {
    switch (condition.what) {
      case "rsi-below":
      case "rsi-above":
        return condition.value >= 0 && condition.value <= 100;
      case "price-below":
      case "price-above":
        return isPrice(condition.value);
      case "verdict-clear":
        return true;
      default:
        return false;
    }
  };
  return onlyWhile.every(isInRange) ? null : "condition-out-of-range";
}

/** Every fact cited must be the run's own, unchanged, of this market or of none, and of this close where it is of one. */
function citationFault({ citations }: Plan, { symbol, asOfMs, known }: PlanMoment): PlanFault | null {
  if (citations.length === 0) return "nothing-cited";
  for (const cited of citations) {
    const fact = known(cited.id);
    if (fact === null || fact.value !== cited.value || fact.kind !== cited.kind) return "unknown-fact";
    if (fact.market !== null && fact.market !== symbol) return "fact-of-another-market";
    if (fact.market !== null && fact.asOfMs !== null && fact.asOfMs !== asOfMs) return "stale-fact";
  }
  return null;
}
