// Which markets are planned for, and which plans are taken back. Pure.
import { describe, expect, it } from "vitest";
import { analysisFacts } from "#desk/answering/sources/market-facts.ts";
import { changedFact, planCandidates, plansToWithdraw } from "#desk/judgement/plan-candidates.ts";
import { Fact } from "#schemas/fact.ts";
import { PLANNED } from "#schemas/plan.ts";
import { type Portfolio, positionKey } from "#schemas/portfolio.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { analysis, BTC, ETH, held, portfolio, position, SLOT_MS } from "#test/toolkits/risk/fixture.ts";
import { aPlan } from "./plan-fixture.ts";

/** At its lower band, unless told otherwise. */
const view = (symbol: MarketSymbol, change: Partial<MarketView> = {}): MarketView => ({
  ...analysis,
  symbol,
  readings: [],
  ...change,
});
const rules = {
  slotMs: SLOT_MS,
  nowMs: SLOT_MS,
  portfolio,
  markets: new Map([BTC, ETH].map((symbol) => [symbol, testMarket(symbol)])),
  quote: "USDT",
  nearTriggerPct: 1,
  asked: new Set<MarketSymbol>(),
};
const chosen = (views: readonly MarketView[], change: Partial<typeof rules> = {}) =>
  planCandidates(views, { ...rules, ...change }).map(({ symbol }) => symbol);
const far = { price: 105 };
const withPlan = (plan = aPlan()): Portfolio => ({ ...portfolio, plans: new Map([[positionKey(plan), plan]]) });

describe("markets to plan for", () => {
  it("are near a band or a level, nearest first, or asked about", () => {
    expect(chosen([view(ETH, { price: 100.5 }), view(BTC)])).toEqual([BTC, ETH]);
    expect(chosen([view(BTC, far)])).toEqual([]);
    expect(chosen([view(BTC, far)], { asked: new Set([BTC]) })).toEqual([BTC]);
  });

  it("are none that planned holds, that has a plan, or that may not be entered", () => {
    const own = { ...portfolio, positions: held({ ...position(BTC, "1"), strategyId: PLANNED }) };
    const others = { ...portfolio, positions: held(position(BTC, "1")) };
    expect(chosen([view(BTC)], { portfolio: own })).toEqual([]);
    expect(chosen([view(BTC)], { portfolio: others })).toEqual([BTC]);
    expect(chosen([view(BTC)], { portfolio: withPlan() })).toEqual([]);
    expect(chosen([view(BTC)], { markets: new Map() })).toEqual([]);
    for (const verdict of ["block", "unknown"] as const)
      expect(chosen([view(BTC, { security: { ...analysis.security, verdict } })])).toEqual([]);
    expect(chosen([view(BTC, { asOfMs: (SLOT_MS - 300_000) as never })])).toEqual([]);
  });
});

describe("a plan is taken back", () => {
  const gone = (now: MarketView, plan = aPlan()) =>
    plansToWithdraw([now], { slotMs: SLOT_MS, portfolio: withPlan(plan) }).map(({ why }) => why);

  it("where the price has left its stop and target, and not before", () => {
    expect(gone(view(BTC, { price: 97 }), aPlan({ citations: [] }))).toEqual([]);
    expect(gone(view(BTC, { price: 96 }), aPlan({ citations: [] }))).toHaveLength(1);
    expect(gone(view(BTC, { price: 105 }), aPlan({ citations: [] }))).toHaveLength(1);
  });

  it("where what it cites is materially another thing: a verdict, a trend, fifteen points of RSI; not each candle", () => {
    const cited = analysisFacts(view(BTC)).map((fact, at) => Fact.parse({ ...fact, id: `f${at + 1}` }));
    const now = (change: Partial<MarketView>) => changedFact(cited, analysisFacts(view(BTC, change)));
    expect(now({})).toBeNull();
    expect(now({ price: 98, indicators: { ...analysis.indicators, rsiWilder: 39, atr: 2 } })).toBeNull();
    expect(now({ indicators: { ...analysis.indicators, rsiWilder: 41 } })).toMatch(/^RSI/);
    expect(now({ indicators: { ...analysis.indicators, rsiWilder: null } })).toMatch(/^RSI/);
    expect(now({ security: { ...analysis.security, verdict: "caution" } })).toBe("token security");
    expect(now({ trend: { ...analysis.trend, direction: "up" } })).toMatch(/^trend/);
  });
});
