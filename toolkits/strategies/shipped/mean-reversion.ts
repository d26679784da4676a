// Floor 2. The example strategy: enter where a market has fallen far and fast (RSI under 30 at or under the lower band),
// leave where it has risen likewise. It is a worked example of the seams, not a claim of an edge.
import { significantDecimal } from "#schemas/money.ts";
import { bollinger, rsi } from "../../indicators/refs.ts";
import { defineStrategy } from "../define-strategy.ts";

export default defineStrategy({
  id: "mean-reversion",
  title: "Mean reversion: RSI 30/70 at the Bollinger bands",
  parameters: {
    oversold: { default: 30, min: 1, max: 50 },
    overbought: { default: 70, min: 50, max: 99 },
  },
  indicators: { rsi: rsi(14), bands: bollinger(20, 2) },
  lookBack: 0,
  enter: ({ now, parameters: { oversold } }) => {
    const rsi = judged(now.rsi);
    if (rsi >= oversold || now.close > now.bands.lower || now.bands.upper <= now.bands.lower) return false;
    return {
      strength: depth((oversold - rsi) / oversold, (now.bands.lower - now.close) / widthOf(now.bands)),
      because: reasons(now, "under", oversold, "lower"),
    };
  },
  exit: ({ now, parameters: { overbought } }) => {
    const rsi = judged(now.rsi);
    if (rsi <= overbought || now.close < now.bands.upper || now.bands.upper <= now.bands.lower) return false;
    return {
      strength: depth((rsi - overbought) / (100 - overbought), (now.close - now.bands.upper) / widthOf(now.bands)),
      because: reasons(now, "over", overbought, "upper"),
    };
  },
  describe: ({ now: { close, rsi, bands }, parameters: { oversold, overbought } }) => {
    // RSI is 50 to the last bit only where no close of the window differs from another.
    if (bands.upper <= bands.lower && rsi === 50) return ["the price did not move in the whole window"];
    if (bands.upper <= bands.lower) return ["the last 20 closes are equal: the bands have no width"];
    return [
      `RSI ${rsi.toFixed(2)} (acts under ${oversold} or over ${overbought})`,
      `close ${plain(close)} (bands ${plain(bands.lower)} to ${plain(bands.upper)})`,
    ];
  },
});

type Seen = Readonly<Record<"rsi" | "close", number>> & { readonly bands: Bands };
type Bands = Readonly<Record<"upper" | "lower", number>>;

/** Outside the rules: what a function inside one captures is made for every row, also where the answer is no. */
const reasons = (now: Seen, side: "under" | "over", level: number, band: keyof Bands) => (): readonly string[] => [
  `RSI ${now.rsi.toFixed(2)} is ${side} ${level}`,
  `close ${plain(now.close)} is at or ${side} the ${band} band ${plain(now.bands[band])}`,
];

/** RSI is judged at 6 decimals, as it is stored and printed. */
const judged = (rsi: number): number => Math.round(rsi * 1e6) / 1e6;
const widthOf = ({ upper, lower }: Bands): number => upper - lower;

/** 0-1, the mean of two depths: RSI beyond its level (1: at 0 or 100), and the close beyond the band in band widths, at most 1. */
const depth = (rsiDepth: number, bandDepth: number): number => (rsiDepth + Math.min(1, bandDepth)) / 2;

/** Six significant digits in plain notation. */
const plain = (price: number): string => significantDecimal(price, 6);
