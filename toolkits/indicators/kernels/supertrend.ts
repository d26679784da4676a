// Floor 2. SuperTrend (Seban 2009): bands of the median price ± a multiple of the ATR that only close in on the price while it
// stays inside them; the trend turns where the close leaves the band on its side. Ours and not the library's, since its
// memory is not finite.
import type { Kernel } from "../kernel.ts";
import { multiple, numberIn, rowCount } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";
import { trueRange } from "./atr.ts";

export const supertrendSpec: IndicatorSpec<"value" | "direction"> = {
  id: "supertrend",
  title: "SuperTrend",
  definition:
    "Seban 2009, ATR by Wilder: the lower band while direction is 1 (up), the upper band while it is -1 (down); down at the first value unless the close is above the band. It forgets where it began at the first turn.",
  flat: "The last band and direction stay.",
  definitionId: "supertrend-w.v1",
  settings: { period: rowCount(10, 1, 100), multiple: multiple(3) },
  outputs: { value: "price", direction: "points" },
  reads: () => ["high", "low", "close"],
  needRows: (settings) => 30 * numberIn(settings, "period"),
  kernel: (settings) => supertrendKernel(numberIn(settings, "period"), numberIn(settings, "multiple")),
};

/** State: rows seen, the close before, the range, upper and lower band, the direction (0: none yet). */
function supertrendKernel(period: number, reach: number): Kernel {
  return {
    outputs: 2,
    stateLength: 6,
    memoryRows: null,
    scan(state, rows, from, to, out, at) {
      const { high, low, close } = rows;
      const [line, directions] = out;
      if (!line || !directions) return;
      let seen = state[0] ?? 0;
      let previous = state[1] ?? 0;
      let average = state[2] ?? 0;
      let upper = state[3] ?? 0;
      let lower = state[4] ?? 0;
      let direction = state[5] ?? 0;
      for (let i = from; i < to; i++) {
        const h = high[i] ?? Number.NaN;
        const l = low[i] ?? Number.NaN;
        const value = close[i] ?? Number.NaN;
        if (seen > 0) {
          const range = trueRange(h, l, previous);
          average = seen <= period ? average + range / period : (average * (period - 1) + range) / period;
        }
        if (seen >= period) {
          const median = (h + l) / 2;
          const basicUpper = median + reach * average;
          const basicLower = median - reach * average;
          if (direction === 0 || basicUpper < upper || previous > upper) upper = basicUpper;
          if (direction === 0 || basicLower > lower || previous < lower) lower = basicLower;
          direction = (direction === 1 ? value >= lower : value > upper) ? 1 : -1;
        }
        previous = value;
        seen += 1;
        const place = i - from + at;
        line[place] = direction === 0 ? Number.NaN : direction === 1 ? lower : upper;
        directions[place] = direction === 0 ? Number.NaN : direction;
      }
      state[0] = seen;
      state[1] = previous;
      state[2] = average;
      state[3] = upper;
      state[4] = lower;
      state[5] = direction;
    },
  };
}
