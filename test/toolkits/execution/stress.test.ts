// Answers of the stress book that were worked out by hand.
import { describe, expect, it } from "vitest";
import { Costs } from "#schemas/config.ts";
import type { Bracket } from "#schemas/order.ts";
import { Shock } from "#schemas/stress.ts";
import { unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { stressOf } from "#toolkits/execution/stress.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import { at, BTC, candle, ETH, entryOrder, flat } from "./fixture.ts";
import { traded } from "./stress-fixture.ts";

const markets = new Map([BTC, ETH].map((symbol) => [symbol, testMarket(symbol)]));
/** 1 % a side, so that it is seen. */
const costs = Costs.parse({ feeBps: 100, slippageBps: 100 });
const free = Costs.parse({ feeBps: 0, slippageBps: 0 });
const FALL: Shock = { movePct: -10, minutes: 10, gapPct: 0 };

/** Bought at 100 without costs, 10 of each, and the price has stayed. */
const held = (stopPct: number, bracket: Bracket = bracketOf({ stopPct, targetPct: 50 }), symbols = [BTC]) =>
  traded(
    symbols.map((symbol) => ({ symbol, strategyId: "a", quantity: "10", bracket })),
    [new Map(symbols.map((symbol) => [symbol, flat(0, 100)]))],
    { markets, costs: free },
  );

const stress = (given: Partial<Parameters<typeof stressOf>[0]> = {}) =>
  stressOf({
    portfolio: held(5),
    marks: new Map([BTC, ETH].map((symbol) => [symbol, 100])),
    betas: new Map([BTC, ETH].map((symbol) => [symbol, { beta: 1, rows: 288 }])),
    ...{ shock: FALL, costs, markets, nowMs: at(1) },
    ...given,
  });

describe("the stress book, by hand", () => {
  it("sells at the stop's price less slippage and fee, in the minute in which the path comes there", () => {
    // 100 → 99 → … → 90; the stop at 95.5 is passed in the fifth minute: 95.5 − 1 % = 94.545 → 94.54; 945.4 − 1 % fee = 935.946.
    const { positions, total } = stress({ portfolio: held(4.5) });
    expect(positions).toMatchObject([
      {
        symbol: BTC,
        stopPrice: "95.5",
        fills: [{ minute: 5, role: "stop-loss", basis: "stop", quantity: "10", price: "94.54", fee: "9.454" }],
        left: "0",
        change: "-64.054",
      },
    ]);
    expect(total).toMatchObject({ change: "-64.054", equityAfter: "999935.946", stopsHit: 1, leftOpen: 0 });
    expect(total.changePct).toBeCloseTo(-0.0064054, 12);
  });

  it("touches a stop at the price itself", () => {
    // 100 − 5 minutes × 1 = 95, as near as float64 has it.
    expect(stress().positions[0]?.fills).toMatchObject([{ minute: 5, basis: "stop", price: "94.05" }]);
  });

  it("sells at the open where what comes at once lies below the stop", () => {
    // Opens at 92: 92 − 1 % = 91.08, fee 9.108.
    const { positions, total } = stress({ shock: { ...FALL, gapPct: -8 } });
    expect(positions[0]?.fills).toMatchObject([{ minute: 1, basis: "stop-gap", price: "91.08", fee: "9.108" }]);
    expect(total.change).toBe("-98.308");
  });

  it("counts what is not stopped at the end's price, no fee taken", () => {
    const { positions, total } = stress({ portfolio: held(20) });
    expect(positions).toMatchObject([{ fills: [], left: "10", endPrice: 90, change: "-100" }]);
    expect(total).toMatchObject({ stopsHit: 0, leftOpen: 1 });
  });

  it("moves a market by its beta as a slope of log returns: 0.9² for a beta of 2, and never below nothing", () => {
    const betas = new Map([[BTC, { beta: 2, rows: 150 }]]);
    expect(stress({ portfolio: held(50), betas }).positions[0]).toMatchObject({
      beta: 2,
      betaRows: 150,
      endPrice: expect.closeTo(81, 10),
      movePct: expect.closeTo(-19, 10),
    });
    const steep = new Map([[BTC, { beta: 40, rows: 150 }]]);
    const { endPrice, change } = stress({ portfolio: held(99), betas: steep }).positions[0] ?? {};
    expect(endPrice).toBeGreaterThan(0);
    expect(Number(change)).toBeGreaterThan(-1000);
  });

  it("says that a beta is not known and moves the market as the leader", () => {
    const { positions } = stress({ portfolio: held(50), betas: new Map() });
    expect(positions).toMatchObject([{ beta: null, betaRows: null, movePct: expect.closeTo(-10, 10), endPrice: 90 }]);
  });

  it("sells at the target of a market that goes the other way", () => {
    const bracket = bracketOf({ stopPct: 5, targetPct: 4.5 });
    const betas = new Map([[BTC, { beta: -1, rows: 288 }]]);
    // 1 / 0.95 is over 104.5 in the fifth minute, 1 / 0.96 is not; a target has no slippage.
    expect(stress({ portfolio: held(5, bracket), betas }).positions[0]?.fills).toMatchObject([
      { minute: 5, role: "take-profit", price: "104.5" },
    ]);
  });

  it("follows with a stop that trails, from the price that it has come to", () => {
    const bracket: Bracket = {
      stopPct: 20,
      takeProfit: [],
      trailing: [{ fromGainPct: 2, distancePct: 3 }],
      maxHoldMs: null,
    };
    const rises = [flat(0, 100), candle(1, [109, 110, 108, 110])];
    const portfolio = traded(
      [{ symbol: BTC, strategyId: "a", quantity: "10", bracket }],
      rises.map((one) => new Map([[BTC, one]])),
      { markets, costs: free },
    );
    // 110 − 3 % = 106.7; 110 → 107.8 → 106.7 → …: 1.1 a minute.
    const { positions } = stress({ portfolio, marks: new Map([[BTC, 110]]), costs: free, nowMs: at(2) });
    expect(positions).toMatchObject([
      { stopPrice: "106.7", fills: [{ minute: 3, role: "stop-loss", price: "106.7" }] },
    ]);
  });

  it("leaves a position alone whose price is not known, and counts it as the equity does", () => {
    const portfolio = held(5, undefined, [BTC, ETH]);
    const { positions, total } = stress({ portfolio, marks: new Map([[BTC, 100]]) });
    expect(positions.find(({ symbol }) => symbol === ETH)).toMatchObject({
      price: null,
      movePct: null,
      change: "0",
      left: "10",
    });
    expect(total.stopsHit).toBe(1);
  });

  it("has no stop where none rests at the venue, and no entry that waits", () => {
    const whole = held(5);
    const unsent = [...whole.orders.values()].map((order) => ({ ...order, status: "unresolved" as const }));
    const entry = entryOrder({
      symbol: BTC,
      type: "limit",
      limitPrice: "95" as never,
      status: "accepted",
      expiresAtMs: null,
    });
    const orders = new Map([...unsent, entry].map((order) => [order.clientOrderId, order]));
    const { positions } = stress({ portfolio: { ...whole, orders } });
    expect(positions).toMatchObject([{ stopPrice: null, fills: [], left: "10", change: "-100" }]);
  });

  it("puts the greatest loss first", () => {
    const betas = new Map([
      [BTC, { beta: 0.5, rows: 288 }],
      [ETH, { beta: 1.5, rows: 288 }],
    ]);
    const { positions } = stress({ portfolio: held(50, undefined, [BTC, ETH]), betas });
    expect(positions.map(({ symbol }) => symbol)).toEqual([ETH, BTC]);
  });

  it("asked twice says the same, and changes nothing of what it was given", () => {
    const portfolio = held(5, undefined, [BTC, ETH]);
    const [first, second] = [stress({ portfolio }), stress({ portfolio, nowMs: unixMs(at(1)) })];
    expect(second).toEqual(first);
    expect(portfolio.positions.size).toBe(2);
  });
});

describe("a shock", () => {
  it("is refused with a gap beyond its move or the other way, a move to nothing, or no minute", () => {
    const isShock = (change: Partial<Shock>) => Shock.safeParse({ ...FALL, ...change }).success;
    expect([isShock({}), isShock({ gapPct: -10 }), isShock({ movePct: 5, gapPct: 2 })]).toEqual([true, true, true]);
    for (const wrong of [
      { gapPct: -11 },
      { gapPct: 1 },
      { movePct: -100 },
      { minutes: 0 },
      { minutes: 1.5 },
      { minutes: 1441 },
    ])
      expect(isShock(wrong), JSON.stringify(wrong)).toBe(false);
  });
});
