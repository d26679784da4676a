// What a desk keeps of its account at a venue, folded from its journal and looked at by its clock; and what is told of it, once.
import { describe, expect, it } from "vitest";
import { BareSince } from "#desk/account/bare-since.ts";
import { VenueBook } from "#desk/account/venue-book.ts";
import { NO_MEMORY, type VenueAlertFacts } from "#desk/watch/alert-facts.ts";
import { raiseAlerts } from "#desk/watch/rules.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { BTC, entryOrder, stopOrder, Trial } from "#test/toolkits/execution/fixture.ts";
import { buy } from "#test/toolkits/portfolio/fixture.ts";

type Told = Extract<JournalEvent, { type: "account-difference" }>;

const row = (state: Told["state"], atMs: number, amount = "100"): Told => ({
  type: "account-difference",
  atMs: unixMs(atMs),
  key: "short:USDT",
  kind: "short",
  amount,
  text: `${amount} USDT are missing`,
  state,
  by: state === "accepted" ? "anna" : "desk",
  reason: state === "accepted" ? "rent" : "",
});

function bookOf(...events: readonly JournalEvent[]): VenueBook {
  const book = new VenueBook({ mode: "live" });
  for (const event of events) book.take(event);
  return book;
}

describe("differences of the journal", () => {
  const asked = (amount: string) => ({ key: "short:USDT", amount });

  it("are accepted as they are, and of another amount are not", () => {
    const { differences } = bookOf(row("found", 1), row("accepted", 2));
    expect([differences.isAccepted(asked("100")), differences.isAccepted(asked("100.1"))]).toEqual([true, false]);
    expect(differences.get("short:USDT")).toMatchObject({ foundMs: 1, accepted: { by: "anna", atMs: 2 } });
  });

  it("are found anew where the amount is another, and then nobody has accepted them", () => {
    const { differences } = bookOf(row("found", 1), row("accepted", 2), row("found", 3, "150"));
    expect(differences.standing()).toMatchObject([{ amount: "150", foundMs: 3, accepted: null }]);
    expect(differences.isAccepted(asked("100"))).toBe(false);
  });

  it("that have gone are forgotten, and come back as new ones", () => {
    const { differences } = bookOf(row("found", 1), row("accepted", 2), row("gone", 3));
    expect(differences.standing()).toEqual([]);
    differences.take(row("found", 4));
    expect(differences.isAccepted(asked("100"))).toBe(false);
  });
});

describe("an order in doubt", () => {
  const happened = (status: Order["status"], atMs: number): JournalEvent => ({
    type: "order",
    atMs: unixMs(atMs),
    order: entryOrder({ status }),
  });
  const id = entryOrder().clientOrderId;

  it("is so since its first row that says it, however often it is sent again, until it is answered", () => {
    const { doubtTimes } = bookOf(happened("unresolved", 5), happened("submitted", 9), happened("unresolved", 12));
    expect(doubtTimes.sinceMs(id)).toBe(5);
    doubtTimes.take(happened("accepted", 20));
    expect(doubtTimes.sinceMs(id)).toBeNull();
    doubtTimes.take(happened("unresolved", 30));
    expect(doubtTimes.sinceMs(id)).toBe(30);
    doubtTimes.take(buy("1", "100", { clientOrderId: id }));
    expect(doubtTimes.sinceMs(id)).toBeNull();
  });
});

