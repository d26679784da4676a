// Floor 2, performance. The standard normal distribution: density, probability, quantile.

const { abs, exp, log, PI, sqrt } = Math;

/** Density at x. */
export const normalDensity = (x: number): number => exp((-x * x) / 2) / sqrt(2 * PI);

/** Below the seventh a ratio of polynomials, beyond it a continued fraction. */
const TAIL_FROM = 7.07106781186547;
/** From there so many steps of the fraction are exact to the last digits. */
const FRACTION_DEPTH = 40;
const NUMERATOR = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const DENOMINATOR = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];

/**
 * Probability of a value up to x, 0 to 1; the lower tail keeps its relative precision (about 1e-14). Hart's algorithm 5666 as given by
 * G. West, "Better Approximations to Cumulative Normal Functions", Wilmott Magazine, May 2005.
 */
export function normalCdf(x: number): number {
  const beyond = tail(abs(x));
  return x > 0 ? 1 - beyond : beyond;
}

/** Probability beyond x, x at least 0. */
function tail(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const height = exp((-x * x) / 2);
  if (x < TAIL_FROM) return (height * polynomial(NUMERATOR, x)) / polynomial(DENOMINATOR, x);
  let fraction = x;
  for (let k = FRACTION_DEPTH; k > 0; k--) fraction = x + k / fraction;
  return height / fraction / sqrt(2 * PI);
}

/** Of Acklam's approximation: the middle by a ratio in (p − ½)², the tails by one in √(−2 ln p). */
const A = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
const TAIL_BELOW = 0.02425;

/**
 * The x that a value stays below with probability p; ∓Infinity at 0 and 1, NaN outside. P. J. Acklam's rational approximation (relative
 * error 1.15e-9, "An algorithm for computing the inverse normal cumulative distribution function", 2003) with one step of Newton's
 * method on the probability; the upper half is the lower one mirrored, so that no precision is lost near 1.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  const rough = p < TAIL_BELOW ? roughTail(p) : roughMiddle(p - 0.5);
  return rough - (normalCdf(rough) - p) / normalDensity(rough);
}

function roughTail(p: number): number {
  const q = sqrt(-2 * log(p));
  return polynomial(C, q) / polynomial(D, q);
}

const roughMiddle = (q: number): number => (polynomial(A, q * q) * q) / polynomial(B, q * q);

/** Highest power first. */
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
