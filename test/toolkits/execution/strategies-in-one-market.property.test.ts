// Two and three strategies in one market, of one balance: entries, partial fills, fees in coins, stops, exits and dust in any
// order. Sums are kept here by the test itself, from the fills alone.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Costs } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle, Market } from "#schemas/market.ts";
import { add, compare, type Money, multiply, type Quantity, subtract } from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf, type Fill, isAtVenue, type Order, type OrderRole } from "#schemas/order.ts";
import { type Portfolio, positionKey } from "#schemas/portfolio.ts";
import { testMarket } from "#test/support/market.ts";
import { isLeaving, orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { exchangeStateOf, SimulatedExchange } from "#toolkits/execution/simulated-exchange.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import { at, BTC, entryOrder, exitOrder, Trial } from "./fixture.ts";

const STRATEGIES = ["a", "b", "c"] as const;
const START = "1000000" as Money;

const BRACKETS: readonly Bracket[] = [
  bracketOf({ stopPct: 10, targetPct: 8 }),
  { stopPct: 8, takeProfit: [{ afterMs: 600_000, gainPct: 2 }], trailing: [], maxHoldMs: 900_000 },
  {
    stopPct: 5,
    takeProfit: [{ afterMs: 0, gainPct: 6 }],
    trailing: [{ fromGainPct: 2, distancePct: 3 }],
    maxHoldMs: null,
  },
];

/** What each strategy would like to do before a candle. */
interface Move {
  readonly candle: Candle;
  readonly wishes: readonly { readonly quantity: number; readonly acts: boolean; readonly bracket: number }[];
}

interface Path {
  readonly market: Market;
  readonly costs: Costs;
  readonly moves: readonly Move[];
}

const path: fc.Arbitrary<Path> = fc
  .record({
    filters: fc.constantFrom(
      { tickSize: "0.01", stepSize: "0.001", minNotional: "5" },
      { tickSize: "0.5", stepSize: "0.5", minNotional: "1000" },
    ),
    buyFeeIn: fc.constantFrom("quote" as const, "base" as const),
    feeBps: fc.integer({ min: 0, max: 100 }),
    strategies: fc.integer({ min: 2, max: 3 }),
    moves: fc.array(
      fc.record({
        open: fc.integer({ min: -150, max: 150 }),
        up: fc.integer({ min: 0, max: 120 }),
        down: fc.integer({ min: 0, max: 120 }),
        volume: fc.constantFrom(0, 8, 30, 60, 1e7),
        wishes: fc.array(
          fc.record({
            quantity: fc.integer({ min: 1, max: 9 }),
            acts: fc.boolean(),
            bracket: fc.integer({ min: 0, max: 2 }),
          }),
          { minLength: 3, maxLength: 3 },
        ),
      }),
      { minLength: 4, maxLength: 14 },
    ),
  })
  .map(({ filters, buyFeeIn, feeBps, strategies, moves }) => ({
    market: testMarket(BTC, { ...filters, buyFeeIn }),
    costs: Costs.parse({ feeBps, slippageBps: 5 }),
    moves: moves.map(({ open, up, down, volume, wishes }, n) => {
      const price = 1000 + open;
      const candle = { openMs: at(n), open: price, high: price + up, low: price - down, close: price, volume };
      return { candle, wishes: wishes.slice(0, strategies) };
    }),
  }));

/** A strategy that wants to act enters where it holds nothing, and else leaves. */
function ordersOf({ portfolio }: Trial, { wishes }: Move, n: number): readonly (readonly Order[])[] {
  return wishes.flatMap(({ quantity, acts, bracket }, index) => {
    const strategyId = STRATEGIES[index] ?? "";
    const position = positionOf(portfolio, { strategyId, symbol: BTC });
    if (!acts || isLeaving(portfolio, { strategyId, symbol: BTC }, undefined)) return [];
    const decisionId = `${strategyId} ${n}`;
    const common = { strategyId, decisionId, activeFromMs: at(n) };
    if (position === undefined || position.dust) {
      const clientOrderId = clientOrderIdOf(decisionId, "entry", 0);
      const own = { ...common, clientOrderId, quantity: String(quantity) as Quantity, expiresAtMs: at(n + 1) };
      return [orderListOf(entryOrder({ ...own, bracket: BRACKETS[bracket] ?? null }))];
    }
    const clientOrderId = clientOrderIdOf(decisionId, "exit", 0);
    return [[exitOrder({ ...common, clientOrderId, quantity: position.quantity })]];
  });
}

interface Step {
  readonly events: readonly JournalEvent[];
  readonly before: Portfolio;
  readonly after: Portfolio;
  readonly atVenue: readonly Order[];
  readonly balances: ReadonlyMap<string, string>;
}

function walk({ market, costs, moves }: Path): readonly Step[] {
  const trial = new Trial({ market, costs, cash: START });
  return moves.flatMap((move, n) => {
    const steps: Step[] = [];
    const note = (act: () => void): void => {
      const [before, from] = [trial.portfolio, trial.events.length];
      act();
      const { engine } = trial.exchange;
      steps.push({
        before,
        events: trial.events.slice(from),
        after: trial.portfolio,
        atVenue: engine.working(),
        balances: engine.balances(),
      });
    };
    for (const orders of ordersOf(trial, move, n)) note(() => trial.send(orders, at(n)));
    note(() => trial.match(move.candle));
    return steps;
  });
}

const every = (check: (steps: readonly Step[], path: Path) => void) =>
  fc.assert(
    fc.property(path, (p) => check(walk(p), p)),
    { numRuns: 250 },
  );

const sum = (amounts: readonly string[]): string => amounts.reduce((total, amount) => add(total, amount), "0");
const left = (order: Order): string => subtract(order.quantity, order.filledQuantity);
const fillsOf = (events: readonly JournalEvent[]): readonly Fill[] =>
  events.flatMap((event) => (event.type === "fill" ? [event.fill] : []));

/** What the fills leave: coins by strategy, and cash. */
class Sums {
  readonly coins = new Map<string, string>();
  cash: string = START;

  take(fill: Fill): void {
    const sign = fill.side === "buy" ? "1" : "-1";
    const fee = fill.feeCurrency === "USDT" ? { cash: fill.fee, coins: "0" } : { cash: "0", coins: fill.fee };
    const coins = subtract(multiply(fill.quantity, sign), fee.coins);
    this.coins.set(fill.strategyId, add(this.coins.get(fill.strategyId) ?? "0", coins));
    this.cash = subtract(subtract(this.cash, multiply(fill.notional, sign)), fee.cash);
  }
}

describe("strategies that trade one market", () => {
  it("hold what their own orders bought, and together what is held at the venue; cash is conserved", () => {
    let together = 0;
    every((steps) => {
      const sums = new Sums();
      for (const { events, after, balances } of steps) {
        for (const fill of fillsOf(events)) sums.take(fill);
        for (const strategyId of STRATEGIES) {
          const quantity = after.positions.get(positionKey({ strategyId, symbol: BTC }))?.quantity ?? "0";
          expect(quantity).toBe(sums.coins.get(strategyId) ?? "0");
        }
        const held = [...after.positions.values()].map(({ quantity }) => quantity);
        expect(balances.get("BTC") ?? "0").toBe(sum(held));
        expect([after.cash, balances.get("USDT")]).toEqual([sums.cash, sums.cash]);
        if (held.length > 1) together += 1;
      }
    });
    expect(together).toBeGreaterThan(300);
  });

  it("never have more stops, nor more take-profits, at the venue than is held there, nor one than it holds", () => {
    let reduced = 0;
    every((steps) => {
      for (const { atVenue, after, balances, events } of steps) {
        for (const role of ["stop-loss", "take-profit"] satisfies OrderRole[]) {
          const resting = atVenue.filter((order) => order.role === role);
          expect(compare(sum(resting.map(left)), balances.get("BTC") ?? "0")).toBeLessThanOrEqual(0);
          for (const order of resting) {
            expect(compare(left(order), positionOf(after, order)?.quantity ?? "0")).toBeLessThanOrEqual(0);
          }
        }
        reduced += events.filter((e) => e.type === "order" && e.order.statusReason === "no more is held").length;
      }
    });
    expect(reduced).toBeGreaterThan(20);
  });

  it("have one stop each at the venue for all that can be sold of their own", () => {
    every((steps, { market }) => {
      for (const { after, atVenue } of steps) {
        for (const position of after.positions.values()) {
          const stops = atVenue.filter((o) => o.role === "stop-loss" && o.strategyId === position.strategyId);
          expect(stops).toHaveLength(position.dust ? 0 : 1);
          const unprotected = subtract<string>(position.quantity, sum(stops.map(left)));
          if (!position.dust) expect(compare(unprotected, market.stepSize)).toBeLessThan(0);
        }
        expect(atVenue.every(isAtVenue)).toBe(true);
      }
    });
  });

  it("leave dust of their own alone: the position, stop and target of another stay as they are", () => {
    let beside = 0;
    every((steps) => {
      for (const { before, after, events } of steps) {
        const dusty = new Set(events.flatMap((e) => (e.type === "dust" ? [e.strategyId] : [])));
        if (dusty.size === 0) continue;
        const moved = new Set(fillsOf(events).map(({ strategyId }) => strategyId));
        for (const position of before.positions.values()) {
          const { strategyId } = position;
          if (dusty.has(strategyId)) {
            expect(positionOf(after, position)?.dust).toBe(true);
            continue;
          }
          if (moved.has(strategyId)) continue;
          beside += 1;
          expect(positionOf(after, position)).toMatchObject({ quantity: position.quantity, dust: position.dust });
        }
      }
    });
    expect(beside).toBeGreaterThan(10);
  });

  it("are matched from their journal as they were: after a restart nothing fills a second time", () => {
    every((steps, { market, costs, moves }) => {
      const last = steps.at(-1);
      const candle = moves.at(-1)?.candle;
      if (last === undefined || candle === undefined) return;
      const restore = exchangeStateOf(last.after);
      const exchange = new SimulatedExchange({ markets: new Map([[BTC, market]]), timeframe: "5m", costs, restore });
      expect(exchange.engine.balances().get("BTC") ?? "0").toBe(last.balances.get("BTC") ?? "0");
      while (exchange.advance(at(moves.length - 1), () => candle)) exchange.takeReports();
      expect(exchange.takeReports().filter(({ type }) => type === "fill")).toEqual([]);
    });
  });
});
