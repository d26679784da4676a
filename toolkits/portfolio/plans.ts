// Floor 2, portfolio. Journal events → the plans that wait. A plan is there from its row on until it is withdrawn, its market is
// entered by it, a newer one takes its place, or its time is over; so a restart in between changes nothing. Pure.
import type { Order } from "#schemas/order.ts";
import type { PlanRow } from "#schemas/plan.ts";
import { type Portfolio, type PositionKey, positionKey } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";

/** A withdrawal takes back that very plan, not one that has taken its place. */
export function withPlanRow(portfolio: Portfolio, { plan, state }: PlanRow): Portfolio {
  const { plans } = portfolio;
  const key = positionKey(plan);
  if (state === "made") return { ...portfolio, plans: new Map(plans).set(key, plan) };
  return plans.get(key)?.planId === plan.planId ? without(portfolio, (one) => one === key) : portfolio;
}

/** An entry order uses up the plan of its strategy and market, whatever comes of the order. */
export function withoutUsed(portfolio: Portfolio, orders: readonly Order[]): Portfolio {
  if (portfolio.plans.size === 0) return portfolio;
  const used = new Set(orders.flatMap((order) => (order.role === "entry" ? [positionKey(order)] : [])));
  return without(portfolio, (key) => used.has(key));
}

export function withoutExpired(portfolio: Portfolio, slotMs: UnixMs): Portfolio {
  if (portfolio.plans.size === 0) return portfolio;
  return without(portfolio, (key) => (portfolio.plans.get(key)?.expiresAtMs ?? 0) <= slotMs);
}

function without(portfolio: Portfolio, isGone: (key: PositionKey) => boolean): Portfolio {
  const kept = [...portfolio.plans].filter(([key]) => !isGone(key));
  return kept.length === portfolio.plans.size ? portfolio : { ...portfolio, plans: new Map(kept) };
}
