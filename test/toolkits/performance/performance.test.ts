import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Performance } from "#schemas/performance.ts";
import { DAY_MS, HOUR_MS, type MarketSymbol, unixMs } from "#schemas/units.ts";
import { DrawdownFold } from "#toolkits/performance/drawdown-fold.ts";
import { type PerformanceInput, performanceOf } from "#toolkits/performance/performance.ts";
import { studentTwoTailed } from "#toolkits/performance/student.ts";
import { closedTrade } from "../../support/closed-trade.ts";
import { noise } from "../../support/noise.ts";

const T0 = Date.UTC(2026, 0, 5); // A Monday.
const day = (n: number) => unixMs(T0 + n * DAY_MS);

const input = (over: Partial<PerformanceInput> = {}): PerformanceInput => {
  const days = over.days ?? [{ dayStartMs: day(0), endEquity: 1000 }];
  return {
    startMs: day(0),
    endMs: unixMs(T0 + days.length * DAY_MS),
    startingCash: 1000,
    finalEquity: days.at(-1)?.endEquity ?? 1000,
    trades: [],
    days,
    slots: 0,
    slotsInMarket: 0,
    exposureSum: 0,
    ...over,
  };
};

const noisy = (trades: number, days: number, seed = 1) => {
  const daily = noise(seed, { length: days, mean: 0.001, sd: 0.01 });
  let equity = 1000;
  return input({
    trades: [...noise(seed + 1, { length: trades, mean: 1, sd: 5 })].map((pnl, i) =>
      closedTrade(pnl, T0 + i * HOUR_MS),
    ),
    days: [...daily].map((r, i) => {
      equity *= 1 + r;
      return { dayStartMs: day(i), endEquity: equity };
    }),
  });
};

describe("how a run did", () => {
  it("is told of nothing, with why it is not more", () => {
    const nothing = performanceOf(input({ days: [] }));
    expect(Performance.parse(nothing)).toEqual(nothing);
    expect(nothing.headlines.sharpe).toEqual({ value: null, interval95: null, why: expect.stringContaining("days") });
    expect(nothing.headlines.winRatePct).toEqual({ value: null, interval95: null, why: "no trade was closed" });
    expect(nothing).toMatchObject({ timeInMarketPct: null, drawdowns: [], byMarket: [], months: [] });
  });

  it("has an interval on every headline from 30 trades and days on, and under it none, and says so", () => {
    const many = performanceOf(noisy(30, 30)).headlines;
    for (const [name, { value, interval95, why }] of Object.entries(many)) {
      expect(why, name).toBeNull();
      expect((interval95?.[0] ?? 1) < (interval95?.[1] ?? 0), name).toBe(true);
      expect(value, name).not.toBeNull();
    }
    for (const { interval95, why } of Object.values(performanceOf(noisy(29, 60)).headlines))
      expect([interval95, why]).toEqual([null, "29 closed trades: an interval needs 30"]);
    const short = performanceOf(noisy(40, 7)).headlines;
    expect(short.sharpe.why).toBe("7 days: an interval needs 30");
    expect(short.meanTradePct.interval95).not.toBeNull();
  });

  it("tells growth a year from 30 days on: a week raised to a year's power is no figure", () => {
    const { cagrPct, calmar, totalReturnPct } = performanceOf(noisy(40, 7)).headlines;
    const why = "7 days: a year's figure needs 30";
    expect([cagrPct, calmar]).toEqual([
      { value: null, interval95: null, why },
      { value: null, interval95: null, why },
    ]);
    expect(totalReturnPct.value).not.toBeNull();
    expect(performanceOf(noisy(40, 1)).headlines.cagrPct.why).toBe("1 day: a year's figure needs 30");
    // Of one day that lost it would be −√365, whatever was lost.
    for (const seed of [1, 2, 3, 4].map((by) => noisy(40 + by, 1)))
      expect(performanceOf(seed).headlines.sortino).toMatchObject({ value: null, why: "there are under two days" });
    expect(performanceOf(noisy(40, 29)).headlines.cagrPct.value).toBeNull();
    expect(performanceOf(noisy(40, 30)).headlines.calmar.value).not.toBeNull();
    expect(performanceOf(input({ days: [] })).headlines.cagrPct.why).toBe("there is no day yet");
  });

  it("is the same whenever it is worked out, and its mean lies in its interval", () => {
    const [once, again] = [performanceOf(noisy(200, 100)), performanceOf(noisy(200, 100))];
    expect(once).toEqual(again);
    for (const name of ["meanTradePct", "winRatePct", "expectancy", "profitFactor", "sqn", "sharpe"] as const) {
      const { value, interval95 } = once.headlines[name];
      expect((interval95?.[0] ?? 0) < (value ?? 0) && (value ?? 0) < (interval95?.[1] ?? 0), name).toBe(true);
    }
  });

  it("has no interval where too many resamples have no value: winners only have no profit factor", () => {
    const trades = Array.from({ length: 40 }, (_, i) => closedTrade(1 + (i % 3), T0 + i * HOUR_MS));
    const rare = trades.with(7, closedTrade(-1, T0 + 7 * HOUR_MS));
    expect(performanceOf(input({ trades })).headlines.profitFactor.why).toBe("no trade has lost");
    expect(performanceOf(input({ trades: rare })).headlines.profitFactor).toMatchObject({
      interval95: null,
      why: "in too many resamples it cannot be told",
    });
    expect(performanceOf(input({ trades })).headlines.winRatePct).toMatchObject({ value: 100, interval95: [100, 100] });
  });

  it("is broken down by what trades have in common, and each part adds up", () => {
    const trades = [
      closedTrade(10, T0 + 2 * HOUR_MS, { exitReason: "stop-loss", entryTag: "dip" }),
      closedTrade(-4, T0 + 30 * HOUR_MS, { symbol: "ETH/USDT" as MarketSymbol }),
      closedTrade(1, T0 + 40 * DAY_MS, { entryTag: "dip" }),
    ];
    const { byMarket, byExitReason, byEntryTag, byMonth, byWeekday } = performanceOf(input({ trades }));
    expect(byMarket).toEqual([
      { name: "BTC/USDT", trades: 2, won: 2, winRatePct: 100, meanTradePct: 0.55, pnl: "11" },
      { name: "ETH/USDT", trades: 1, won: 0, winRatePct: 0, meanTradePct: -0.4, pnl: "-4" },
    ]);
    expect(byExitReason.map(({ name, trades: n }) => [name, n])).toEqual([
      ["exit signal", 2],
      ["stop-loss", 1],
    ]);
    expect(byEntryTag.map(({ name, pnl }) => [name, pnl])).toEqual([
      ["dip", "11"],
      ["no tag", "-4"],
    ]);
    expect(byMonth.map(({ name }) => name)).toEqual(["2026-01", "2026-02"]);
    expect(byWeekday.map(({ name }) => name)).toEqual(["Monday", "Tuesday", "Friday"]);
  });

  it("has its months from equity, each from where the one before ended", () => {
    const days = [
      { dayStartMs: day(0), endEquity: 1100 },
      { dayStartMs: day(26), endEquity: 1210 },
      { dayStartMs: day(27), endEquity: 605 },
    ];
    expect(performanceOf(input({ days })).months).toEqual([
      { month: "2026-01", returnPct: expect.closeTo(21, 9) },
      { month: "2026-02", returnPct: expect.closeTo(-50, 9) },
    ]);
  });

  it("takes a report's time: 10,000 trades and 1,000 days", () => {
    const large = noisy(10_000, 1000);
    const startedMs = performance.now();
    performanceOf(large);
    const tookMs = performance.now() - startedMs;
    console.info(`10,000 trades, 1,000 days: ${tookMs.toFixed(0)} ms`);
    // Half a second on a quiet machine; neighbours may take most of it.
    expect(tookMs).toBeLessThan(5000);
  });
});

