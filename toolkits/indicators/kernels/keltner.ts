// Floor 2. Keltner channel as Raschke gave it in the 1980s: exponential mean of the close ± a multiple of the average true range.
// Ours and not the library's, since its memory is not finite: it is the EMA and the ATR of this folder, side by side.
import type { Kernel } from "../kernel.ts";
import { emaNeed, multiple, numberIn, rowCount, wilderNeed } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";
import { trueRange } from "./atr.ts";

export const keltnerSpec: IndicatorSpec<"upper" | "middle" | "lower"> = {
  id: "keltner",
  title: "Keltner channel",
  definition: "EMA(n) of the close ± multiple × ATR (Wilder); the form of Raschke, not Keltner's own of 1960.",
  flat: "The price itself, all three, once the true ranges before have faded.",
  definitionId: "keltner-ema-atr.v1",
  settings: { period: rowCount(20, 1, 500), atrPeriod: rowCount(10, 1, 200), multiple: multiple(2) },
  outputs: { upper: "price", middle: "price", lower: "price" },
  reads: () => ["high", "low", "close"],
  needRows: (settings) => Math.max(emaNeed(numberIn(settings, "period")), wilderNeed(numberIn(settings, "atrPeriod"))),
  kernel: (settings) =>
    keltnerKernel(numberIn(settings, "period"), numberIn(settings, "atrPeriod"), numberIn(settings, "multiple")),
};

/** State: rows seen, the first close, the close before, the mean (until its seed: the sum of distances), the range. */
function keltnerKernel(period: number, atrPeriod: number, reach: number): Kernel {
  const weight = 2 / (period + 1);
  return {
    outputs: 3,
    stateLength: 5,
    memoryRows: null,
    scan(state, rows, from, to, out, at) {
      const { high, low, close } = rows;
      const [uppers, middles, lowers] = out;
      if (!uppers || !middles || !lowers) return;
      let seen = state[0] ?? 0;
      let first = state[1] ?? 0;
      let previous = state[2] ?? 0;
      let mean = state[3] ?? 0;
      let average = state[4] ?? 0;
      for (let i = from; i < to; i++) {
        const value = close[i] ?? Number.NaN;
        if (seen === 0) first = value;
        else {
          const range = trueRange(high[i] ?? Number.NaN, low[i] ?? Number.NaN, previous);
          average = seen <= atrPeriod ? average + range / atrPeriod : (average * (atrPeriod - 1) + range) / atrPeriod;
        }
        previous = value;
        seen += 1;
        if (seen > period) mean += (value - mean) * weight;
        else mean += value - first;
        if (seen === period) mean = first + mean / period;
        const place = i - from + at;
        const isThere = seen >= period && seen > atrPeriod;
        uppers[place] = isThere ? mean + reach * average : Number.NaN;
        middles[place] = isThere ? mean : Number.NaN;
        lowers[place] = isThere ? mean - reach * average : Number.NaN;
      }
      state[0] = seen;
      state[1] = first;
      state[2] = previous;
      state[3] = mean;
      state[4] = average;
    },
  };
}
