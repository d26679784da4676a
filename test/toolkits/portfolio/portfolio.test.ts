import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { LossState, Portfolio } from "#schemas/portfolio.ts";
import { foldPortfolio } from "#test/support/folds.ts";
import { ofMarket, STRATEGY } from "#test/support/strategy.ts";
import { equityOf, Worth } from "#toolkits/portfolio/equity.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { BTC, ETH, makeOrder, msAfter, T0 } from "../../memory/fixtures.ts";
import { buy, sell } from "./fixture.ts";

const START = { quote: "USDT", cash: "1000" as Money };

const order = (over: Partial<Order>): JournalEvent => ({ type: "order", atMs: T0, order: makeOrder(over) });
const fold = (...events: JournalEvent[]): Portfolio => foldPortfolio(events, START);

const STOP: Partial<Order> = {
  clientOrderId: "1".repeat(32),
  role: "stop-loss",
  type: "stop-market",
  side: "sell",
  triggerPrice: "90" as Price,
};
const TARGET: Partial<Order> = {
  clientOrderId: "2".repeat(32),
  role: "take-profit",
  type: "limit",
  side: "sell",
  limitPrice: "120" as Price,
};

const loss = (over: Partial<LossState> = {}): LossState => ({
  dayStartMs: T0,
  dayStartEquity: 1000,
  peaks: [{ dayStartMs: T0, equity: 1200 }],
  equity: 1000,
  dayChangePct: 0,
  drawdownPct: 16.7,
  dayLossLatched: true,
  drawdownLatched: true,
  ...over,
});

