// Floor 2. A breakout strategy on two timeframes: enter where the close passes the highest high of the candles before while the
// longer trend is up; a trailing stop takes the position out. It is a worked example, not a claim of an edge.
import { ema, highest, lowest, price } from "../../indicators/refs.ts";
import { defineStrategy } from "../define-strategy.ts";

export default defineStrategy({
  id: "breakout",
  title: "Breakout with the longer trend",
  parameters: {
    candles: { default: 20, min: 2, max: 200 },
    /** The timeframe of the trend; the desk's own must be shorter. */
    trend: { default: "1h", options: ["1h", "4h", "1d"] },
    trailPct: { default: 3, min: 0.5, max: 50, integer: false },
  },
  indicators: ({ candles, trend }) => ({
    top: highest(candles),
    bottom: lowest(candles),
    trendClose: price("close").on(trend),
    trendMean: ema(50).on(trend),
  }),
  enter: ({ now, ago, parameters }) => {
    const { top, bottom } = ago(1);
    if (!(now.close > top && now.trendClose > now.trendMean)) return false;
    return {
      because: () => [
        `close ${now.close} is above the highest of ${parameters.candles} candles, ${top}`,
        `the ${parameters.trend} close is above its EMA 50`,
      ],
      strength: top > bottom ? Math.min(1, (now.close - top) / (top - bottom)) : 0.5,
    };
  },
  exit: ({ now, ago, parameters }) =>
    now.close < ago(1).bottom && {
      because: () => `close ${now.close} is under the lowest of ${parameters.candles} candles`,
    },
  describe: ({ now, parameters }) => [
    `close ${now.close} (highest of ${parameters.candles}: ${now.top}, lowest: ${now.bottom})`,
    `the ${parameters.trend} close is ${now.trendClose > now.trendMean ? "above" : "not above"} its EMA 50`,
  ],
  bracket: ({ trailPct }) => ({
    stopPct: Math.min(99, 2 * trailPct),
    targetPct: null,
    trailing: [{ fromGainPct: 0, distancePct: trailPct }],
  }),
});
