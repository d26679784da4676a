// Floor 2. Wilder's RSI (1978, "New Concepts in Technical Trading Systems", section VI): RSI = 100 G / (G + L), where G and L are
// the averages of gains and losses, seeded with the mean of the first n and smoothed by ((n - 1) average + new) / n. The sum
// G + L and the difference G - L are carried instead: RSI = 50 + 50 (G - L) / (G + L). It is the same number without a branch,
// stays in 0-100 under rounding, and is exactly 100 without a loss, 0 without a gain. The division by n cancels.
import type { Kernel, RowColumn } from "../kernel.ts";
import { columnIn, numberIn, rowCount, source, wilderNeed } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";

/** RSI of a series without any change, where Wilder's ratio is 0/0. */
const FLAT = 50;

export const rsiSpec: IndicatorSpec<"value"> = {
  id: "rsi",
  title: "Relative strength index",
  definition: "Wilder 1978: gains and losses smoothed by 1/n, seeded with the mean of the first n changes; 0 to 100.",
  flat: "50 where no value has changed since the window began; where it stands still later, the last value stays.",
  definitionId: "rsi-w.v1",
  settings: { period: rowCount(14, 2, 200), source: source() },
  outputs: { value: "points" },
  reads: (settings) => [columnIn(settings)],
  needRows: (settings) => wilderNeed(numberIn(settings, "period")),
  kernel: (settings) => rsiKernel(numberIn(settings, "period"), columnIn(settings)),
};

/** State: rows seen, the value before, the sum and the difference of n times the averages. */
export function rsiKernel(period: number, column: RowColumn): Kernel {
  const decay = (period - 1) / period;
  return {
    outputs: 1,
    stateLength: 4,
    memoryRows: null,
    scan(state, rows, from, to, out, at) {
      const values = rows[column];
      const [line] = out;
      if (line === undefined) return;
      let seen = state[0] ?? 0;
      let previous = state[1] ?? 0;
      let total = state[2] ?? 0;
      let net = state[3] ?? 0;
      let i = from;
      for (; i < to && seen <= period; i++) {
        const value = values[i] ?? Number.NaN;
        if (seen > 0) {
          total += Math.abs(value - previous);
          net += value - previous;
        }
        previous = value;
        seen += 1;
        line[i - from + at] = seen > period ? rsiOf(total, net) : Number.NaN;
      }
      for (; i < to; i++) {
        const value = values[i] ?? Number.NaN;
        const change = value - previous;
        total = total * decay + Math.abs(change);
        net = net * decay + change;
        previous = value;
        line[i - from + at] = rsiOf(total, net);
      }
      state[0] = seen;
      state[1] = previous;
      state[2] = total;
      state[3] = net;
    },
  };
}

const rsiOf = (total: number, net: number): number => (total === 0 ? FLAT : FLAT + FLAT * (net / total));
