import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, compare, type Money, multiply, type Price, type Quantity, subtract } from "#schemas/money.ts";
import type { Fill, Order } from "#schemas/order.ts";
import type { LossState, Portfolio } from "#schemas/portfolio.ts";
import {
  applyEvent,
  closedTrades,
  emptyPortfolio,
  equityNumber,
  equityOf,
  foldPortfolio,
} from "#toolkits/portfolio/portfolio.ts";
import { BTC, ETH, makeFill, makeOrder, msAfter, T0 } from "../../memory/fixtures.ts";

const START = { quote: "USDT", cash: "1000" as Money };

const fill = (quantityText: string, priceText: string, over: Partial<Fill>): JournalEvent => {
  const quantity = quantityText as Quantity;
  const price = priceText as Price;
  const whole = makeFill({ ...over, quantity, price, notional: multiply(quantity, price) as Money });
  return { type: "fill", atMs: whole.atMs, fill: whole };
};
const buy = (quantity: string, price: string, over: Partial<Fill> = {}) => fill(quantity, price, over);
const sell = (quantity: string, price: string, over: Partial<Fill> = {}) =>
  fill(quantity, price, { side: "sell", role: "exit", ...over });
const order = (over: Partial<Order>): JournalEvent => ({ type: "order", atMs: T0, order: makeOrder(over) });
const fold = (...events: JournalEvent[]): Portfolio => foldPortfolio(events, START);

const STOP: Partial<Order> = {
  clientOrderId: "1".repeat(32),
  role: "stop",
  kind: "stop",
  side: "sell",
  triggerPrice: "90" as Price,
};
const TARGET: Partial<Order> = {
  clientOrderId: "2".repeat(32),
  role: "target",
  kind: "target",
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
    expect(after.positions.get(BTC)).toMatchObject({ quantity: "2", averagePrice: "100", base: "BTC", openedAtMs: T0 });
  });

  it("holds what is left of a buy whose fee was taken in coins", () => {
    const after = fold(buy("2", "100", { fee: "0.002", feeCurrency: "BTC" }));
    expect(after).toMatchObject({ cash: "800", realisedPnl: "-0.2", feesPaid: "0.2" });
    expect(after.positions.get(BTC)?.quantity).toBe("1.998");
  });

  it("takes a fee in a third currency from neither cash nor position", () => {
    const after = fold(buy("2", "100", { fee: "0.001", feeCurrency: "BNB" }));
    expect(after).toMatchObject({ cash: "800", realisedPnl: "0", feesPaid: "0" });
  });

  it("averages the price of two buys by quantity and keeps the first opening", () => {
    const after = fold(buy("1", "100"), buy("3", "200", { atMs: msAfter(5) }));
    expect(after.positions.get(BTC)).toMatchObject({ quantity: "4", averagePrice: "175", openedAtMs: T0 });
  });

  it("realises the gain of a sale at average cost and remembers when it left", () => {
    const after = fold(buy("2", "100"), sell("1", "110", { fee: "0.11", atMs: msAfter(7) }));
    expect(after).toMatchObject({ cash: "909.89", realisedPnl: "9.89" });
    expect(after.positions.get(BTC)?.quantity).toBe("1");
    expect(after.lastExitMs.get(BTC)).toBe(msAfter(7));
  });

  it("has no position left when all of it is sold", () => {
    expect(fold(buy("2", "100"), sell("2", "90")).positions.size).toBe(0);
  });

  it("refuses a journal that sells what is not held", () => {
    expect(() => fold(buy("1", "100"), sell("1.00000001", "100"))).toThrow(InvariantError);
    expect(() => fold(sell("1", "100"))).toThrow(/more than the 0 held/);
  });

  it("keeps working orders only", () => {
    expect(fold(order({ status: "intended" })).orders.size).toBe(1);
    expect(fold(order({ status: "intended" }), order({ status: "filled" })).orders.size).toBe(0);
  });

  it("shows stop and target of the orders that rest, in whatever order they were journaled", () => {
    const price = { stopPrice: "90", targetPrice: "120" };
    expect(fold(buy("1", "100"), order(STOP), order(TARGET)).positions.get(BTC)).toMatchObject(price);
    expect(fold(order(STOP), order(TARGET), buy("1", "100")).positions.get(BTC)).toMatchObject(price);
    const canceled = fold(buy("1", "100"), order(STOP), order(TARGET), order({ ...STOP, status: "canceled" }));
    expect(canceled.positions.get(BTC)).toMatchObject({ stopPrice: null, targetPrice: "120" });
    expect(fold(buy("1", "100"), order({ ...STOP, symbol: ETH })).positions.get(BTC)?.stopPrice).toBeNull();
  });

  it("marks dust, and opens the position anew when it is bought again", () => {
    const dust: JournalEvent = { type: "dust", atMs: T0, symbol: BTC, quantity: "0.1" as Quantity };
    expect(fold(buy("0.1", "100"), dust).positions.get(BTC)?.dust).toBe(true);
    const again = fold(buy("0.1", "100"), dust, buy("1", "100", { atMs: msAfter(9) })).positions.get(BTC);
    expect(again).toMatchObject({ dust: false, quantity: "1.1", openedAtMs: msAfter(9) });
  });

  it("starts afresh with the run's own cash", () => {
    const started: JournalEvent = {
      type: "run-started",
      atMs: T0,
      cash: "1" as Money,
      quote: "BTC",
      venueId: "sim:1",
      strategyId: "s",
      timeframe: "5m",
      securityPolicy: "recorded",
    };
    expect(fold(started)).toEqual(emptyPortfolio({ quote: "BTC", cash: "1" as Money }));
  });

  it("takes the loss meter and the settled slot from the slot's equity event", () => {
    const equity: JournalEvent = { type: "equity", atMs: T0, slotMs: T0, equity: "1000" as Money, loss: loss() };
    expect(fold(equity)).toMatchObject({ loss: loss(), settledThroughMs: T0 });
  });

  describe("control", () => {
    const control = (action: "pause" | "resume" | "halt"): JournalEvent => ({
      type: "control",
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
    expect(equityNumber(held, new Map([[BTC, 110.5]]))).toBe(1021);
  });

  it("changes nothing that was there before, and is the same object where nothing changes", () => {
    const before = fold(buy("1", "100"), order(STOP));
    const copy = structuredClone(before);
    applyEvent(before, sell("1", "90"));
    applyEvent(before, order({ ...STOP, status: "filled" }));
    expect(before).toEqual(copy);
    expect(applyEvent(before, order({ clientOrderId: "9".repeat(32), status: "rejected" }))).toBe(before);
  });

  it("conserves: cash and positions at cost are starting cash and realised profit, and trades add up to it", () => {
    fc.assert(
      fc.property(fc.array(arbitraryStep, { maxLength: 12 }), (steps) => {
        const events = toEvents(steps);
        const after = foldPortfolio(events, START);
        let atCost = after.cash as string;
        for (const { quantity, averagePrice } of after.positions.values()) {
          atCost = add(atCost, multiply(quantity, averagePrice));
        }
        expectClose(atCost, add(after.startingCash, after.realisedPnl));

        const soldFor = closedTrades(events).reduce((sum, trade) => add(sum, trade.pnl), "0" as Money);
        if (after.positions.size === 0) expectClose(soldFor, after.realisedPnl);
      }),
      { numRuns: 60 },
    );
  });
});

