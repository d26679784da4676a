// Floor 2. Volume with the price, over the last n rows. On-balance volume (Granville 1963) and the volume-weighted mean price are
// usually counted from a beginning, and would then jump wherever a window begins elsewhere; both are rolling here. There is no
// VWAP by session: rows of a window have no times.
import { type CandleRows, type Kernel, leaveBlank } from "../kernel.ts";
import { CHUNK_ROWS, rollingScratch, rollingSums } from "../rolling.ts";
import { numberIn, rowCount } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";

export const obvSpec: IndicatorSpec<"value"> = {
  id: "obv",
  title: "On-balance volume, rolling",
  definition:
    "Granville 1963 over the last n candles instead of from a beginning: volume of those that closed above the close before, less volume of those that closed below.",
  flat: "0.",
  definitionId: "obv-rolling.v1",
  settings: { period: rowCount(20, 1, 1000) },
  outputs: { value: "volume" },
  reads: () => ["close", "volume"],
  needRows: (settings) => numberIn(settings, "period") + 1,
  kernel: (settings) => obvKernel(numberIn(settings, "period")),
};

export const vwapSpec: IndicatorSpec<"value"> = {
  id: "vwap",
  title: "Volume-weighted average price, rolling",
  definition:
    "Typical prices (high + low + close) / 3 of the last n candles, weighted by volume; rolling, not by session, since rows of a window have no times.",
  flat: "The typical price where it did not move; without any volume the simple mean of the typical prices.",
  definitionId: "vwap-rolling.v1",
  settings: { period: rowCount(20, 1, 1000) },
  outputs: { value: "price" },
  reads: () => ["high", "low", "close", "volume"],
  needRows: (settings) => numberIn(settings, "period"),
  kernel: (settings) => vwapKernel(numberIn(settings, "period")),
};

function obvKernel(period: number): Kernel {
  const scratch = rollingScratch(period);
  const sums = new Float64Array(CHUNK_ROWS);
  return {
    outputs: 1,
    stateLength: 0,
    memoryRows: period + 1,
    scan(_state, { close, volume }, from, to, out, at) {
      const [line] = out;
      if (line === undefined) return;
      const begin = Math.max(from, period);
      leaveBlank(out, from, Math.min(begin, to), at);
      for (let start = begin; start < to; start += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, to - start);
        const first = start - period + 1;
        for (let j = 0; j < count + period - 1; j++) {
          const change = (close[first + j] ?? Number.NaN) - (close[first + j - 1] ?? Number.NaN);
          const traded = volume[first + j] ?? Number.NaN;
          scratch[j] = change > 0 ? traded : change < 0 ? -traded : 0;
        }
        rollingSums(scratch, count, period, sums);
        for (let r = 0; r < count; r++) line[start + r - from + at] = sums[r] ?? Number.NaN;
      }
    },
  };
}

const typicalAt = ({ high, low, close }: CandleRows, i: number): number =>
  ((high[i] ?? Number.NaN) + (low[i] ?? Number.NaN) + (close[i] ?? Number.NaN)) / 3;

function vwapKernel(period: number): Kernel {
  const weighted = rollingScratch(period);
  const volumes = rollingScratch(period);
  const money = new Float64Array(CHUNK_ROWS);
  const traded = new Float64Array(CHUNK_ROWS);
  return {
    outputs: 1,
    stateLength: 0,
    memoryRows: period,
    scan(_state, rows, from, to, out, at) {
      const { volume } = rows;
      const [line] = out;
      if (line === undefined) return;
      const begin = Math.max(from, period - 1);
      leaveBlank(out, from, Math.min(begin, to), at);
      if (begin >= to) return;
      let previous = typicalAt(rows, begin);
      let run = 0;
      while (run < period - 1 && typicalAt(rows, begin - run - 1) === previous) run++;
      for (let start = begin; start < to; start += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, to - start);
        const first = start - period + 1;
        for (let j = 0; j < count + period - 1; j++) {
          const v = volume[first + j] ?? Number.NaN;
          weighted[j] = typicalAt(rows, first + j) * v;
          volumes[j] = v;
        }
        rollingSums(weighted, count, period, money);
        rollingSums(volumes, count, period, traded);
        for (let r = 0; r < count; r++) {
          const typical = typicalAt(rows, start + r);
          run = typical === previous ? run + 1 : 1;
          previous = typical;
          const sum = traded[r] ?? Number.NaN;
          line[start + r - from + at] =
            run >= period ? typical : sum > 0 ? (money[r] ?? Number.NaN) / sum : meanTypical(rows, first + r, period);
        }
      }
    },
  };
}

/** Of rows without any volume; seldom needed. */
function meanTypical(rows: CandleRows, first: number, period: number): number {
  const base = typicalAt(rows, first);
  let sum = 0;
  for (let i = first + 1; i < first + period; i++) sum += typicalAt(rows, i) - base;
  return base + sum / period;
}
