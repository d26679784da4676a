// Floor 2. Trades of a strategy in the order of time → whether their mean has fallen against its own beginning. A sequential test: it may
// be looked at after every trade, and the looks together raise a false alarm as seldom as one.
//
// Chu, Stinchcombe and White, "Monitoring structural change", Econometrica 64 (1996); with the detector and boundary of Horváth, Hušková,
// Kokoszka and Steinebach, "Monitoring changes in linear models", J. Statistical Planning and Inference 126 (2004), for a mean and
// gamma = 0. Of m trades the mean and long-run deviation s are taken; after k more the detector is
//   D(k) = sum of (mean - r_i) / (s sqrt(m) (1 + k / m)),
// which under no change tends to a Brownian motion on [0, 1] in k / (m + k). One-sided, P(sup W > c) = 2 (1 - Phi(c)).

/**
 * Standard normal quantile of 0.975: where nothing has changed the alarm is raised once in twenty strategies, over however long each
 * is watched.
 */
const BOUNDARY = 1.959964;
/** Trades whose mean is the strategy's own history. Fewer estimate the deviation badly, and the boundary would be met too often. */
export const BASELINE_TRADES = 100;

export interface EdgeState {
  /** `gathering`: the history is not complete. `none`: its mean is not over 0, so there is no edge to lose. */
  readonly status: "gathering" | "none" | "holds" | "decayed";
  readonly baselineTrades: number;
  /** Percent; null while gathering. */
  readonly baselineMeanPct: number | null;
  /** After the history. */
  readonly watchedTrades: number;
  /** Of all that were watched, up to the alarm and beyond; null: none was. */
  readonly watchedMeanPct: number | null;
  /** Largest value of the detector so far over its boundary: at 1 and above it alarms. Null: nothing is watched. */
  readonly detectorRatio: number | null;
  /** Place of the trade, from 0 among all, at which it alarmed; null: it did not. */
  readonly alarmAt: number | null;
}

/** @param returnsPct of closed trades, in the order in which they closed, each after costs */
export function watchEdge(returnsPct: readonly number[]): EdgeState {
  const m = BASELINE_TRADES;
  const baseline = returnsPct.slice(0, m);
  const watched = returnsPct.slice(m);
  const counts = { baselineTrades: baseline.length, watchedTrades: watched.length };
  const watchedMeanPct = watched.length === 0 ? null : meanOf(watched);
  if (baseline.length < m)
    return {
      status: "gathering",
      ...counts,
      baselineMeanPct: null,
      watchedMeanPct,
      detectorRatio: null,
      alarmAt: null,
    };
  const mean = meanOf(baseline);
  const known = { ...counts, baselineMeanPct: mean, watchedMeanPct };
  if (!(mean > 0)) return { status: "none", ...known, detectorRatio: null, alarmAt: null };
  const deviation = longRunDeviation(baseline, mean);
  let [sum, largest, alarmAt] = [0, Number.NEGATIVE_INFINITY, null as number | null];
  for (const [index, value] of watched.entries()) {
    const k = index + 1;
    sum += mean - value;
    largest = Math.max(largest, sum / (deviation * Math.sqrt(m) * (1 + k / m) * BOUNDARY));
    if (largest >= 1) alarmAt ??= m + index;
  }
  return {
    status: alarmAt === null ? "holds" : "decayed",
    ...known,
    detectorRatio: watched.length === 0 ? null : largest,
    alarmAt,
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Square root of the long-run variance: trades that follow one another share their market's moves, so their covariances count, with
 * Bartlett's weights (Newey and West 1987) up to n^(1/3) trades apart; never under the variance of the trades by themselves.
 */
function longRunDeviation(values: readonly number[], mean: number): number {
  const n = values.length;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += ((values[i] ?? 0) - mean) * ((values[i - lag] ?? 0) - mean);
    return sum / (n - 1);
  };
  const own = covariance(0);
  const lags = Math.ceil(n ** (1 / 3));
  let total = own;
  for (let lag = 1; lag <= lags; lag++) total += 2 * (1 - lag / (lags + 1)) * covariance(lag);
  return Math.sqrt(Math.max(own, total, Number.MIN_VALUE));
}
