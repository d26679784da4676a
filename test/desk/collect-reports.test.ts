import { describe, expect, it } from "vitest";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import { InvariantError, ProviderError } from "#schemas/errors.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Fill, Order } from "#schemas/order.ts";
import type { Execution, ExecutionReport } from "#schemas/ports/trading.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";
import { entryOrder } from "#test/toolkits/execution/fixture.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";

const venue = createSyntheticMarket({
  seed: 1,
  timeframe: "5m",
  firstSlotMs: FIRST_SLOT_MS,
  slots: 4,
  shapes: assortedShapes().slice(0, 1),
});
const NOW_MS = unixMs(FIRST_SLOT_MS + 1000);

/** Journaled by a desk that died before it heard from the venue. */
const intent = (change: Partial<Order> = {}): Order =>
  entryOrder({
    clientOrderId: "a".repeat(32),
    decisionId: "a".repeat(64),
    symbol: "AAA/USDT" as MarketSymbol,
    quantity: "1" as Quantity,
    createdAtMs: FIRST_SLOT_MS,
    activeFromMs: FIRST_SLOT_MS,
    expiresAtMs: unixMs(FIRST_SLOT_MS + 60_000),
    ...change,
  });

const silent = (): ProviderError => new ProviderError({ was: "The venue did not answer.", remedy: "Wait." });

/** A venue that keeps what it is sent, and may fall silent at any verb. */
function venueBook(orders: readonly Order[] = []) {
  const held = new Map(orders.map((order) => [order.clientOrderId, order]));
  const calls: string[] = [];
  const state = { silentAt: new Set<string>(), held, calls, losesReplies: false, reports: [] as ExecutionReport[] };
  const call = (verb: string): void => {
    calls.push(verb);
    if (state.silentAt.has(verb)) throw silent();
  };
  const execution: Execution = {
    kind: "live",
    capabilities: { fillsAt: "quote" },
    submit: async (order, { nowMs }) => {
      call("submit");
      held.set(order.clientOrderId, { ...order, status: "accepted", venueOrderId: "v1" });
      if (state.losesReplies) throw silent();
      const event = { type: "accepted", venueOrderId: "v1" } as const;
      return [{ type: "order", atMs: nowMs, clientOrderId: order.clientOrderId, event }];
    },
    cancel: async (clientOrderId, { nowMs, reason }) => {
      call("cancel");
      return [{ type: "order", atMs: nowMs, clientOrderId, event: { type: "canceled", reason } }];
    },
    order: async (id) => {
      call("order");
      return held.get(id) ?? null;
    },
    openOrders: async () => [...held.values()],
    balances: async () => new Map(),
    reports: async (since) => {
      call("reports");
      return { reports: state.reports, cursor: since ?? "0", more: false, unread: [] };
    },
  };
  return { execution, state };
}

async function deskWith(order: Order, held: readonly Order[] = [], haltFile = { exists: false }) {
  const { execution, state } = venueBook(held);
  const test = await openTestDesk({ venue, startMs: NOW_MS, haltFile, wrapExecution: () => execution });
  await test.desk.account.append(
    [{ type: "order-list", atMs: FIRST_SLOT_MS, orders: [...orderListOf(order)] }],
    patience,
  );
  const statusOf = () => test.desk.account.portfolio().orders.get(order.clientOrderId)?.status ?? "ended";
  const lastOf = async () =>
    (await test.events())
      .flatMap((e) => (e.type === "order" ? [e.order] : []))
      .findLast((each) => each.role === order.role);
  // Its orders are in prices of their own, and nobody bids in those.
  const desk = { ...test.desk, marketData: { ...test.desk.marketData, tickers: async () => [] } };
  return { ...test, desk, state, statusOf, lastOf };
}

const FILL: Fill = {
  fillId: "f1",
  clientOrderId: "a".repeat(32),
  strategyId: STRATEGY,
  symbol: "AAA/USDT" as MarketSymbol,
  side: "buy",
  role: "entry",
  quantity: "1" as Quantity,
  price: "100" as Price,
  notional: "100" as Money,
  fee: "0.1",
  feeCurrency: "USDT",
  atMs: NOW_MS,
  basis: "ask",
  left: "0" as Quantity,
};