describe("what no stop covers", () => {
  const markets = new Map([[BTC, { ...testMarket(BTC), stepSize: "0.01" }]]);
  const holding = (...orders: readonly Order[]) => ({
    ...new Trial({ held: "2" }).portfolio,
    orders: new Map(orders.map((order) => [order.clientOrderId, order])),
  });
  const stop = (quantity: string, status: Order["status"] = "accepted") =>
    stopOrder("90", { quantity: quantity as Quantity, status });

  it("is so since it was first seen, in the quantity of now, and begins anew after it was covered", () => {
    const bare = new BareSince();
    const look = (at: number, ...orders: readonly Order[]) => bare.look(holding(...orders), markets, unixMs(at));
    expect(look(10, stop("2"))).toEqual([]);
    expect(look(20)).toMatchObject([{ quantity: "2", sinceMs: 20, symbol: BTC, strategyId: STRATEGY }]);
    expect(look(30, stop("0.5"))).toMatchObject([{ quantity: "1.5", sinceMs: 20 }]);
    expect(look(40, stop("2"))).toEqual([]);
    expect(look(50, stop("2", "initialized"))).toMatchObject([{ quantity: "2", sinceMs: 50 }]);
  });

  it("is not bare since a moment to come, where the clock was set back", () => {
    const bare = new BareSince();
    bare.look(holding(), markets, unixMs(3_600_000));
    expect(bare.look(holding(), markets, unixMs(1_000))).toMatchObject([{ sinceMs: 1_000 }]);
    expect(bare.look(holding(), markets, unixMs(4_000))).toMatchObject([{ sinceMs: 1_000 }]);
  });

  it("is not counted below a step of the market", () => {
    expect(new BareSince().look(holding(stop("1.995")), markets, unixMs(0))).toEqual([]);
  });
});

describe("alerts of an account at a venue", () => {
  const quiet = {
    simulated: false,
    strategies: [STRATEGY],
    ended: [],
    fills: [],
    fillsToldMs: [],
    unacknowledged: [],
    limits: null,
    control: { state: "running", announced: "running", reason: null },
    lastSlots: null,
    delistings: [],
    watchesMet: [],
    slot: null,
  } as const;
  const none: VenueAlertFacts = { halted: false, differences: [], bare: [], inDoubt: [], acceptanceMs: 5_000 };
  const raised = (nowMs: number, over: Partial<VenueAlertFacts>) =>
    raiseAlerts(NO_MEMORY, { ...quiet, nowMs: unixMs(nowMs), atVenue: { ...none, ...over } }).alerts;

  it("name what has had no stop for longer than two seconds, with the quantity, under one id", () => {
    const bare = [{ strategyId: STRATEGY, symbol: BTC, quantity: "1.5" as Quantity, sinceMs: unixMs(10_000) }];
    expect(raised(12_000, { bare })).toEqual([]);
    const [alert] = raised(12_001, { bare });
    expect(alert).toMatchObject({ kind: "uncovered", symbol: BTC });
    expect(alert?.text).toMatch(/^1\.5 of BTC\/USDT has had no stop at the venue since 1970-01-01 00:00:10 UTC/);
    const [later] = raised(60_000, { bare: bare.map((one) => ({ ...one, quantity: "2" as Quantity })) });
    expect(later?.alertId).toBe(alert?.alertId);
    const [halted] = raised(10_000, { bare, halted: true });
    expect(halted?.alertId).toBe(alert?.alertId);
    expect(halted?.text).toMatch(/^1\.5 of BTC\/USDT .* The desk is halted and places none/);
  });

  it("name an order that is in doubt longer than the venue may take it, once for each time that it is", () => {
    const doubt = (sinceMs: number) => ({ inDoubt: [{ order: entryOrder(), sinceMs: unixMs(sinceMs) }] });
    expect(raised(15_000, doubt(10_000))).toEqual([]);
    const ids = [raised(15_001, doubt(10_000)), raised(90_000, doubt(10_000)), raised(90_000, doubt(50_000))].map(
      ([alert]) => alert?.alertId,
    );
    expect(new Set(ids).size).toBe(2);
    expect(raised(15_001, doubt(10_000))).toMatchObject([
      { kind: "order-in-doubt", orders: [entryOrder().clientOrderId] },
    ]);
  });

  it("tell together what was found at one look, with the keys, and not again", () => {
    const { differences } = bookOf(row("found", 1_000), { ...row("found", 1_000, "3"), key: "short:BTC" });
    const told = raised(2_000, { differences: differences.standing() });
    expect(told).toMatchObject([{ kind: "account-differs", alertId: "account-differs:1000" }]);
    expect(told[0]?.text).toMatch(
      /100 USDT are missing \[deeptrader accept short:USDT --reason TEXT\]; 3 USDT are missing \[deeptrader accept short:BTC/,
    );
  });

  it("are none on paper", () => {
    expect(raiseAlerts(NO_MEMORY, { ...quiet, nowMs: unixMs(0) }).alerts).toEqual([]);
  });
});
