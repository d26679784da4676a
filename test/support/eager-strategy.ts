// A strategy that acts often, so that a short test has entries and exits in plenty. Not for trading.
import { rsi } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";

/** Enters under an RSI of 49, leaves over 51. */
const definition = defineStrategy({
  id: "eager",
  title: "Enters under RSI 49, leaves over 51",
  indicators: { rsi: rsi(14) },
  lookBack: 0,
  enter: ({ now }) => now.rsi < 49 && { strength: (49 - now.rsi) / 49, because: [`RSI ${now.rsi}`] },
  exit: ({ now }) => now.rsi > 51 && { strength: (now.rsi - 51) / 49, because: [`RSI ${now.rsi}`] },
  describe: ({ now }) => [`RSI ${now.rsi}`],
});

export const eager = compileStrategy(definition, { file: null });
