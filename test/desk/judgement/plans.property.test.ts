// Whatever a model writes for a plan: what the check refuses makes no order, and what it lets through makes none that is looser than
// the desk's own.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Candidate,
  type DeciderSettings,
  decideSlot,
  type SlotOutcome,
} from "#agents/deep-trader-manager/decide.ts";
import { withPlans } from "#desk/run-slot/with-plans.ts";
import { Costs, RiskLimits } from "#schemas/config.ts";
import { JournalEvent } from "#schemas/journal.ts";
import { MarketPatterns } from "#schemas/market-patterns.ts";
import { type Money, multiply, toNumber } from "#schemas/money.ts";
import { entryLevelOf, PLANNED, Plan, planIdOf } from "#schemas/plan.ts";
import { type Portfolio, positionKey } from "#schemas/portfolio.ts";
import { type DeskId, type RunId, type UnixMs, unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { BTC, portfolio as EMPTY, ETH, SLOT_MS } from "#test/toolkits/risk/fixture.ts";
import { applyEvent } from "#toolkits/portfolio/portfolio.ts";
import { PLAN_BOUNDS, planFault } from "#toolkits/risk/plan-check.ts";
import { deskTerms } from "#toolkits/risk/strategy-terms.ts";
import { analysisAt, anyPlan, aPlan, FACTS, goodPlan, moment, NEXT_MS, STEP_MS } from "./plan-fixture.ts";

const limits = RiskLimits.parse({});
const settings: DeciderSettings = {
  deskId: "main" as DeskId,
  runId: "run" as RunId,
  strategies: new Map([[PLANNED, deskTerms(limits, "next-open")]]),
  quote: "USDT",
  limits,
  admitted: MarketPatterns.parse({}),
  costs: Costs.parse({}),
  markets: new Map([BTC, ETH].map((symbol) => [symbol, testMarket(symbol)])),
};
const EQUITY = "10000" as Money;

/** A close of BTC, decided on as the desk does it. */
function close(portfolio: Portfolio, slotMs: UnixMs, price: number, rsi: number | null = 25): SlotOutcome {
  const reading = {
    strategyId: PLANNED,
    symbol: BTC,
    signal: { action: "hold" as const, strength: 0, reasons: ["acts on plans only"] },
  };
  const analysis = analysisAt(slotMs, price, rsi);
  const seen: Candidate[] = [{ analysis, reading, freshness: "fresh", path: "recalled" }];
  const { strategies } = settings;
  const at = withPlans(seen, { plans: portfolio.plans, strategies, limits, slotMs, nowMs: slotMs });
  return decideSlot(settings, {
    slotMs,
    nowMs: slotMs,
    late: false,
    haltFile: false,
    ...at,
    unread: [],
    portfolio,
    equity: EQUITY,
    marks: new Map([[BTC, price]]),
    liquidity: new Map(),
    quoteOffPar: null,
    relationships: null,
    leaderHourSigmas: 0,
    debates: new Map(),
    alreadyDecided: { hasDecision: () => false },
    entriesBefore: 0,
  });
}

/** As the desk keeps a plan: checked, then journaled, then read again. */
function kept(plan: Plan, portfolio = EMPTY): Portfolio {
  const row = JournalEvent.parse(
    JSON.parse(JSON.stringify({ type: "plan", atMs: plan.madeAtMs, plan, state: "made", why: "" })),
  );
  return applyEvent(portfolio, row);
}

/** What must be so of any order that an entry by a plan has made. */
function expectWithinLimits({ orders }: SlotOutcome, plan: Plan, price: number): void {
  for (const order of orders) {
    expect(order).toMatchObject({ side: "buy", role: "entry", symbol: BTC, strategyId: PLANNED });
    const notional = toNumber(multiply(order.quantity, String(price)));
    expect(notional).toBeLessThanOrEqual(((10_000 * limits.entryPct) / 100) * Math.min(1, plan.sizeRatio) + 1e-9);
    expect(notional).toBeGreaterThan(0);
    expect(order.bracket?.stopPct).toBeGreaterThan(0);
    expect(order.bracket?.stopPct).toBeLessThanOrEqual(limits.stopPct);
    const [target] = order.bracket?.takeProfit ?? [];
    expect(target?.gainPct).toBeGreaterThan(0);
    expect(target?.gainPct).toBeLessThanOrEqual(PLAN_BOUNDS.mostTargets * limits.targetPct);
  }
}

const PRICE = fc.double({ min: 90, max: 110, noNaN: true });

describe("whatever a model writes for a plan", () => {
  it("10,000 arbitrary plans make no order that the check or the gate should have refused", () => {
    const count = { refused: 0, accepted: 0, orders: 0, gated: 0 };
    fc.assert(
      fc.property(fc.oneof(anyPlan, goodPlan), PRICE, fc.integer({ min: 1, max: 300 }), (plan, price, candles) => {
        const fault = planFault(plan, moment());
        if (fault !== null) {
          count.refused += 1;
          return;
        }
        count.accepted += 1;
        // What passes is a plan of the schema: it can be journaled, and says what it said.
        const stored = JSON.stringify(plan);
        expect(JSON.stringify(Plan.parse(JSON.parse(stored)))).toHaveLength(stored.length);
        expect(planIdOf(Plan.parse(JSON.parse(stored)))).toBe(planIdOf(plan));
        const level = entryLevelOf(plan);
        expect(plan.symbol).toBe(BTC);
        expect(plan.bracket.stopPrice).toBeLessThan(level);
        expect(plan.bracket.targetPrice).toBeGreaterThan(level);
        expect(Math.abs(level - 100)).toBeLessThanOrEqual(5);
        expect(plan.expiresAtMs).toBeGreaterThan(SLOT_MS);
        const slotMs = unixMs(SLOT_MS + candles * STEP_MS);
        const outcome = close(kept(plan), slotMs, price);
        count.orders += outcome.orders.length;
        count.gated += outcome.refusals.length;
        expectWithinLimits(outcome, plan, price);
        if (outcome.decisions.every(({ action }) => action === "hold")) return;
        expect(slotMs).toBeLessThan(plan.expiresAtMs);
        expect("enterAtOrBelow" in plan.entry ? price <= level : price >= level).toBe(true);
        expect(price).toBeGreaterThan(plan.bracket.stopPrice);
        expect(price).toBeLessThan(plan.bracket.targetPrice);
      }),
      { numRuns: 10_000 },
    );
    console.info(`plans: ${JSON.stringify(count)}`);
    expect(count.refused).toBeGreaterThan(3_000);
    expect(count.accepted).toBeGreaterThan(1_000);
    expect(count.orders).toBeGreaterThan(100);
  });

  it("a plan that came into the journal unchecked is still no way round the desk's limits", () => {
    fc.assert(
      fc.property(anyPlan, PRICE, (plan, price) => {
        const row = { type: "plan", atMs: SLOT_MS, plan, state: "made", why: "" };
        const read = JournalEvent.safeParse(row);
        if (!read.success) return;
        expectWithinLimits(close(applyEvent(EMPTY, read.data), NEXT_MS, price), plan, price);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a plan that waits", () => {
  const isEntered = (outcome: SlotOutcome) => outcome.orders.length === 1;

  it("enters at the close of its level, by its own stop, target, time and size, and says which plan it was", () => {
    const plan = aPlan({
      onlyWhile: [{ what: "rsi-below", value: 30 }],
      bracket: { stopPrice: 96, targetPrice: 105, maxHoldCandles: 12 },
      sizeRatio: 0.5,
    });
    expect(planFault(plan, moment())).toBeNull();
    const outcome = close(kept(plan), NEXT_MS, 98.5);
    const [order] = outcome.orders;
    expect(order?.bracket?.stopPct).toBeCloseTo((3 / 99) * 100, 9);
    expect(order?.bracket?.takeProfit[0]?.gainPct).toBeCloseTo((6 / 99) * 100, 9);
    expect(order?.bracket?.maxHoldMs).toBe(12 * STEP_MS);
    expect(toNumber(multiply(order?.quantity ?? "0", "98.5"))).toBeCloseTo(100, 0);
    expect(outcome.decisions[0]?.reason).toBe(`plan ${plan.planId}: close 98.5 is at or under 99; RSI under 30`);
  });

  it("does nothing above its level, under its stop, or where a condition does not hold or is not known", () => {
    const plan = aPlan({ onlyWhile: [{ what: "rsi-below", value: 30 }] });
    const portfolio = kept(plan);
    expect(isEntered(close(portfolio, NEXT_MS, 98.5))).toBe(true);
    expect(isEntered(close(portfolio, NEXT_MS, 99.5))).toBe(false);
    expect(isEntered(close(portfolio, NEXT_MS, 95.9))).toBe(false);
    expect(isEntered(close(portfolio, NEXT_MS, 98.5, 31))).toBe(false);
    expect(isEntered(close(portfolio, NEXT_MS, 98.5, null))).toBe(false);
  });

  it("never acts at the close it was made on, nor from its expiry on", () => {
    const plan = aPlan({ expiresAtMs: unixMs(SLOT_MS + 3 * STEP_MS) });
    const at = (candles: number) => isEntered(close(kept(plan), unixMs(SLOT_MS + candles * STEP_MS), 98.5));
    expect([0, 1, 2, 3, 4, 300].map(at)).toEqual([false, true, true, false, false, false]);
  });

  it("is used once, replaced by a newer one, and gone when withdrawn or past its time", () => {
    const key = positionKey(aPlan());
    const first = kept(aPlan());
    const { events } = close(first, NEXT_MS, 98.5);
    expect(events.reduce(applyEvent, first).plans.size).toBe(0);
    const newer = aPlan({ sizeRatio: 0.25 });
    expect(kept(newer, first).plans.get(key)).toEqual(newer);
    const withdraw = (plan: Plan) =>
      ({ type: "plan", atMs: NEXT_MS, plan, state: "withdrawn", why: "the price left its levels" }) as const;
    expect(applyEvent(first, withdraw(aPlan())).plans.size).toBe(0);
    expect(applyEvent(kept(newer, first), withdraw(aPlan())).plans.size).toBe(1);
    const mark = (slotMs: UnixMs): JournalEvent => ({
      type: "equity",
      atMs: slotMs,
      slotMs,
      equity: EQUITY,
      loss: { ...lossAt(slotMs) },
    });
    expect(applyEvent(first, mark(unixMs(SLOT_MS + 99 * STEP_MS))).plans.size).toBe(1);
    expect(applyEvent(first, mark(unixMs(SLOT_MS + 100 * STEP_MS))).plans.size).toBe(0);
  });

  it("waits on where the gate refuses it", () => {
    const paused = { ...kept(aPlan()), control: "paused" } as const;
    const outcome = close(paused, NEXT_MS, 98.5);
    expect(outcome.refusals.map(({ rule }) => rule)).toEqual(["pause"]);
    expect(outcome.events.reduce(applyEvent, paused as Portfolio).plans.size).toBe(1);
  });

  it("has an id of what it says alone: not of who wrote it, when, or citing which record", () => {
    expect(planIdOf(aPlan({ madeAtMs: NEXT_MS, citations: [...FACTS] }))).toBe(aPlan().planId);
    expect(aPlan({ sizeRatio: 0.5 }).planId).not.toBe(aPlan().planId);
  });
});

const lossAt = (slotMs: UnixMs) => ({
  slotMs,
  dayStartMs: 0,
  dayStartEquity: 10_000,
  peaks: [],
  equity: 10_000,
  dayChangePct: 0,
  drawdownPct: 0,
  dayLossLatched: false,
  drawdownLatched: false,
});

describe("the check of a plan names the fault", () => {
  const bracket = (stopPrice: number, targetPrice: number) => ({ stopPrice, targetPrice, maxHoldCandles: null });
  it.each([
    ["other-market", { symbol: ETH }],
    ["other-timeframe", { timeframe: "1h" }],
    ["other-close", { asOfMs: NEXT_MS }],
    ["not-a-number", { entry: { enterAtOrBelow: Number.NaN } }],
    ["levels-on-the-wrong-sides", { bracket: bracket(99.5, 105) }],
    ["levels-on-the-wrong-sides", { bracket: bracket(96, 98) }],
    ["level-too-far", { entry: { enterAtOrBelow: 94.9 }, bracket: bracket(90, 105) }],
    ["stop-too-near", { bracket: bracket(98.95, 105) }],
    ["stop-too-far", { bracket: bracket(89, 105) }],
    ["target-too-near", { bracket: bracket(96, 99.05) }],
    ["target-too-far", { bracket: bracket(96, 160) }],
    ["hold-too-long", { bracket: { ...bracket(96, 105), maxHoldCandles: 5_000 } }],
    ["size", { sizeRatio: 1.01 }],
    ["expiry", { expiresAtMs: SLOT_MS }],
    ["expiry", { expiresAtMs: unixMs(SLOT_MS + 289 * STEP_MS) }],
    ["condition-out-of-range", { onlyWhile: [{ what: "rsi-below", value: 101 }] }],
    ["nothing-cited", { citations: [] }],
    ["unknown-fact", { citations: [{ ...FACTS[0], id: "f77" }] }],
    ["fact-of-another-market", { citations: [FACTS[3]] }],
    ["stale-fact", { citations: [FACTS[4]] }],
  ] as const)("%s", (fault, change) => {
    expect(planFault(aPlan(change as Partial<Plan>), moment())).toBe(fault);
  });

  it("market-not-enterable: inactive, unlisted, another quote, a token that is barred or not known", () => {
    const { market } = moment();
    if (market === null) throw new Error("there is one");
    const barred = [
      { market: { ...market, active: false } },
      { market: null },
      { quote: "EUR" },
      { verdict: "block" as const },
      { verdict: "unknown" as const },
    ];
    for (const change of barred) expect(planFault(aPlan(), moment(change))).toBe("market-not-enterable");
  });

  it("nothing where the ATR is known, and no level at all where it is not", () => {
    expect(planFault(aPlan(), moment())).toBeNull();
    expect(planFault(aPlan(), moment({ atr: null }))).toBe("level-too-far");
    expect(planFault(aPlan(), moment({ atr: Number.NaN }))).toBe("level-too-far");
  });
});
