// Floor 2. Ichimoku cloud of the `trading-signals` package; a span that a chart draws 26 candles ahead is here that of its own row.
import { LIBRARY, libraryKernel } from "../library.ts";
import { numberIn, rowCount } from "../settings.ts";
import type { IndicatorSpec, SettingValues } from "../spec.ts";

export const ichimokuSpec: IndicatorSpec<"conversion" | "base" | "spanA" | "spanB"> = {
  id: "ichimoku",
  title: "Ichimoku cloud",
  definition:
    "Hosoda 1969: middles of highest high and lowest low over three lengths; spans not displaced: today's cloud of a chart is the span of 26 candles back. The lagging span is the close itself.",
  flat: "The price itself, all four.",
  definitionId: "ichimoku-ts8.v1",
  settings: { conversion: rowCount(9, 1, 200), base: rowCount(26, 1, 400), span: rowCount(52, 1, 500) },
  outputs: { conversion: "price", base: "price", spanA: "price", spanB: "price" },
  library: LIBRARY,
  reads: () => ["high", "low"],
  needRows: longest,
  kernel: (settings) =>
    libraryKernel({
      outputs: 4,
      memoryRows: longest(settings),
      start: ({ IchimokuCloud }) => {
        const cloud = new IchimokuCloud({
          conversionInterval: numberIn(settings, "conversion"),
          baseInterval: numberIn(settings, "base"),
          spanBInterval: numberIn(settings, "span"),
        });
        return (candle) => {
          const result = cloud.add(candle);
          return result === null ? null : [result.conversion, result.base, result.spanA, result.spanB];
        };
      },
    }),
};

function longest(settings: SettingValues): number {
  return Math.max(numberIn(settings, "conversion"), numberIn(settings, "base"), numberIn(settings, "span"));
}
