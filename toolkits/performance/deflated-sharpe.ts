// Floor 2, performance. How good the best of many trials looks by luck alone, and what is left of a Sharpe ratio after that.
import { meanOf, requireFinite, sampleSdOf, shapeOf } from "./moments.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/** Mean over sample standard deviation, of a period, not annualised; null under two returns, or where all are equal. */
export function sharpeOfPeriod(returns: ArrayLike<number>): number | null {
  const sd = sampleSdOf(returns);
  return sd === null || sd === 0 ? null : meanOf(returns) / sd;
}

export interface SharpeSample {
  /** Of a period, not annualised. */
  readonly sharpe: number;
  readonly periods: number;
  /** Of the returns; a normal distribution has 0 and 3. */
  readonly skewness: number;
  readonly kurtosis: number;
}

/**
 * Probabilistic Sharpe ratio: the probability, 0 to 1, that the true Sharpe ratio of a period is above a benchmark.
 * D. H. Bailey, M. López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15 (2012), eq. 11.
 */
export function probabilisticSharpe({ sharpe, periods, skewness, kurtosis }: SharpeSample, benchmark = 0): number {
  const variance = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
  return normalCdf(((sharpe - benchmark) * Math.sqrt(periods - 1)) / Math.sqrt(Math.max(variance, Number.MIN_VALUE)));
}

const EULER_MASCHERONI = 0.5772156649015329;

/**
 * The mean of the highest Sharpe ratio among independent trials whose true one is 0: √V ((1 − γ) z(1 − 1/N) + γ z(1 − 1/(N e))).
 * D. H. Bailey, M. López de Prado, "The Deflated Sharpe Ratio", Journal of Portfolio Management 40 (2014), eq. 1.
 * @param sd of the Sharpe ratios of the trials
 */
export function expectedBestSharpe(trials: number, sd: number): number {
  if (trials <= 1) return 0;
  const first = -normalQuantile(1 / trials);
  const second = -normalQuantile(1 / (trials * Math.E));
  return sd * ((1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second);
}

export interface DeflatedSharpeInput {
  /** Of the winner, one a period. */
  readonly returns: ArrayLike<number>;
  /** Sharpe ratios of a period of all trials, the winner's included (`sharpeOfPeriod`; a trial without one counts as 0). */
  readonly trialSharpes: readonly (number | null)[];
  /** Of those that count as independent; left out: all. */
  readonly independentTrials?: number;
}

export interface DeflatedSharpe {
  /** Of the winner, of a period. */
  readonly sharpe: number;
  readonly trials: number;
  /** What the best of so many trials without any edge has in the mean, of a period. */
  readonly expectedBest: number;
  /** Probability, 0 to 1, that the true Sharpe ratio is above 0, were it the only trial. */
  readonly probabilistic: number;
  /** Probability, 0 to 1, that it is above what luck gives the best of all trials: the deflated Sharpe ratio. */
  readonly deflated: number;
}

/**
 * Deflated Sharpe ratio of the best of many trials (Bailey & López de Prado 2014, eq. 2); skewness and kurtosis of the population.
 * Null: the winner has under two returns, or all are equal.
 * @throws InvariantError for a return that is not finite
 */
export function deflatedSharpe({
  returns,
  trialSharpes,
  independentTrials = trialSharpes.length,
}: DeflatedSharpeInput): DeflatedSharpe | null {
  requireFinite(returns, "returns");
  const [sharpe, shape] = [sharpeOfPeriod(returns), shapeOf(returns)];
  if (sharpe === null || shape === null) return null;
  const sample = { sharpe, periods: returns.length, ...shape };
  const sd = sampleSdOf(trialSharpes.map((of) => of ?? 0)) ?? 0;
  const expectedBest = expectedBestSharpe(independentTrials, sd);
  return {
    sharpe,
    trials: trialSharpes.length,
    expectedBest,
    probabilistic: probabilisticSharpe(sample),
    deflated: probabilisticSharpe(sample, expectedBest),
  };
}

export interface BestOfNoise {
  /** Sharpe ratio of a period: mean of the best. */
  readonly expected: number;
  readonly median: number;
  /** The best of noise is above it in one of 20 searches. */
  readonly high95: number;
}

/**
 * What the best of so many independent trials shows where none has an edge: Sharpe ratios of a period (times √periods a year for a
 * year's), since each is then about normal with variance 1/(periods − 1). The p-quantile of the highest of N is z(p^(1/N)).
 * @param trials at least 1
 * @param periods returns of each, at least 2
 */
export function bestOfNoise(trials: number, periods: number): BestOfNoise {
  const sd = 1 / Math.sqrt(periods - 1);
  // 1 - p^(1/N) of a large N, without the rounding of a number near 1.
  const quantile = (p: number): number => -sd * normalQuantile(-Math.expm1(Math.log(p) / trials));
  return { expected: expectedBestSharpe(trials, sd), median: quantile(0.5), high95: quantile(0.95) };
}
