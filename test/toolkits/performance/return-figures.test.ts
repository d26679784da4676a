import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type ReturnFigures, returnFigures } from "#toolkits/performance/return-figures.ts";
import { tradeFiguresOf } from "#toolkits/performance/trade-figures.ts";

/** Values of R PerformanceAnalytics, in a folder of one's own: DEEPTRADER_ORACLES/metrics.json. */
const FILE = join(process.env["DEEPTRADER_ORACLES"] ?? "", "metrics.json");

const NAMES: Readonly<Record<string, keyof ReturnFigures>> = {
  volatility_annual: "volatility",
  return_annual: "cagr",
  sharpe_annual: "sharpe",
  sortino_annual: "sortino",
  max_drawdown: "maxDrawdown",
  calmar: "calmar",
  var_95: "var95",
  es_95: "es95",
  omega_0: "omega",
  skewness: "skewness",
  kurtosis: "kurtosis",
};

const Oracle = z.object({
  fixtures: z.record(z.string(), z.object({ periods: z.number(), returns: z.array(z.number()) })),
  metrics: z.record(z.string(), z.object({ values: z.record(z.string(), z.number()) })),
});

const near = (value: number | null | undefined, expected: number): void =>
  expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThan(1e-8);

describe("figures that others computed", () => {
  it.skipIf(!existsSync(FILE))("are the same to 1e-8, each metric of each series", () => {
    const { fixtures, metrics } = Oracle.parse(JSON.parse(readFileSync(FILE, "utf8")));
    let compared = 0;
    for (const [metric, { values }] of Object.entries(metrics)) {
      const name = NAMES[metric];
      expect(name, metric).toBeDefined();
      for (const [series, value] of Object.entries(values)) {
        const { returns, periods } = fixtures[series] ?? { returns: [], periods: 1 };
        const ours = name === undefined ? null : returnFigures(returns, periods)[name];
        // Theirs is negative.
        near(name === "maxDrawdown" && ours !== null ? -ours : ours, value);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(22);
  });

  it("are the same where a reader can follow them", () => {
    // Bacon (2008), "Practical Portfolio Performance Measurement and Attribution": the portfolio of 24 months; values of R
    // PerformanceAnalytics 2.1.0, as kept in quantstats' tests/data/reference_values.json.
    const bacon = [
      0.003, 0.026, 0.011, -0.01, 0.015, 0.025, 0.016, 0.067, -0.014, 0.04, -0.005, 0.081, 0.04, -0.037, -0.061, 0.017,
      -0.049, -0.022, 0.07, 0.058, -0.065, 0.024, -0.005, -0.009,
    ];
    const figures = returnFigures(bacon, 12);
    near(figures.cagr, 0.10367828972980941);
    near(figures.sortino, 1.3592165786838633);
    near(figures.es95, -0.0725772784216993);
    near(figures.kurtosis, -0.4076603211860866);
  });
});

const returns = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 2, maxLength: 60 });
const isClose = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));

