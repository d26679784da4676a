// Floor 2. CandleWindow → IndicatorSnapshot: the one place where indicator values are made, for sleep time, test time
// and backtest alike. RSI and ATR are those of the window, never of a longer past.
import {
  ATR_PERIOD,
  BOLLINGER_DEVIATIONS,
  BOLLINGER_PERIOD,
  type IndicatorSnapshot,
  RSI_PERIOD,
  type Warmup,
} from "#schemas/indicator.ts";
import type { Kernel } from "./kernel.ts";
import { atrKernel } from "./kernels/atr.ts";
import { bollingerKernel } from "./kernels/bollinger.ts";
import { rsiKernel } from "./kernels/rsi.ts";
import { lastValues } from "./run-columns.ts";
import { warmupOf } from "./warmup.ts";
import type { CandleWindow } from "./window.ts";

/** RSI, Bollinger bands and ATR, in this order. */
export const SNAPSHOT_KERNELS: readonly Kernel[] = [
  rsiKernel(RSI_PERIOD, "close"),
  bollingerKernel(BOLLINGER_PERIOD, BOLLINGER_DEVIATIONS, "close"),
  atrKernel(ATR_PERIOD),
];

/** Names every definition behind a snapshot; it changes whenever one of them does, and makes old records stale. */
export const INDICATOR_DEFINITION_ID = "rsi-w14.bb-p20x2.atr-w14.trend-v1.win400g200.v1";

/**
 * Indicator values of a window: RSI to 6 decimals, ATR to 9 significant digits, bands unrounded; all null, and `flat`
 * false, where the window is `insufficient`.
 * @throws InvariantError where a price is not a finite number (law 8)
 */
export const computeSnapshot = (window: CandleWindow): IndicatorSnapshot => {
  const warmup = warmupOf(window);
  return {
    ...(warmup === "insufficient" ? NO_VALUES : valuesOf(window)),
    candles: window.received,
    filled: window.filled,
    windowStartMs: window.startMs,
    warmup,
  };
};

/**
 * The same for a backtest, with values that are worked out when one of them is read first. Never stored or copied. A class, since
 * an object with accessors of its own keeps all that they refer to until the next full garbage collection.
 */
export class LazySnapshot implements IndicatorSnapshot {
  readonly candles: number;
  readonly filled: number;
  readonly windowStartMs: number;
  readonly warmup: Warmup;
  readonly #window: CandleWindow;
  #values: Values | null = null;

  constructor(window: CandleWindow) {
    this.#window = window;
    this.candles = window.received;
    this.filled = window.filled;
    this.windowStartMs = window.startMs;
    this.warmup = warmupOf(window);
  }

  get rsiWilder(): Values["rsiWilder"] {
    return this.#made().rsiWilder;
  }

  get bollinger(): Values["bollinger"] {
    return this.#made().bollinger;
  }

  get atr(): Values["atr"] {
    return this.#made().atr;
  }

  get flat(): boolean {
    return this.#made().flat;
  }

  #made(): Values {
    this.#values ??= this.warmup === "insufficient" ? NO_VALUES : valuesOf(this.#window);
    return this.#values;
  }
}

type Values = Pick<IndicatorSnapshot, "rsiWilder" | "bollinger" | "atr" | "flat">;

const NO_VALUES: Values = { rsiWilder: null, bollinger: null, atr: null, flat: false };

function valuesOf(window: CandleWindow): Values {
  const [[rsi = Number.NaN] = [], bands = [], [atr = Number.NaN] = []] = lastValues(SNAPSHOT_KERNELS, window);
  const [upper = Number.NaN, middle = Number.NaN, lower = Number.NaN, bandwidth = Number.NaN, percentB = Number.NaN] =
    bands;
  return {
    rsiWilder: roundRsi(rsi),
    bollinger: { upper, middle, lower, bandwidth, percentB: upper > lower ? percentB : null },
    atr: Number(atr.toPrecision(9)),
    flat: window.close.every((price) => price === window.close[0]),
  };
}

/** RSI as records carry it: 6 decimals. */
export const roundRsi = (rsi: number): number => Math.round(rsi * 1e6) / 1e6;
