// Floor 2. The last n values at every row → their mean and population deviation, two passes over every window: a sliding sum is
// faster and loses all its digits when a price changes its scale. Distances are summed, not prices: of equal values the mean
// is then that value and the deviation 0, exactly. A frozen market would else get a band of rounding noise, which its own
// price can touch. Four rows go side by side, each in its own order, so that one addition need not wait for the one before.

/**
 * Mean and deviation of row i's last `period` values, for rows `from` to `to` - 1, of which each has that many, to
 * `means[i - from + at]` and `deviations[i - from + at]`.
 */
export function meansAndDeviations(
  values: Float64Array,
  period: number,
  from: number,
  to: number,
  means: Float64Array,
  deviations: Float64Array,
  at: number,
): void {
  let i = from;
  for (; i + 3 < to; i += 4) {
    const start = i - period + 1;
    const place = i - from + at;
    const first0 = values[start] ?? Number.NaN;
    const first1 = values[start + 1] ?? Number.NaN;
    const first2 = values[start + 2] ?? Number.NaN;
    const first3 = values[start + 3] ?? Number.NaN;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let j = start + 1; j <= i; j++) {
      sum0 += (values[j] ?? Number.NaN) - first0;
      sum1 += (values[j + 1] ?? Number.NaN) - first1;
      sum2 += (values[j + 2] ?? Number.NaN) - first2;
      sum3 += (values[j + 3] ?? Number.NaN) - first3;
    }
    const mean0 = first0 + sum0 / period;
    const mean1 = first1 + sum1 / period;
    const mean2 = first2 + sum2 / period;
    const mean3 = first3 + sum3 / period;
    let squares0 = 0;
    let squares1 = 0;
    let squares2 = 0;
    let squares3 = 0;
    for (let j = start; j <= i; j++) {
      const distance0 = (values[j] ?? Number.NaN) - mean0;
      const distance1 = (values[j + 1] ?? Number.NaN) - mean1;
      const distance2 = (values[j + 2] ?? Number.NaN) - mean2;
      const distance3 = (values[j + 3] ?? Number.NaN) - mean3;
      squares0 += distance0 * distance0;
      squares1 += distance1 * distance1;
      squares2 += distance2 * distance2;
      squares3 += distance3 * distance3;
    }
    means[place] = mean0;
    means[place + 1] = mean1;
    means[place + 2] = mean2;
    means[place + 3] = mean3;
    deviations[place] = Math.sqrt(squares0 / period);
    deviations[place + 1] = Math.sqrt(squares1 / period);
    deviations[place + 2] = Math.sqrt(squares2 / period);
    deviations[place + 3] = Math.sqrt(squares3 / period);
  }
  for (; i < to; i++) {
    const start = i - period + 1;
    const first = values[start] ?? Number.NaN;
    let sum = 0;
    for (let j = start + 1; j <= i; j++) sum += (values[j] ?? Number.NaN) - first;
    const mean = first + sum / period;
    let squares = 0;
    for (let j = start; j <= i; j++) {
      const distance = (values[j] ?? Number.NaN) - mean;
      squares += distance * distance;
    }
    means[i - from + at] = mean;
    deviations[i - from + at] = Math.sqrt(squares / period);
  }
}
