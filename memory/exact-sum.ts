// Floor 2. Figures with a fraction → their sum, the same in any order and grouping. Pure.

/**
 * A float64 sum depends on the order of its terms, so that merging rows could move its last digit. In thousandths, as whole
 * numbers, it does not; weights of work units are multiples of 1/20, and a microsecond is fine enough for a duration.
 */
const PARTS = 1000;

/** Each term is rounded to a thousandth first. Exact up to 9 × 10^12. */
export const exactSum = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + Math.round(value * PARTS), 0) / PARTS;
