// A bracket's rules over candles, at prices that can be worked out by hand. The entry fills at 100 in candle 0 unless said.

import { describe, expect, it } from "vitest";
import type { Candle } from "#schemas/market.ts";
import type { Price, Quantity } from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf } from "#schemas/order.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { isLeaving, orderListOf, tightenedStop } from "#toolkits/execution/bracket-orders.ts";
import { at, BTC, candle, entryOrder, exitOrder, flat, STEP_MS, Trial } from "./fixture.ts";

const enter = (bracket: Partial<Bracket>): Trial => {
  const whole = { stopPct: 50, takeProfit: [], trailing: [], maxHoldMs: null, ...bracket };
  return new Trial({ orders: orderListOf(entryOrder({ bracket: whole })) });
};
const sold = (trial: Trial, ...candles: readonly Candle[]) =>
  trial
    .match(...candles)
    .filter(({ side }) => side === "sell")
    .map(({ role, price, basis, atMs }) => `${role} ${price} ${basis} ${(atMs - at(0)) / STEP_MS}`);

describe("a trailing stop", () => {
  const trailing = [{ fromGainPct: 5, distancePct: 2 }];

  it("stays where it is until the gain is above where it begins, then follows the high", () => {
    const trial = enter({ trailing });
    trial.match(flat(0, 100), candle(1, [100, 105, 99, 104]));
    expect(trial.last("stop-loss")).toMatchObject({ generation: 0, triggerPrice: "50" });
    trial.match(candle(2, [104, 110, 109, 110]));
    expect(trial.last("stop-loss")).toMatchObject({ generation: 1, triggerPrice: "107.8", status: "accepted" });
    expect(sold(trial, candle(3, [109, 109, 107, 108]))).toEqual(["stop-loss 107.8 stop 4"]);
  });

  it("never falls", () => {
    const trial = enter({ trailing });
    trial.match(flat(0, 100), candle(1, [109, 110, 109, 109]), candle(2, [109, 109.5, 108, 109]));
    expect(trial.last("stop-loss")).toMatchObject({ generation: 1, triggerPrice: "107.8" });
  });

  it("raised by a candle's high meets the low of the same candle, at its own price though the candle opened below it", () => {
    const trial = enter({ trailing });
    trial.match(flat(0, 100));
    expect(sold(trial, candle(1, [101, 110, 100, 105]))).toEqual(["stop-loss 107.8 stop 2"]);
  });

  it("that the candle had touched before is not raised by it", () => {
    const trial = enter({ trailing, stopPct: 10 });
    trial.match(flat(0, 100));
    expect(sold(trial, candle(1, [100, 120, 89, 110]))).toEqual(["stop-loss 90 stop 2"]);
  });

  it("in the candle of the entry is taken to be armed at its first step, and not to fill outside the candle", () => {
    expect(sold(enter({ trailing }), candle(0, [100, 120, 99, 100]))).toEqual(["stop-loss 103 stop 1"]);
    expect(sold(enter({ trailing }), candle(0, [100, 120, 110, 115]))).toEqual(["stop-loss 110 stop 1"]);
    expect(sold(enter({ trailing: [{ fromGainPct: 0, distancePct: 2 }] }), candle(0, [100, 120, 95, 100]))).toEqual([
      "stop-loss 98 stop 1",
    ]);
  });

  it("takes the last step whose gain is passed", () => {
    const trial = enter({ trailing: [...trailing, { fromGainPct: 20, distancePct: 10 }] });
    trial.match(flat(0, 100), candle(1, [120, 130, 129, 129]));
    expect(trial.last("stop-loss")?.triggerPrice).toBe("117");
  });

  it("stands behind a take-profit that the same candle reaches", () => {
    const trial = enter({ trailing, takeProfit: [{ afterMs: 0, gainPct: 8 }] });
    trial.match(flat(0, 100));
    expect(sold(trial, candle(1, [100, 120, 100, 110]))).toEqual(["take-profit 108 take-profit 2"]);
  });

  it("makes a new generation under an id of its own, journaled before it is sent; the old one is canceled first", () => {
    const trial = enter({ trailing });
    trial.match(flat(0, 100), candle(1, [109, 110, 109, 109]));
    const decisionId = "e".repeat(64);
    const steps = trial.events.flatMap((event) => {
      if (event.type === "order-list") return event.orders.map((o) => [o.clientOrderId, "listed"]);
      return event.type === "order" ? [[event.order.clientOrderId, event.event?.type]] : [];
    });
    const [old, raised] = [0, 1].map((generation) => clientOrderIdOf(decisionId, "stop-loss", generation));
    const own = steps.filter(([id]) => id === old || id === raised).slice(-4);
    expect(own).toEqual([
      [old, "accepted"],
      [raised, "listed"],
      [old, "canceled"],
      [raised, "accepted"],
    ]);
  });
});

