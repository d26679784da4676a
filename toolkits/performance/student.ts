// Floor 2, performance. Student's distribution: how far out the two tails of a probability begin.
import { normalQuantile } from "./normal.ts";

/**
 * The t that |t| exceeds with probability p. G. W. Hill, "Algorithm 396: Student's t-Quantiles", CACM 13 (1970): 1e-6 and better from 3
 * degrees of freedom on, exact below.
 * @param p of both tails, above 0 and at most 1
 * @param n degrees of freedom, a whole number from 1 on
 */
export function studentTwoTailed(p: number, n: number): number {
  if (n === 1) return 1 / Math.tan((p * Math.PI) / 2);
  if (n === 2) return Math.sqrt(2 / (p * (2 - p)) - 2);
  const a = 1 / (n - 0.5);
  const b = 48 / (a * a);
  const c = ((20_700 * (a / b) - 98) * a - 16) * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * n;
  const y = (d * p) ** (2 / n);
  return Math.sqrt(n * (y > 0.05 + a ? nearNormal(p, n, { a, b, c, d }) : farOut(y, n, d)));
}

function nearNormal(
  p: number,
  n: number,
  { a, b, c: first, d }: Readonly<Record<"a" | "b" | "c" | "d", number>>,
): number {
  const x = normalQuantile(p / 2);
  const start = n < 5 ? first + 0.3 * (n - 4.5) * (x + 0.6) : first;
  const c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + start;
  const square = x * x;
  const t = (((((0.4 * square + 6.3) * square + 36) * square + 94.5) / c - square - 3) / b + 1) * x;
  return Math.expm1(a * t * t);
}

const farOut = (y: number, n: number, d: number): number =>
  ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * ((n + 1) / (n + 2)) + 1 / y;
