// Floor 2. Indicators as a strategy names them: `ema(50)`, `bollinger(20, 2).on("1h")`. Each constructor gives an IndicatorRef
// with its settings complete and in range, and the names of its outputs as a type. Settings not given are the registry's.
import { ConfigError } from "#schemas/errors.ts";
import { TIMEFRAMES, type Timeframe } from "#schemas/units.ts";
import type { RowColumn } from "./kernel.ts";
import { adxSpec } from "./kernels/adx.ts";
import { atrSpec } from "./kernels/atr.ts";
import { bollingerSpec } from "./kernels/bollinger.ts";
import { emaSpec } from "./kernels/ema.ts";
import { donchianSpec, highestSpec, lowestSpec } from "./kernels/extremes.ts";
import { ichimokuSpec } from "./kernels/ichimoku.ts";
import { keltnerSpec } from "./kernels/keltner.ts";
import { macdSpec } from "./kernels/macd.ts";
import { aroonSpec, cciSpec, cmfSpec, mfiSpec, rocSpec, williamsSpec } from "./kernels/oscillators.ts";
import { priceSpec } from "./kernels/price.ts";
import { rsiSpec } from "./kernels/rsi.ts";
import { smaSpec, volumeMeanSpec } from "./kernels/sma.ts";
import { stddevSpec } from "./kernels/stddev.ts";
import { stochasticSpec } from "./kernels/stochastic.ts";
import { supertrendSpec } from "./kernels/supertrend.ts";
import { obvSpec, vwapSpec } from "./kernels/volume.ts";
import { hmaSpec, wmaSpec } from "./kernels/weighted-means.ts";
import { resolveSettings } from "./settings.ts";
import type { IndicatorRef, IndicatorSpec, SettingValues } from "./spec.ts";

/** The column looked at, where an indicator may look at any; the close by default. */
interface SourceOption {
  readonly source?: RowColumn;
}

/**
 * An indicator with settings, on the base timeframe.
 * @throws ConfigError where a setting is unknown, out of range, or does not go with the others
 */
export function refOf<Outputs extends string>(
  spec: IndicatorSpec<Outputs>,
  given: Readonly<Record<string, unknown>>,
): IndicatorRef<Outputs> {
  const outputs = Object.keys(spec.outputs) as Outputs[];
  return refOn(spec.id, resolveSettings(spec, given), outputs, null);
}

function refOn<Outputs extends string>(
  indicator: string,
  settings: SettingValues,
  outputs: readonly Outputs[],
  timeframe: Timeframe | null,
): IndicatorRef<Outputs> {
  return Object.freeze({
    indicator,
    settings,
    timeframe,
    outputs,
    on(wanted: Timeframe) {
      if (TIMEFRAMES.includes(wanted)) return refOn(indicator, settings, outputs, wanted);
      throw new ConfigError({
        was: `The indicator ${indicator} is asked for on the timeframe ${JSON.stringify(wanted)}.`,
        expected: `one of: ${TIMEFRAMES.join(", ")}`,
        remedy: "Correct the timeframe given to .on().",
      });
    },
  });
}

/** Wilder's relative strength index, 0 to 100. */
export const rsi = (period?: number, options: SourceOption = {}) => refOf(rsiSpec, { period, ...options });

/** Bollinger bands: mean ± `deviations` population deviations. */
export const bollinger = (period?: number, deviations?: number, options: SourceOption = {}) =>
  refOf(bollingerSpec, { period, deviations, ...options });

/** Wilder's average true range, a price distance. */
export const atr = (period?: number) => refOf(atrSpec, { period });

/** Exponential moving average. */
export const ema = (period?: number, options: SourceOption = {}) => refOf(emaSpec, { period, ...options });

/** Simple moving average. */
export const sma = (period?: number, options: SourceOption = {}) => refOf(smaSpec, { period, ...options });

/** MACD line, its signal, and the histogram between. */
export const macd = (fast?: number, slow?: number, signal?: number, options: SourceOption = {}) =>
  refOf(macdSpec, { fast, slow, signal, ...options });

/** Wilder's average directional index with +DI and -DI, 0 to 100. */
export const adx = (period?: number) => refOf(adxSpec, { period });

/** Slow stochastic oscillator, 0 to 100. */
export const stochastic = (period?: number, slowing?: number, signal?: number) =>
  refOf(stochasticSpec, { period, slowing, signal });

/** On-balance volume of the last `period` candles, in base coins. */
export const obv = (period?: number) => refOf(obvSpec, { period });

/** Mean volume of the last `period` candles, in base coins. */
export const volumeMean = (period?: number) => refOf(volumeMeanSpec, { period });

/** Highest high and lowest low of the last `period` candles, the candle itself included. */
export const donchian = (period?: number) => refOf(donchianSpec, { period });

/** Volume-weighted average price of the last `period` candles. */
export const vwap = (period?: number) => refOf(vwapSpec, { period });

/** Greatest of the last `period` rows, of the high by default. */
export const highest = (period?: number, options: SourceOption = {}) => refOf(highestSpec, { period, ...options });

/** Least of the last `period` rows, of the low by default. */
export const lowest = (period?: number, options: SourceOption = {}) => refOf(lowestSpec, { period, ...options });

/** Population standard deviation. */
export const stddev = (period?: number, options: SourceOption = {}) => refOf(stddevSpec, { period, ...options });

/** A column itself: `price("close").on("1h")`. */
export const price = (source?: RowColumn) => refOf(priceSpec, { source });

/** Exponential mean of the close ± `multiple` average true ranges. */
export const keltner = (period?: number, atrPeriod?: number, multiple?: number) =>
  refOf(keltnerSpec, { period, atrPeriod, multiple });

/** SuperTrend: the band that the price trails, and the direction: 1 up, -1 down. */
export const supertrend = (period?: number, multiple?: number) => refOf(supertrendSpec, { period, multiple });

/** Commodity channel index. */
export const cci = (period?: number) => refOf(cciSpec, { period });

/** Money flow index, 0 to 100. */
export const mfi = (period?: number) => refOf(mfiSpec, { period });

/** Change against `period` candles before, in percent. */
export const roc = (period?: number) => refOf(rocSpec, { period });

/** Williams %R, -100 to 0. */
export const williamsR = (period?: number) => refOf(williamsSpec, { period });

/** Aroon up and down, 0 to 100. */
export const aroon = (period?: number) => refOf(aroonSpec, { period });

/** Chaikin money flow, -1 to 1. */
export const cmf = (period?: number) => refOf(cmfSpec, { period });

/** Ichimoku lines of the candle itself; spans not displaced. */
export const ichimoku = (conversion?: number, base?: number, span?: number) =>
  refOf(ichimokuSpec, { conversion, base, span });

/** Linearly weighted moving average. */
export const wma = (period?: number, options: SourceOption = {}) => refOf(wmaSpec, { period, ...options });

/** Hull moving average. */
export const hma = (period?: number, options: SourceOption = {}) => refOf(hmaSpec, { period, ...options });
