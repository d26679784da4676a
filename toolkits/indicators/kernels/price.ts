// Floor 2. A column as it is, so that the close of a higher timeframe has a name.
import type { Kernel, RowColumn } from "../kernel.ts";
import { columnIn, source } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";

export const priceSpec: IndicatorSpec<"value"> = {
  id: "price",
  title: "Price or volume",
  definition: "The column itself.",
  flat: "The value itself.",
  definitionId: "price.v1",
  settings: { source: source() },
  outputs: { value: "source" },
  reads: (settings) => [columnIn(settings)],
  needRows: () => 1,
  kernel: (settings) => priceKernel(columnIn(settings)),
};

function priceKernel(column: RowColumn): Kernel {
  return {
    outputs: 1,
    stateLength: 0,
    memoryRows: 1,
    scan(_state, rows, from, to, out, at) {
      const values = rows[column];
      const [line] = out;
      if (line === undefined) return;
      for (let i = from; i < to; i++) line[i - from + at] = values[i] ?? Number.NaN;
    },
  };
}
