// What a user's file imports as `deeptrader`: strategies, indicators, and a check of a strategy on candles of one's own.

export type { Config } from "#apps/config/config-type.ts";
export { defineConfig } from "#apps/config/define-config.ts";
export type { Timeframe } from "#schemas/units.ts";
export {
  adx,
  aroon,
  atr,
  bollinger,
  cci,
  cmf,
  donchian,
  ema,
  highest,
  hma,
  ichimoku,
  keltner,
  lowest,
  macd,
  mfi,
  obv,
  price,
  roc,
  rsi,
  sma,
  stddev,
  stochastic,
  supertrend,
  volumeMean,
  vwap,
  williamsR,
  wma,
} from "#toolkits/indicators/refs.ts";
export type { IndicatorRef } from "#toolkits/indicators/spec.ts";
export type {
  At,
  BracketWish,
  HeldPosition,
  StrategyDefinition,
  Verdict,
} from "#toolkits/strategies/define-strategy.ts";
export { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
export type { TestedCandle, TestedStrategy } from "#toolkits/strategies/test-strategy.ts";
export { testStrategy } from "#toolkits/strategies/test-strategy.ts";
