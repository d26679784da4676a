// Floor 2. Weighted means of the `trading-signals` package: linearly weighted, and Hull's.
import { LIBRARY, type LibraryCandle, libraryKernel } from "../library.ts";
import { columnIn, numberIn, rowCount, source } from "../settings.ts";
import type { IndicatorSpec, SettingValues } from "../spec.ts";

const periodOf = (settings: SettingValues): number => numberIn(settings, "period");

/** A mean of equal values is that value, to the bit. */
function flatOf(settings: SettingValues) {
  const column = columnIn(settings);
  return { of: (candle: LibraryCandle) => candle[column], values: (candle: LibraryCandle) => [candle[column]] };
}

export const wmaSpec: IndicatorSpec<"value"> = {
  id: "wma",
  title: "Weighted moving average",
  definition: "Weights n for the newest value down to 1 for the oldest.",
  flat: "The value itself.",
  definitionId: "wma-ts8.v1",
  settings: { period: rowCount(20, 1, 200), source: source() },
  outputs: { value: "source" },
  library: LIBRARY,
  reads: (settings) => [columnIn(settings)],
  needRows: periodOf,
  kernel: (settings) =>
    libraryKernel({
      outputs: 1,
      memoryRows: periodOf(settings),
      start: ({ WMA }) => {
        const column = columnIn(settings);
        const mean = new WMA(periodOf(settings));
        return (candle) => {
          const value = mean.add(candle[column]);
          return value === null ? null : [value];
        };
      },
      flat: flatOf(settings),
    }),
};

export const hmaSpec: IndicatorSpec<"value"> = {
  id: "hma",
  title: "Hull moving average",
  definition: "Hull 2005: WMA over √n of 2 WMA(n/2) - WMA(n), lengths rounded down.",
  flat: "The value itself.",
  definitionId: "hma-ts8.v1",
  settings: { period: rowCount(20, 4, 200), source: source() },
  outputs: { value: "source" },
  library: LIBRARY,
  reads: (settings) => [columnIn(settings)],
  needRows: hullMemory,
  kernel: (settings) =>
    libraryKernel({
      outputs: 1,
      memoryRows: hullMemory(settings),
      start: ({ HMA }) => {
        const column = columnIn(settings);
        const mean = new HMA(periodOf(settings));
        return (candle) => {
          const value = mean.add(candle[column]);
          return value === null ? null : [value];
        };
      },
      flat: flatOf(settings),
    }),
};

function hullMemory(settings: SettingValues): number {
  return periodOf(settings) + Math.floor(Math.sqrt(periodOf(settings))) - 1;
}
