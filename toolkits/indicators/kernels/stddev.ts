// Floor 2. Population standard deviation of the last n values.
import { type Kernel, leaveBlank, type RowColumn } from "../kernel.ts";
import { CHUNK_ROWS } from "../rolling.ts";
import { columnIn, numberIn, rowCount, source } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";
import { meansAndDeviations } from "./deviation.ts";

export const stddevSpec: IndicatorSpec<"value"> = {
  id: "stddev",
  title: "Standard deviation",
  definition: "Population deviation (divided by n) of the last n values, two passes, as in the Bollinger bands.",
  flat: "0.",
  definitionId: "stddev-p.v1",
  settings: { period: rowCount(20, 2, 500), source: source() },
  outputs: { value: "source" },
  reads: (settings) => [columnIn(settings)],
  needRows: (settings) => numberIn(settings, "period"),
  kernel: (settings) => stddevKernel(numberIn(settings, "period"), columnIn(settings)),
};

function stddevKernel(period: number, column: RowColumn): Kernel {
  const means = new Float64Array(CHUNK_ROWS);
  const deviations = new Float64Array(CHUNK_ROWS);
  return {
    outputs: 1,
    stateLength: 0,
    memoryRows: period,
    scan(_state, rows, from, to, out, at) {
      const [line] = out;
      if (line === undefined) return;
      const begin = Math.max(from, period - 1);
      leaveBlank(out, from, Math.min(begin, to), at);
      for (let start = begin; start < to; start += CHUNK_ROWS) {
        const end = Math.min(to, start + CHUNK_ROWS);
        meansAndDeviations(rows[column], period, start, end, means, deviations, 0);
        for (let i = start; i < end; i++) line[i - from + at] = deviations[i - start] ?? Number.NaN;
      }
    },
  };
}