describe("an intent without an acknowledgement", () => {
  it("is looked up at the venue first, and not sent again where the venue has it", async () => {
    const { desk, state, statusOf } = await deskWith(intent(), [intent({ status: "accepted" })]);
    await collectReports(desk, NOW_MS, patience);
    expect(state.calls).toEqual(["order", "reports"]);
    expect(statusOf()).toBe("accepted");
  });

  it("is sent once, under the same id, where the venue has never seen it", async () => {
    const { desk, state, statusOf } = await deskWith(intent());
    await collectReports(desk, NOW_MS, patience);
    await collectReports(desk, NOW_MS, patience);
    expect(state.calls.filter((verb) => verb === "submit")).toHaveLength(1);
    expect([...state.held.keys()]).toEqual(["a".repeat(32)]);
    expect(statusOf()).toBe("accepted");
  });

  it("expires unsent when it is an entry whose time is over", async () => {
    const { desk, state, lastOf } = await deskWith(intent());
    await collectReports(desk, unixMs(FIRST_SLOT_MS + 60_000), patience);
    expect(state.calls).not.toContain("submit");
    expect(await lastOf()).toMatchObject({ status: "expired", statusReason: "not sent in time" });
  });

  it("is sent however late when it is the way out", async () => {
    const exit = intent({ side: "sell", role: "exit", bracket: null, expiresAtMs: null });
    const { desk, state } = await deskWith(exit);
    await desk.account.append(
      [{ type: "fill", atMs: FIRST_SLOT_MS, fill: { ...FILL, clientOrderId: "f".repeat(32) } }],
      patience,
    );
    await collectReports(desk, unixMs(FIRST_SLOT_MS + 7_200_000), patience);
    expect(state.calls).toContain("submit");
  });

  it("is canceled unsent while the halt file is there", async () => {
    const { desk, state, lastOf } = await deskWith(intent(), [], { exists: true });
    await collectReports(desk, NOW_MS, patience);
    expect(state.calls).not.toContain("submit");
    expect(await lastOf()).toMatchObject({ status: "canceled", statusReason: "halted before it was sent" });
  });

  it("is canceled unsent after a journaled halt, also without the file", async () => {
    const { desk, state } = await deskWith(intent());
    await desk.account.append(
      [{ type: "control", strategyId: null, atMs: NOW_MS, action: "halt", reason: "test" }],
      patience,
    );
    await collectReports(desk, NOW_MS, patience);
    expect(state.calls).not.toContain("submit");
  });

  it("stays in flight while the venue cannot be asked, and is settled once it can", async () => {
    const { desk, state, statusOf } = await deskWith(intent(), [intent({ status: "accepted" })]);
    state.silentAt.add("order");
    const { problems } = await collectReports(desk, NOW_MS, patience);
    expect(statusOf()).toBe("unresolved");
    expect(state.calls).not.toContain("submit");
    expect(problems.join()).toContain("AAA/USDT");
    state.silentAt.clear();
    await collectReports(desk, NOW_MS, patience);
    expect(statusOf()).toBe("accepted");
  });

  it("becomes one order when the venue took it and its reply was lost", async () => {
    const { desk, state, statusOf } = await deskWith(intent());
    state.losesReplies = true;
    const { problems } = await collectReports(desk, NOW_MS, patience);
    expect(problems).toHaveLength(1);
    expect(statusOf()).toBe("unresolved");
    await collectReports(desk, NOW_MS, patience);
    expect(state.calls.filter((verb) => verb === "submit")).toHaveLength(1);
    expect(statusOf()).toBe("accepted");
  });
});

