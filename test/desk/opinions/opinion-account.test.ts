import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCOUNT_HORIZON_CANDLES, type OpinionAccountInput, opinionAccount } from "#desk/opinions/opinion-account.ts";
import { Costs, RiskLimits } from "#schemas/config.ts";
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Opinion } from "#schemas/opinion.ts";
import type { Order } from "#schemas/order.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { randomFrom } from "#test/support/synthetic-market.ts";

const STEP_MS = timeframeMs("5m");
const AT_MS = unixMs(Date.UTC(2024, 2, 1, 20, 0));
const SYMBOL = "AAA/USDT" as MarketSymbol;
const MARKET = testMarket(SYMBOL);
const FREE = Costs.parse({ feeBps: 0, slippageBps: 0 });
const ID = "ab".repeat(32);

const decision = (change: Partial<Decision> = {}): JournalEvent => ({
  type: "decision",
  atMs: AT_MS,
  decision: {
    decisionId: ID,
    symbol: SYMBOL,
    timeframe: "5m",
    asOfMs: AT_MS,
    action: "enter",
    strength: 0.5,
    reason: "",
    strategyId: "mean-reversion",
    analysisId: "a",
    price: 100,
    path: "recalled",
    ...change,
  },
});
const equity = (amount: string): JournalEvent =>
  ({ type: "equity", atMs: AT_MS, slotMs: AT_MS, equity: amount, loss: {} }) as unknown as JournalEvent;
const opinion = (verdict: Opinion["verdict"], sizeRatio: number): JournalEvent => ({
  type: "opinion",
  atMs: unixMs(AT_MS - STEP_MS),
  opinion: {
    symbol: SYMBOL,
    strategyId: STRATEGY,
    timeframe: "5m",
    forAsOfMs: AT_MS,
    verdict,
    sizeRatio,
    reason: "",
    model: "test/m",
    analysisId: "a",
    madeAtMs: unixMs(AT_MS - STEP_MS),
  },
});
const refusal = (rule: "second-opinion" | "market-filters" | "cash"): JournalEvent => ({
  type: "refusal",
  atMs: AT_MS,
  refusal: { decisionId: ID, strategyId: STRATEGY, symbol: SYMBOL, action: "enter", asOfMs: AT_MS, rule, reason: "" },
});
const entry = (quantity: string): JournalEvent => ({
  type: "order-list",
  atMs: AT_MS,
  orders: [{ decisionId: ID, symbol: SYMBOL, role: "entry", status: "initialized", quantity } as Order],
});
const vetoed = [equity("10000"), opinion("veto", 0), decision(), refusal("second-opinion")].toSorted(
  (a, b) => a.atMs - b.atMs,
);

/** Candles from the decision on; each row is open, high, low, close. */
const series = (rows: readonly (readonly [number, number, number, number] | null)[]): CandleSeries => {
  const there = rows.flatMap((row, i) => (row === null ? [] : [[AT_MS + i * STEP_MS, ...row, 1e6]]));
  const column = (index: number) => Float64Array.from(there, (row) => row[index] ?? Number.NaN);
  return {
    symbol: SYMBOL,
    timeframe: "5m",
    openMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: AT_MS,
  };
};
const flat = (price: number) => [price, price + 0.5, price - 0.5, price] as const;

const account = (
  events: readonly JournalEvent[],
  rows: Parameters<typeof series>[0],
  change: Partial<OpinionAccountInput> = {},
) =>
  opinionAccount({
    events,
    candlesOf: () => series(rows),
    markets: new Map([[SYMBOL, MARKET]]),
    limits: RiskLimits.parse({}),
    strategies: new Map(),
    costs: FREE,
    nowMs: unixMs(AT_MS + rows.length * STEP_MS),
    ...change,
  });