describe("take-profit steps", () => {
  it("put a new limit in the place of the old one when their time comes", () => {
    const trial = enter({
      takeProfit: [
        { afterMs: 0, gainPct: 20 },
        { afterMs: 2 * STEP_MS, gainPct: 5 },
      ],
    });
    trial.match(flat(0, 100), candle(1, [100, 106, 99, 100]));
    expect(trial.last("take-profit")).toMatchObject({ generation: 1, limitPrice: "105", activeFromMs: at(2) });
    expect(sold(trial, candle(2, [100, 106, 99, 100]))).toEqual(["take-profit 105 take-profit 3"]);
  });

  it("sell at the open of the candle they begin with where that is better", () => {
    const trial = enter({ takeProfit: [{ afterMs: 2 * STEP_MS, gainPct: 5 }] });
    trial.match(flat(0, 100), flat(1, 107));
    expect(sold(trial, candle(2, [108, 109, 104, 105]))).toEqual(["take-profit 108 next-open 2"]);
    const equal = enter({ takeProfit: [{ afterMs: 2 * STEP_MS, gainPct: 5 }] });
    equal.match(flat(0, 100), flat(1, 104));
    expect(sold(equal, flat(2, 105))).toEqual(["take-profit 105 next-open 2"]);
  });

  it("that begin inside a candle count from the next, at their price or, below the whole candle, at its low", () => {
    const inside = { afterMs: 1.5 * STEP_MS };
    const trial = enter({ takeProfit: [{ ...inside, gainPct: 5 }] });
    trial.match(flat(0, 100), flat(1, 104));
    expect(sold(trial, candle(2, [108, 109, 104, 105]))).toEqual(["take-profit 105 take-profit 3"]);
    const leaves = enter({ takeProfit: [{ ...inside, gainPct: -100 }] });
    leaves.match(flat(0, 100), flat(1, 99));
    expect(sold(leaves, candle(2, [99, 101, 97, 98]))).toEqual(["take-profit 97 take-profit 3"]);
  });

  it("of −100 % leave at the open of the candle they begin with, at any price", () => {
    const trial = enter({
      takeProfit: [
        { afterMs: 0, gainPct: 20 },
        { afterMs: STEP_MS, gainPct: -100 },
      ],
    });
    trial.match(flat(0, 100));
    expect(sold(trial, candle(1, [95, 96, 94, 95]))).toEqual(["take-profit 95 next-open 1"]);
  });
});

describe("the longest holding time", () => {
  it("sells at the next open after it is over, and says so", () => {
    const trial = enter({ maxHoldMs: 2 * STEP_MS });
    trial.match(flat(0, 100), flat(1, 101));
    expect(trial.last("exit")).toMatchObject({ status: "accepted", activeFromMs: at(2), parentId: "e".repeat(32) });
    expect(sold(trial, candle(2, [102, 103, 101, 102]))).toEqual(["exit 102 next-open 2"]);
    expect(trial.portfolio.orders.size).toBe(0);
  });

  it("does not sell twice where an exit is on its way", () => {
    const trial = enter({ maxHoldMs: 2 * STEP_MS });
    trial.match(flat(0, 100));
    trial.send([exitOrder({ decisionId: "x", activeFromMs: at(1) })], at(1));
    expect(sold(trial, flat(1, 101, 5), flat(2, 102, 5), flat(3, 103))).toEqual([
      "exit 101 next-open 1",
      "exit 102 next-open 2",
      "exit 103 next-open 3",
    ]);
  });
});

