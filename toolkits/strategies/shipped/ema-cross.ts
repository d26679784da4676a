// Floor 2. A trend strategy: enter where the fast mean crosses above the slow one on more volume than usual, leave where it
// crosses back below. It is a worked example, not a claim of an edge.
import { ema, volumeMean } from "../../indicators/refs.ts";
import { defineStrategy } from "../define-strategy.ts";

export default defineStrategy({
  id: "ema-cross",
  title: "EMA cross on volume",
  parameters: {
    fast: { default: 12, min: 2, max: 100 },
    slow: { default: 48, min: 3, max: 400 },
    /** Volume of the candle against its mean of 20, at least so many times. */
    volume: { default: 1, min: 0, max: 20, integer: false },
  },
  indicators: ({ fast, slow }) => ({ fast: ema(fast), slow: ema(slow), usual: volumeMean(20) }),
  enter: ({ now, ago, parameters }) => {
    const isCross = now.fast > now.slow && ago(1).fast <= ago(1).slow;
    if (!isCross || now.volume <= parameters.volume * now.usual) return false;
    return {
      because: () => [
        `EMA ${parameters.fast} crossed above EMA ${parameters.slow}`,
        `volume is ${(now.volume / now.usual).toFixed(2)} times its mean`,
      ],
      // Under 0 only where less volume than usual is asked for.
      strength: Math.max(0, 1 - now.usual / now.volume / (1 + parameters.volume)),
    };
  },
  exit: ({ now, ago, parameters }) =>
    now.fast < now.slow &&
    ago(1).fast >= ago(1).slow && { because: () => `EMA ${parameters.fast} crossed below EMA ${parameters.slow}` },
  describe: ({ now, parameters }) => [
    `EMA ${parameters.fast} is ${(100 * (now.fast / now.slow - 1)).toFixed(2)} % from EMA ${parameters.slow}`,
    `volume is ${(now.usual > 0 ? now.volume / now.usual : 0).toFixed(2)} times its mean`,
  ],
});
