import { describe, expect, it } from "vitest";
import { collectReports } from "#desk/run-slot/collect-reports.ts";
import { InvariantError, ProviderError } from "#schemas/errors.ts";
import type { Price, Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { Execution } from "#schemas/ports/trading.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { openTestDesk, patience } from "#test/support/desk.ts";
import { assortedShapes, createSyntheticMarket, FIRST_SLOT_MS } from "#test/support/synthetic-market.ts";

const venue = createSyntheticMarket({
  seed: 1,
  timeframe: "5m",
  firstSlotMs: FIRST_SLOT_MS,
  slots: 4,
  shapes: assortedShapes().slice(0, 1),
});
const NOW_MS = unixMs(FIRST_SLOT_MS + 1000);

/** Journaled by a desk that died before it heard from the venue. */
const intent = (change: Partial<Order> = {}): Order => ({
  clientOrderId: "a".repeat(32),
  decisionId: "a".repeat(64),
  parentId: null,
  symbol: "AAA/USDT" as MarketSymbol,
  side: "buy",
  kind: "market",
  role: "entry",
  quantity: "1" as Quantity,
  filledQuantity: "0" as Quantity,
  limitPrice: null,
  triggerPrice: null,
  triggered: false,
  bracket: { stopPct: 10, targetPct: 20 },
  createdAtMs: FIRST_SLOT_MS,
  workingFromMs: FIRST_SLOT_MS,
  expiresAtMs: unixMs(FIRST_SLOT_MS + 60_000),
  status: "intended",
  statusReason: "",
  ...change,
});

const silent = (): ProviderError => new ProviderError({ was: "The venue did not answer.", remedy: "Wait." });

/** A venue that keeps what it is sent, and may fall silent at any verb. */
function venueBook(orders: readonly Order[] = []) {
  const held = new Map(orders.map((order) => [order.clientOrderId, order]));
  const calls: string[] = [];
  const state = { silentAt: new Set<string>(), held, calls, losesReplies: false };
  const call = (verb: string): void => {
    calls.push(verb);
    if (state.silentAt.has(verb)) throw silent();
  };
  const execution: Execution = {
    kind: "live",
    submit: async (order, { nowMs }) => {
      call("submit");
      const open: Order = { ...order, status: "open" };
      held.set(order.clientOrderId, open);
      if (state.losesReplies) throw silent();
      return [{ type: "order", atMs: nowMs, order: open }];
    },
    cancel: async () => [],
    order: async (id) => {
      call("order");
      return held.get(id) ?? null;
    },
    openOrders: async () => [...held.values()],
    balances: async () => new Map(),
    fillsSince: async () => {
      call("fillsSince");
      return [];
    },
  };
  return { execution, state };
}

async function deskWith(order: Order, held: readonly Order[] = [], haltFile = { exists: false }) {
  const { execution, state } = venueBook(held);
  const test = await openTestDesk({ venue, startMs: NOW_MS, haltFile, wrapExecution: () => execution });
  await test.desk.account.append([{ type: "order", atMs: FIRST_SLOT_MS, order }], patience);
  const statusOf = () => test.desk.account.portfolio().orders.get(order.clientOrderId)?.status ?? "ended";
  const lastOf = async () => (await test.events()).findLast((e) => e.type === "order")?.order;
  return { ...test, state, statusOf, lastOf };
}

describe("an intent without an acknowledgement", () => {
  it("is looked up at the venue first, and not sent again where the venue has it", async () => {
    const { desk, state, statusOf } = await deskWith(intent(), [intent({ status: "open" })]);
    await collectReports(desk, NOW_MS, patience);
    expect(state.calls).toEqual(["order", "fillsSince"]);
    expect(statusOf()).toBe("open");
  });

  it("is sent once, under the same id, where the venue has never seen it", async () => {
    const { desk, state, statusOf } = await deskWith(intent());
    await collectReports(desk, NOW_MS, patience);
    await collectReports(desk, NOW_MS, patience);
    expect(state.calls.filter((verb) => verb === "submit")).toHaveLength(1);
    expect([...state.held.keys()]).toEqual(["a".repeat(32)]);
    expect(statusOf()).toBe("open");
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
    await desk.account.append([{ type: "control", atMs: NOW_MS, action: "halt", reason: "test" }], patience);
    await collectReports(desk, NOW_MS, patience);
    expect(state.calls).not.toContain("submit");
  });

  it("stays in flight while the venue cannot be asked, and is settled once it can", async () => {
    const { desk, state, statusOf } = await deskWith(intent(), [intent({ status: "open" })]);
    state.silentAt.add("order");
    const { problems } = await collectReports(desk, NOW_MS, patience);
    expect(statusOf()).toBe("intended");
    expect(state.calls).not.toContain("submit");
    expect(problems.join()).toContain("AAA/USDT");
    state.silentAt.clear();
    await collectReports(desk, NOW_MS, patience);
    expect(statusOf()).toBe("open");
  });

  it("becomes one order when the venue took it and its reply was lost", async () => {
    const { desk, state, statusOf } = await deskWith(intent());
    state.losesReplies = true;
    const { problems } = await collectReports(desk, NOW_MS, patience);
    expect(problems).toHaveLength(1);
    expect(statusOf()).toBe("intended");
    await collectReports(desk, NOW_MS, patience);
    expect(state.calls.filter((verb) => verb === "submit")).toHaveLength(1);
    expect(statusOf()).toBe("open");
  });
});

describe("settlement", () => {
  it("names a venue that does not answer, and ends nothing", async () => {
    const { desk, state } = await deskWith(intent({ status: "open" }), [intent({ status: "open" })]);
    state.silentAt.add("fillsSince");
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
      intent({ symbol, clientOrderId: `${n}`.repeat(32), limitPrice: "0.01" as Price, kind: "limit" }),
    );
    for (const order of orders) {
      await test.desk.account.append([{ type: "order", atMs: FIRST_SLOT_MS, order }], patience);
    }
    await collectReports(test.desk, FIRST_SLOT_MS, patience);
    test.clock.advanceTo(unixMs(FIRST_SLOT_MS + 300_000));
    const { problems } = await collectReports(test.desk, test.clock.now(), patience);
    expect(problems).toEqual([expect.stringContaining(`${first} was not settled`)]);
    expect([...test.desk.account.portfolio().orders.values()].map(({ symbol }) => symbol)).toEqual([first]);
    down = false;
    const again = await collectReports(test.desk, test.clock.now(), patience);
    expect(again.problems).toEqual([]);
    expect(test.desk.account.portfolio().orders.size).toBe(0);
  });

  it("does not hide a broken promise as a market's problem", async () => {
    const { desk } = await deskWith(intent({ status: "open" }));
    const bug = new InvariantError({ was: "Broken.", remedy: "Report it." });
    expect(() => desk.unsettled.note("AAA/USDT" as MarketSymbol, bug)).toThrow(bug);
  });
});
