// Random candle paths, orders and filters: money and coins are conserved, and no order does what its kind forbids. Sums
// are kept here by the test itself, from the fills alone.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Costs } from "#schemas/config.ts";
import type { Candle, Market } from "#schemas/market.ts";
import { add, compare, type Money, multiply, type Price, type Quantity, subtract } from "#schemas/money.ts";
import type { Fill, Order } from "#schemas/order.ts";
import type { ExecutionEvent } from "#schemas/ports/trading.ts";
import { unixMs } from "#schemas/units.ts";
import { type MatchResult, matchCandle, mayFill } from "#toolkits/execution/match-candle.ts";
import { at, BTC, entryOrder, exitOrder, marketOf } from "./fixture.ts";

interface Path {
  readonly market: Market;
  readonly costs: Costs;
  readonly candles: readonly Candle[];
  readonly orders: readonly (Order | null)[];
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
    const orders = moves.map((move, n) => {
      const common = {
        clientOrderId: n.toString(16).repeat(32),
        quantity: multiply(String(move.quantity), filters.stepSize === "0.001" ? "0.1" : "1") as Quantity,
        workingFromMs: at(n),
      };
      const own = { ...common, expiresAtMs: at(n + 1) };
      const limitPrice = price(1000)
        .toFixed(8)
        .replace(/\.?0+$/, "") as Price;
      if (move.order === "entry") return entryOrder(own);
      if (move.order === "limit") return entryOrder({ ...own, kind: "limit", limitPrice });
      return move.order === "exit" ? exitOrder(common) : null;
    });
    const costs = Costs.parse({ feeBps, slippageBps });
    return { market: marketOf(BTC, { ...filters, buyFeeIn }), costs, candles, orders };
  });

interface Step {
  readonly before: { readonly orders: readonly Order[]; readonly held: Quantity };
  readonly candle: Candle;
  readonly result: MatchResult;
}

const START = "1000000" as Money;

function walk({ market, costs, candles, orders }: Path): readonly Step[] {
  const steps: Step[] = [];
  let state = { orders: [] as readonly Order[], cash: START, held: "0" as Quantity };
  candles.forEach((candle, n) => {
    const next = orders[n] ?? null;
    const before = { orders: next === null ? state.orders : [...state.orders, next], held: state.held };
    const result = matchCandle({ ...state, ...before, candle, timeframe: "5m", market, costs });
    steps.push({ before, candle, result });
    state = result;
  });
  return steps;
}

const fillsOf = (events: readonly ExecutionEvent[]): readonly Fill[] =>
  events.flatMap((event) => (event.type === "fill" ? [event.fill] : []));
const every = (check: (path: Path, steps: readonly Step[]) => void) =>
  fc.assert(
    fc.property(path, (p) => check(p, walk(p))),
    { numRuns: 250 },
  );