describe("settlement", () => {
  it("names a venue that does not answer, and ends nothing", async () => {
    const { desk, state } = await deskWith(intent({ status: "accepted" }), [intent({ status: "accepted" })]);
    state.silentAt.add("reports");
    const { problems, events } = await collectReports(desk, NOW_MS, patience);
    expect(problems).toEqual([expect.stringContaining("The venue did not answer.")]);
    expect(events).toEqual([]);
  });

  it("names the market that could not be read and settles the others; next time it is settled too", async () => {
    let down = true;
    const two = createSyntheticMarket({ ...venue.settings, shapes: assortedShapes().slice(0, 2) });
    const [first, second] = [...two.markets.keys()];
    if (first === undefined || second === undefined) throw new Error("two markets were made");
    const candles: typeof two.marketData.candles = async (request, options) => {
      if (down && request.symbol === first) throw silent();
      return two.marketData.candles(request, options);
    };
    const test = await openTestDesk({
      venue: { ...two, marketData: { ...two.marketData, candles } },
      startMs: FIRST_SLOT_MS,
    });
    const orders = [first, second].map((symbol, n) =>
      intent({ symbol, clientOrderId: `${n}`.repeat(32), limitPrice: "0.01" as Price, type: "limit" }),
    );
    for (const order of orders) {
      await test.desk.account.append([{ type: "order-list", atMs: FIRST_SLOT_MS, orders: [order] }], patience);
    }
    await collectReports(test.desk, FIRST_SLOT_MS, patience);
    test.clock.advanceTo(unixMs(FIRST_SLOT_MS + 300_000));
    const { problems } = await collectReports(test.desk, test.clock.now(), patience);
    expect(problems).toEqual([expect.stringContaining(`${first} was not matched`)]);
    expect([...test.desk.account.portfolio().orders.values()].map(({ symbol }) => symbol)).toEqual([first]);
    down = false;
    const again = await collectReports(test.desk, test.clock.now(), patience);
    expect(again.problems).toEqual([]);
    expect(test.desk.account.portfolio().orders.size).toBe(0);
  });

  it.each([
    ["asked of an exchange, which may know of more", "live", 0, ["reports"]],
    ["not asked of a paper venue, which has the journal's orders and no others", "paper", 0, []],
    ["asked of a paper venue that could not read a market at the last slot", "paper", 1, ["reports"]],
  ] as const)("of an account without orders is %s", async (_, kind, unread, asked) => {
    const { execution, state } = venueBook();
    const test = await openTestDesk({ venue, startMs: NOW_MS, wrapExecution: () => ({ ...execution, kind }) });
    test.desk.venueReports.unread = Array.from({ length: unread }, () => "AAA/USDT was not matched");
    expect(await collectReports(test.desk, NOW_MS, patience)).toEqual({ events: [], problems: [] });
    expect(state.calls).toEqual(asked);
    expect(test.desk.venueReports.unread).toEqual([]);
  });

  it("does not hide a broken promise as a market's problem", async () => {
    const candles = async () => {
      throw new InvariantError({ was: "Broken.", remedy: "Report it." });
    };
    const broken = { ...venue, marketData: { ...venue.marketData, candles } };
    const test = await openTestDesk({ venue: broken, startMs: FIRST_SLOT_MS });
    await test.desk.account.append([{ type: "order-list", atMs: FIRST_SLOT_MS, orders: [intent()] }], patience);
    const later = unixMs(FIRST_SLOT_MS + 300_000);
    const twice = async () => {
      await collectReports(test.desk, FIRST_SLOT_MS, patience);
      await collectReports(test.desk, later, patience);
    };
    await expect(twice()).rejects.toThrow("Broken.");
  });
});

