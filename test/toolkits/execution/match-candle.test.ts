import { describe, expect, it } from "vitest";
import type { Money, Quantity } from "#schemas/money.ts";
import type { ExecutionEvent } from "#schemas/ports/trading.ts";
import { matchSlot, untradedCandle } from "#toolkits/execution/match-candle.ts";
import {
  at,
  BTC,
  candle,
  costs,
  ETH,
  entryOrder,
  exitOrder,
  flat,
  free,
  marketOf,
  settle,
  stopOrder,
  targetOrder,
} from "./fixture.ts";

/** One short line an event: `fill entry 2@100 next-open`, `order stop open 0/2`. */
const line = (event: ExecutionEvent): string => {
  if (event.type === "fill") {
    const { role, quantity, price, basis } = event.fill;
    return `fill ${role} ${quantity}@${price} ${basis}`;
  }
  if (event.type === "dust") return `dust ${event.quantity}`;
  const { role, status, filledQuantity, quantity } = event.order;
  return `order ${role} ${status} ${filledQuantity}/${quantity}`;
};
const lines = (result: { readonly events: readonly ExecutionEvent[] }) => result.events.map(line);
const reasons = (result: { readonly events: readonly ExecutionEvent[] }) =>
  result.events.flatMap((e) => (e.type === "order" && e.order.statusReason !== "" ? [e.order.statusReason] : []));
const protectedBy = { orders: [stopOrder("90"), targetOrder("120")], held: "2" };

describe("market orders", () => {
  it("fill at the candle's open, slippage against us, fee in quote", () => {
    const bought = settle({ orders: [entryOrder()], costs });
    expect(bought.events[0]).toMatchObject({
      atMs: at(0),
      fill: { price: "100.05", notional: "200.1", fee: "0.2001", feeCurrency: "USDT", basis: "next-open" },
    });
    expect(bought).toMatchObject({ cash: "9799.6999", held: "2" });
    const sold = settle({ orders: [exitOrder()], held: "2", costs });
    expect(sold.events[0]).toMatchObject({ fill: { price: "99.95", fee: "0.1999" } });
    expect(sold).toMatchObject({ cash: "10199.7001", held: "0" });
  });

  it("round the slipped price to the tick against us", () => {
    const market = marketOf(BTC, { tickSize: "0.1" });
    expect(lines(settle({ orders: [entryOrder()], costs, market }))[0]).toBe("fill entry 2@100.1 next-open");
    expect(lines(settle({ orders: [exitOrder()], held: "2", costs, market }))[0]).toBe("fill exit 2@99.9 next-open");
  });

  it("take the market's own fee, in the base coin where the venue does so", () => {
    const market = marketOf(BTC, { feeBps: 50, buyFeeIn: "base" });
    const bought = settle({ orders: [entryOrder()], market });
    expect(bought).toMatchObject({ cash: "9800", held: "1.99" });
    expect(bought.events[0]).toMatchObject({ fill: { fee: "0.01", feeCurrency: "BTC" } });
    expect(bought.orders.map((o) => o.quantity)).toEqual(["1.99", "1.99"]);
  });

  it("sell only what is held", () => {
    const sold = settle({ orders: [exitOrder({ quantity: "5" as Quantity })], held: "2" });
    expect(lines(sold)).toEqual(["fill exit 2@100 next-open", "order exit filled 2/2"]);
    expect(reasons(settle({ orders: [exitOrder()] }))).toEqual(["nothing is held"]);
  });

  it("do not fill before the candle they work from", () => {
    expect(settle({ orders: [exitOrder({ workingFromMs: at(1) })], held: "2" }).events).toEqual([]);
  });

  it("go through whole or not at all where a candle's volume gives too little to be sold again", () => {
    const thin = settle({ orders: [entryOrder()], candle: flat(0, 100, 0.5) });
    expect(lines(thin)).toEqual(["order entry canceled 0/2"]);
    expect(thin).toMatchObject({ cash: "10000", held: "0" });
  });

  it("buy the candle's share of volume and cancel the remainder", () => {
    const part = settle({ orders: [entryOrder()], candle: flat(0, 100, 9.9999) });
    expect(lines(part)).toEqual([
      "fill entry 0.999@100 next-open",
      "order entry canceled 0.999/2",
      "order stop open 0/0.999",
      "order target open 0/0.999",
    ]);
    expect(reasons(part)).toEqual(["the candle's volume gave 0.999; the remainder of 1.001 is canceled"]);
  });

  it("sell the candle's share of volume, cancel the remainder and trim stop and target to the rest", () => {
    const part = settle({ ...protectedBy, orders: [exitOrder(), ...protectedBy.orders], candle: flat(0, 100, 5) });
    expect(lines(part)).toEqual([
      "fill exit 0.5@100 next-open",
      "order exit canceled 0.5/2",
      "order stop open 0/1.5",
      "order target open 0/1.5",
    ]);
  });

  it("cancel stop and target when an exit closes the position", () => {
    const closed = settle({ ...protectedBy, orders: [...protectedBy.orders, exitOrder()] });
    expect(lines(closed)).toEqual([
      "fill exit 2@100 next-open",
      "order exit filled 2/2",
      "order stop canceled 0/2",
      "order target canceled 0/2",
    ]);
    expect(closed.orders).toEqual([]);
  });
});

