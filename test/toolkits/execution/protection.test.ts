// What a position at a real venue needs: a stop for exactly what is held, and a sale where no stop can be.
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import { add, type Money, type Price, type Quantity } from "#schemas/money.ts";
import type { Order, OrderEvent } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { foldPortfolio } from "#test/support/folds.ts";
import { testMarket } from "#test/support/market.ts";
import { childrenForFills, orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { continuedSales } from "#toolkits/execution/continued-sales.ts";
import { applyOrderEvent } from "#toolkits/execution/order-state.ts";
import {
  type ProtectionContext,
  protectionDue,
  TOO_SMALL,
  targetHeld,
  uncovered,
} from "#toolkits/execution/protection.ts";
import { nextCommand } from "#toolkits/execution/reconcile.ts";
import { applyEvent } from "#toolkits/portfolio/portfolio.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import { at, BTC, entryOrder, exitOrder } from "./fixture.ts";

const context = (change: Partial<ProtectionContext> = {}): ProtectionContext => ({
  markets: new Map([[BTC, testMarket(BTC)]]),
  timeframe: "5m",
  nowMs: at(0),
  targets: "desk",
  bidOf: () => null,
  // Two looks that agree, unless told otherwise.
  steadyBidOf: change.bidOf ?? (() => null),
  maySell: () => true,
  ...change,
});

/** Two bought at 100: a stop at 90, a target at 120. */
function held(): { portfolio: Portfolio; stop: Order } {
  const entry = entryOrder({ type: "limit", limitPrice: "101" as Price });
  const [, stop] = orderListOf(entry);
  if (stop === undefined) throw new Error("no stop");
  const fill = {
    fillId: "f1",
    clientOrderId: entry.clientOrderId,
    strategyId: entry.strategyId,
    symbol: BTC,
    side: "buy",
    role: "entry",
    quantity: "2" as Quantity,
    price: "100" as Price,
    notional: "200",
    fee: "0",
    feeCurrency: "USDT",
    atMs: at(0),
    basis: "test",
  } as const;
  const events = [
    { type: "order-list", atMs: at(0), orders: [...orderListOf(entry)] },
    { type: "fill", atMs: at(0), fill },
  ] as readonly JournalEvent[];
  const portfolio = foldPortfolio(events, { quote: "USDT", cash: "10000" as Money });
  return { portfolio, stop: portfolio.orders.get(stop.clientOrderId) ?? stop };
}

function told(portfolio: Portfolio, id: string, ...events: readonly OrderEvent[]): Portfolio {
  return events.reduce((now, event) => {
    const order = now.orders.get(id);
    if (order === undefined) throw new Error(`no order ${id}`);
    return applyEvent(now, { type: "order", atMs: at(0), order: applyOrderEvent(order, event), event });
  }, portfolio);
}

const PRICED: OrderEvent = {
  type: "priced",
  quantity: "2" as Quantity,
  limitPrice: null,
  triggerPrice: "90" as Price,
  activeFromMs: at(0),
};
const ACCEPTED: OrderEvent = { type: "accepted", venueOrderId: "v1" };
const ordersOf = (events: readonly JournalEvent[]) =>
  events.flatMap((event) => (event.type === "order-list" ? event.orders : []));

describe("protection of what is held", () => {
  it("asks for nothing while a stop rests for all of it, and nothing is uncovered", () => {
    const { portfolio, stop } = held();
    const now = told(portfolio, stop.clientOrderId, PRICED, ACCEPTED);
    const position = positionOf(now, stop);
    expect(protectionDue(now, context())).toEqual([]);
    expect(position && uncovered(now, position)).toBe("0");
  });

  it("places a stop where it was canceled, at the price that it had", () => {
    const { portfolio, stop } = held();
    const now = told(portfolio, stop.clientOrderId, PRICED, ACCEPTED, { type: "canceled", reason: "it makes way" });
    const position = positionOf(now, stop);
    expect(position && uncovered(now, position)).toBe("2");
    expect(ordersOf(protectionDue(now, context()))).toMatchObject([
      { role: "stop-loss", generation: 1, quantity: "2", triggerPrice: "90", status: "initialized" },
    ]);
  });

  it("never lowers a stop that was raised", () => {
    const { portfolio, stop } = held();
    const raised: OrderEvent = { ...PRICED, triggerPrice: "97" as Price };
    const now = told(portfolio, stop.clientOrderId, raised, ACCEPTED, { type: "canceled", reason: "it makes way" });
    expect(ordersOf(protectionDue(now, context()))).toMatchObject([{ triggerPrice: "97" }]);
  });

  it("replaces a stop for another quantity than is held", () => {
    const { portfolio, stop } = held();
    const short: OrderEvent = { ...PRICED, quantity: "1.5" as Quantity };
    const now = told(portfolio, stop.clientOrderId, short, ACCEPTED);
    expect(ordersOf(protectionDue(now, context()))).toMatchObject([
      { role: "stop-loss", generation: 1, quantity: "2" },
    ]);
  });

  it("leaves a stop in doubt alone: it may be there", () => {
    const { portfolio, stop } = held();
    const now = told(portfolio, stop.clientOrderId, PRICED, { type: "unresolved", reason: "no answer" });
    expect(protectionDue(now, context())).toEqual([]);
  });

  it("sells at a bound under the bid once the stop was refused three times, and not before", () => {
    let { portfolio } = held();
    const bidOf = () => "88" as Price;
    for (let tries = 0; tries < 3; tries += 1) {
      const stop = [...portfolio.orders.values()].find(({ role }) => role === "stop-loss");
      if (stop === undefined) throw new Error("no stop");
      if (stop.triggerPrice === null) portfolio = told(portfolio, stop.clientOrderId, PRICED);
      portfolio = told(portfolio, stop.clientOrderId, { type: "rejected", reason: "price-band" });
      const due = protectionDue(portfolio, context({ bidOf }));
      const [order] = ordersOf(due);
      expect(order?.role).toBe(tries < 2 ? "stop-loss" : "exit");
      if (tries === 2) expect(order).toMatchObject({ type: "limit", limitPrice: "86.24", quantity: "2" });
      for (const event of due) portfolio = applyEvent(portfolio, event);
    }
  });

  it("sells what would be too small for the venue at its stop, at a price that the venue takes, and has no stop refused for it", () => {
    const markets = new Map([[BTC, testMarket(BTC, { minNotional: "190" })]]);
    const { portfolio } = held();
    const due = (bid: string | null) =>
      ordersOf(protectionDue(portfolio, context({ markets, bidOf: () => bid as Price | null })));
    expect(childrenForFills(portfolio, context({ markets }))).toEqual([]);
    expect(due("100")).toMatchObject([{ role: "exit", limitPrice: "98", statusReason: TOO_SMALL }]);
    // Two percent below the bid it would be worth less than the venue takes.
    expect(due("96")).toMatchObject([{ role: "exit", limitPrice: "95" }]);
    expect([due("94.99"), due(null)]).toEqual([[], []]);
    const [bracket] = [...portfolio.brackets.values()];
    if (bracket === undefined) throw new Error("no bracket");
    const working = { ...bracket, entry: { ...bracket.entry, status: "partially-filled" as const } };
    const brackets = new Map([[bracket.entry.clientOrderId, working]]);
    expect(protectionDue({ ...portfolio, brackets }, context({ markets, bidOf: () => "100" as Price }))).toEqual([]);
  });

  it("begins to count refusals anew once a stop was accepted", () => {
    const { portfolio, stop } = held();
    const refused = told(portfolio, stop.clientOrderId, PRICED, { type: "rejected", reason: "price-band" });
    let now = refused;
    for (const event of protectionDue(now, context())) now = applyEvent(now, event);
    const next = [...now.orders.values()].find(({ role }) => role === "stop-loss");
    expect([...now.brackets.values()][0]?.stopRefusals).toBe(1);
    now = told(now, next?.clientOrderId ?? "", ACCEPTED);
    expect([...now.brackets.values()][0]?.stopRefusals).toBe(0);
  });

  it("sells what a stop was to sell where the price has jumped over it, and not for a little", () => {
    const { portfolio, stop } = held();
    const now = told(portfolio, stop.clientOrderId, PRICED, ACCEPTED);
    expect(protectionDue(now, context({ bidOf: () => "86" as Price }))).toEqual([]);
    expect(ordersOf(protectionDue(now, context({ bidOf: () => "85" as Price })))).toMatchObject([
      { role: "exit", type: "limit", limitPrice: "83.3" },
    ]);
  });

  it("sells for a target once somebody pays it", () => {
    const { portfolio, stop } = held();
    const now = told(portfolio, stop.clientOrderId, PRICED, ACCEPTED);
    expect(protectionDue(now, context({ bidOf: () => "119.9" as Price }))).toEqual([]);
    expect(protectionDue(now, context({ bidOf: () => "120" as Price }))).toMatchObject([
      { type: "order", event: { type: "priced", quantity: "2", limitPrice: "119.94" } },
    ]);
  });

  it("asks for nothing while all is being sold, and for nothing of a market that is gone", () => {
    const { portfolio, stop } = held();
    const now = told(portfolio, stop.clientOrderId, PRICED, ACCEPTED);
    expect(protectionDue(now, context({ markets: new Map(), bidOf: () => "1" as Price }))).toEqual([]);
  });
});

describe("a target that the desk holds", () => {
  it("is the bracket's, and none where the venue holds it", () => {
    const { portfolio, stop } = held();
    const position = positionOf(portfolio, stop);
    if (position === undefined) throw new Error("nothing is held");
    expect(targetHeld(portfolio, position, context())).toBe("120");
    expect(targetHeld(portfolio, position, context({ targets: "venue" }))).toBeNull();
  });
});

it("an emergency sale is one at a time, though more was bought since", () => {
  const { portfolio, stop } = held();
  const bidOf = () => "80" as Price;
  let now = told(portfolio, stop.clientOrderId, { ...PRICED, quantity: "1" as Quantity }, ACCEPTED);
  for (const event of protectionDue(now, context({ bidOf }))) now = applyEvent(now, event);
  const exit = [...now.orders.values()].find(({ role }) => role === "exit");
  if (exit === undefined) throw new Error("no exit");
  const smaller = { ...exit, quantity: "1" as Quantity };
  const orders = new Map(now.orders).set(exit.clientOrderId, smaller);
  expect(protectionDue({ ...now, orders }, context({ bidOf }))).toEqual([]);
});

it("sales that go on for stops and for each other are counted together: no id is used twice", () => {
  const { portfolio } = held();
  let now = portfolio;
  const ids = new Set<string>();
  const endAfterPart = (id: string): string => {
    const order = now.orders.get(id);
    if (order === undefined) throw new Error(`no order ${id}`);
    const sold = add(order.filledQuantity, "0.1" as Quantity);
    const partly = { ...order, status: "partially-filled" as const, filledQuantity: sold };
    const canceled: OrderEvent = { type: "canceled", reason: "ended" };
    const event = { type: "order", atMs: at(0), order: { ...partly, status: "canceled" }, event: canceled } as const;
    const next = continuedSales(now, [event], context());
    now = applyEvent(now, { ...event, order: applyOrderEvent(order, canceled) });
    for (const row of next) now = applyEvent(now, row);
    const [rest] = ordersOf(next);
    if (rest === undefined || ids.has(rest.clientOrderId)) throw new Error("an id was used twice, or nothing goes on");
    ids.add(rest.clientOrderId);
    return rest.clientOrderId;
  };
  const stopNow = (): string => {
    const due = protectionDue(now, context());
    for (const event of due) now = applyEvent(now, event);
    return ordersOf(due)[0]?.clientOrderId ?? "";
  };
  const [first] = [...now.orders.values()].filter(({ role }) => role === "stop-loss");
  if (first === undefined) throw new Error("no stop");
  now = told(now, first.clientOrderId, PRICED, ACCEPTED);
  const rest = endAfterPart(first.clientOrderId);
  now = told(now, rest, ACCEPTED);
  const second = endAfterPart(rest);
  now = told(now, second, { type: "rejected", reason: "closed" });
  const again = stopNow();
  now = told(now, again, ACCEPTED);
  endAfterPart(again);
  expect(ids.size).toBe(3);
});

it("one look at a broken price sells nothing, and a sale that failed waits for its turn", () => {
  const { portfolio, stop } = held();
  const bidOf = () => "80" as Price;
  const now = told(portfolio, stop.clientOrderId, PRICED, ACCEPTED);
  expect(protectionDue(now, context({ bidOf, steadyBidOf: () => null }))).toEqual([]);
  expect(protectionDue(now, context({ bidOf, maySell: () => false }))).toEqual([]);
  expect(protectionDue(now, context({ bidOf: () => "120" as Price, maySell: () => false }))).toEqual([]);
});

it("a target's sale that may be under way has nothing placed beside it", () => {
  const { portfolio, stop } = held();
  const target = [...portfolio.orders.values()].find(({ role }) => role === "take-profit");
  const gone = told(portfolio, stop.clientOrderId, PRICED, ACCEPTED, { type: "canceled", reason: "it makes way" });
  const priced: OrderEvent = { ...PRICED, triggerPrice: null, limitPrice: "120" as Price };
  const now = told(gone, target?.clientOrderId ?? "", priced, { type: "unresolved", reason: "no answer" });
  expect(protectionDue(now, context())).toEqual([]);
});

it("an exit is not sent, and its stop stays, while a target's sale may be under way", () => {
  const { portfolio, stop } = held();
  const target = [...portfolio.orders.values()].find(({ role }) => role === "take-profit");
  const priced: OrderEvent = { ...PRICED, triggerPrice: null, limitPrice: "120" as Price };
  const covered = told(portfolio, stop.clientOrderId, PRICED, ACCEPTED);
  const doubtful = told(covered, target?.clientOrderId ?? "", priced, { type: "unresolved", reason: "no answer" });
  const exit = exitOrder({ quantity: "2" as Quantity });
  const now = applyEvent(doubtful, { type: "order-list", atMs: at(0), orders: [exit] });
  const sending = { nowMs: at(0), halted: false, tried: new Set<string>(), stopLocks: true };
  expect(nextCommand(now, sending)).toBeNull();
  const denied = told(now, target?.clientOrderId ?? "", { type: "submitted" }, { type: "rejected", reason: "no" });
  expect(nextCommand(denied, sending)).toMatchObject({ do: "cancel", order: { role: "stop-loss" } });
});

it("a sale of more than is held by now is not sent", () => {
  const { portfolio, stop } = held();
  const gone = told(portfolio, stop.clientOrderId, PRICED, ACCEPTED, { type: "canceled", reason: "it made way" });
  const exit = exitOrder({ quantity: "3" as Quantity });
  const now = applyEvent(gone, { type: "order-list", atMs: at(0), orders: [exit] });
  const sending = { nowMs: at(0), halted: false, tried: new Set<string>(), stopLocks: true };
  expect(nextCommand(now, sending)).toMatchObject({ do: "journal", event: { event: { type: "canceled" } } });
  expect(nextCommand(now, { ...sending, stopLocks: false })).toMatchObject({ do: "submit" });
});