describe("freqtrade's own figures", () => {
  // freqtrade's formulas with numpy: profits 30, −10, 20, −25, 15 over 1,000 in ten days.
  const pnls = [30, -10, 20, -25, 15];
  const compat = performanceOf(
    input({
      trades: pnls.map((pnl, i) => closedTrade(pnl, T0 + (i + 1) * DAY_MS)),
      endMs: day(10),
    }),
  ).freqtradeCompat;

  it("are what its formulas give", () => {
    const perDay = 0.03 / 10;
    const year = Math.sqrt(365);
    expect(compat["profit_total"]).toBeCloseTo(0.03, 12);
    expect(compat["cagr"]).toBeCloseTo(1.03 ** 36.5 - 1, 9);
    // Population variances: of all (24² + 16² + 14² + 31² + 9²)/5, of the losers 7.5².
    expect(compat["sharpe"]).toBeCloseTo((perDay / (Math.sqrt(2070 / 5) / 1000)) * year, 9);
    expect(compat["sortino"]).toBeCloseTo((perDay / (7.5 / 1000)) * year, 9);
    expect(compat["sqn"]).toBeCloseTo((Math.sqrt(5) * 6) / Math.sqrt(2070 / 4), 9);
    expect(compat["expectancy"]).toBeCloseTo(6, 9);
    expect(compat["expectancy_ratio"]).toBeCloseTo((1 + 65 / 3 / 17.5) * 0.6 - 1, 9);
    expect(compat["profit_factor"]).toBeCloseTo(65 / 35, 12);
    // Balance 30, 20, 40, 15, 30: the deepest fall is 25, from 1,040.
    expect(compat["max_drawdown_account"]).toBeCloseTo(25 / 1040, 12);
    expect(compat["calmar"]).toBeCloseTo(((perDay * 100) / (25 / 1040)) * year, 9);
  });

  it("count no first loss as a drawdown, and say −100 where they cannot tell", () => {
    const of = (...profits: readonly number[]) =>
      performanceOf(input({ trades: profits.map((pnl, i) => closedTrade(pnl, T0 + i)), endMs: day(1) }))
        .freqtradeCompat;
    expect(of(-10, 5)).toMatchObject({ max_drawdown_account: 0, calmar: -100 });
    expect(of(5, 5)).toMatchObject({ sharpe: -100, sortino: -100, sqn: -100, profit_factor: 0, expectancy_ratio: 100 });
    expect(of()).toMatchObject({ sharpe: 0, sortino: 0, calmar: 0, sqn: 0, expectancy: 0 });
  });
});

