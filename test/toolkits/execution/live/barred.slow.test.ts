// A process that can no longer be sure of its account sends nothing, though the request was made before: it is asked at the last moment.
import { afterEach, describe, expect, it } from "vitest";
import type { Price, Quantity } from "#schemas/money.ts";
import { Rig } from "#test/desk/live/rig.ts";
import { openTrader, type Trader } from "#test/exchanges/trading/open-trader.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import type { OrderRef, OrderToPlace } from "#toolkits/execution/live/venue-orders.ts";

const options = { signal: new AbortController().signal };
const opened: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

const barred = { ...options, barred: () => "it slept too long" };
const stopOf = ({ symbol, account }: Trader): OrderToPlace => ({
  clientOrderId: "a".repeat(32),
  symbol,
  side: "sell",
  quantity: "0.01" as Quantity,
  terms: { type: "stop", triggerPrice: String(Math.floor(Number(account.priceOf(symbol)) * 0.9)) as Price },
});

describe.each(Object.keys(TRIED_VENUES))("at %s, a process that wakes after its time", (venueId) => {
  it("sends no order, no end and no move, and says that they were not sent", async () => {
    const trader = await openTrader(venueId, { balances: { USDT: "1000", USD: "1000", BTC: "1" } });
    opened.push(trader);
    const stop = stopOf(trader);
    const placed = await trader.orders.place(stop, { ...options, barred: () => null });
    expect(placed).toMatchObject({ outcome: "accepted" });
    const ref: OrderRef = {
      ...stop,
      kind: "stop",
      venueOrderId: placed.outcome === "accepted" ? placed.venueOrderId : null,
      sinceMs: trader.now(),
    };
    const counts = () => ["place", "cancel", "move"].map((kind) => trader.exchange.count(kind as "place"));
    const before = counts();
    const begun = [
      trader.orders.place({ ...stop, clientOrderId: "b".repeat(32) }, barred),
      trader.orders.cancel(ref, barred),
      ...(trader.orders.moveStop === undefined
        ? []
        : [trader.orders.moveStop(ref, (stop.terms as { triggerPrice: Price }).triggerPrice, barred)]),
    ];
    for (const outcome of await Promise.all(begun))
      expect(outcome).toMatchObject({ outcome: "not-sent", reason: expect.stringContaining("slept too long") });
    expect(counts()).toEqual(before);
  });
});

it("is asked when a request leaves, and not when it began to wait", async () => {
  const trader = await openTrader("kraken", { balances: { USD: "1000", BTC: "1" } });
  opened.push(trader);
  trader.faults.add({ fault: { kind: "hang" }, at: ["balances"], times: 1 });
  const hung = new AbortController();
  const balances = trader.orders.balances({ signal: hung.signal });
  while (trader.exchange.count("balances") < 1) await new Promise((resolve) => setImmediate(resolve));
  let why: string | null = null;
  const placing = trader.orders.place(stopOf(trader), { ...options, barred: () => why });
  await new Promise((resolve) => setImmediate(resolve));
  why = "it slept too long";
  hung.abort(new Error("enough"));
  await expect(balances).rejects.toThrow();
  expect(await placing).toMatchObject({ outcome: "not-sent", reason: expect.stringContaining(why) });
  expect(trader.exchange.count("place")).toBe(0);
});

describe("a desk that is not sure of its account", () => {
  it("sends nothing, and the same order once, when it is sure again", async () => {
    const rig = await Rig.open("binance");
    opened.push(rig);
    rig.barred = "another may have the account";
    const order = await rig.decideEntry();
    await rig.pass(6);
    expect([rig.trader.exchange.count("place"), rig.problems.join(" ")]).toEqual([
      0,
      expect.stringContaining("another may have the account"),
    ]);
    rig.barred = null;
    await rig.pass(6);
    expect(rig.trader.account.orders.filter(({ wish }) => wish.side === "buy")).toMatchObject([
      { wish: { clientId: order.clientOrderId } },
    ]);
    expect(rig.trader.account.orders.filter(({ wish }) => wish.side === "sell")).toHaveLength(1);
  });
});
