// Floor 4. The views of one slot and the plans that wait → the plans to take back, and the markets to plan for, nearest first. Pure:
// the live desk and the backtest choose by these functions.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Fact } from "#schemas/fact.ts";
import type { Market } from "#schemas/market.ts";
import { isInsideItsLevels, PLANNED, type Plan } from "#schemas/plan.ts";
import { type Portfolio, positionKey } from "#schemas/portfolio.ts";
import type { MarketView } from "#schemas/reading.ts";
import { mayEnter } from "#schemas/security.ts";
import { type MarketSymbol, splitSymbol, type UnixMs } from "#schemas/units.ts";
import { basesTaken } from "#toolkits/risk/working.ts";
import { analysisFacts } from "../answering/sources/market-facts.ts";
import { reachOf } from "./debates.ts";

/** Markets planned for in one pass at most. */
export const MAX_PLANS = 8;

/** So many ATR from a strategy's entry level or the nearer Bollinger band a market counts as near. */
const NEAR_ATR = 1.5;

/** A change of RSI that makes another situation, points. */
const RSI_CHANGE = 15;

export interface PlanRules {
  readonly slotMs: UnixMs;
  readonly nowMs: UnixMs;
  readonly portfolio: Portfolio;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly quote: string;
  readonly nearTriggerPct: number;
  /** Asked about of late: as good as near. */
  readonly asked: ReadonlySet<MarketSymbol>;
}

export interface Withdrawal {
  readonly plan: Plan;
  readonly why: string;
}

/** Plans whose levels the price has left, or whose cited facts are other ones by now. */
export function plansToWithdraw(
  views: readonly MarketView[],
  { slotMs, portfolio: { plans } }: Pick<PlanRules, "slotMs" | "portfolio">,
): readonly Withdrawal[] {
  if (plans.size === 0) return [];
  return views.flatMap((view): Withdrawal[] => {
    const plan = plans.get(positionKey({ strategyId: PLANNED, symbol: view.symbol }));
    if (plan === undefined || view.asOfMs !== slotMs || plan.expiresAtMs <= slotMs) return [];
    if (!isInsideItsLevels(plan, view.price)) return [{ plan, why: "the price has left its stop and target" }];
    const changed = changedFact(plan.citations, analysisFacts(view));
    return changed === null ? [] : [{ plan, why: `what it cites has changed: ${changed}` }];
  });
}

/** The first cited fact that is materially another one now, by its label; null: none is. Most facts differ at every candle. */
export function changedFact(cited: readonly Fact[], now: readonly NewFact[]): string | null {
  for (const fact of cited) {
    const next = now.find(({ kind, label }) => kind === fact.kind && label === fact.label);
    if (next === undefined || next.value === fact.value) continue;
    const isWord = fact.kind === "verdict" || fact.kind === "trend";
    const way = next.value === null ? Number.NaN : Math.abs(Number(next.value) - Number(fact.value));
    const isFar = fact.kind === "rsi" && !(way < RSI_CHANGE);
    if (isWord || isFar) return fact.label;
  }
  return null;
}

/** Enterable markets without a plan that `planned` neither holds nor has on order: near or asked about, nearest first. All of them. */
export function planCandidates(views: readonly MarketView[], rules: PlanRules): readonly MarketView[] {
  const { slotMs, nowMs, portfolio, markets, quote, asked } = rules;
  const taken = basesTaken(portfolio, PLANNED);
  const near: { readonly view: MarketView; readonly reach: number }[] = [];
  for (const view of views) {
    const { symbol, asOfMs, security } = view;
    const market = markets.get(symbol);
    const isEnterable = market?.active === true && market.quote === quote && mayEnter(security.verdict);
    const isCurrent = asOfMs === slotMs && nowMs < security.validUntilMs;
    if (!isEnterable || !isCurrent || taken.has(splitSymbol(symbol).base)) continue;
    if (portfolio.plans.has(positionKey({ strategyId: PLANNED, symbol }))) continue;
    const reach = nearness(view, rules);
    if (reach !== null || asked.has(symbol)) near.push({ view, reach: reach ?? NEAR_ATR });
  }
  near.sort((a, b) => a.reach - b.reach || (a.view.symbol < b.view.symbol ? -1 : 1));
  return near.map(({ view }) => view);
}

/** ATR to the nearest entry level of any strategy, or to the nearer band; null: none is near. */
function nearness({ price, indicators, readings }: MarketView, { nearTriggerPct }: PlanRules): number | null {
  const { atr, bollinger } = indicators;
  const ways = readings.flatMap(({ levels }) => reachOf({ price, atr, levels }, nearTriggerPct) ?? []);
  if (bollinger !== null && atr !== null && atr > 0) {
    for (const band of [bollinger.lower, bollinger.upper]) ways.push(Math.abs(price - band) / atr);
  }
  const nearest = Math.min(...ways);
  return nearest <= NEAR_ATR ? nearest : null;
}
