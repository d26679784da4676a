// Rows and columns for the tests of kernels: candles of all sorts, and an indicator's columns over them.
import type { CandleRows, Kernel } from "#toolkits/indicators/kernel.ts";
import { INDICATORS, indicatorById } from "#toolkits/indicators/registry.ts";
import { runColumns } from "#toolkits/indicators/run-columns.ts";
import { resolveSettings } from "#toolkits/indicators/settings.ts";
import type { IndicatorRef } from "#toolkits/indicators/spec.ts";
import { CALM, lehmer, type WalkShape, walk } from "./candles.ts";

/** Candles around these closes; a close that repeats the one before is a filled hole: no range, no volume. */
export function rowsOf(closes: Float64Array, seed = 1): CandleRows {
  const random = lehmer(seed);
  const column = (): Float64Array => new Float64Array(closes.length);
  const rows = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  closes.forEach((close, i) => {
    const open = closes[i - 1] ?? close;
    const isStill = open === close;
    rows.open[i] = open;
    rows.high[i] = Math.max(open, close) * (isStill ? 1 : 1 + random() * 0.002);
    rows.low[i] = Math.min(open, close) * (isStill ? 1 : 1 - random() * 0.002);
    rows.close[i] = close;
    rows.volume[i] = isStill ? 0 : random() * 1000;
  });
  return rows;
}

export const calmRows = (length: number, seed: number): CandleRows => rowsOf(walk({ ...CALM, seed, length }), seed);

/** Candles of a walk of any sort (`walkShape`): any price, rescaled, flat or frozen for a while. */
export const rowsOfShape = (shape: WalkShape): CandleRows => rowsOf(walk(shape), shape.seed);

/** Rows `from` to `to` - 1 as rows of their own, with the same memory. */
export const slice = (rows: CandleRows, from: number, to: number): CandleRows => ({
  open: rows.open.subarray(from, to),
  high: rows.high.subarray(from, to),
  low: rows.low.subarray(from, to),
  close: rows.close.subarray(from, to),
  volume: rows.volume.subarray(from, to),
});

export const kernelOf = ({ indicator, settings }: Pick<IndicatorRef, "indicator" | "settings">): Kernel =>
  indicatorById(indicator).kernel(settings);

/** All columns over all rows, by output. */
export function columnsOf<Outputs extends string>(ref: IndicatorRef<Outputs>, rows: CandleRows) {
  const [run] = runColumns([kernelOf(ref)], rows, 0, rows.close.length);
  const columns = ref.outputs.map((name, k) => [name, run?.columns[k] ?? new Float64Array()] as const);
  return Object.fromEntries(columns) as Readonly<Record<Outputs, Float64Array>>;
}

/** Every indicator at its defaults, and those with a long memory once more with small settings, so that much happens in few rows. */
export const EVERY: readonly { readonly name: string; readonly kernel: Kernel }[] = INDICATORS.flatMap((spec) => {
  const defaults = resolveSettings(spec);
  const small = Object.fromEntries(
    Object.entries(spec.settings).flatMap(([name, setting]) =>
      "options" in setting || !setting.integer
        ? []
        : [[name, Math.min(setting.max, Math.max(setting.min, 5))] as const],
    ),
  );
  const settings = spec.id === "macd" ? { fast: 3, slow: 5, signal: 2 } : small;
  return [
    { name: spec.id, kernel: spec.kernel(defaults) },
    { name: `${spec.id} ${Object.values(settings).join(" ")}`, kernel: spec.kernel(resolveSettings(spec, settings)) },
  ];
});

/** The first place where two columns differ in a bit, NaN equal to NaN; -1: nowhere. `b` begins at row `offset` of `a`. */
export function differsAt(a: Float64Array, b: Float64Array, offset = 0): number {
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i + offset], b[i])) return i + offset;
  return -1;
}
