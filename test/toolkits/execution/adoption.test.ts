// What is taken over from a venue, as rows: the fold of them is a position like one that the desk bought.
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { type Adoption, adoptionRows, bracketForStop } from "#toolkits/execution/adoption.ts";
import { childIn } from "#toolkits/execution/bracket-orders.ts";
import { boughtFor } from "#toolkits/execution/live/bought-for.ts";
import type { VenueTrade } from "#toolkits/execution/live/venue-orders.ts";
import { protectionDue } from "#toolkits/execution/protection.ts";
import { nextCommand, reconcile } from "#toolkits/execution/reconcile.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import { at, BTC } from "./fixture.ts";

const price = (text: string) => text as Price;
const quantity = (text: string) => text as Quantity;
const bracket = bracketOf({ stopPct: 5, targetPct: 10 });
const context = {
  markets: new Map([[BTC, testMarket(BTC)]]),
  timeframe: "5m",
  nowMs: at(3),
  targets: "desk",
} as const;
const portfolio = emptyPortfolio({ quote: "USDT", cash: "500" as Money });
const allotment: Extract<JournalEvent, { type: "allotment" }> = {
  ...{ type: "allotment", atMs: at(3), amount: "200" as Money, equity: "500" as Money },
  ...{ by: "anna", nth: 0, reason: "lost" },
};
const stop = { clientOrderId: "a".repeat(32), venueOrderId: "77", triggerPrice: price("97"), createdAtMs: at(1) };
const adoption: Adoption = {
  ...{ strategyId: STRATEGY, symbol: BTC, quantity: quantity("2"), price: price("100"), boughtAtMs: at(0) },
  ...{ bracket, stop, statusReason: "taken over by anna: lost" },
};
const foldOf = (rows: readonly JournalEvent[]) => rows.reduce(applyEvent, portfolio);

describe("what is taken over from a venue", () => {
  it("is a position at its price under the stop that rests, and nothing follows from it", () => {
    const after = foldOf(adoptionRows(portfolio, allotment, adoption, context));
    expect(after).toMatchObject({ cash: "500", allotted: "200", realisedPnl: "0", feesPaid: "0" });
    expect([...after.positions.values()]).toMatchObject([
      { quantity: "2", averagePrice: "100", openedAtMs: at(0), stopPrice: "97", dust: false },
    ]);
    expect(after.orders.get(stop.clientOrderId)).toMatchObject({
      role: "stop-loss",
      status: "accepted",
      quantity: "2",
    });
    const looked = { ...context, bidOf: () => price("99"), steadyBidOf: () => null, maySell: () => true };
    expect(protectionDue(after, looked)).toEqual([]);
    expect(reconcile(after, [], context)).toEqual([]);
    expect(nextCommand(after, { nowMs: at(3), halted: false, tried: new Set() })).toBeNull();
  });

  it("has its own stop priced where none rests, ready to be sent", () => {
    const after = foldOf(adoptionRows(portfolio, allotment, { ...adoption, stop: null }, context));
    const [held] = after.brackets.values();
    expect(held === undefined ? null : childIn(after, held, "stop-loss")).toMatchObject({
      ...{ status: "initialized", triggerPrice: "95", quantity: "2" },
    });
    expect(nextCommand(after, { nowMs: at(3), halted: false, tried: new Set() })).toMatchObject({ do: "submit" });
  });

  it("is not bought again by another adoption of the same moment", () => {
    const ids = [0, 1].map((nth) => {
      const [, list] = adoptionRows({ ...portfolio, operatorRows: nth }, allotment, adoption, context);
      return list?.type === "order-list" ? list.orders[0]?.clientOrderId : null;
    });
    expect(new Set(ids).size).toBe(2);
  });

  it("has a stop placed anew no higher than the one that rested", () => {
    expect(bracketForStop(bracket, price("100"), price("90"), null).stopPct).toBe(10);
    expect(bracketForStop(bracket, price("3"), price("2"), null).stopPct).toBeGreaterThanOrEqual(100 / 3);
    // One that followed the price above its entry stays by its own price.
    expect(bracketForStop(bracket, price("100"), price("104"), null).stopPct).toBe(5);
    expect(bracketForStop(bracket, price("100"), null, 7).stopPct).toBe(7);
  });
});

describe("the purchases of a stop", () => {
  const trade = (order: string, amount: string, cost: string, change: Partial<VenueTrade> = {}): VenueTrade => ({
    ...{ tradeId: `${order}:${amount}:${cost}`, venueOrderId: order, symbol: BTC as MarketSymbol, side: "buy" },
    ...{ quantity: quantity(amount), price: price(cost), fee: "0", feeCurrency: "USDT", atMs: at(Number(order)) },
    ...change,
  });
  const found = (trades: readonly VenueTrade[], amount: string) =>
    boughtFor(trades, { quantity: quantity(amount), stepSize: "0.001" });

  it("are the newest orders that come to it, at their average", () => {
    const trades = [trade("1", "5", "90"), trade("2", "1", "100"), trade("2", "1", "104"), trade("3", "2", "110")];
    expect(found(trades, "2")).toEqual({ price: "110", atMs: at(3) });
    expect(found(trades, "4")).toEqual({ price: "106", atMs: at(2) });
    expect(found(trades, "9")).toMatchObject({ atMs: at(1) });
  });

  it("are counted after a fee in the coin, down to the market's step", () => {
    expect(found([trade("1", "1", "100", { fee: "0.0004", feeCurrency: "BTC" })], "0.999")).toEqual({
      ...{ price: "100", atMs: at(1) },
    });
  });

  it("are not guessed: other amounts, a sale in between, nothing at all", () => {
    expect(found([trade("1", "1", "100")], "2")).toBeNull();
    expect(found([trade("1", "3", "100")], "2")).toBeNull();
    expect(found([trade("1", "2", "100"), trade("2", "1", "100", { side: "sell" })], "2")).toBeNull();
    expect(found([], "2")).toBeNull();
  });
});