describe("a part that is being sold", () => {
  const part = (quantity: string, from: number) =>
    exitOrder({ decisionId: "x", quantity: quantity as Quantity, activeFromMs: at(from) });

  it("leaves the rest to the longest holding time, and both together are what was held", () => {
    const trial = enter({ maxHoldMs: 2 * STEP_MS });
    trial.match(flat(0, 100));
    trial.send([part("0.5", 2)], at(1));
    trial.match(flat(1, 101));
    expect(trial.last("exit")).toMatchObject({ quantity: "1.5", parentId: "e".repeat(32) });
    expect(sold(trial, flat(2, 102))).toEqual(["exit 102 next-open 2", "exit 102 next-open 2"]);
    expect(trial.portfolio.positions.size).toBe(0);
  });

  it("is no leaving; all of it, or all but less than a step, is", () => {
    const trial = enter({});
    trial.match(flat(0, 100));
    const of = { strategyId: entryOrder().strategyId, symbol: BTC };
    const leaving = (...orders: readonly string[]) => {
      const own = orders.map((quantity, n) => [String(n), { ...part(quantity, 1), clientOrderId: String(n) }] as const);
      return isLeaving({ ...trial.portfolio, orders: new Map(own) }, of, trial.market);
    };
    expect([leaving(), leaving("0.5"), leaving("0.5", "1"), leaving("0.5", "1.5"), leaving("2")]).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    const { stepSize } = trial.market;
    expect(leaving(String(2 - Number(stepSize) / 2))).toBe(true);
    expect(leaving(String(2 - Number(stepSize)))).toBe(false);
  });
});

describe("a stop that the operator moves", () => {
  const moved = (trial: Trial, triggerPrice: string, nowMs: UnixMs) => {
    const of = {
      strategyId: entryOrder().strategyId,
      symbol: BTC,
      triggerPrice: triggerPrice as Price,
      reason: "by anna",
    };
    const context = { markets: new Map([[BTC, trial.market]]), timeframe: "5m", nowMs } as const;
    const event = tightenedStop(trial.portfolio, of, context);
    if (event?.type === "order-list") trial.send(event.orders, nowMs);
    return event;
  };

  it("is a new generation for what is left, and the only one that rests", () => {
    const trial = enter({ stopPct: 10 });
    trial.match(flat(0, 100));
    moved(trial, "95", at(1));
    expect(trial.last("stop-loss")).toMatchObject({
      generation: 1,
      triggerPrice: "95",
      quantity: "2",
      status: "accepted",
    });
    const resting = [...trial.portfolio.orders.values()].filter(({ role }) => role === "stop-loss");
    expect(resting).toHaveLength(1);
    expect(sold(trial, candle(1, [100, 101, 94, 95]))).toEqual(["stop-loss 95 stop 2"]);
  });

  it("is not moved farther, nor to where it is, nor where none rests or one was touched", () => {
    const trial = enter({ stopPct: 10 });
    expect(moved(trial, "95", at(0))).toBeNull();
    trial.match(flat(0, 100));
    expect(moved(trial, "90", at(1))).toBeNull();
    expect(moved(trial, "89", at(1))).toBeNull();
    trial.match(candle(1, [100, 100, 80, 85], 10));
    expect(trial.last("stop-loss")?.triggered).toBe(true);
    expect(moved(trial, "95", at(2))).toBeNull();
  });

  it("inside a candle meets the whole of it, at its own price though it opened below", () => {
    const trial = enter({ stopPct: 10 });
    trial.match(flat(0, 100));
    moved(trial, "98", unixMs(at(1) + 60_000));
    expect(sold(trial, candle(1, [97, 101, 97, 100]))).toEqual(["stop-loss 98 stop 2"]);
    const atOpen = enter({ stopPct: 10 });
    atOpen.match(flat(0, 100));
    moved(atOpen, "98", at(1));
    expect(sold(atOpen, candle(1, [97, 101, 97, 100]))).toEqual(["stop-loss 97 stop-gap 2"]);
  });
});

describe("an order list", () => {
  it("has a stop and, with a take-profit, that: rules without a price, the planned quantity", () => {
    const [entry, ...children] = orderListOf(entryOrder());
    expect(entry?.role).toBe("entry");
    expect(children.map(({ role, type, quantity, status }) => [role, type, quantity, status])).toEqual([
      ["stop-loss", "stop-market", "2", "initialized"],
      ["take-profit", "limit", "2", "initialized"],
    ]);
    expect(orderListOf(exitOrder())).toHaveLength(1);
  });

  it("has ids that are fixed by decision, role and generation, and differ by each", () => {
    const ids = [
      clientOrderIdOf("d", "entry", 0),
      clientOrderIdOf("d", "stop-loss", 0),
      clientOrderIdOf("d", "stop-loss", 1),
      clientOrderIdOf("other", "stop-loss", 1),
    ];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("covers at most the market's largest order", () => {
    const market = testMarket(BTC, { maxQuantity: "1.5" as Quantity });
    const trial = new Trial({ market, orders: orderListOf(entryOrder({ quantity: "1" as Quantity })), held: "0.9" });
    trial.match(flat(0, 100));
    expect(trial.last("stop-loss")?.quantity).toBe("1.5");
  });
});
