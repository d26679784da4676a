// Strategies that say nothing: one whose rule throws at its first candle, and is ended there; one that needs shorter candles.
import { rsi } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";

export const broken = compileStrategy(
  defineStrategy({
    id: "broken",
    indicators: { rsi: rsi(14) },
    enter: () => {
      throw new Error("no luck");
    },
  }),
  { file: null },
);

/** Reads 5m candles beside shorter ones: of 5m candles alone it can say nothing. */
export const beside5m = compileStrategy(
  defineStrategy({
    id: "beside-5m",
    indicators: { rsi: rsi(14), slow: rsi(14).on("5m") },
    enter: ({ now }) => now.rsi < now.slow,
  }),
  { file: null },
);
