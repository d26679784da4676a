// The stress book against the account as a whole on the same path: several strategies in several markets, stops that follow, exits by
// the clock, stops that a thin candle filled in part, fees in coins. Equal to the last digit.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Costs } from "#schemas/config.ts";
import type { Candle } from "#schemas/market.ts";
import { compare, subtract } from "#schemas/money.ts";
import type { Bracket } from "#schemas/order.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { stressOf, stressStartMs } from "#toolkits/execution/stress.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";
import { at } from "./fixture.ts";
import { type Entry, replayed, traded } from "./stress-fixture.ts";

const SYMBOLS = ["AAA/USDT", "BBB/USDT", "CCC/USDT"] as MarketSymbol[];

const bracket: fc.Arbitrary<Bracket> = fc.oneof(
  fc.record({ stopPct: fc.integer({ min: 1, max: 15 }), targetPct: fc.integer({ min: 1, max: 15 }) }).map(bracketOf),
  fc.record({
    stopPct: fc.integer({ min: 2, max: 12 }),
    takeProfit: fc.constantFrom<Bracket["takeProfit"]>(
      [],
      [{ afterMs: 0, gainPct: 6 }],
      [{ afterMs: 1_800_000, gainPct: 1 }],
    ),
    trailing: fc.constantFrom<Bracket["trailing"]>(
      [{ fromGainPct: 1, distancePct: 2 }],
      [
        { fromGainPct: 0, distancePct: 1 },
        { fromGainPct: 3, distancePct: 5 },
      ],
      [{ fromGainPct: 0, distancePct: 0.2 }],
    ),
    maxHoldMs: fc.constantFrom(null, 2_400_000),
  }),
);

const entries: fc.Arbitrary<readonly Entry[]> = fc.uniqueArray(
  fc.record({
    symbol: fc.constantFrom(...SYMBOLS),
    strategyId: fc.constantFrom("a", "b"),
    quantity: fc.integer({ min: 1, max: 30 }).map(String),
    bracket,
  }),
  // Now and then two entries are one position.
  {
    minLength: 1,
    maxLength: 6,
    selector: ({ symbol, strategyId, quantity }) => `${symbol} ${strategyId} ${quantity === "7"}`,
  },
);

const row = fc.record({
  move: fc.integer({ min: -40, max: 40 }),
  up: fc.integer({ min: 0, max: 30 }),
  down: fc.integer({ min: 0, max: 30 }),
  volume: fc.constantFrom(0, 100, 1e7),
});

const account = fc.record({
  entries,
  /** After the candle of the entries, of each market. */
  rows: fc.array(fc.tuple(row, row, row), { minLength: 0, maxLength: 4 }),
  betas: fc.tuple(...SYMBOLS.map(() => fc.option(fc.integer({ min: -100, max: 250 }).map((cents) => cents / 100)))),
  tickSize: fc.constantFrom("0.01", "0.5"),
  buyFeeIn: fc.constantFrom("quote" as const, "base" as const),
  slippageBps: fc.integer({ min: 0, max: 50 }),
  shock: fc
    .record({
      movePct: fc.oneof(fc.integer({ min: -60, max: -1 }), fc.integer({ min: 1, max: 30 })),
      minutes: fc.integer({ min: 1, max: 75 }),
      share: fc.constantFrom(0, 0, 0.3, 1),
    })
    .map(({ movePct, minutes, share }) => ({ movePct, minutes, gapPct: movePct * share })),
  sinceMs: fc.integer({ min: 0, max: 200_000 }),
});

function candlesOf(rows: readonly (readonly { move: number; up: number; down: number; volume: number }[])[]) {
  const last = SYMBOLS.map(() => 1000);
  const first = SYMBOLS.map((symbol) => [symbol, candleOf(0, 1000, 1000, 0, 0, 1e7)] as const);
  const later = rows.map((slot, n) =>
    SYMBOLS.map((symbol, i) => {
      const { move = 0, up = 0, down = 0, volume = 0 } = slot[i] ?? {};
      const open = last[i] ?? 1000;
      last[i] = open + move;
      return [symbol, candleOf(n + 1, open, open + move, up, down, volume)] as const;
    }),
  );
  return { slots: [first, ...later].map((pairs) => new Map(pairs)), last };
}

const candleOf = (n: number, open: number, close: number, up: number, down: number, volume: number): Candle => ({
  ...{ openMs: at(n), open, close, volume },
  high: Math.max(open, close) + up,
  low: Math.min(open, close) - down,
});

describe("the stress book", () => {
  it("is what the whole account meets on that path, to the last digit", () => {
    const seen = { stopped: 0, gapped: 0, trailed: 0, targets: 0, exits: 0, open: 0 };
    fc.assert(
      fc.property(account, ({ entries, rows, betas, tickSize, buyFeeIn, slippageBps, shock, sinceMs }) => {
        const markets = new Map(SYMBOLS.map((symbol) => [symbol, testMarket(symbol, { tickSize, buyFeeIn })]));
        const costs = Costs.parse({ slippageBps });
        const { slots, last } = candlesOf(rows);
        const portfolio = traded(entries, slots, { markets, costs });
        const marks = new Map(SYMBOLS.map((symbol, i) => [symbol, last[i] ?? 0]));
        const known = new Map(
          SYMBOLS.flatMap((symbol, i) => {
            const beta = betas[i] ?? null;
            return beta === null ? [] : [[symbol, { beta, rows: 288 }] as const];
          }),
        );
        const nowMs = unixMs(at(slots.length) + sinceMs);
        const { positions, total } = stressOf({ portfolio, marks, betas: known, shock, costs, markets, nowMs });
        const startMs = stressStartMs(nowMs);
        const whole = replayed(portfolio, marks, (symbol) => known.get(symbol)?.beta ?? 1, {
          ...{ shock, markets, costs, startMs },
        });
        expect(total.equityAfter).toBe(equityOf(whole.portfolio, whole.marks));
        expect(total.change).toBe(subtract(equityOf(whole.portfolio, whole.marks), equityOf(portfolio, marks)));
        const mine = (fill: { strategyId: string; symbol: string }) => (p: { strategyId: string; symbol: string }) =>
          p.strategyId === fill.strategyId && p.symbol === fill.symbol;
        for (const position of positions) {
          const fills = whole.fills.filter(mine(position));
          expect(position.fills).toEqual(
            fills.map(({ atMs, role, basis, quantity, price, fee }) => ({
              ...{ role, basis, quantity, price, fee },
              minute: (atMs - startMs) / 60_000,
            })),
          );
          const left = [...whole.portfolio.positions.values()].find(mine(position))?.quantity ?? "0";
          expect(position.left).toBe(left);
          for (const { role, basis } of position.fills) {
            if (role === "stop-loss") seen[basis === "stop-gap" ? "gapped" : "stopped"] += 1;
            if (role === "take-profit") seen.targets += 1;
            if (role === "exit") seen.exits += 1;
          }
          if (left !== "0") seen.open += 1;
          const raised = position.stopPrice;
          const stop = fills.find(({ role }) => role === "stop-loss");
          if (raised !== null && stop !== undefined && compare(stop.price, raised) > 0) seen.trailed += 1;
        }
        expect(whole.fills.length).toBe(positions.reduce((sum, { fills }) => sum + fills.length, 0));
      }),
      { numRuns: 150 },
    );
    // Nothing of it is said of cases that never came.
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
  });
});
