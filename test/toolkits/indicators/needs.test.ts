// How much of an indicator is left of where its window began, after as many rows as the registry says it needs.
import { describe, expect, it } from "vitest";
import { INDICATORS } from "#toolkits/indicators/registry.ts";
import { lastValues, runColumns } from "#toolkits/indicators/run-columns.ts";
import { resolveSettings } from "#toolkits/indicators/settings.ts";
import { calmRows, slice } from "./kernel-rows.ts";

const LENGTH = 3000;
const WINDOWS = 40;
/** Of the span that the indicator's values have on the walk. */
const LEFT = 1e-3;

const remembering = INDICATORS.filter((spec) => spec.kernel(resolveSettings(spec)).memoryRows === null);

describe("rows that an indicator needs", () => {
  it.each(remembering)("$id: after them a window says what the whole past says, but for a thousandth", (spec) => {
    const settings = resolveSettings(spec);
    const kernel = spec.kernel(settings);
    const need = spec.needRows(settings);
    const rows = calmRows(LENGTH, 77);
    const [whole] = runColumns([kernel], rows, 0, LENGTH);
    let worst = 0;
    for (let k = 1; k <= WINDOWS; k++) {
      const end = need + Math.floor((k * (LENGTH - need)) / WINDOWS);
      const [values = []] = lastValues([kernel], slice(rows, end - need, end));
      for (const [output, value] of values.entries()) {
        const column = whole?.columns[output]?.subarray(need) ?? new Float64Array();
        const span = Math.max(...column) - Math.min(...column);
        const past = whole?.columns[output]?.[end - 1] ?? Number.NaN;
        worst = Math.max(worst, Math.abs(value - past) / span);
      }
    }
    expect(worst).toBeLessThan(LEFT);
    // And they are not stated for nothing: a fifth of them is too few.
    const early = Math.ceil(need / 5);
    let left = 0;
    for (let k = 1; k <= WINDOWS; k++) {
      const end = need + Math.floor((k * (LENGTH - need)) / WINDOWS);
      const [values = []] = lastValues([kernel], slice(rows, end - early, end));
      const past = whole?.columns[0]?.[end - 1] ?? Number.NaN;
      const value = values[0] ?? Number.NaN;
      left = Math.max(left, Number.isNaN(value) ? 1 : Math.abs(value - past) / Math.abs(past));
    }
    expect(left).toBeGreaterThan(1e-5);
  });
});
