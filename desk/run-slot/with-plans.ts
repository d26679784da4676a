// Floor 4. The candidates of a slot and the plans that wait → the candidates with the signal of each plan whose condition closes, and
// the terms that its entry trades on. The one place where plans are read at a decision, for all drivers. No model is asked.
import type { Candidate } from "#agents/deep-trader-manager/decide.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { RiskLimits } from "#schemas/config.ts";
import { areInOrder, entryLevelOf, isInsideItsLevels, PLANNED, type Plan, type PlanCondition } from "#schemas/plan.ts";
import { type PositionKey, positionKey } from "#schemas/portfolio.ts";
import type { Signal } from "#schemas/reading.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import { timeframeMs, type UnixMs } from "#schemas/units.ts";
import { distancePctOf, PLAN_BOUNDS } from "#toolkits/risk/plan-check.ts";
import { conditionText, entryText, plainPrice } from "../documents/plan-text.ts";

export interface PlansAtClose {
  readonly plans: ReadonlyMap<PositionKey, Plan>;
  /** By strategy; without `planned` among them no plan is looked at. */
  readonly strategies: ReadonlyMap<string, StrategyTerms>;
  /** As they bind now. */
  readonly limits: RiskLimits;
  readonly slotMs: UnixMs;
  readonly nowMs: UnixMs;
}

export interface Planned {
  readonly candidates: readonly Candidate[];
  readonly planned: ReadonlyMap<PositionKey, StrategyTerms>;
}

const NONE: Planned["planned"] = new Map();

/** A plan ranks as an entry of the usual strength. */
const STRENGTH = 0.5;

export function withPlans(candidates: readonly Candidate[], at: PlansAtClose): Planned {
  const terms = at.strategies.get(PLANNED);
  if (at.plans.size === 0 || terms === undefined) return { candidates, planned: NONE };
  const planned = new Map<PositionKey, StrategyTerms>();
  const next = candidates.map((candidate): Candidate => {
    if (candidate.reading.strategyId !== PLANNED || candidate.freshness !== "fresh") return candidate;
    const key = positionKey(candidate.reading);
    const plan = at.plans.get(key);
    const signal = plan === undefined ? null : signalOf(plan, candidate.analysis, at);
    if (plan === undefined || signal === null) return candidate;
    planned.set(key, termsOf(plan, terms, at.limits));
    const { strategyId, symbol } = candidate.reading;
    return { ...candidate, reading: { strategyId, symbol, signal } };
  });
  return { candidates: next, planned };
}

/** Null: it does not act at this close. */
function signalOf(plan: Plan, analysis: Analysis, { slotMs, nowMs }: PlansAtClose): Signal | null {
  const { price, asOfMs, timeframe } = analysis;
  const isItsClose = asOfMs === slotMs && asOfMs > plan.asOfMs && timeframe === plan.timeframe;
  const isInTime = slotMs < plan.expiresAtMs && nowMs < plan.expiresAtMs;
  if (!isItsClose || !isInTime || !areInOrder(plan) || !isInsideItsLevels(plan, price)) return null;
  const level = entryLevelOf(plan);
  const below = "enterAtOrBelow" in plan.entry;
  if (!(below ? price <= level : price >= level)) return null;
  if (!plan.onlyWhile.every((condition) => isMet(condition, analysis))) return null;
  const closed = `plan ${plan.planId}: close ${plainPrice(price)} is ${entryText(plan)}`;
  return { action: "enter", strength: STRENGTH, reasons: [closed, ...plan.onlyWhile.map(conditionText)] };
}

/** What is not known is not met. */
function isMet(condition: PlanCondition, { price, indicators, security }: Analysis): boolean {
  const { rsiWilder } = indicators;
  switch (condition.what) {
    case "rsi-below":
      return rsiWilder !== null && rsiWilder < condition.value;
    case "rsi-above":
      return rsiWilder !== null && rsiWilder > condition.value;
    case "price-below":
      return price < condition.value;
    case "price-above":
      return price > condition.value;
    case "verdict-clear":
      return security.verdict === "clear";
  }
}

/** The plan's bracket and size within the desk's limits as they are now: nothing is looser than without it. */
function termsOf({ bracket, sizeRatio, timeframe, ...plan }: Plan, desk: StrategyTerms, limits: RiskLimits) {
  const level = entryLevelOf(plan);
  const stopPct = Math.min(distancePctOf(level, level - bracket.stopPrice), limits.stopPct);
  const gainPct = Math.min(
    distancePctOf(level, bracket.targetPrice - level),
    PLAN_BOUNDS.mostTargets * limits.targetPct,
  );
  const { maxHoldCandles } = bracket;
  return {
    ...desk,
    entryPct: (desk.entryPct ?? limits.entryPct) * sizeRatio,
    bracket: {
      stopPct,
      takeProfit: [{ afterMs: 0, gainPct }],
      trailing: [],
      maxHoldMs: maxHoldCandles === null ? null : maxHoldCandles * timeframeMs(timeframe),
    },
  };
}