describe("settlement over any path of candles", () => {
  it("conserves cash and coins: what fills moved, less their fees, is what is there", () => {
    every((_path, steps) => {
      let cash = START;
      let held = "0" as Quantity;
      for (const { result } of steps) {
        for (const fill of fillsOf(result.events)) {
          expect(fill.notional).toBe(multiply(fill.quantity, fill.price));
          const sign = fill.side === "buy" ? "-1" : "1";
          cash = add(cash, multiply(fill.notional, sign) as Money);
          held = subtract(held, multiply(fill.quantity, sign) as Quantity);
          if (fill.feeCurrency === "USDT") cash = subtract(cash, fill.fee as Money);
          else held = subtract(held, fill.fee as Quantity);
        }
        expect(result).toMatchObject({ cash, held });
        expect(compare(cash, "0")).toBeGreaterThanOrEqual(0);
        expect(compare(held, "0")).toBeGreaterThanOrEqual(0);
      }
    });
  });

  it("never leaves a working sale above what is held, nor a filled quantity above its order", () => {
    every((_path, steps) => {
      for (const { result } of steps) {
        for (const event of result.events) {
          if (event.type !== "order") continue;
          expect(compare(event.order.filledQuantity, event.order.quantity)).toBeLessThanOrEqual(0);
          if (event.order.status === "filled") expect(event.order.filledQuantity).toBe(event.order.quantity);
        }
        // A fresh exit may ask for more than is held; it is cut when it sells.
        for (const order of result.orders.filter((o) => o.role === "stop" || o.role === "target")) {
          expect(compare(subtract(order.quantity, order.filledQuantity), result.held)).toBeLessThanOrEqual(0);
        }
      }
    });
  });

  it("never leaves what can be sold without a stop", () => {
    every(({ market }, steps) => {
      let price = "0";
      let dust = false;
      for (const { result } of steps) {
        let isNew = false;
        for (const event of result.events) {
          if (event.type === "fill") price = event.fill.price;
          // Dust stays dust until more is bought. Nobody decides to sell it (decide.ts); a sale that is drawn here all the same
          // may leave a rest that a risen price has made worth selling.
          if (event.type === "fill" && event.fill.side === "buy") dust = false;
          if (event.type === "dust") [dust, isNew] = [true, true];
        }
        const stops = result.orders.filter((o) => o.role === "stop");
        if (compare(result.held, "0") === 0 || dust) {
          expect(stops).toEqual([]);
          if (isNew && compare(result.held, market.stepSize) >= 0) {
            expect(
              compare(multiply(result.held, price), add(market.minNotional, multiply(market.stepSize, price))),
            ).toBe(-1);
          }
        } else {
          const covered = stops.reduce((sum, o) => add(sum, subtract(o.quantity, o.filledQuantity)), "0" as Quantity);
          expect(compare(subtract(result.held, covered), market.stepSize)).toBe(-1);
        }
      }
    });
  });

  it("fills each kind only where it may: stops at or below the trigger, limits at their price, buys at or above the open", () => {
    every(({ market, costs }, steps) => {
      for (const { before, candle, result } of steps) {
        const orders = new Map(before.orders.map((o) => [o.clientOrderId, o]));
        for (const event of result.events) {
          if (event.type === "order") orders.set(event.order.clientOrderId, event.order);
          if (event.type !== "fill") continue;
          const { fill } = event;
          const order = orders.get(fill.clientOrderId);
          const price = Number(fill.price);
          expect(candle.volume).toBeGreaterThan(0);
          expect(Number(fill.quantity)).toBeLessThanOrEqual((candle.volume * costs.maxVolumeSharePct) / 100);
          if (fill.basis === "stop" || fill.basis === "stop-gap") {
            const trigger = Number(order?.triggerPrice);
            expect(candle.low).toBeLessThanOrEqual(trigger);
            expect(price).toBeLessThanOrEqual(Math.max(Math.min(trigger, candle.open), Number(market.tickSize)));
          }
          if (fill.basis === "target") {
            expect(fill.price).toBe(order?.limitPrice);
            expect(candle.high).toBeGreaterThan(price);
          }
          if (fill.basis === "limit") expect(candle.low).toBeLessThan(price);
          if (fill.basis === "next-open" && fill.side === "buy") expect(price).toBeGreaterThanOrEqual(candle.open);
          if (fill.basis === "next-open" && fill.side === "sell") expect(price).toBeLessThanOrEqual(candle.open);
        }
      }
    });
  });

  it("of a touched stop and a target fills the stop", () => {
    every((_path, steps) => {
      for (const { candle, before, result } of steps) {
        const stop = before.orders.find((o) => o.role === "stop" && !o.triggered && o.workingFromMs <= candle.openMs);
        if (stop === undefined || candle.low > Number(stop.triggerPrice)) continue;
        expect(fillsOf(result.events).filter((f) => f.role === "target")).toEqual([]);
      }
    });
  });

  it("changes nothing where mayFill sees nothing", () => {
    let quiet = 0;
    every((_path, steps) => {
      for (const { before, candle, result } of steps) {
        if (before.orders.length === 0 || before.orders.some((order) => mayFill(order, candle))) continue;
        quiet += 1;
        expect(result.events).toEqual([]);
      }
    });
    expect(quiet).toBeGreaterThan(20);
  });

  it("settles a candle once: doing it again after a crash fills nothing more", () => {
    every(({ market, costs }, steps) => {
      for (const { candle, result } of steps) {
        const again = matchCandle({ ...result, candle, timeframe: "5m", market, costs });
        expect(fillsOf(again.events)).toEqual([]);
      }
    });
  });

  it("gives every fill an id of its own, and the same one when settled from the same state", () => {
    every((p, steps) => {
      const ids = steps.flatMap(({ result }) => fillsOf(result.events).map((f) => f.fillId));
      expect(new Set(ids).size).toBe(ids.length);
      expect(walk(p)).toEqual(steps);
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
