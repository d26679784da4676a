// Floor 2, performance. Returns, one a period → the figures that a year of them is judged by. Ratios: 0.01 is 1 %.
import { InvariantError } from "#schemas/errors.ts";
import { kurtosisG2, meanOf, requireFinite, sampleSdOf, skewnessG1 } from "./moments.ts";
import { normalDensity, normalQuantile } from "./normal.ts";

/** Null: it cannot be told of these returns. */
export interface ReturnFigures {
  readonly totalReturn: number;
  /** Growth a year: (1 + total return)^(periods a year / periods) − 1. */
  readonly cagr: number | null;
  /** Sample standard deviation × √periods a year. */
  readonly volatility: number | null;
  /** Mean over sample standard deviation × √periods a year; risk-free rate 0. Null where nothing varies. */
  readonly sharpe: number | null;
  /** Mean over the root of the mean square of what is below 0, all periods counted, × √periods a year. Null without a loss. */
  readonly sortino: number | null;
  /** `cagr` over `maxDrawdown`; null without a drawdown. */
  readonly calmar: number | null;
  /** Of compounded wealth, positive; the start counts as a peak. */
  readonly maxDrawdown: number;
  /** Mean + z(0.05) × sample standard deviation: the return that 95 % of a normal distribution stay above. */
  readonly var95: number | null;
  /** Mean of what is below that, of the same normal distribution: mean − sample standard deviation × φ(z)/0.05. */
  readonly es95: number | null;
  /** Sum of gains over sum of losses; null without a loss. */
  readonly omega: number | null;
  /** Adjusted Fisher-Pearson G1. */
  readonly skewness: number | null;
  /** Adjusted excess G2. */
  readonly kurtosis: number | null;
}

const Z_05 = normalQuantile(0.05);

/**
 * @param returns simple returns, oldest first, each −1 or more
 * @param periodsPerYear what is annualised with, for example 365 days
 * @throws InvariantError for a return that is not finite, or that loses more than all
 */
export function returnFigures(returns: ArrayLike<number>, periodsPerYear: number): ReturnFigures {
  requireReturns(returns);
  const { wealth, maxDrawdown } = compounded(returns);
  const mean = meanOf(returns);
  const sd = sampleSdOf(returns);
  const { gains, losses, squaredLosses } = sides(returns);
  const perYear = Math.sqrt(periodsPerYear);
  const cagr = returns.length === 0 ? null : wealth ** (periodsPerYear / returns.length) - 1;
  return {
    totalReturn: wealth - 1,
    cagr,
    volatility: sd === null ? null : sd * perYear,
    sharpe: sd === null || sd === 0 ? null : (mean / sd) * perYear,
    sortino: squaredLosses === 0 ? null : (mean / Math.sqrt(squaredLosses / returns.length)) * perYear,
    calmar: cagr === null || maxDrawdown === 0 ? null : cagr / maxDrawdown,
    maxDrawdown,
    var95: sd === null ? null : mean + Z_05 * sd,
    es95: sd === null ? null : mean - (sd * normalDensity(Z_05)) / 0.05,
    omega: losses === 0 ? null : gains / losses,
    skewness: skewnessG1(returns),
    kurtosis: kurtosisG2(returns),
  };
}

function requireReturns(returns: ArrayLike<number>): void {
  requireFinite(returns, "returns");
  for (let i = 0; i < returns.length; i++) {
    if ((returns[i] ?? 0) >= -1) continue;
    throw new InvariantError({
      was: `Return ${i + 1} of ${returns.length} is ${returns[i]}, a loss of more than everything.`,
      expected: "−1 or more",
      remedy: "This is a bug; please report it with the command that led here.",
    });
  }
}

function compounded(returns: ArrayLike<number>): { readonly wealth: number; readonly maxDrawdown: number } {
  let [wealth, peak, maxDrawdown] = [1, 1, 0];
  for (let i = 0; i < returns.length; i++) {
    wealth *= 1 + (returns[i] ?? 0);
    if (wealth > peak) peak = wealth;
    maxDrawdown = Math.max(maxDrawdown, 1 - wealth / peak);
  }
  return { wealth, maxDrawdown };
}

function sides(returns: ArrayLike<number>) {
  let [gains, losses, squaredLosses] = [0, 0, 0];
  for (let i = 0; i < returns.length; i++) {
    const value = returns[i] ?? 0;
    if (value > 0) gains += value;
    else {
      losses -= value;
      squaredLosses += value * value;
    }
  }
  return { gains, losses, squaredLosses };
}
