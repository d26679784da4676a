// Floor 2. All indicators by id, the one place to touch for a new one. The first three are those of the snapshot; the
// wider ones come from the `technicalindicators` package, are not part of a snapshot, and are computed when asked for.
import { ema, macd } from "technicalindicators";
import { UnknownNameError } from "#schemas/errors.ts";
import { ATR_PERIOD, BOLLINGER_DEVIATIONS, BOLLINGER_PERIOD, RSI_PERIOD } from "#schemas/indicator.ts";
import { atrOfWindow } from "./atr.ts";
import { bollingerOfWindow } from "./bollinger.ts";
import { requireFinite } from "./finite.ts";
import { rsiOfWindow } from "./rsi.ts";
import type { CandleWindow } from "./window.ts";

/** Values of one indicator by name, unrounded. */
type IndicatorValues = Readonly<Record<string, number>>;

interface Indicator {
  readonly id: string;
  readonly title: string;
  /** `points` are on the indicator's own scale, `price` is in quote per base. */
  readonly unit: "points" | "price";
  readonly definitionId: string;
  /** Values after the window's last candle; null where it has too few. @throws InvariantError on NaN (law 8) */
  compute(window: CandleWindow): IndicatorValues | null;
}

const EMA_PERIOD = 50;
const MACD_FAST = 12;
const MACD_SLOW = 26;
const MACD_SIGNAL = 9;

const INDICATORS: readonly Indicator[] = [
  {
    id: "rsi",
    title: `RSI (Wilder, ${RSI_PERIOD})`,
    unit: "points",
    definitionId: "rsi-w14.v1",
    compute: (window) => {
      const rsi = rsiOfWindow(window.close);
      return rsi === null ? null : { rsi: rsi.value };
    },
  },
  {
    id: "bollinger",
    title: `Bollinger bands (${BOLLINGER_PERIOD}, ${BOLLINGER_DEVIATIONS}, population deviation)`,
    unit: "price",
    definitionId: "bb-p20x2.v1",
    compute: (window) => {
      const bands = bollingerOfWindow(window.close);
      return bands === null ? null : { upper: bands.upper, middle: bands.middle, lower: bands.lower };
    },
  },
  {
    id: "atr",
    title: `ATR (Wilder, ${ATR_PERIOD})`,
    unit: "price",
    definitionId: "atr-w14.v1",
    compute: (window) => {
      const atr = atrOfWindow(window);
      return atr === null ? null : { atr };
    },
  },
  {
    id: "ema-50",
    title: `EMA (${EMA_PERIOD}, seeded with the simple mean)`,
    unit: "price",
    definitionId: "ema-sma50.v1",
    compute: (window) => {
      const value = ema({ period: EMA_PERIOD, values: finiteCloses(window) }).at(-1);
      return value === undefined ? null : { ema: value };
    },
  },
  {
    id: "macd",
    title: `MACD (${MACD_FAST}, ${MACD_SLOW}, ${MACD_SIGNAL}, exponential)`,
    unit: "price",
    definitionId: "macd-e12-26-9.v1",
    compute: (window) => {
      const last = macd({
        values: finiteCloses(window),
        fastPeriod: MACD_FAST,
        slowPeriod: MACD_SLOW,
        signalPeriod: MACD_SIGNAL,
        SimpleMAOscillator: false,
        SimpleMASignal: false,
      }).at(-1);
      if (last?.MACD === undefined || last.signal === undefined || last.histogram === undefined) return null;
      return { macd: last.MACD, signal: last.signal, histogram: last.histogram };
    },
  },
];

/** Every indicator, those of the snapshot first. */
export const indicators = (): readonly Indicator[] => INDICATORS;

/** @throws UnknownNameError, naming the ids there are */
export function indicatorById(id: string): Indicator {
  const indicator = INDICATORS.find((candidate) => candidate.id === id);
  if (indicator !== undefined) return indicator;
  throw new UnknownNameError({
    was: `There is no indicator ${JSON.stringify(id)}.`,
    expected: `one of: ${INDICATORS.map((candidate) => candidate.id).join(", ")}`,
    remedy: "Correct the indicator's id.",
  });
}

// The package takes a NaN for "no change" or repeats its last value for ever, so none may reach it.
const finiteCloses = (window: CandleWindow): number[] =>
  Array.from(window.close, (close) => requireFinite(close, "A close"));
