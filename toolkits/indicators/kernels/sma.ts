// Floor 2. Simple mean of the last n values of a column; `volume-mean` is the same of the volume.
import { type Kernel, leaveBlank, type RowColumn } from "../kernel.ts";
import { CHUNK_ROWS, equalRun, loadRows, rollingScratch, rollingSums } from "../rolling.ts";
import { columnIn, numberIn, rowCount, source } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";

const PERIOD = rowCount(20, 1, 1000);

export const smaSpec: IndicatorSpec<"value"> = {
  id: "sma",
  title: "Simple moving average",
  definition: "Mean of the last n values, summed in pairs, the row itself included.",
  flat: "The value itself.",
  definitionId: "sma.v1",
  settings: { period: PERIOD, source: source() },
  outputs: { value: "source" },
  reads: (settings) => [columnIn(settings)],
  needRows: (settings) => numberIn(settings, "period"),
  kernel: (settings) => smaKernel(numberIn(settings, "period"), columnIn(settings)),
};

export const volumeMeanSpec: IndicatorSpec<"value"> = {
  id: "volume-mean",
  title: "Mean volume",
  definition: "Mean volume of the last n candles, the candle itself included.",
  flat: "0 where nothing was traded.",
  definitionId: "volume-sma.v1",
  settings: { period: PERIOD },
  outputs: { value: "volume" },
  reads: () => ["volume"],
  needRows: (settings) => numberIn(settings, "period"),
  kernel: (settings) => smaKernel(numberIn(settings, "period"), "volume"),
};

function smaKernel(period: number, column: RowColumn): Kernel {
  const scratch = rollingScratch(period);
  const sums = new Float64Array(CHUNK_ROWS);
  return {
    outputs: 1,
    stateLength: 0,
    memoryRows: period,
    scan(_state, rows, from, to, out, at) {
      const values = rows[column];
      const [line] = out;
      if (line === undefined) return;
      const begin = Math.max(from, period - 1);
      leaveBlank(out, from, Math.min(begin, to), at);
      if (begin >= to) return;
      let previous = values[begin] ?? Number.NaN;
      let run = equalRun(values, begin, period) - 1;
      for (let start = begin; start < to; start += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, to - start);
        loadRows(scratch, values, start - period + 1, count + period - 1);
        rollingSums(scratch, count, period, sums);
        for (let r = 0; r < count; r++) {
          const value = values[start + r] ?? Number.NaN;
          run = value === previous ? run + 1 : 1;
          previous = value;
          line[start + r - from + at] = run >= period ? value : (sums[r] ?? Number.NaN) / period;
        }
      }
    },
  };
}