describe("entries", () => {
  it("place stop and target at once, from the fill price: the stop rounded down, the target up", () => {
    const { orders } = settle({ orders: [entryOrder()], candle: flat(0, 33.33) });
    expect(orders).toMatchObject([
      { role: "stop", triggerPrice: "29.99", quantity: "2", parentId: "e".repeat(32), status: "open" },
      { role: "target", limitPrice: "40", quantity: "2", parentId: "e".repeat(32), status: "open" },
    ]);
    expect(new Set(orders.map((o) => o.clientOrderId)).size).toBe(2);
  });

  it("meet their own candle: a low at the stop sells at once", () => {
    const result = settle({ orders: [entryOrder()], candle: candle(0, [100, 101, 90, 95]) });
    expect(lines(result)).toEqual([
      "fill entry 2@100 next-open",
      "order entry filled 2/2",
      "order stop open 0/2",
      "order target open 0/2",
      "order target canceled 0/2",
      "fill stop 2@90 stop",
      "order stop filled 2/2",
    ]);
    expect(result).toMatchObject({ cash: "9980", held: "0", orders: [] });
  });

  it("are reduced to what the cash affords, fee included", () => {
    const result = settle({ orders: [entryOrder()], cash: "100", costs: { ...free, feeBps: 10 } });
    expect(lines(result).slice(0, 2)).toEqual(["fill entry 0.999@100 next-open", "order entry filled 0.999/0.999"]);
    expect(result.cash).toBe("0.0001");
  });

  it("are rejected where the cash affords less than can be sold again", () => {
    const result = settle({ orders: [entryOrder()], cash: "5.5" });
    expect(lines(result)).toEqual(["order entry rejected 0/2"]);
    expect(reasons(result)[0]).toMatch(/^insufficient cash/);
    expect(reasons(settle({ orders: [entryOrder()], cash: "0" }))[0]).toMatch(/^insufficient cash/);
  });

  it("expire at the close of the only candle that may fill them", () => {
    const quiet = settle({ orders: [entryOrder()], candle: untradedCandle(at(0)) });
    expect(lines(quiet)).toEqual(["order entry expired 0/2"]);
    expect(quiet.events[0]).toMatchObject({ atMs: at(1) });
    expect(lines(settle({ orders: [entryOrder()], candle: flat(1, 100) }))).toEqual(["order entry expired 0/2"]);
  });

  it("with a limit fill only below it, at it, and leave their target to the next candle", () => {
    const limit = entryOrder({ kind: "limit", limitPrice: "99" as never });
    expect(lines(settle({ orders: [limit], candle: candle(0, [100, 100, 99, 100]) }))).toEqual([
      "order entry expired 0/2",
    ]);
    const through = settle({ orders: [limit], candle: candle(0, [100, 130, 98.99, 100]) });
    expect(lines(through).slice(0, 2)).toEqual(["fill entry 2@99 limit", "order entry filled 2/2"]);
    expect(through.orders.map((o) => [o.role, o.workingFromMs])).toEqual([
      ["stop", at(0)],
      ["target", at(1)],
    ]);
  });

  it("with a limit that ran out inside the candle do not fill: the touch may have come later", () => {
    const limit = entryOrder({ kind: "limit", limitPrice: "99" as never, expiresAtMs: (at(0) + 60_000) as never });
    expect(lines(settle({ orders: [limit], candle: candle(0, [100, 100, 50, 60]) }))).toEqual([
      "order entry expired 0/2",
    ]);
  });
});

