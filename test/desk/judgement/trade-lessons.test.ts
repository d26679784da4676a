// One closed trade → its lesson, from the journal alone: what was said of its entry, by whatever version of the desk.
import { describe, expect, it } from "vitest";
import { TradeLessons } from "#desk/judgement/trade-lessons.ts";
import { JournalEvent } from "#schemas/journal.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Fill, OrderRole } from "#schemas/order.ts";
import { PLANNED } from "#schemas/plan.ts";
import { unixMs } from "#schemas/units.ts";
import { BTC, decision, order, SLOT_MS } from "#test/toolkits/risk/fixture.ts";
import { aPlan, NEXT_MS, STEP_MS } from "./plan-fixture.ts";

const fill = (role: OrderRole, price: string, atMs: number, strategyId: string): JournalEvent => {
  const made: Fill = {
    fillId: `${role} ${atMs}`,
    clientOrderId: role === "entry" ? "e".repeat(32) : "f".repeat(32),
    strategyId,
    symbol: BTC,
    side: role === "entry" ? "buy" : "sell",
    role,
    quantity: "1" as Quantity,
    price: price as Price,
    notional: price as Money,
    fee: "0",
    feeCurrency: "USDT",
    atMs: unixMs(atMs),
    basis: "next-open",
  };
  return { type: "fill", atMs: unixMs(atMs), fill: made };
};

const bracket = { stopPct: 4, takeProfit: [], trailing: [], maxHoldMs: null };

/** An entry decided on at the next close, filled at 100 and left at 102. */
const trade = (strategyId: string): readonly JournalEvent[] => [
  { type: "decision", atMs: NEXT_MS, decision: { ...decision, strategyId, asOfMs: NEXT_MS } },
  {
    type: "order-list",
    atMs: NEXT_MS,
    orders: [order({ strategyId, symbol: BTC, role: "entry", decisionId: decision.decisionId, bracket })],
  },
  fill("entry", "100", NEXT_MS, strategyId),
  fill("take-profit", "102", NEXT_MS + 3 * STEP_MS, strategyId),
];

function lessonsOf(...events: readonly unknown[]) {
  const fold = new TradeLessons();
  for (const event of events) fold.take(event as JournalEvent);
  return fold.ended();
}

describe("the lesson of a trade", () => {
  it("says what was expected and what came, by numbers", () => {
    expect(lessonsOf(...trade("test"))).toEqual([
      {
        tradeId: "e".repeat(32),
        symbol: BTC,
        strategyId: "test",
        timeframe: "5m",
        openedAtMs: NEXT_MS,
        closedAtMs: NEXT_MS + 3 * STEP_MS,
        expected: { strength: 0.5, reason: "oversold", planId: null, debate: null },
        came: { exitRole: "take-profit", pnl: "2", returnPct: 2, heldMs: 3 * STEP_MS, rMultiple: 0.5 },
      },
    ]);
  });

  it("names the plan of an entry by plan, and of no other", () => {
    const made = { type: "plan", atMs: SLOT_MS, plan: aPlan(), state: "made", why: "" };
    expect(lessonsOf(made, ...trade(PLANNED))[0]?.expected?.planId).toBe(aPlan().planId);
    expect(lessonsOf(made, ...trade("test"))[0]?.expected?.planId).toBeNull();
    expect(lessonsOf(made, { ...made, state: "withdrawn" }, ...trade(PLANNED))[0]?.expected?.planId).toBeNull();
  });

  it("has the verdict and probability of the debate that held at that close and price, and of no other", () => {
    // As an earlier version journaled it: one close, no probability.
    const opinion = {
      ...{ symbol: BTC, strategyId: "test", timeframe: "5m", forAsOfMs: NEXT_MS, verdict: "agree", sizeRatio: 1 },
      ...{ reason: "", model: "a/b", analysisId: "a", madeAtMs: SLOT_MS },
    };
    const row = JournalEvent.parse({ type: "opinion", atMs: SLOT_MS, opinion });
    if (row.type !== "debate") throw new Error("an opinion is read as a debate");
    const debated = (change: object) =>
      lessonsOf({ ...row, debate: { ...row.debate, ...change } }, ...trade("test"))[0]?.expected?.debate;
    expect(debated({})).toEqual({ verdict: "agree", probability: null });
    const held = { verdict: "agree", probability: 0.62 };
    expect(debated({ probability: 0.62 })).toEqual(held);
    expect(debated({ probability: 0.62, forAsOfMs: SLOT_MS, validUntilMs: SLOT_MS })).toBeNull();
    const lasting = { probability: 0.62, forAsOfMs: SLOT_MS, validUntilMs: NEXT_MS + STEP_MS };
    expect(debated(lasting)).toEqual(held);
    expect(debated({ ...lasting, bounds: { above: 101, below: null } })).toBeNull();
    expect(debated({ ...lasting, strategyId: "other" })).toBeNull();
  });

  it("is none of an entry that was refused or never filled, nor of a trade that goes on", () => {
    const [decided, listed, bought] = trade("test");
    expect(lessonsOf(decided, listed, bought)).toEqual([]);
    expect(lessonsOf(decided)).toEqual([]);
  });

  it("is made without what was expected where the journal does not say", () => {
    const [, , bought, sold] = trade("test");
    expect(lessonsOf(bought, sold)[0]).toMatchObject({ expected: null, came: { rMultiple: null, returnPct: 2 } });
  });
});