describe("figures of any returns", () => {
  it("hang on their order only where the path counts", () => {
    fc.assert(
      fc.property(returns, (values) => {
        const [there, back] = [returnFigures(values, 365), returnFigures(values.toReversed(), 365)];
        for (const name of ["volatility", "omega", "var95", "es95", "totalReturn"] as const)
          expect(isClose(there[name], back[name])).toBe(true);
      }),
    );
    const path = [0.1, -0.2, 0.1, 0.1];
    expect(returnFigures(path, 1).maxDrawdown).toBeCloseTo(0.2, 12);
    expect(returnFigures([-0.1, -0.2, 0.1, 0.1], 1).maxDrawdown).toBeCloseTo(0.28, 12);
  });

  it("that are ratios do not hang on their scale", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 4, maxLength: 60 }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (whole, scale) => {
          const values = whole.map((value) => value / 100);
          const [plain, scaled] = [
            returnFigures(values, 365),
            returnFigures(
              values.map((r) => r * scale),
              365,
            ),
          ];
          for (const name of ["sharpe", "sortino", "omega", "skewness", "kurtosis"] as const)
            expect(isClose(plain[name], scaled[name]), name).toBe(true);
          expect(isClose((plain.volatility ?? 0) * scale, scaled.volatility)).toBe(true);
        },
      ),
    );
  });

  it("stay in their bounds", () => {
    fc.assert(
      fc.property(returns, (values) => {
        const { maxDrawdown, cagr, volatility, es95, var95 } = returnFigures(values, 365);
        expect(maxDrawdown >= 0 && maxDrawdown <= 1).toBe(true);
        expect((cagr ?? 0) >= -1 && (volatility ?? 0) >= 0).toBe(true);
        expect((es95 ?? 0) <= (var95 ?? 0)).toBe(true);
      }),
    );
  });

  it("are not told where there is nothing to tell them from", () => {
    const none = returnFigures([], 365);
    expect(Object.entries(none).filter(([, value]) => value !== null)).toEqual([
      ["totalReturn", 0],
      ["maxDrawdown", 0],
    ]);
    expect(returnFigures([0.1], 365)).toMatchObject({ sharpe: null, volatility: null, sortino: null, calmar: null });
    for (const flat of [Array(9).fill(0), Array(9).fill(0.01)])
      expect(returnFigures(flat, 365)).toMatchObject({ volatility: 0, sharpe: null, sortino: null, skewness: null });
  });

  it("end at −100 %, and refuse what is no return", () => {
    expect(returnFigures([0.1, -1, 0.5], 365)).toMatchObject({ totalReturn: -1, cagr: -1, maxDrawdown: 1, calmar: -1 });
    expect(() => returnFigures([0.1, Number.NaN], 365)).toThrow(/Value 2 of 2 returns is NaN/);
    expect(() => returnFigures([Number.POSITIVE_INFINITY], 365)).toThrow(/finite/);
    expect(() => returnFigures([-1.5], 365)).toThrow(/more than everything/);
  });
});

describe("figures of trades", () => {
  const of = (...pnls: readonly number[]) =>
    tradeFiguresOf(pnls.map((pnl, i) => ({ pnl, returnPct: pnl / 10, holdingMs: (i + 1) * 60_000 })));

  it("are what they are by hand", () => {
    expect(of(30, -10, 20, -20)).toEqual({
      closed: 4,
      won: 2,
      lost: 2,
      winRatePct: 50,
      meanPct: 0.5,
      medianPct: 0.5,
      bestPct: 3,
      worstPct: -2,
      profitFactor: 50 / 30,
      expectancy: 5,
      // Mean 5, sample standard deviation √((625 + 225 + 225 + 625) / 3).
      sqn: expect.closeTo((2 * 5) / Math.sqrt(1700 / 3), 12),
      meanHoldingMs: 150_000,
      medianHoldingMs: 150_000,
      shortestHoldingMs: 60_000,
      longestHoldingMs: 240_000,
    });
  });

  it("of none, one, winners only and losers only are told as far as they can be", () => {
    expect(of()).toMatchObject({ closed: 0, winRatePct: null, meanPct: null, profitFactor: null, expectancy: null });
    expect(of(5)).toMatchObject({ closed: 1, winRatePct: 100, profitFactor: null, sqn: null, expectancy: 5 });
    expect(of(5, 6)).toMatchObject({ winRatePct: 100, profitFactor: null, lost: 0 });
    expect(of(-5, -6)).toMatchObject({ winRatePct: 0, profitFactor: 0, won: 0 });
    expect(of(5, 5)).toMatchObject({ sqn: null });
    expect(of(0, 0)).toMatchObject({ won: 0, lost: 0, winRatePct: 0, profitFactor: null });
    expect(() => of(Number.NaN)).toThrow(/NaN/);
  });

  it("do not hang on the order or scale of their profits", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 40 }), (pnls) => {
        const [there, back, tenfold] = [of(...pnls), of(...pnls.toReversed()), of(...pnls.map((pnl) => pnl * 10))];
        for (const name of ["profitFactor", "sqn", "winRatePct", "medianPct"] as const)
          expect(isClose(there[name], back[name]), name).toBe(true);
        for (const name of ["profitFactor", "sqn", "winRatePct"] as const)
          expect(isClose(there[name], tenfold[name]), name).toBe(true);
      }),
    );
  });
});
