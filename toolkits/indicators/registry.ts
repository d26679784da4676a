// Floor 2. All indicators by id. A new one is a file in kernels/, a line here and a constructor in refs.ts.
import { UnknownNameError } from "#schemas/errors.ts";
import { namesPhrase } from "../market/nearest-names.ts";
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
import type { IndicatorSpec } from "./spec.ts";

/** Every indicator: the common ones first, then those that a package computes. */
export const INDICATORS: readonly IndicatorSpec[] = [
  rsiSpec,
  bollingerSpec,
  atrSpec,
  emaSpec,
  smaSpec,
  macdSpec,
  adxSpec,
  stochasticSpec,
  obvSpec,
  volumeMeanSpec,
  donchianSpec,
  vwapSpec,
  highestSpec,
  lowestSpec,
  stddevSpec,
  priceSpec,
  keltnerSpec,
  supertrendSpec,
  cciSpec,
  mfiSpec,
  rocSpec,
  williamsSpec,
  aroonSpec,
  cmfSpec,
  ichimokuSpec,
  wmaSpec,
  hmaSpec,
];

const BY_ID: ReadonlyMap<string, IndicatorSpec> = new Map(INDICATORS.map((spec) => [spec.id, spec]));

/** @throws UnknownNameError, naming the nearest ids */
export function indicatorById(id: string): IndicatorSpec {
  const spec = BY_ID.get(id);
  if (spec !== undefined) return spec;
  throw new UnknownNameError({
    was: `There is no indicator ${JSON.stringify(id)}.`,
    expected: `one of: ${namesPhrase(id, [...BY_ID.keys()])}`,
    remedy: "Correct the indicator's id.",
  });
}
