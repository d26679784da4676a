import { describe, expect, it } from "vitest";
import { PLAIN_STYLE } from "#apps/io.ts";
import { comparisonText } from "#apps/research/compare-text.ts";
import { HEADLINE_NAMES } from "#desk/documents/headlines.ts";
import { compareRuns } from "#scheduler/research/compare-runs.ts";
import { ComparedRun, Comparison } from "#schemas/compare.ts";
import { count } from "#test/support/count.ts";
import { randomFrom } from "#test/support/synthetic-market.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2024, 0, 1);

const trade = (day: number, pnl: string, change: object = {}) => ({
  symbol: "AAA/USDT",
  strategyId: "s",
  quantity: "1",
  entryMs: START_MS + day * DAY_MS + 300_000,
  exitMs: START_MS + day * DAY_MS + 600_000,
  entryPrice: "100",
  exitPrice: "101",
  exitRole: "exit",
  exitReason: "exit signal",
  entryTag: null,
  fees: [],
  pnl,
  returnPct: 1,
  ...change,
});

/** A run whose equity moves by `returns`, percent, day by day. */
function run(
  returns: readonly number[],
  { firstDay = 0, ...change }: Record<string, unknown> & { firstDay?: number } = {},
): ComparedRun {
  let equity = 10_000;
  const days = returns.map((pct, day) => {
    equity *= 1 + pct / 100;
    return { dayStartMs: START_MS + (firstDay + day) * DAY_MS, endEquity: equity };
  });
  const metrics = {
    startMs: START_MS + firstDay * DAY_MS + 300_000,
    endMs: START_MS + (firstDay + returns.length) * DAY_MS,
    tradesClosed: 0,
    totalReturnPct: equity / 100 - 100,
    maxDrawdownPct: 0,
    winRatePct: null,
    meanTradePct: null,
    profitFactor: null,
    buyAndHoldPct: 1,
    feesPaid: "0",
    feeBps: 10,
    slippageBps: 5,
    decisions: 0,
    refusals: 0,
  };
  return ComparedRun.parse({
    venue: "sim",
    simulated: true,
    quote: "USDT",
    strategies: ["s"],
    security: "recorded",
    timeframe: "5m",
    entryStyle: "next-open",
    decisionsHash: "a",
    equity: String(equity),
    startingCash: "10000",
    trades: [],
    days,
    rules: [],
    metrics,
    ...change,
  });
}

function noise(seed: number, days: number, spread = 1): number[] {
  const random = randomFrom(seed);
  return Array.from({ length: days }, () => spread * (random() + random() + random() + random() - 2));
}

const compared = (a: ComparedRun, b: ComparedRun) => Comparison.parse(compareRuns(["a", "b"], a, b));

