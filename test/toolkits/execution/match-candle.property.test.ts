// Random candle paths, orders and filters: money and coins are conserved, and no order does what its kind forbids. Sums
// are kept here by the test itself, from the fills alone.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Costs } from "#schemas/config.ts";
import { JournalEvent } from "#schemas/journal.ts";
import type { Candle, Market } from "#schemas/market.ts";
import { add, compare, type Money, multiply, type Price, type Quantity, subtract } from "#schemas/money.ts";
import { type Bracket, type Fill, isAtVenue, type Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { ofMarket } from "#test/support/strategy.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { mayFill, quietRanges } from "#toolkits/execution/match-candle.ts";
import { exchangeStateOf, SimulatedExchange } from "#toolkits/execution/simulated-exchange.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import { at, BTC, entryOrder, exitOrder, Trial } from "./fixture.ts";

interface Path {
  readonly market: Market;
  readonly costs: Costs;
  readonly candles: readonly Candle[];
  readonly orders: readonly (readonly Order[])[];
}

/** Candles in ticks around 1000, thin ones and untraded ones among them; an entry or exit before some of them. */
const path: fc.Arbitrary<Path> = fc
  .record({
    filters: fc.constantFrom(
      { tickSize: "0.01", stepSize: "0.001", minNotional: "5" },
      { tickSize: "0.00000001", stepSize: "1", minNotional: "0.00005" },
      { tickSize: "0.5", stepSize: "0.5", minNotional: "100" },
    ),
    buyFeeIn: fc.constantFrom("quote" as const, "base" as const),
    feeBps: fc.integer({ min: 0, max: 100 }),
    slippageBps: fc.integer({ min: 0, max: 50 }),
    moves: fc.array(
      fc.record({
        open: fc.integer({ min: -200, max: 200 }),
        up: fc.integer({ min: 0, max: 150 }),
        down: fc.integer({ min: 0, max: 150 }),
        volume: fc.constantFrom(0, 0.5, 30, 400, 1e7),
        order: fc.constantFrom("none", "none", "entry", "limit", "exit"),
        quantity: fc.integer({ min: 1, max: 40 }),
        bracket: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 10 },
    ),
  })
  .map(({ filters, buyFeeIn, feeBps, slippageBps, moves }) => {
    const tick = Number(filters.tickSize);
    const price = (ticks: number) => Number((ticks * tick).toFixed(8));
    const candles = moves.map((move, n) => {
      const open = 1000 + move.open;
      return {
        openMs: at(n),
        open: price(open),
        high: price(open + move.up),
        low: price(open - move.down),
        close: price(open),
        volume: move.volume,
      };
    });
    const orders = moves.map((move, n): readonly Order[] => {
      const common = {
        clientOrderId: n.toString(16).repeat(32),
        decisionId: `d${n}`,
        quantity: multiply(String(move.quantity), filters.stepSize === "0.001" ? "0.1" : "1") as Quantity,
        activeFromMs: at(n),
      };
      const own = { ...common, expiresAtMs: at(n + 1), bracket: BRACKETS[move.bracket] ?? null };
      const limitPrice = price(1000)
        .toFixed(8)
        .replace(/\.?0+$/, "") as Price;
      if (move.order === "entry") return orderListOf(entryOrder(own));
      if (move.order === "limit") return orderListOf(entryOrder({ ...own, type: "limit", limitPrice }));
      return move.order === "exit" ? [exitOrder(common)] : [];
    });
    const costs = Costs.parse({ feeBps, slippageBps });
    return { market: testMarket(BTC, { ...filters, buyFeeIn }), costs, candles, orders };
  });

const BRACKETS: readonly Bracket[] = [
  bracketOf({ stopPct: 10, targetPct: 20 }),
  { stopPct: 8, takeProfit: [{ afterMs: 600_000, gainPct: 2 }], trailing: [], maxHoldMs: 900_000 },
  {
    stopPct: 5,
    takeProfit: [{ afterMs: 0, gainPct: 15 }],
    trailing: [{ fromGainPct: 2, distancePct: 3 }],
    maxHoldMs: null,
  },
];

interface Step {
  readonly before: readonly Order[];
  readonly held: Quantity;
  readonly candle: Candle;
  readonly events: readonly JournalEvent[];
  readonly after: Portfolio;
  readonly cashAtVenue: string;
}

const START = "1000000" as Money;

function walk({ market, costs, candles, orders }: Path): readonly Step[] {
  const trial = new Trial({ market, costs, cash: START });
  return candles.map((candle, n) => {
    const isEntry = orders[n]?.[0]?.role === "entry";
    const mayEnter =
      !trial.portfolio.positions.has(ofMarket(BTC)) || trial.portfolio.positions.get(ofMarket(BTC))?.dust === true;
    if (isEntry ? mayEnter : !mayEnter) trial.send(orders[n] ?? [], at(n));
    const before = [...trial.portfolio.orders.values()];
    const held = trial.portfolio.positions.get(ofMarket(BTC))?.quantity ?? ("0" as Quantity);
    const from = trial.events.length;
    trial.match(candle);
    const cashAtVenue = trial.exchange.engine.balances().get("USDT") ?? "";
    return { before, held, candle, events: trial.events.slice(from), after: trial.portfolio, cashAtVenue };
  });
}

const fillsOf = (events: readonly JournalEvent[]): readonly Fill[] =>
  events.flatMap((event) => (event.type === "fill" ? [event.fill] : []));
const every = (check: (path: Path, steps: readonly Step[]) => void) =>
  fc.assert(
    fc.property(path, (p) => check(p, walk(p))),
    { numRuns: 200 },
  );

describe("matching over any path of candles", () => {
  it("conserves cash and coins, at the venue and in the account", () => {
    every((_path, steps) => {
      let cash = START;
      let held = "0" as Quantity;
      for (const { events, after, cashAtVenue } of steps) {
        for (const fill of fillsOf(events)) {
          expect(fill.notional).toBe(multiply(fill.quantity, fill.price));
          const sign = fill.side === "buy" ? "-1" : "1";
          cash = add(cash, multiply(fill.notional, sign) as Money);
          held = subtract(held, multiply(fill.quantity, sign) as Quantity);
          if (fill.feeCurrency === "USDT") cash = subtract(cash, fill.fee as Money);
          else held = subtract(held, fill.fee as Quantity);
          expect(compare(held, "0")).toBeGreaterThanOrEqual(0);
        }
        expect([after.cash, cashAtVenue]).toEqual([cash, cash]);
        expect(after.positions.get(ofMarket(BTC))?.quantity ?? "0").toBe(held);
        expect(compare(cash, "0")).toBeGreaterThanOrEqual(0);
      }
    });
  });

  it("never leaves what can be sold without a stop, nor two stops over it", () => {
    every((_path, steps) => {
      for (const { after } of steps) {
        const position = after.positions.get(ofMarket(BTC));
        const stops = [...after.orders.values()].filter(({ role }) => role === "stop-loss");
        const isProtected = position !== undefined && !position.dust;
        expect(stops.map(({ status }) => status)).toHaveLength(isProtected ? 1 : 0);
        for (const stop of stops) expect(isAtVenue(stop)).toBe(true);
      }
    });
  });

  it("fills nothing outside the candle but by slippage, and each order only where it may", () => {
    every(({ costs, market }, steps) => {
      for (const { candle, events } of steps) {
        for (const fill of fillsOf(events)) {
          const price = Number(fill.price);
          const slip = (costs.slippageBps / 10_000) * candle.high + 2 * Number(market.tickSize);
          expect(candle.volume).toBeGreaterThan(0);
          expect(Number(fill.quantity)).toBeLessThanOrEqual((candle.volume * costs.maxVolumeSharePct) / 100);
          expect(price).toBeLessThanOrEqual(candle.high + slip);
          expect(price).toBeGreaterThanOrEqual(Math.min(candle.low - slip, Number(market.tickSize)));
          if (fill.basis === "take-profit") expect(price).toBeLessThan(candle.high);
          if (fill.basis === "next-open" && fill.side === "buy") expect(price).toBeGreaterThanOrEqual(candle.open);
          if (fill.basis === "limit") expect(price).toBeGreaterThanOrEqual(candle.open);
        }
      }
    });
  });

  it("of a touched stop and a take-profit fills the stop", () => {
    every((_path, steps) => {
      for (const { candle, before, events } of steps) {
        const stop = before.find((o) => o.role === "stop-loss" && !o.triggered && o.activeFromMs <= candle.openMs);
        if (stop === undefined || candle.low > Number(stop.triggerPrice)) continue;
        const sold = fillsOf(events).filter(({ role, basis }) => role === "take-profit" && basis === "take-profit");
        expect(sold).toEqual([]);
      }
    });
  });

  it("changes nothing where mayFill sees nothing", () => {
    let quiet = 0;
    every((_path, steps) => {
      steps.forEach(({ before, candle, events }) => {
        if (before.length === 0 || before.some((o) => mayFill(o, candle))) return;
        quiet += 1;
        // The clock may ask for a next take-profit or a sale after the longest time.
        expect(fillsOf(events)).toEqual([]);
      });
    });
    expect(quiet).toBeGreaterThan(20);
  });

  it("has a quiet range for a market only while mayFill sees nothing in it, whatever stop or target is nearest", () => {
    let inside = 0;
    const beside = "ETH/USDT" as MarketSymbol;
    every((_path, steps) => {
      for (const { before, candle } of steps) {
        const both = [...before, ...before.map((o) => ({ ...o, symbol: beside }))];
        const [range, ...more] = quietRanges(both).values();
        expect(more.map(({ symbol }) => symbol)).toEqual(before.length === 0 ? [] : [beside]);
        if (range === undefined) continue;
        for (const low of [candle.low, range.low * 1.0001, range.high * 0.9999, candle.low / 2]) {
          const moved = { ...candle, low, high: Math.max(low, candle.high) };
          if (!(moved.low > range.low && moved.high < range.high)) continue;
          inside += 1;
          expect(before.some((o) => mayFill(o, moved))).toBe(false);
        }
      }
    });
    expect(inside).toBeGreaterThan(20);
  });

  it("matches a candle once: doing it again from the journal, as after a crash, fills nothing more", () => {
    every(({ market, costs }, steps) => {
      for (const { candle, after } of steps) {
        const exchange = new SimulatedExchange({
          markets: new Map([[BTC, market]]),
          timeframe: "5m",
          costs,
          restore: exchangeStateOf(after),
        });
        while (exchange.advance(unixMs(candle.openMs), () => candle)) exchange.takeReports();
        expect(exchange.takeReports().filter(({ type }) => type === "fill")).toEqual([]);
      }
    });
  });

  it("gives every fill and order an id of its own, and the same ones when matched from the same state", () => {
    every((p, steps) => {
      const ids = steps.flatMap(({ events }) => fillsOf(events).map((f) => f.fillId));
      expect(new Set(ids).size).toBe(ids.length);
      expect(walk(p)).toEqual(steps);
    });
  });

  it("applies every event that it journals, one by one, to what its rows say", () => {
    every((_path, steps) => {
      for (const { events } of steps) {
        for (const event of events) expect(JournalEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
      }
    });
  });

  it("sees nothing of the future: later candles do not change earlier events", () => {
    every((p, steps) => {
      const half = Math.ceil(p.candles.length / 2);
      const wild = p.candles.map((c, n) =>
        n < half ? c : { ...c, high: c.high * 3, low: c.low / 3, openMs: unixMs(c.openMs) },
      );
      expect(walk({ ...p, candles: wild }).slice(0, half)).toEqual(steps.slice(0, half));
    });
  });
});