describe("drawdowns of every mark", () => {
  const fold = (...equities: readonly number[]) => {
    const made = new DrawdownFold();
    made.begin(unixMs(T0), 100);
    for (const [i, equity] of equities.entries()) made.mark(unixMs(T0 + (i + 1) * HOUR_MS), equity, T0);
    return made;
  };
  const at = (hours: number) => T0 + hours * HOUR_MS;

  it("have a peak, a trough and a recovery, the deepest first, and one that goes on has none", () => {
    const made = fold(110, 99, 104.5, 110, 120, 114, 118);
    expect(made.drawdowns()).toEqual([
      { peakMs: at(1), troughMs: at(2), recoveredMs: at(4), depthPct: expect.closeTo(10, 9), durationMs: 3 * HOUR_MS },
      { peakMs: at(5), troughMs: at(6), recoveredMs: null, depthPct: expect.closeTo(5, 9), durationMs: 2 * HOUR_MS },
    ]);
    expect(made.maxDrawdownPct()).toBeCloseTo(10, 9);
    expect(fold(90).drawdowns()[0]).toMatchObject({ peakMs: at(0), depthPct: expect.closeTo(10, 9) });
  });

  it("are no more than ten, and none deeper is lost, whatever comes when", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 50, max: 150 }), { minLength: 1, maxLength: 400 }), (equities) => {
        const made = fold(...equities);
        let [peak, deepest] = [100, 0];
        const depths: number[] = [];
        let current = 0;
        for (const equity of equities) {
          if (equity >= peak) {
            if (current > 0) depths.push(current);
            [peak, current] = [equity, 0];
          }
          current = Math.max(current, (1 - equity / peak) * 100);
          deepest = Math.max(deepest, current);
        }
        if (current > 0) depths.push(current);
        const expected = depths.sort((a, b) => b - a).slice(0, 10);
        expect(made.drawdowns().map(({ depthPct }) => depthPct)).toEqual(expected);
        expect(made.maxDrawdownPct()).toBe(deepest);
      }),
    );
  });

  it("keep their deepest point in a line of bounded length", () => {
    const equities = [...noise(5, { length: 20_000 })].map((step, i, all) => {
      all[i] = Math.max(10, (all[i - 1] ?? 100) + step);
      return all[i];
    });
    const made = fold(...equities);
    const line = made.underwater();
    expect(line.length).toBeLessThanOrEqual(513);
    expect(line.length).toBeGreaterThan(200);
    expect(Math.max(...line.map(({ drawdownPct }) => drawdownPct))).toBe(made.maxDrawdownPct());
    expect(line.toSorted((a, b) => a.atMs - b.atMs)).toEqual(line);
  });

  it("of days put together again are those of all their marks", () => {
    const marks = [...noise(9, { length: 400, sd: 2 })].map((step) => 100 + step);
    const made = new DrawdownFold();
    made.begin(unixMs(T0), 100);
    for (const [i, equity] of marks.entries()) made.mark(unixMs(T0 + i), equity, Math.floor(i / 20));
    let [wealth, peak, deepest] = [100, 100, 0];
    for (const { end, low, high, fall } of made.days()) {
      deepest = Math.max(deepest, fall, 1 - (wealth * low) / peak);
      peak = Math.max(peak, wealth * high);
      wealth *= end;
    }
    expect(made.days()).toHaveLength(20);
    expect(deepest * 100).toBeCloseTo(made.maxDrawdownPct(), 9);
    expect(wealth).toBeCloseTo(marks.at(-1) ?? 0, 9);
  });
});

it.each([
  // scipy 1.17.1, scipy.stats.t.ppf(0.975, n)
  [1, 12.706204736174694],
  [2, 4.302652729749462],
  [3, 3.1824463052837078],
  [5, 2.5705818356363146],
  [9, 2.262157162798205],
  [30, 2.0422724563012378],
  [200, 1.9718962236339088],
])("Student's distribution with %d degrees of freedom has 5 %% beyond %d", (n, t) => {
  expect(Math.abs(studentTwoTailed(0.05, n) / t - 1)).toBeLessThan(2e-5);
});
