// Floor 2. MACD (Appel 1979): fast minus slow exponential mean, its own exponential mean as signal, and what lies between.
// Every mean is seeded with the simple mean of its first values.
import type { Kernel, RowColumn } from "../kernel.ts";
import { columnIn, emaNeed, numberIn, rowCount, source } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";

export const macdSpec: IndicatorSpec<"macd" | "signal" | "histogram"> = {
  id: "macd",
  title: "MACD",
  definition:
    "Appel 1979: EMA(fast) - EMA(slow), its EMA as signal, histogram = macd - signal; each mean seeded with the simple mean of its first values.",
  flat: "0, all three.",
  definitionId: "macd-sma.v1",
  settings: {
    fast: rowCount(12, 1, 200),
    slow: rowCount(26, 2, 500),
    signal: rowCount(9, 1, 200),
    source: source(),
  },
  outputs: { macd: "source", signal: "source", histogram: "source" },
  conflict: (settings) =>
    numberIn(settings, "fast") < numberIn(settings, "slow")
      ? null
      : `fast is ${settings["fast"]} and slow ${settings["slow"]}, fast must be the smaller`,
  reads: (settings) => [columnIn(settings)],
  needRows: (settings) => emaNeed(numberIn(settings, "slow")) + emaNeed(numberIn(settings, "signal")),
  kernel: (settings) =>
    macdKernel(
      numberIn(settings, "fast"),
      numberIn(settings, "slow"),
      numberIn(settings, "signal"),
      columnIn(settings),
    ),
};

/** State: rows seen, the first value, fast and slow mean, the first line, the signal; until a seed, sums of distances. */
function macdKernel(fastPeriod: number, slowPeriod: number, signalPeriod: number, column: RowColumn): Kernel {
  const fastWeight = 2 / (fastPeriod + 1);
  const slowWeight = 2 / (slowPeriod + 1);
  const signalWeight = 2 / (signalPeriod + 1);
  /** Rows seen when the signal is seeded. */
  const complete = slowPeriod + signalPeriod - 1;
  return {
    outputs: 3,
    stateLength: 6,
    memoryRows: null,
    scan(state, rows, from, to, out, at) {
      const values = rows[column];
      const [macds, signals, histograms] = out;
      if (!macds || !signals || !histograms) return;
      let seen = state[0] ?? 0;
      let first = state[1] ?? 0;
      let fast = state[2] ?? 0;
      let slow = state[3] ?? 0;
      let firstLine = state[4] ?? 0;
      let signal = state[5] ?? 0;
      let i = from;
      for (; i < to && seen < complete; i++) {
        const value = values[i] ?? Number.NaN;
        if (seen === 0) first = value;
        seen += 1;
        if (seen > fastPeriod) fast += (value - fast) * fastWeight;
        else fast += value - first;
        if (seen === fastPeriod) fast = first + fast / fastPeriod;
        if (seen > slowPeriod) slow += (value - slow) * slowWeight;
        else slow += value - first;
        if (seen === slowPeriod) slow = first + slow / slowPeriod;
        const line = fast - slow;
        if (seen === slowPeriod) firstLine = line;
        if (seen >= slowPeriod) signal += line - firstLine;
        if (seen === complete) signal = firstLine + signal / signalPeriod;
        const place = i - from + at;
        macds[place] = seen >= slowPeriod ? line : Number.NaN;
        signals[place] = seen === complete ? signal : Number.NaN;
        histograms[place] = seen === complete ? line - signal : Number.NaN;
      }
      for (; i < to; i++) {
        const value = values[i] ?? Number.NaN;
        fast += (value - fast) * fastWeight;
        slow += (value - slow) * slowWeight;
        const line = fast - slow;
        signal += (line - signal) * signalWeight;
        const place = i - from + at;
        macds[place] = line;
        signals[place] = signal;
        histograms[place] = line - signal;
      }
      state[0] = seen;
      state[1] = first;
      state[2] = fast;
      state[3] = slow;
      state[4] = firstLine;
      state[5] = signal;
    },
  };
}
