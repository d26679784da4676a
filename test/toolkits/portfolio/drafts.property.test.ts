// An event is applied to a draft that shares its maps with the portfolio before: that one must stay as it was, whatever follows.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import { divide, type Money, multiply, type Price, type Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { ofMarket, STRATEGY } from "#test/support/strategy.ts";
import { holdingAfter, NOTHING_HELD } from "#toolkits/portfolio/holding.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { BTC, ETH, makeFill, makeOrder, T0 } from "../../memory/fixtures.ts";
import { buy, sell } from "./fixture.ts";

const BRACKET: Order["bracket"] = {
  stopPct: 10,
  takeProfit: [{ afterMs: 0, gainPct: 20 }],
  trailing: [],
  maxHoldMs: null,
};

const id = fc.constantFrom("a", "b", "c").map((digit) => digit.repeat(32));
const symbol = fc.constantFrom(BTC, ETH);
const entry = fc.record({ clientOrderId: id, symbol }).map((over) => makeOrder({ ...over, bracket: BRACKET }));
const child = fc
  .record({
    clientOrderId: id,
    parentId: id,
    symbol,
    role: fc.constantFrom("stop-loss" as const, "take-profit" as const),
  })
  .map((over) =>
    makeOrder({ ...over, side: "sell", bracket: null, triggerPrice: "90" as Price, limitPrice: "120" as Price }),
  );
const told = fc.record({ order: fc.oneof(entry, child), status: fc.constantFrom("accepted", "filled", "canceled") });

const event: fc.Arbitrary<JournalEvent> = fc.oneof(
  fc.array(fc.oneof(entry, child), { minLength: 1, maxLength: 3 }).map((orders) => ({
    type: "order-list" as const,
    atMs: T0,
    orders,
  })),
  told.map(({ order, status }) => ({
    type: "order" as const,
    atMs: T0,
    order: {
      ...order,
      status: status as Order["status"],
      filledQuantity: (status === "filled" ? "1" : "0") as Quantity,
    },
  })),
  fc.record({ clientOrderId: id, symbol }).map((over) => buy("1", "100", over)),
  fc.record({ clientOrderId: id, symbol }).map((over) => sell("0.5", "110", over)),
  symbol.map((of) => ({
    type: "dust" as const,
    atMs: T0,
    strategyId: STRATEGY,
    symbol: of,
    quantity: "1" as Quantity,
  })),
  symbol.map((of) => ({
    type: "write-off" as const,
    atMs: T0,
    strategyId: STRATEGY,
    symbol: of,
    quantity: "1" as Quantity,
    cost: "100" as Money,
    reason: "gone",
  })),
  fc.integer({ min: -50, max: 50 }).map((amount) => ({
    type: "allotment" as const,
    atMs: T0,
    amount: String(amount) as Money,
    equity: "1000" as Money,
    ...{ by: "anna", nth: 0, reason: "more" },
  })),
);

describe("events applied to drafts", () => {
  it("change no portfolio that was finished before, and none where they are refused", () => {
    let refused = 0;
    let changed = 0;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let portfolio = emptyPortfolio({ quote: "USDT", cash: "1000" as Money });
        for (const one of events) {
          const before = structuredClone(portfolio);
          let after = portfolio;
          try {
            after = applyEvent(portfolio, one);
          } catch {
            refused += 1;
          }
          expect(portfolio).toEqual(before);
          if (after !== portfolio) changed += 1;
          portfolio = after;
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(changed).toBeGreaterThan(1000);
  });
});

describe("an opening buy", () => {
  it("has cost on average what the division of its cost would say", () => {
    const decimal = fc.tuple(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 12 }));
    const textOf = ([units, scale]: readonly [number, number]): string => multiply(String(units), `1e-${scale}`);
    fc.assert(
      fc.property(decimal, decimal, fc.boolean(), (q, p, padded) => {
        const quantity = textOf(q) as Quantity;
        const plain = textOf(p);
        const price = (padded && plain.includes(".") ? `${plain}0` : plain) as Price;
        const fill = makeFill({ symbol: BTC, quantity, price, notional: multiply(quantity, price) as Money });
        const effect = { cash: "-1" as Money, coins: quantity, feeValue: null };
        const { averagePrice } = holdingAfter(NOTHING_HELD, fill, effect);
        expect(averagePrice).toBe(divide(multiply(quantity, price), quantity));
      }),
    );
  });

  it("is held under its strategy and market", () => {
    const after = applyEvent(emptyPortfolio({ quote: "USDT", cash: "1000" as Money }), buy("1", "100"));
    expect(after.positions.has(ofMarket(BTC))).toBe(true);
  });
});