describe("the account of second opinions", () => {
  // 2 % of 10,000 is 200, so 2 coins at 100; stop 90, target 120.
  it("a veto before a stop saved what the stop would have cost", () => {
    const result = account(vetoed, [flat(100), [100, 101, 80, 85]]);
    expect(result).toMatchObject({ n: 1, undecided: 0, saved: "20", cost: "0", net: "20" });
    expect(result.effects).toMatchObject([{ kind: "veto", outcome: "stop", saved: "20", model: "test/m" }]);
  });

  it("a veto before a target cost what the target would have brought", () => {
    const result = account(vetoed, [flat(100), [100, 125, 99, 110]]);
    expect(result).toMatchObject({ n: 1, saved: "0", cost: "40", net: "-40" });
  });

  it("reckons with fees and slippage, which make every veto a little better", () => {
    const costs = Costs.parse({ feeBps: 10, slippageBps: 5 });
    const { net, effects } = account(vetoed, [flat(100), [100, 125, 99, 110]], { costs });
    // Bought 2 at 100.05, sold 2 at 120.06 (20 % above the fill), 10 bps of both.
    expect(effects[0]?.outcome).toBe("target");
    expect(Number(net)).toBeCloseTo(-(2 * (120.06 - 100.05) - 0.001 * 2 * (120.06 + 100.05)), 6);
  });

  it(`sells what neither ends at the first open after ${ACCOUNT_HORIZON_CANDLES} candles`, () => {
    const rows = [...Array.from({ length: ACCOUNT_HORIZON_CANDLES }, () => flat(100)), flat(104), flat(50)];
    expect(account(vetoed, rows).effects).toMatchObject([{ outcome: "horizon", saved: "-8" }]);
    const gap = [...rows.slice(0, ACCOUNT_HORIZON_CANDLES), null, null, flat(103)];
    expect(account(vetoed, gap).effects).toMatchObject([{ outcome: "horizon", saved: "-6" }]);
  });

  it("is undecided while it would still be open, and where there are no candles", () => {
    for (const result of [account(vetoed, [flat(100), flat(100)]), account(vetoed, [], { candlesOf: () => null })]) {
      expect(result).toMatchObject({ n: 1, undecided: 1, saved: "0", cost: "0", net: "0" });
      expect(result.effects).toMatchObject([{ outcome: "undecided", saved: null }]);
    }
  });

  it("is nothing lost or won where the entry would have found no candle", () => {
    expect(account(vetoed, [null, [100, 125, 99, 110]]).effects).toMatchObject([{ outcome: "not-filled", saved: "0" }]);
  });

  it("a smaller entry saved or cost its missing part", () => {
    const shrunk = [opinion("shrink", 0.25), equity("10000"), decision(), entry("0.5")];
    expect(account(shrunk, [flat(100), [100, 101, 80, 85]]).effects).toMatchObject([{ kind: "shrink", saved: "15" }]);
    expect(account(shrunk, [flat(100), [100, 125, 99, 110]]).effects).toMatchObject([{ kind: "shrink", saved: "-30" }]);
  });

  it("an entry that its opinion made too small counts as a veto; one that is too small anyway does not count", () => {
    const refused = [opinion("shrink", 0.01), equity("10000"), decision(), refusal("market-filters")];
    expect(account(refused, [flat(100), [100, 101, 80, 85]]).effects).toMatchObject([{ kind: "veto", saved: "20" }]);
    const poor = [opinion("shrink", 0.5), equity("100"), decision(), refusal("market-filters")];
    expect(account(poor, [flat(100), [100, 101, 80, 85]]).n).toBe(0);
  });

  it("leaves out what another rule refused, what the opinion agreed to, and exits", () => {
    const others: readonly (readonly JournalEvent[])[] = [
      [opinion("veto", 0), equity("10000"), decision(), refusal("cash")],
      [opinion("agree", 1), equity("10000"), decision(), entry("2")],
      [equity("10000"), decision(), entry("2")],
      [opinion("veto", 0), equity("10000"), decision({ action: "exit" }), entry("2")],
      [opinion("veto", 0), equity("10000"), decision({ asOfMs: unixMs(AT_MS + STEP_MS) }), refusal("second-opinion")],
    ];
    for (const events of others) expect(account(events, [flat(100), [100, 101, 80, 85]]).n).toBe(0);
  });

  it("takes the equity of the slot, or the starting cash before the first one", () => {
    const twice = [equity("10000"), equity("20000"), ...vetoed.filter(({ type }) => type !== "equity")];
    expect(account(twice, [flat(100), [100, 101, 80, 85]]).net).toBe("40");
    const begun = { type: "run-started", atMs: AT_MS, cash: "5000" } as unknown as JournalEvent;
    const first = [begun, ...vetoed.filter(({ type }) => type !== "equity")];
    expect(account(first, [flat(100), [100, 101, 80, 85]]).net).toBe("10");
  });

  it("never looks at a candle that closes after now, and adds up", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 60 }), (seed, seen) => {
        const walk = (from: number) => {
          const random = randomFrom(from);
          let price = 100;
          return Array.from({ length: 80 }, () => {
            const open = price;
            price *= 1 + (random() - 0.5) * 0.1;
            return [open, Math.max(open, price) * 1.01, Math.min(open, price) * 0.99, price] as const;
          });
        };
        const nowMs = unixMs(AT_MS + seen * STEP_MS);
        const whole = account(vetoed, walk(seed), { nowMs, horizonCandles: 40 });
        const scrambled = [...walk(seed).slice(0, seen), ...walk(seed + 1).slice(seen)];
        expect(account(vetoed, scrambled, { nowMs, horizonCandles: 40 })).toEqual(whole);
        expect(Number(whole.net)).toBeCloseTo(Number(whole.saved) - Number(whole.cost), 9);
      }),
      { numRuns: 60 },
    );
  });
});