describe("stops and targets", () => {
  it("both touched in one candle: the stop comes first", () => {
    expect(lines(settle({ ...protectedBy, candle: candle(0, [100, 130, 80, 125]) }))).toEqual([
      "order target canceled 0/2",
      "fill stop 2@90 stop",
      "order stop filled 2/2",
    ]);
  });

  it("a gap through the stop fills at the open, not at the stop", () => {
    const result = settle({ ...protectedBy, candle: candle(0, [80, 85, 75, 80]), costs: { ...free, slippageBps: 5 } });
    expect(lines(result)).toContain("fill stop 2@79.96 stop-gap");
    expect(result.events.every((e) => e.atMs === at(1))).toBe(true);
  });

  it("a low at the trigger touches it; a tick above does not", () => {
    expect(lines(settle({ ...protectedBy, candle: candle(0, [100, 100, 90, 95]) }))).toContain("fill stop 2@90 stop");
    expect(settle({ ...protectedBy, candle: candle(0, [100, 100, 90.01, 95]) }).events).toEqual([]);
  });

  it("a target fills only when traded through, at its price, without slippage", () => {
    expect(settle({ ...protectedBy, candle: candle(0, [100, 120, 95, 110]), costs }).events).toEqual([]);
    expect(lines(settle({ ...protectedBy, candle: candle(0, [121, 125, 100, 110]), costs }))).toEqual([
      "fill target 2@120 target",
      "order target filled 2/2",
      "order stop canceled 0/2",
    ]);
  });

  it("a candle without volume touches nothing", () => {
    expect(settle({ ...protectedBy, candle: candle(0, [50, 500, 1, 50], 0) }).events).toEqual([]);
  });

  it("a stop that the volume cannot take goes on selling at the next opens, and the target is gone", () => {
    const first = settle({ ...protectedBy, candle: candle(0, [100, 130, 89, 89], 10) });
    expect(lines(first)).toEqual(["order target canceled 0/2", "fill stop 1@90 stop", "order stop open 1/2"]);
    expect(first.orders).toMatchObject([{ role: "stop", triggered: true, quantity: "2", filledQuantity: "1" }]);
    // The price is back above the stop: it sells all the same.
    const second = settle({ orders: first.orders, held: first.held, candle: flat(1, 110) });
    expect(lines(second)).toEqual(["fill stop 1@110 next-open", "order stop filled 2/2"]);
    const ids = [...first.events, ...second.events].flatMap((e) => (e.type === "fill" ? [e.fill.fillId] : []));
    expect(new Set(ids).size).toBe(2);
  });

  it("a touched stop stays touched when the candle has too little volume for one step", () => {
    const first = settle({ ...protectedBy, candle: candle(0, [100, 100, 89, 89], 0.001) });
    expect(lines(first)).toEqual(["order target canceled 0/2", "order stop open 0/2"]);
    expect(lines(settle({ orders: first.orders, held: "2", candle: flat(1, 95) }))).toContain(
      "fill stop 2@95 next-open",
    );
  });

  it("a target that the volume takes in part rests on, with the stop trimmed to what is left", () => {
    const first = settle({ ...protectedBy, candle: candle(0, [100, 121, 95, 110], 5) });
    expect(lines(first)).toEqual(["fill target 0.5@120 target", "order target open 0.5/2", "order stop open 0/1.5"]);
    const second = settle({ orders: first.orders, held: first.held, candle: candle(1, [100, 121, 95, 110]) });
    expect(lines(second)).toEqual([
      "fill target 1.5@120 target",
      "order target filled 2/2",
      "order stop canceled 0/1.5",
    ]);
  });

  it("an exit that waits is trimmed or canceled when the stop sells before it", () => {
    const waiting = exitOrder({ workingFromMs: at(1) });
    const all = settle({ orders: [stopOrder("90"), waiting], held: "2", candle: flat(0, 90) });
    expect(lines(all)).toContain("order exit canceled 0/2");
    const half = settle({ orders: [stopOrder("90"), waiting], held: "2", candle: flat(0, 90, 10) });
    expect(lines(half)).toContain("order exit open 0/1");
  });
});

