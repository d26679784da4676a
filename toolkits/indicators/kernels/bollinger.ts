// Floor 2. Bollinger bands (Bollinger 2001): mean of the last n ± k population deviations, with the width as a share of the mean
// and where the value stands between the bands.
import { type Kernel, leaveBlank, type RowColumn } from "../kernel.ts";
import { columnIn, multiple, numberIn, rowCount, source } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";
import { meansAndDeviations } from "./deviation.ts";

/** percentB of a band without width. */
const NO_WIDTH_PERCENT_B = 0.5;

export const bollingerSpec: IndicatorSpec<"upper" | "middle" | "lower" | "bandwidth" | "percentB"> = {
  id: "bollinger",
  title: "Bollinger bands",
  definition:
    "Bollinger 2001: simple mean ± k population deviations (divided by n); bandwidth = (upper - lower) / middle, percentB = (value - lower) / (upper - lower).",
  flat: "The bands are the value itself, bandwidth 0, percentB 0.5.",
  definitionId: "bb-p.v1",
  settings: { period: rowCount(20, 2, 500), deviations: multiple(2), source: source() },
  outputs: { upper: "source", middle: "source", lower: "source", bandwidth: "ratio", percentB: "ratio" },
  reads: (settings) => [columnIn(settings)],
  needRows: (settings) => numberIn(settings, "period"),
  kernel: (settings) =>
    bollingerKernel(numberIn(settings, "period"), numberIn(settings, "deviations"), columnIn(settings)),
};

export function bollingerKernel(period: number, deviations: number, column: RowColumn): Kernel {
  return {
    outputs: 5,
    stateLength: 0,
    memoryRows: period,
    scan(_state, rows, from, to, out, at) {
      const values = rows[column];
      const [uppers, middles, lowers, bandwidths, percents] = out;
      if (!uppers || !middles || !lowers || !bandwidths || !percents) return;
      const start = Math.max(from, period - 1);
      leaveBlank(out, from, Math.min(start, to), at);
      meansAndDeviations(values, period, start, to, middles, uppers, at + start - from);
      for (let i = start; i < to; i++) {
        const place = i - from + at;
        const middle = middles[place] ?? Number.NaN;
        const reach = deviations * (uppers[place] ?? Number.NaN);
        const upper = middle + reach;
        const lower = middle - reach;
        const width = upper - lower;
        uppers[place] = upper;
        lowers[place] = lower;
        const hasWidth = width > 0;
        bandwidths[place] = hasWidth ? width / middle : 0;
        if (hasWidth) percents[place] = ((values[i] ?? Number.NaN) - lower) / width;
        else percents[place] = NO_WIDTH_PERCENT_B;
      }
    },
  };
}
