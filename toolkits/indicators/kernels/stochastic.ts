// Floor 2. Stochastic oscillator (Lane 1984): where the close stands between the lowest low and the highest high of the last n
// candles, in percent, as its mean over a few rows (k) and the mean of that (d).
import { type Kernel, leaveBlank } from "../kernel.ts";
import { CHUNK_ROWS, loadRows, rollingGreatest, rollingLeast, rollingSums } from "../rolling.ts";
import { numberIn, rowCount } from "../settings.ts";
import type { IndicatorSpec, SettingValues } from "../spec.ts";

/** Where highest and lowest are one. */
const FLAT = 50;

export const stochasticSpec: IndicatorSpec<"k" | "d"> = {
  id: "stochastic",
  title: "Stochastic oscillator",
  definition:
    "Lane 1984, slow: 100 (close - lowest low) / (highest high - lowest low) of n candles, k its simple mean over `slowing` rows, d the simple mean of k; 0 to 100.",
  flat: "50, both.",
  definitionId: "stochastic-sma.v1",
  settings: { period: rowCount(14, 1, 500), slowing: rowCount(3, 1, 50), signal: rowCount(3, 1, 50) },
  outputs: { k: "points", d: "points" },
  reads: () => ["high", "low", "close"],
  needRows: memoryOf,
  kernel: (settings) =>
    stochasticKernel(
      numberIn(settings, "period"),
      numberIn(settings, "slowing"),
      numberIn(settings, "signal"),
      memoryOf(settings),
    ),
};

function memoryOf(settings: SettingValues): number {
  return numberIn(settings, "period") + numberIn(settings, "slowing") + numberIn(settings, "signal") - 2;
}

function stochasticKernel(period: number, slowing: number, signal: number, memory: number): Kernel {
  const highs = new Float64Array(CHUNK_ROWS + memory);
  const lows = new Float64Array(CHUNK_ROWS + memory);
  const slow = new Float64Array(CHUNK_ROWS + memory);
  const means = new Float64Array(CHUNK_ROWS + memory);
  return {
    outputs: 2,
    stateLength: 0,
    memoryRows: memory,
    scan(_state, rows, from, to, out, at) {
      const { high, low, close } = rows;
      const [ks, ds] = out;
      if (!ks || !ds) return;
      const begin = Math.max(from, memory - 1);
      leaveBlank(out, from, Math.min(begin, to), at);
      for (let start = begin; start < to; start += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, to - start);
        // Rows of k that the rows of d need, and rows of the unsmoothed ratio that those need.
        const slowRows = count + signal - 1;
        const rawRows = slowRows + slowing - 1;
        const first = start - memory + 1;
        loadRows(highs, high, first, rawRows + period - 1);
        loadRows(lows, low, first, rawRows + period - 1);
        rollingGreatest(highs, rawRows, period);
        rollingLeast(lows, rawRows, period);
        const firstRaw = first + period - 1;
        for (let r = 0; r < rawRows; r++) {
          const lowest = lows[r] ?? Number.NaN;
          const span = (highs[r] ?? Number.NaN) - lowest;
          highs[r] = span > 0 ? 100 * (((close[firstRaw + r] ?? Number.NaN) - lowest) / span) : FLAT;
        }
        rollingSums(highs, slowRows, slowing, slow);
        for (let r = 0; r < slowRows; r++) slow[r] = (slow[r] ?? Number.NaN) / slowing;
        for (let r = 0; r < count; r++) ks[start + r - from + at] = slow[r + signal - 1] ?? Number.NaN;
        rollingSums(slow, count, signal, means);
        for (let r = 0; r < count; r++) ds[start + r - from + at] = (means[r] ?? Number.NaN) / signal;
      }
    },
  };
}