describe("closed trades", () => {
  it("are one per exit order in however many fills, after the fees of both sides", () => {
    const id = { clientOrderId: "a".repeat(32), role: "stop" as const };
    const trades = closedTrades([
      buy("2", "100", { fee: "0.2" }),
      sell("1", "110", { ...id, fee: "0.1", atMs: msAfter(1) }),
      sell("1", "120", { ...id, fee: "0.1", atMs: msAfter(2) }),
    ]);
    expect(trades).toEqual([
      {
        symbol: BTC,
        quantity: "2",
        entryMs: T0,
        exitMs: msAfter(2),
        entryPrice: "100",
        exitPrice: "115",
        exitRole: "stop",
        pnl: "29.6",
        returnPct: 14.8,
      },
    ]);
  });

  it("carry the entry fees of the quantity that left, and leave the rest with what is held", () => {
    const events = [buy("4", "100", { fee: "0.4" }), sell("1", "100", { clientOrderId: "a".repeat(32) })];
    expect(closedTrades(events).map(({ pnl }) => pnl)).toEqual(["-0.1"]);
  });

  it("count a fee taken in coins as a cost", () => {
    const events = [buy("1", "100", { fee: "0.1", feeCurrency: "BTC" }), sell("0.9", "100")];
    expect(closedTrades(events).map(({ pnl }) => pnl)).toEqual(["-10"]);
  });
});

interface Step {
  readonly symbol: typeof BTC;
  readonly quantity: number;
  readonly price: number;
  readonly feePct: number;
  readonly feeIn: "base" | "quote";
  readonly sellPct: number | null;
}

const arbitraryStep: fc.Arbitrary<Step> = fc.record({
  symbol: fc.constantFrom(BTC, ETH),
  quantity: fc.integer({ min: 1, max: 1000 }),
  price: fc.integer({ min: 1, max: 100_000 }),
  feePct: fc.integer({ min: 0, max: 1 }),
  feeIn: fc.constantFrom("base" as const, "quote" as const),
  sellPct: fc.option(fc.constantFrom(100, 100, 50, 30)),
});

/** Buys, and sales of a share of what is then held. */
function toEvents(steps: readonly Step[]): JournalEvent[] {
  const held = new Map<string, string>();
  return steps.flatMap((step, i) => {
    const { symbol, feeIn, feePct } = step;
    const price = multiply(String(step.price), "0.01");
    const before = held.get(symbol) ?? "0";
    const isSale = step.sellPct !== null;
    const quantity = isSale
      ? multiply(before, String((step.sellPct ?? 0) / 100))
      : multiply(String(step.quantity), "0.001");
    if (compare(quantity, "0") <= 0) return [];
    const feeShare = multiply(String(feePct), "0.01");
    const inBase = feeIn === "base" && !isSale;
    const fee = multiply(inBase ? quantity : multiply(quantity, price), feeShare);
    const feeCurrency = inBase ? (symbol.split("/")[0] ?? "") : "USDT";
    held.set(symbol, isSale ? subtract(before, quantity) : add(before, inBase ? subtract(quantity, fee) : quantity));
    const id = { fillId: `f${i}`, clientOrderId: i.toString(16).padStart(32, "0"), symbol, fee, feeCurrency };
    return [isSale ? sell(quantity, price, id) : buy(quantity, price, id)];
  });
}

function expectClose(a: string, b: string): void {
  const difference = subtract(a, b).replace("-", "");
  expect(compare(difference, "0.00000000000000000001")).toBe(-1);
}