describe("the portfolio", () => {
  it("pays notional and quote fee for a buy, and books the fee as a loss at once", () => {
    const after = fold(buy("2", "100", { fee: "0.2" }));
    expect(after).toMatchObject({ cash: "799.8", realisedPnl: "-0.2", feesPaid: "0.2" });
    expect(after.positions.get(ofMarket(BTC))).toMatchObject({
      quantity: "2",
      averagePrice: "100",
      base: "BTC",
      openedAtMs: T0,
    });
  });

  it("holds what is left of a buy whose fee was taken in coins", () => {
    const after = fold(buy("2", "100", { fee: "0.002", feeCurrency: "BTC" }));
    expect(after).toMatchObject({ cash: "800", realisedPnl: "-0.2", feesPaid: "0.2" });
    expect(after.positions.get(ofMarket(BTC))?.quantity).toBe("1.998");
  });

  it("takes a fee in a third currency from neither cash nor position", () => {
    const after = fold(buy("2", "100", { fee: "0.001", feeCurrency: "BNB" }));
    expect(after).toMatchObject({ cash: "800", realisedPnl: "0", feesPaid: "0" });
  });

  it("averages the price of two buys by quantity and keeps the first opening", () => {
    const after = fold(buy("1", "100"), buy("3", "200", { atMs: msAfter(5) }));
    expect(after.positions.get(ofMarket(BTC))).toMatchObject({ quantity: "4", averagePrice: "175", openedAtMs: T0 });
  });

  it("realises the gain of a sale at average cost and remembers when it left", () => {
    const after = fold(buy("2", "100"), sell("1", "110", { fee: "0.11", atMs: msAfter(7) }));
    expect(after).toMatchObject({ cash: "909.89", realisedPnl: "9.89" });
    expect(after.positions.get(ofMarket(BTC))?.quantity).toBe("1");
    expect(after.lastExitMs.get(ofMarket(BTC))).toBe(msAfter(7));
  });

  it("has no position left when all of it is sold", () => {
    expect(fold(buy("2", "100"), sell("2", "90")).positions.size).toBe(0);
  });

  it("refuses a journal that sells what is not held", () => {
    expect(() => fold(buy("1", "100"), sell("1.00000001", "100"))).toThrow(InvariantError);
    expect(() => fold(sell("1", "100"))).toThrow(/more than the 0 that mean-reversion holds/);
  });

  it("keeps working orders only", () => {
    expect(fold(order({ status: "initialized" })).orders.size).toBe(1);
    expect(fold(order({ status: "initialized" }), order({ status: "filled" })).orders.size).toBe(0);
  });

  it("shows stop and target of the orders that rest, in whatever order they were journaled", () => {
    const price = { stopPrice: "90", targetPrice: "120" };
    expect(fold(buy("1", "100"), order(STOP), order(TARGET)).positions.get(ofMarket(BTC))).toMatchObject(price);
    expect(fold(order(STOP), order(TARGET), buy("1", "100")).positions.get(ofMarket(BTC))).toMatchObject(price);
    const canceled = fold(buy("1", "100"), order(STOP), order(TARGET), order({ ...STOP, status: "canceled" }));
    expect(canceled.positions.get(ofMarket(BTC))).toMatchObject({ stopPrice: null, targetPrice: "120" });
    expect(fold(buy("1", "100"), order({ ...STOP, symbol: ETH })).positions.get(ofMarket(BTC))?.stopPrice).toBeNull();
  });

  it("marks dust, and opens the position anew when it is bought again", () => {
    const dust: JournalEvent = {
      type: "dust",
      strategyId: STRATEGY,
      atMs: T0,
      symbol: BTC,
      quantity: "0.1" as Quantity,
    };
    expect(fold(buy("0.1", "100"), dust).positions.get(ofMarket(BTC))?.dust).toBe(true);
    const again = fold(buy("0.1", "100"), dust, buy("1", "100", { atMs: msAfter(9) })).positions.get(ofMarket(BTC));
    expect(again).toMatchObject({ dust: false, quantity: "1.1", openedAtMs: msAfter(9) });
  });

  it("takes the rest of an ended trade over at the price of the new entry", () => {
    const dust: JournalEvent = {
      type: "dust",
      strategyId: STRATEGY,
      atMs: msAfter(2),
      symbol: BTC,
      quantity: "0.1" as Quantity,
    };
    const before = fold(buy("1", "100"), sell("0.9", "100", { atMs: msAfter(1) }), dust);
    const after = applyEvent(before, buy("1", "200", { atMs: msAfter(9) }));
    expect(after.positions.get(ofMarket(BTC))).toMatchObject({
      quantity: "1.1",
      averagePrice: "200",
      openedAtMs: msAfter(9),
    });
    expect(after).toMatchObject({ cash: "790", realisedPnl: "10" });
  });

  it("averages a first part of an entry that was too small to sell with the next part", () => {
    const dust: JournalEvent = {
      type: "dust",
      strategyId: STRATEGY,
      atMs: T0,
      symbol: BTC,
      quantity: "0.1" as Quantity,
    };
    const after = fold(buy("1", "100"), dust, buy("1", "200"));
    expect(after.positions.get(ofMarket(BTC))).toMatchObject({ quantity: "2", averagePrice: "150" });
    expect(after.realisedPnl).toBe("0");
  });

  it("keeps what dust has cost when a part of it is sold", () => {
    const dust: JournalEvent = {
      type: "dust",
      strategyId: STRATEGY,
      atMs: T0,
      symbol: BTC,
      quantity: "0.2" as Quantity,
    };
    const after = fold(buy("1", "100"), sell("0.8", "100"), dust, sell("0.1", "150"));
    expect(after.positions.get(ofMarket(BTC))).toMatchObject({ quantity: "0.1", averagePrice: "100", dust: true });
    expect(after.realisedPnl).toBe("5");
  });

  it("does not take over the rest of a position that is still open", () => {
    const after = fold(buy("1", "100"), sell("0.5", "100", { atMs: msAfter(1) }), buy("0.5", "200"));
    expect(after.positions.get(ofMarket(BTC))).toMatchObject({ quantity: "1", averagePrice: "150", openedAtMs: T0 });
  });

  it("starts afresh with the run's own cash", () => {
    const started: JournalEvent = {
      type: "run-started",
      atMs: T0,
      cash: "1" as Money,
      quote: "BTC",
      venueId: "sim:1",
      strategyIds: ["s"],
      timeframe: "5m",
      securityPolicy: "recorded",
    };
    expect(fold(started)).toEqual(emptyPortfolio({ quote: "BTC", cash: "1" as Money }));
  });

  it("takes the loss meter and the settled slot from the slot's equity event", () => {
    const equity: JournalEvent = { type: "equity", atMs: T0, slotMs: T0, equity: "1000" as Money, loss: loss() };
    expect(fold(equity)).toMatchObject({ loss: loss(), settledThroughMs: T0 });
  });

  describe("what the operator said", () => {
    const word = { atMs: T0, by: "anna", nth: 0, reason: "-" } as const;
    const block: JournalEvent = { type: "block", what: "BTC", blocked: true, ...word };
    const limit: JournalEvent = { type: "limit", limit: "maxOpenPositions", value: 3, ...word };

    it("bars, tightens, and is taken back", () => {
      const said = fold(block, limit);
      expect([...said.blocked]).toEqual([["BTC", { by: "anna", atMs: T0, reason: "-" }]]);
      expect([...said.tightened]).toEqual([["maxOpenPositions", 3]]);
      expect(said.operatorRows).toBe(2);
      const lifted = fold(block, limit, { ...block, blocked: false, nth: 2 }, { ...limit, value: null, nth: 3 });
      expect([lifted.blocked.size, lifted.tightened.size]).toEqual([0, 0]);
    });

    it("before the first slot of a run holds in it", () => {
      const paused: JournalEvent = { type: "control", strategyId: null, action: "pause", atMs: T0, reason: "-" };
      const started: JournalEvent = {
        type: "run-started",
        atMs: T0,
        cash: "500" as Money,
        quote: "USDT",
        venueId: "sim:1",
        strategyIds: ["mean-reversion"],
        timeframe: "5m",
        securityPolicy: "recorded",
      };
      expect(fold(block, limit, paused, started)).toMatchObject({
        cash: "500",
        control: "paused",
        operatorRows: 3,
        blocked: new Map([["BTC", { by: "anna" }]]),
        tightened: new Map([["maxOpenPositions", 3]]),
      });
    });
  });

  describe("the operator's rules", () => {
    const rule = { type: "note", text: "be careful" } as const;
    const row = (ruleId: string, state: "added" | "removed"): JournalEvent => ({
      type: "operator-rule",
      atMs: T0,
      ruleId,
      state,
      rule,
      by: "operator",
      words: "be careful",
    });
    const started: JournalEvent = {
      type: "run-started",
      atMs: T0,
      cash: "1000" as Money,
      quote: "USDT",
      venueId: "sim:1",
      strategyIds: ["s"],
      timeframe: "5m",
      securityPolicy: "recorded",
    };

    it("stand until they are taken away, in their order, and are counted for good", () => {
      const after = fold(row("r1", "added"), row("r2", "added"), row("r1", "removed"), row("r3", "added"));
      expect([...after.rules.keys()]).toEqual(["r2", "r3"]);
      expect(after.rules.get("r2")).toEqual({ ruleId: "r2", rule, by: "operator", words: "be careful", atMs: T0 });
      expect(after.rulesMade).toBe(3);
    });

    it("that were made before the run's first slot hold in it", () => {
      const after = fold(row("r1", "added"), started, row("r2", "added"));
      expect([[...after.rules.keys()], after.rulesMade]).toEqual([["r1", "r2"], 2]);
    });
  });

  describe("entries of the last days", () => {
    const entry = (n: number, over: Partial<Order> = {}): Partial<Order> => ({
      clientOrderId: String(n).repeat(32),
      role: "entry",
      side: "buy",
      activeFromMs: msAfter(n),
      ...over,
    });
    const list = (...orders: Partial<Order>[]): JournalEvent => ({
      type: "order-list",
      atMs: T0,
      orders: orders.map(makeOrder),
    });
    const idsOf = (portfolio: Portfolio) => portfolio.recentEntries.map(({ clientOrderId }) => clientOrderId[0]);

    it("are counted once from their slot on, whatever becomes of them, unless they end unfilled", () => {
      const begun = fold(list(entry(1)), list(entry(2)), list({ ...STOP, clientOrderId: "9".repeat(32) }));
      expect(begun.recentEntries).toMatchObject([{ symbol: BTC, strategyId: STRATEGY, atMs: msAfter(1) }, {}]);
      const gone = order(entry(1, { status: "expired" }));
      const part = order(entry(2, { status: "canceled", filledQuantity: "0.5" as Quantity }));
      expect(idsOf(applyEvent(begun, gone))).toEqual(["2"]);
      expect(idsOf(applyEvent(applyEvent(begun, part), order(entry(2, { status: "accepted" }))))).toEqual(["1", "2"]);
    });

    it("are kept for a week and a day", () => {
      const days = (n: number) => msAfter(n * 86_400_000);
      const far = fold(list(entry(1, { activeFromMs: days(0) })), list(entry(2, { activeFromMs: days(1) })));
      expect(idsOf(applyEvent(far, list(entry(3, { activeFromMs: days(8) }))))).toEqual(["2", "3"]);
    });
  });

  describe("control", () => {
    const control = (action: "pause" | "resume" | "halt"): JournalEvent => ({
      type: "control",
      strategyId: null,
      atMs: T0,
      action,
      reason: "",
    });
    const withLoss = (state: LossState) => ({ ...emptyPortfolio(START), loss: state });

    it("pauses, halts and resumes", () => {
      expect(fold(control("pause")).control).toBe("paused");
      expect(fold(control("halt")).control).toBe("halted");
      expect(fold(control("halt"), control("resume")).control).toBe("running");
    });

    it("forgives a drawdown that stopped entries, but not the day's loss", () => {
      expect(applyEvent(withLoss(loss()), control("resume")).loss).toMatchObject({
        drawdownLatched: false,
        drawdownPct: 0,
        peaks: [{ dayStartMs: T0, equity: 1000 }],
        dayLossLatched: true,
      });
    });

    it("does not forget the peak when nothing was latched: a resume after a pause is no amnesty", () => {
      const state = loss({ drawdownLatched: false });
      expect(applyEvent(withLoss(state), control("resume")).loss).toEqual(state);
    });
  });

  it("values positions at their marks, and at their average price where there is none", () => {
    const held = fold(buy("2", "100"), buy("1", "50", { symbol: ETH }));
    expect(equityOf(held, new Map([[BTC, 110.5]]))).toBe("1021");
    expect(new Worth(held, new Map([[BTC, 110.5]])).number).toBe(1021);
  });

  it("values the positions and the cash that it is given, whatever it valued before", () => {
    const held = fold(buy("2", "100"));
    const marks = new Map([[BTC, 110]]);
    const of = (portfolio: Portfolio): number => new Worth(portfolio, marks).number;
    const more = { ...held, positions: fold(buy("3", "100")).positions };
    const richer = { ...held, cash: "900" as Money };
    expect([held, more, held, richer, held].map(of)).toEqual([1020, 1130, 1020, 1120, 1020]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("takes a mark of %d for none", (mark) => {
    const held = fold(buy("2", "100"));
    expect(equityOf(held, new Map([[BTC, mark]]))).toBe("1000");
    expect(new Worth(held, new Map([[BTC, mark]])).number).toBe(1000);
  });

  it("changes nothing that was there before, and is the same object where nothing changes", () => {
    const before = fold(buy("1", "100"), order(STOP));
    const copy = structuredClone(before);
    applyEvent(before, sell("1", "90"));
    applyEvent(before, order({ ...STOP, status: "filled" }));
    expect(before).toEqual(copy);
    expect(applyEvent(before, order({ clientOrderId: "9".repeat(32), status: "rejected" }))).toBe(before);
  });

  it("applies a row to the portfolio that it is given, to whichever it was applied before", () => {
    const [poor, rich] = [fold(), { ...fold(), cash: "5000" as Money }];
    const bought = buy("1", "100");
    const cashAfter = [poor, rich, poor, rich].map((before) => applyEvent(before, bought).cash);
    expect(cashAfter).toEqual(["900", "4900", "900", "4900"]);
    const once = applyEvent(rich, bought);
    expect(applyEvent(rich, bought)).toBe(once);
    // More rows than are remembered, each another.
    for (let i = 0; i < 200; i++) applyEvent(poor, buy("1", "100"));
    expect(applyEvent(rich, bought)).toEqual(once);
  });

  it("forgets the bracket of an entry that ended unfilled, also where the market is held", () => {
    const bracket = { stopPct: 10, takeProfit: [], trailing: [], maxHoldMs: null };
    const entry: Partial<Order> = { clientOrderId: "3".repeat(32), bracket };
    const working = fold(buy("2", "100"), order({ ...entry, status: "accepted" }));
    expect(working.brackets.size).toBe(1);
    expect(applyEvent(working, order({ ...entry, status: "expired" })).brackets.size).toBe(0);
  });
});
