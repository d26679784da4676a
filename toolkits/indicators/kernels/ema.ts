// Floor 2. Exponential mean: seeded with the simple mean of the first n values, then (value - ema) × 2 / (n + 1) on top.
import type { CandleRows, Kernel, RowColumn } from "../kernel.ts";

/** State: rows seen, the mean (until the seed: the sum). */
const LENGTH = 2;

export function emaKernel(period: number, source: RowColumn): Kernel {
  const weight = 2 / (period + 1);
  return {
    stateLength: LENGTH,
    memoryRows: null,
    scan(state, rows: CandleRows, from, to, out, at) {
      const values = rows[source];
      const [line] = out;
      if (line === undefined) return;
      let seen = state[0] ?? 0;
      let mean = state[1] ?? 0;
      for (let i = from; i < to; i++) {
        const value = values[i] ?? Number.NaN;
        if (seen >= period) mean += (value - mean) * weight;
        else {
          mean += value;
          if (seen === period - 1) mean /= period;
        }
        seen += 1;
        line[i - from + at] = seen >= period ? mean : Number.NaN;
      }
      state[0] = seen;
      state[1] = mean;
    },
  };
}
