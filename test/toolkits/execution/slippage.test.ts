import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Fill, Order } from "#schemas/order.ts";
import { unixMs } from "#schemas/units.ts";
import { eventOf } from "#toolkits/execution/order-rows.ts";
import { OrderCosts } from "#toolkits/execution/slippage.ts";
import { entryOrder, exitOrder, stopOrder, targetOrder } from "./fixture.ts";

const NOW = unixMs(1_780_000_203_000);
const ENTRY = entryOrder({ type: "limit", limitPrice: "101" as Price });

const listed = (...orders: readonly Order[]): JournalEvent => ({ type: "order-list", atMs: NOW, orders: [...orders] });
const accepted = (order: Order): JournalEvent => eventOf(order, { type: "accepted", venueOrderId: "1" }, NOW);
const ended = (order: Order, type: "expired" | "canceled"): JournalEvent =>
  eventOf({ ...order, status: "accepted" }, { type, reason: "" }, NOW);

const fill = (
  { clientOrderId, strategyId, symbol, side, role }: Order,
  price: string,
  change: Partial<Fill> = {},
): JournalEvent => ({
  type: "fill",
  atMs: unixMs(NOW + 1000),
  fill: {
    ...{ fillId: `${clientOrderId}:${price}`, clientOrderId, strategyId, symbol, side, role },
    ...{ quantity: "2" as Quantity, price: price as Price, notional: String(2 * Number(price)) as Money },
    ...{ fee: "0.2", feeCurrency: "USDT", atMs: unixMs(NOW + 1000), basis: "binance", ...change },
  },
});

const beside = (
  { clientOrderId, symbol, role, side }: Order,
  bid: string,
  ask: string,
  price: string | null,
): JournalEvent => ({
  type: "paper-beside",
  atMs: NOW,
  ...{ clientOrderId, symbol, role, side },
  ...{ bid: bid as Price, ask: ask as Price, price: price as Price | null, reason: price === null ? "too dear" : "" },
});

const measuredOrders = (events: readonly JournalEvent[]) => {
  const costs = new OrderCosts();
  for (const event of events) costs.take(event);
  return costs.measured(() => 5);
};

const only = (...events: readonly JournalEvent[]) => {
  const measured = measuredOrders(events);
  expect(measured).toHaveLength(1);
  return measured[0];
};

describe("what an order got, in basis points worse", () => {
  it("a purchase above the ask that it was sent at, against the ask, the middle and paper", () => {
    const row = only(listed(ENTRY), accepted(ENTRY), beside(ENTRY, "99.8", "100", "100"), fill(ENTRY, "100.5"));
    expect(row?.worseBps).toBeCloseTo(50, 9);
    expect(row?.worseThanMidBps).toBeCloseTo((0.6 / 99.9) * 1e4, 9);
    expect(row?.worseThanPaperBps).toBeCloseTo(50, 9);
    expect(row).toMatchObject({ filledRatio: 1, notional: 201, atMs: NOW + 1000, fillsOnPaper: true });
    expect(row?.feeBps).toBeCloseTo((0.2 / 201) * 1e4, 9);
  });

  it("a sale under the bid; several fills count by their quantity", () => {
    const exit = exitOrder();
    const halves = { quantity: "1" as Quantity };
    const row = only(
      listed(exit),
      accepted(exit),
      beside(exit, "100", "100.2", "100"),
      fill(exit, "99", { ...halves, notional: "99" as Money }),
      fill(exit, "98", { ...halves, notional: "98" as Money }),
    );
    expect(row?.worseBps).toBeCloseTo(150, 9);
  });

  it("is filled whole by parts whose sum as floating point is not", () => {
    const order = { ...ENTRY, quantity: "1" as Quantity };
    const parts = ["0.6", "0.3", "0.1"].map((quantity) =>
      fill(order, "100", {
        fillId: quantity,
        quantity: quantity as Quantity,
        notional: String(100 * Number(quantity)) as Money,
      }),
    );
    expect(only(listed(order), accepted(order), ...parts)).toMatchObject({ filledRatio: 1 });
  });

  it("a stop against its trigger, and against paper's assumed slippage under it", () => {
    const stop = stopOrder("90");
    const row = only(listed(stop), accepted(stop), fill(stop, "89.91"));
    expect(row?.worseBps).toBeCloseTo(10, 9);
    expect(row?.worseThanPaperBps).toBeCloseTo(((89.955 - 89.91) / 89.955) * 1e4, 9);
  });

  it("a target against the price at which it rests on paper, not against the bound that it was sent with", () => {
    const target = targetOrder("119.94");
    const row = only(listed(target), accepted(target), beside(target, "120.3", "120.5", "120"), fill(target, "120.3"));
    expect(row?.worseBps).toBeCloseTo(-25, 9);
  });

  it("a fee in the coin at its fill's price; one in a third coin is not known", () => {
    const events = [listed(ENTRY), accepted(ENTRY), beside(ENTRY, "99.8", "100", "100")];
    expect(only(...events, fill(ENTRY, "100", { fee: "0.002", feeCurrency: "BTC" }))?.feeBps).toBeCloseTo(10, 9);
    expect(only(...events, fill(ENTRY, "100", { feeCurrency: "BNB" }))?.feeBps).toBeNull();
  });
});

describe("which orders count", () => {
  it("an entry that found nobody, with what paper says of it", () => {
    const missed = [listed(ENTRY), accepted(ENTRY), ended(ENTRY, "expired")];
    expect(only(...missed, beside(ENTRY, "99.8", "100", "100"))).toMatchObject({
      ...{ filledRatio: 0, fillsOnPaper: true, worseBps: null, worseThanPaperBps: null, feeBps: null },
    });
    expect(only(...missed, beside(ENTRY, "101.8", "102", null))).toMatchObject({ fillsOnPaper: false });
    expect(only(...missed)).toMatchObject({ fillsOnPaper: null });
  });

  it("none that was refused, works still, or was never sent, and no stop that was never touched", () => {
    const stop = stopOrder("90");
    const refused = eventOf(ENTRY, { type: "rejected", reason: "funds" }, NOW);
    const rows = [
      listed(ENTRY),
      refused,
      listed(stop),
      accepted(stop),
      ended(stop, "canceled"),
      listed(targetOrder("120")),
    ];
    expect(measuredOrders([...rows, listed(exitOrder()), accepted(exitOrder())])).toEqual([]);
  });

  it("of the newest 20,000 orders: a desk that runs for years keeps no more", () => {
    const costs = new OrderCosts();
    for (let nth = 1; nth <= 20_005; nth += 1) {
      const order = { ...ENTRY, clientOrderId: `order ${nth}` };
      for (const event of [listed(order), accepted(order), fill(order, "100")]) costs.take(event);
    }
    const measured = costs.measured(() => 5);
    expect([measured.length, measured[0]?.clientOrderId]).toEqual([20_000, "order 6"]);
  });
});
