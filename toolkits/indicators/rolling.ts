// Floor 2. The last n values at every row → their sum, greatest or least, in about log2 n steps a row. Sums over 1, 2, 4 …
// neighbours are made from the ones before, and a sum over n is put together from them as n is from powers of two. So every
// result comes from its own n values by one fixed tree of operations: it does not matter where a scan began, which a running
// sum cannot say, and a tree rounds less than a chain does.

/** Rows taken at a time; bounds the scratch. */
export const CHUNK_ROWS = 256;

/** Scratch for `values` of a chunk: row r's window is values r to r + period - 1. */
export const rollingScratch = (period: number): Float64Array => new Float64Array(CHUNK_ROWS + period);

/** `sums[r]`: of values r to r + period - 1, for `count` rows. The values are overwritten. */
export function rollingSums(values: Float64Array, count: number, period: number, sums: Float64Array): void {
  let length = count + period - 1;
  let done = 0;
  sums.fill(0, 0, count);
  for (let width = 1; ; width *= 2) {
    if ((period & width) !== 0) {
      for (let r = 0; r < count; r++) sums[r] = (sums[r] ?? 0) + (values[r + done] ?? 0);
      done += width;
    }
    if (width * 2 > period) return;
    length -= width;
    for (let j = done; j < length; j++) values[j] = (values[j] ?? 0) + (values[j + width] ?? 0);
  }
}

/** Overwrites the first `count` values: r becomes the greatest of r to r + period - 1. */
export function rollingGreatest(values: Float64Array, count: number, period: number): void {
  let length = count + period - 1;
  let width = 1;
  for (; width * 2 <= period; width *= 2) {
    length -= width;
    for (let j = 0; j < length; j++) {
      values[j] = Math.max(values[j] ?? 0, values[j + width] ?? 0);
    }
  }
  const shift = period - width;
  if (shift === 0) return;
  for (let r = 0; r < count; r++) {
    values[r] = Math.max(values[r] ?? 0, values[r + shift] ?? 0);
  }
}

/** Overwrites the first `count` values: r becomes the least of r to r + period - 1. */
export function rollingLeast(values: Float64Array, count: number, period: number): void {
  let length = count + period - 1;
  let width = 1;
  for (; width * 2 <= period; width *= 2) {
    length -= width;
    for (let j = 0; j < length; j++) {
      values[j] = Math.min(values[j] ?? 0, values[j + width] ?? 0);
    }
  }
  const shift = period - width;
  if (shift === 0) return;
  for (let r = 0; r < count; r++) {
    values[r] = Math.min(values[r] ?? 0, values[r + shift] ?? 0);
  }
}

/** Copies rows `first` to `first + count - 1` of a column to the front of `values`. */
export function loadRows(values: Float64Array, column: Float64Array, first: number, count: number): void {
  for (let j = 0; j < count; j++) values[j] = column[first + j] ?? Number.NaN;
}

/**
 * How many values equal to the one at `row` end there, at most `most`. A mean of equal values is that value, which a rounded
 * sum divided by n is not always; a market that stands still would else cross its own mean.
 */
export function equalRun(column: Float64Array, row: number, most: number): number {
  const value = column[row];
  let run = 1;
  while (run < most && row - run >= 0 && column[row - run] === value) run++;
  return run;
}
