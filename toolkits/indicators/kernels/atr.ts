// Floor 2. Wilder's average true range (1978, section III): seed = mean of the first n true ranges, then ((n - 1) average + new) / n.
// The first candle has no close before it and gives no true range. What is carried is n times the average: a row of warm-up then
// costs no division.
import type { Kernel } from "../kernel.ts";
import { numberIn, rowCount, wilderNeed } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";

export const atrSpec: IndicatorSpec<"value"> = {
  id: "atr",
  title: "Average true range",
  definition:
    "Wilder 1978: true ranges from the second candle on, seeded with the mean of the first n, smoothed by 1/n.",
  flat: "0 where the price has not moved since the window began; it fades by 1/n a candle where it stands still later.",
  definitionId: "atr-w.v1",
  settings: { period: rowCount(14, 1, 200) },
  outputs: { value: "price" },
  reads: () => ["high", "low", "close"],
  needRows: (settings) => wilderNeed(numberIn(settings, "period")),
  kernel: (settings) => atrKernel(numberIn(settings, "period")),
};

/** Distance that the price has covered since the close before (Wilder 1978, section III). */
export const trueRange = (high: number, low: number, previousClose: number): number =>
  Math.max(high, previousClose) - Math.min(low, previousClose);

/** State: rows seen, the close before, n times the average. */
export function atrKernel(period: number): Kernel {
  const decay = (period - 1) / period;
  return {
    outputs: 1,
    stateLength: 3,
    memoryRows: null,
    scan(state, rows, from, to, out, at) {
      const { high, low, close } = rows;
      const [line] = out;
      if (line === undefined) return;
      let seen = state[0] ?? 0;
      let previous = state[1] ?? 0;
      let sum = state[2] ?? 0;
      let i = from;
      for (; i < to && seen <= period; i++) {
        if (seen > 0) sum += trueRange(high[i] ?? Number.NaN, low[i] ?? Number.NaN, previous);
        previous = close[i] ?? Number.NaN;
        seen += 1;
        line[i - from + at] = seen > period ? sum / period : Number.NaN;
      }
      for (; i < to; i++) {
        sum = sum * decay + trueRange(high[i] ?? Number.NaN, low[i] ?? Number.NaN, previous);
        previous = close[i] ?? Number.NaN;
        line[i - from + at] = sum / period;
      }
      state[0] = seen;
      state[1] = previous;
      state[2] = sum;
    },
  };
}
