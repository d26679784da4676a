// Floor 2. Exponential mean: seeded with the simple mean of the first n values, then (value - ema) × 2 / (n + 1) on top. The seed
// is summed as distances from the first value, so that the mean of equal values is that value.
import type { Kernel, RowColumn } from "../kernel.ts";
import { columnIn, emaNeed, numberIn, rowCount, source } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";

export const emaSpec: IndicatorSpec<"value"> = {
  id: "ema",
  title: "Exponential moving average",
  definition: "Weight 2 / (n + 1), seeded with the simple mean of the first n values.",
  flat: "The value itself.",
  definitionId: "ema-sma.v1",
  settings: { period: rowCount(20, 1, 1000), source: source() },
  outputs: { value: "source" },
  reads: (settings) => [columnIn(settings)],
  needRows: (settings) => emaNeed(numberIn(settings, "period")),
  kernel: (settings) => emaKernel(numberIn(settings, "period"), columnIn(settings)),
};

/** State: rows seen, the first value, the mean (until the seed: the sum of distances). */
export function emaKernel(period: number, column: RowColumn): Kernel {
  const weight = 2 / (period + 1);
  return {
    outputs: 1,
    stateLength: 3,
    memoryRows: null,
    scan(state, rows, from, to, out, at) {
      const values = rows[column];
      const [line] = out;
      if (line === undefined) return;
      let seen = state[0] ?? 0;
      let first = state[1] ?? 0;
      let mean = state[2] ?? 0;
      let i = from;
      for (; i < to && seen < period; i++) {
        const value = values[i] ?? Number.NaN;
        if (seen === 0) first = value;
        mean += value - first;
        seen += 1;
        if (seen === period) mean = first + mean / period;
        line[i - from + at] = seen === period ? mean : Number.NaN;
      }
      for (; i < to; i++) {
        mean += ((values[i] ?? Number.NaN) - mean) * weight;
        line[i - from + at] = mean;
      }
      state[0] = seen;
      state[1] = first;
      state[2] = mean;
    },
  };
}