describe("what cannot be sold", () => {
  it("is dust below one step: the fee taken in coins leaves a crumb", () => {
    const result = settle({ orders: [exitOrder(), stopOrder("90")], held: "1.9981" });
    expect(lines(result)).toEqual([
      "fill exit 1.998@100 next-open",
      "order exit filled 1.998/1.998",
      "order stop canceled 0/2",
      "dust 0.0001",
    ]);
    expect(result.held).toBe("0.0001");
  });

  it("is dust below the minimum notional, and at the minimum it is not", () => {
    const rest = (volume: number) =>
      settle({ ...protectedBy, orders: [exitOrder(), stopOrder("90")], candle: flat(0, 100, volume) });
    expect(lines(rest(19.51))).toContain("dust 0.049");
    expect(lines(rest(19.5))).toContain("order stop open 0/0.05");
  });

  it("is swept up by the stop and target of the next entry", () => {
    expect(settle({ orders: [entryOrder()], held: "0.0305" }).orders.map((o) => o.quantity)).toEqual(["2.03", "2.03"]);
  });
});

describe("tiny prices", () => {
  it("settle at 1e-8 with whole coins, and no price falls below a tick", () => {
    const market = marketOf(BTC, { tickSize: "0.00000001", stepSize: "1" });
    const order = entryOrder({ quantity: "600000000" as Quantity });
    const bought = settle({ orders: [order], market, candle: flat(0, 3e-7, 1e12), costs });
    expect(lines(bought)[0]).toBe("fill entry 600000000@0.00000031 next-open");
    expect(bought.orders).toMatchObject([{ triggerPrice: "0.00000027" }, { limitPrice: "0.00000038" }]);
    const sold = settle({
      orders: [exitOrder()],
      market: { ...market, minNotional: "0" },
      held: "9",
      candle: flat(0, 1e-8),
      costs,
    });
    expect(lines(sold)[0]).toBe("fill exit 2@0.00000001 next-open");
  });
});

describe("matchSlot", () => {
  const markets = new Map([BTC, ETH].map((symbol) => [symbol, marketOf(symbol)]));
  const slot = { openMs: at(0), timeframe: "5m", markets, costs: free } as const;

  it("settles markets by symbol out of one purse", () => {
    const orders = [
      entryOrder({ symbol: ETH, clientOrderId: "1".repeat(32) }),
      entryOrder({ symbol: BTC, clientOrderId: "2".repeat(32) }),
    ];
    const portfolio = {
      cash: "250" as Money,
      positions: new Map(),
      orders: new Map(orders.map((o) => [o.clientOrderId, o])),
    };
    const events = matchSlot({ ...slot, portfolio, candleOf: () => flat(0, 100) });
    expect(events.flatMap((e) => (e.type === "fill" ? [[e.fill.symbol, e.fill.quantity]] : []))).toEqual([
      [BTC, "2"],
      [ETH, "0.5"],
    ]);
  });

  it("lets an entry expire whose market has no candle", () => {
    const portfolio = { cash: "250" as Money, positions: new Map(), orders: new Map([["e", entryOrder()]]) };
    expect(lines({ events: matchSlot({ ...slot, portfolio, candleOf: () => null }) })).toEqual([
      "order entry expired 0/2",
    ]);
  });

  it("stops over an order in a market that is not there", () => {
    const portfolio = { cash: "250" as Money, positions: new Map(), orders: new Map([["e", entryOrder()]]) };
    expect(() => matchSlot({ ...slot, markets: new Map(), portfolio, candleOf: () => null })).toThrow(/BTC\/USDT/);
  });
});