describe("reports", () => {
  it("seen again at every call change nothing", async () => {
    const { desk, state, events } = await deskWith(intent());
    state.reports = [{ type: "fill", atMs: NOW_MS, fill: FILL }];
    await collectReports(desk, NOW_MS, patience);
    const before = (await events()).length;
    await collectReports(desk, NOW_MS, patience);
    expect(await events()).toHaveLength(before);
    expect(desk.account.portfolio()).toMatchObject({ cash: "9899.9" });
  });

  it("of an entry that filled while nobody looked give it its stop and take-profit, once", async () => {
    const { desk, state } = await deskWith(intent());
    state.reports = [{ type: "fill", atMs: NOW_MS, fill: FILL }];
    await collectReports(desk, NOW_MS, patience);
    await collectReports(desk, NOW_MS, patience);
    expect(
      [...desk.account.portfolio().orders.values()].map(({ role, status, generation }) => [role, status, generation]),
    ).toEqual([
      ["stop-loss", "accepted", 0],
      ["take-profit", "accepted", 0],
    ]);
    expect(state.calls.filter((verb) => verb === "submit")).toHaveLength(3);
  });

  it("of later fills make new generations under new ids, and the old ones are canceled first", async () => {
    const { desk, state, events } = await deskWith(intent({ quantity: "2" as Quantity }));
    const dear = { price: "200" as Price, notional: "200" as Money, atMs: unixMs(NOW_MS + 1) };
    const half: Fill = { ...FILL, left: "1" as Quantity };
    const rest: Fill = { ...FILL, ...dear, fillId: "f2" };
    state.reports = [{ type: "fill", atMs: NOW_MS, fill: half }];
    await collectReports(desk, NOW_MS, patience);
    state.reports = [...state.reports, { type: "fill", atMs: NOW_MS, fill: rest }];
    await collectReports(desk, NOW_MS, patience);
    const stops = [...desk.account.portfolio().orders.values()].filter(({ role }) => role === "stop-loss");
    // 10 % below the average of 100 and 200.
    expect(stops).toMatchObject([{ generation: 1, quantity: "2", triggerPrice: "135", status: "accepted" }]);
    expect([...desk.account.portfolio().brackets.values()]).toMatchObject([{ firstFillMs: NOW_MS, entryPrice: "150" }]);
    const told = (await events()).flatMap((e) =>
      e.type === "order" && e.order.role === "stop-loss" ? [`${e.order.generation} ${e.event?.type}`] : [],
    );
    expect(told).toEqual(["0 priced", "0 accepted", "0 canceled", "1 accepted"]);
  });

  it("whose old stop could not be canceled do not send the new one beside it", async () => {
    const { desk, state } = await deskWith(intent({ quantity: "2" as Quantity }));
    state.reports = [{ type: "fill", atMs: NOW_MS, fill: { ...FILL, left: "1" as Quantity } }];
    await collectReports(desk, NOW_MS, patience);
    state.silentAt.add("cancel");
    state.reports = [{ type: "fill", atMs: NOW_MS, fill: { ...FILL, fillId: "f2" } }];
    const { problems } = await collectReports(desk, NOW_MS, patience);
    expect(problems.filter((text) => text.includes("was not canceled"))).toHaveLength(2);
    const stops = [...desk.account.portfolio().orders.values()].filter(({ role }) => role === "stop-loss");
    expect(stops.map(({ generation, status }) => [generation, status])).toEqual([
      [0, "accepted"],
      [1, "initialized"],
    ]);
    state.silentAt.clear();
    await collectReports(desk, NOW_MS, patience);
    expect([...desk.account.portfolio().orders.values()].map(({ generation }) => generation)).toEqual([1, 1]);
  });

  it("of a first part too small to be sold are no dust while the entry works, and are once it has ended", async () => {
    const { desk, state } = await deskWith(intent());
    const small = { quantity: "0.001" as Quantity, notional: "0.1" as Money, left: "0.999" as Quantity, fee: "0" };
    state.reports = [{ type: "fill", atMs: NOW_MS, fill: { ...FILL, ...small } }];
    await collectReports(desk, NOW_MS, patience);
    const dust = () => [...desk.account.portfolio().positions.values()].map((position) => position.dust);
    expect(dust()).toEqual([false]);
    const event = { type: "canceled", reason: "the rest" } as const;
    state.reports = [{ type: "order", atMs: NOW_MS, clientOrderId: "a".repeat(32), event }];
    await collectReports(desk, NOW_MS, patience);
    expect(dust()).toEqual([true]);
    expect(desk.account.portfolio().orders.size).toBe(0);
  });

  it("of an entry that fills after a halt leave its children unsent until `resume`", async () => {
    const haltFile = { exists: false };
    const { desk, state } = await deskWith(intent(), [], haltFile);
    await collectReports(desk, NOW_MS, patience);
    haltFile.exists = true;
    state.reports = [{ type: "fill", atMs: NOW_MS, fill: FILL }];
    await collectReports(desk, NOW_MS, patience);
    const statuses = () => [...desk.account.portfolio().orders.values()].map(({ status }) => status);
    expect(statuses()).toEqual(["initialized", "initialized"]);
    haltFile.exists = false;
    await collectReports(desk, NOW_MS, patience);
    expect(statuses()).toEqual(["accepted", "accepted"]);
  });

  it("that come late with an older state of a working order are passed over", async () => {
    const { desk, state } = await deskWith(intent());
    await collectReports(desk, NOW_MS, patience);
    const update = (quantity: string, activeFromMs: number): ExecutionReport => ({
      type: "order",
      atMs: NOW_MS,
      clientOrderId: "a".repeat(32),
      event: {
        type: "updated",
        quantity: quantity as Quantity,
        triggered: false,
        activeFromMs: unixMs(activeFromMs),
        reason: "",
      },
    });
    state.reports = [update("0.5", FIRST_SLOT_MS + 2), update("0.7", FIRST_SLOT_MS + 1)];
    await collectReports(desk, NOW_MS, patience);
    expect(desk.account.portfolio().orders.get("a".repeat(32))?.quantity).toBe("0.5");
  });
});