describe("two runs", () => {
  it("that are one run differ in nothing", () => {
    const one = run(noise(1, 60), { trades: [trade(1, "1"), trade(2, "2")] });
    const c = compared(one, one);
    expect(c).toMatchObject({
      settings: [],
      sameDecisions: true,
      trades: { equal: 2, different: [], onlyA: [], onlyB: [] },
    });
    expect(c.daily).toMatchObject({
      days: 60,
      leftOut: [0, 0],
      meanDifferencePct: 0,
      interval95: null,
      why: "equal on every day",
    });
    expect(comparisonText(c, "USDT", PLAIN_STYLE)).toContain("They decided the same");
  });

  it("of noise with the same truth are called different in about 5 % of seeds", () => {
    const seeds = count(2000, 150);
    let called = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const { pValue } = compared(run(noise(seed, 90)), run(noise(1_000_000 + seed, 90))).daily;
      if (pValue !== null && pValue < 0.05) called += 1;
    }
    expect(called / seeds).toBeGreaterThan(0.02);
    expect(called / seeds).toBeLessThan(0.1);
  });

  it("with a planted difference are told apart, its size inside the interval; the market that both hold is no noise to it", () => {
    const market = noise(5, 120, 4);
    const own = noise(6, 120, 0.1);
    const { daily } = compared(run(market), run(market.map((pct, day) => pct + 0.05 + (own[day] ?? 0))));
    expect(daily.pValue).toBeLessThan(0.01);
    expect(daily.interval95?.[0]).toBeLessThan(0.05);
    expect(daily.interval95?.[1]).toBeGreaterThan(0.05);
  });

  it("have their trades matched by market and candle of entry", () => {
    const a = run(noise(1, 40), { trades: [trade(1, "1"), trade(2, "2"), trade(3, "3")] });
    const b = run(noise(2, 40), { decisionsHash: "b", trades: [trade(1, "1"), trade(2, "-2"), trade(4, "4")] });
    const { trades, sameDecisions } = compared(a, b);
    expect(sameDecisions).toBe(false);
    expect(trades.equal).toBe(1);
    expect(trades.different.map((both) => [both.a.pnl, both.b.pnl])).toEqual([["2", "-2"]]);
    expect([trades.onlyA.map(({ pnl }) => pnl), trades.onlyB.map(({ pnl }) => pnl)]).toEqual([["3"], ["4"]]);
  });

  it("of other ranges, costs or currencies have that said first, and are compared on the whole days that both have", () => {
    const returns = noise(3, 60);
    const a = run(returns, { trades: [trade(2, "1")] });
    const late = run(returns.slice(20), { firstDay: 20, quote: "EUR", venue: "replay" });
    const c = compared(a, { ...late, metrics: { ...late.metrics, feeBps: 20 } });
    expect(c.settings.map(({ what }) => what)).toEqual(["range", "venue", "settlement currency", "fee a side"]);
    // Day 20 is the first of B, which may have only a part of it.
    expect(c.daily).toMatchObject({ days: 39, leftOut: [21, 1] });
    expect(c.daily.meanDifferencePct).toBeCloseTo(0, 9);
    expect(c.trades.beyond).toEqual([1, 0]);
    expect(comparisonText(c, "USDT", PLAIN_STYLE)).toContain("run differently");
  });

  it("have their ratios side by side, each with its interval; one that was saved without them has none, and its returns all the same", () => {
    const figure = (value: number | null, interval95: readonly [number, number] | null = null) => ({
      value,
      interval95,
      why: null,
    });
    const none = Object.fromEntries(HEADLINE_NAMES.map((name) => [name, figure(null)]));
    const headlines = {
      ...none,
      totalReturnPct: figure(3, [-1, 7]),
      sharpe: figure(1.5, [0.25, 2.75]),
      sortino: figure(2),
      calmar: figure(0.5),
      expectancy: figure(0.25, [-0.5, 1]),
    };
    const [a, b] = [run(noise(1, 40)), run(noise(2, 40), { performance: { headlines } })];
    const rows = new Map(compared(b, a).figures.map((row) => [row.what, row]));
    expect(rows.get("Sharpe ratio")).toEqual({
      what: "Sharpe ratio",
      a: 1.5,
      b: null,
      difference: null,
      intervals95: [[0.25, 2.75], null],
    });
    expect(rows.get("total return %")).toMatchObject({
      a: 3,
      b: a.metrics.totalReturnPct,
      intervals95: [[-1, 7], null],
    });
    const both = compared(b, {
      ...b,
      performance: { headlines: { ...headlines, sharpe: figure(1, [0, 2]) } },
    } as typeof b);
    expect(both.figures.map(({ what }) => what)).toEqual(expect.arrayContaining(["Sortino ratio", "Calmar ratio"]));
    expect(both.figures.find(({ what }) => what === "Sharpe ratio")).toMatchObject({
      difference: -0.5,
      intervals95: [
        [0.25, 2.75],
        [0, 2],
      ],
    });
    const text = comparisonText(both, "USDT", PLAIN_STYLE);
    expect(text).toMatch(/Sharpe ratio +1\.5 +0\.25 to 2\.75 +1 +0 to 2 +−0\.5/);
    expect(text).toMatch(/expectancy of a trade, USDT +0\.25 +−0\.5 to 1/);
  });

  it("with few days have no interval, and it is said why", () => {
    const { daily } = compared(run(noise(1, 29)), run(noise(2, 29)));
    expect(daily).toMatchObject({ interval95: null, pValue: null, why: "29 days in common; an interval needs 30" });
  });
});
