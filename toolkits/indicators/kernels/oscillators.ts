// Floor 2. Oscillators of the `trading-signals` package: CCI, MFI, ROC, Williams %R, Aroon, Chaikin money flow.
import { LIBRARY, type LibraryCandle, libraryKernel } from "../library.ts";
import { numberIn, rowCount } from "../settings.ts";
import type { IndicatorSpec, SettingValues } from "../spec.ts";

const periodOf = (settings: SettingValues): number => numberIn(settings, "period");
const periodAndOne = (settings: SettingValues): number => periodOf(settings) + 1;
const typicalOf = ({ high, low, close }: LibraryCandle): number => (high + low + close) / 3;
/** The price of a candle without a range; such candles of equal price have no highest over their lowest. */
const onlyPriceOf = ({ high, low }: LibraryCandle): number => (high === low ? high : Number.NaN);

export const cciSpec: IndicatorSpec<"value"> = {
  id: "cci",
  title: "Commodity channel index",
  definition:
    "Lambert 1980: (typical price - its mean) / (0.015 × mean deviation), both of the last n candles, deviations around the newest mean.",
  flat: "0 where all n typical prices are equal; the package divides rounding by rounding there.",
  definitionId: "cci-ts8.v1",
  settings: { period: rowCount(20, 2, 200) },
  outputs: { value: "points" },
  library: LIBRARY,
  reads: () => ["high", "low", "close"],
  needRows: periodOf,
  kernel: (settings) =>
    libraryKernel({
      outputs: 1,
      memoryRows: periodOf(settings),
      start: ({ CCI }) => {
        const cci = new CCI(periodOf(settings));
        return (candle) => single(cci.add(candle));
      },
      flat: { of: typicalOf, values: () => [0] },
    }),
};

export const mfiSpec: IndicatorSpec<"value"> = {
  id: "mfi",
  title: "Money flow index",
  definition:
    "Quong and Soudack 1989: 100 × the share of typical price × volume on candles whose typical price rose, of those where it rose or fell; 0 to 100.",
  flat: "50 without any flow.",
  definitionId: "mfi-ts8.v1",
  settings: { period: rowCount(14, 1, 200) },
  outputs: { value: "points" },
  library: LIBRARY,
  reads: () => ["high", "low", "close", "volume"],
  needRows: periodAndOne,
  kernel: (settings) =>
    libraryKernel({
      outputs: 1,
      memoryRows: periodAndOne(settings),
      start: ({ MFI }) => {
        const mfi = new MFI(periodOf(settings));
        return (candle) => {
          const index = mfi.add(candle);
          // 100 × a part / a whole may round to a little over 100.
          return index === null ? null : [Math.min(100, index)];
        };
      },
    }),
};

export const rocSpec: IndicatorSpec<"value"> = {
  id: "roc",
  title: "Rate of change",
  definition: "Change of the close against n candles before, in percent (the package gives a fraction).",
  flat: "0.",
  definitionId: "roc-ts8.v1",
  settings: { period: rowCount(12, 1, 500) },
  outputs: { value: "points" },
  library: LIBRARY,
  reads: () => ["close"],
  needRows: periodAndOne,
  kernel: (settings) =>
    libraryKernel({
      outputs: 1,
      memoryRows: periodAndOne(settings),
      start: ({ ROC }) => {
        const roc = new ROC(periodOf(settings));
        return ({ close }) => {
          const fraction = roc.add(close);
          return fraction === null ? null : [fraction * 100];
        };
      },
    }),
};

export const williamsSpec: IndicatorSpec<"value"> = {
  id: "williams-r",
  title: "Williams %R",
  definition:
    "Williams 1973: -100 (highest high - close) / (highest high - lowest low) of the last n candles; -100 to 0.",
  flat: "-50 where highest and lowest are one; the package says -100.",
  definitionId: "willr-ts8.v1",
  settings: { period: rowCount(14, 1, 200) },
  outputs: { value: "points" },
  library: LIBRARY,
  reads: () => ["high", "low", "close"],
  needRows: periodOf,
  kernel: (settings) =>
    libraryKernel({
      outputs: 1,
      memoryRows: periodOf(settings),
      start: ({ WilliamsR }) => {
        const williams = new WilliamsR(periodOf(settings));
        return (candle) => single(williams.add(candle));
      },
      flat: { of: onlyPriceOf, values: () => [-50] },
    }),
};

export const aroonSpec: IndicatorSpec<"up" | "down"> = {
  id: "aroon",
  title: "Aroon",
  definition:
    "Chande 1995: 100 × (n - candles since the highest high, for `down` the lowest low, of the last n + 1) / n, the newest of equal ones; 0 to 100.",
  flat: "100, both: the newest is as high and as low as any.",
  definitionId: "aroon-ts8.v1",
  settings: { period: rowCount(25, 1, 200) },
  outputs: { up: "points", down: "points" },
  library: LIBRARY,
  reads: () => ["high", "low"],
  needRows: periodAndOne,
  kernel: (settings) =>
    libraryKernel({
      outputs: 2,
      memoryRows: periodAndOne(settings),
      start: ({ Aroon }) => {
        const aroon = new Aroon(periodOf(settings));
        return (candle) => {
          const result = aroon.add(candle);
          return result === null ? null : [result.aroonUp, result.aroonDown];
        };
      },
    }),
};

export const cmfSpec: IndicatorSpec<"value"> = {
  id: "cmf",
  title: "Chaikin money flow",
  definition:
    "Chaikin: volume weighted by where the close stands between low (-1) and high (1), over the volume, of the last n candles; -1 to 1.",
  flat: "0 without volume, and for a candle without a range.",
  definitionId: "cmf-ts8.v1",
  settings: { period: rowCount(20, 1, 200) },
  outputs: { value: "ratio" },
  library: LIBRARY,
  reads: () => ["high", "low", "close", "volume"],
  needRows: periodOf,
  kernel: (settings) =>
    libraryKernel({
      outputs: 1,
      memoryRows: periodOf(settings),
      start: ({ CMF }) => {
        const cmf = new CMF(periodOf(settings));
        return (candle) => single(cmf.add(candle));
      },
    }),
};

const single = (value: number | null): readonly number[] | null => (value === null ? null : [value]);
