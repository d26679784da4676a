// Floor 2. The example strategy: enter where a market has fallen far and fast (RSI under 30 at or under the lower band), leave
// where it has risen likewise. It is a worked example, not a claim of an edge.
import { OVERBOUGHT_RSI, OVERSOLD_RSI } from "#schemas/indicator.ts";
import { decimalFromNumber } from "#schemas/money.ts";
import { bollinger, rsi } from "../../indicators/refs.ts";
import { defineStrategy } from "../define-strategy.ts";

interface Bands {
  readonly upper: number;
  readonly lower: number;
}

export const meanReversion = defineStrategy({
  id: "mean-reversion",
  title: "Mean reversion: RSI 30/70 at the Bollinger bands",
  indicators: { rsi: rsi(14), bands: bollinger(20, 2) },
  enter: ({ now: { close, rsi, bands } }) => {
    if (!(hasWidth(bands) && judged(rsi) < OVERSOLD_RSI && close <= bands.lower)) return false;
    return {
      because: [
        `RSI ${rsi.toFixed(2)} is under ${OVERSOLD_RSI}`,
        `close ${plain(close)} is at or under the lower band ${plain(bands.lower)}`,
      ],
      strength: depth((OVERSOLD_RSI - judged(rsi)) / OVERSOLD_RSI, (bands.lower - close) / widthOf(bands)),
    };
  },
  exit: ({ now: { close, rsi, bands } }) => {
    if (!(hasWidth(bands) && judged(rsi) > OVERBOUGHT_RSI && close >= bands.upper)) return false;
    return {
      because: [
        `RSI ${rsi.toFixed(2)} is over ${OVERBOUGHT_RSI}`,
        `close ${plain(close)} is at or over the upper band ${plain(bands.upper)}`,
      ],
      strength: depth((judged(rsi) - OVERBOUGHT_RSI) / (100 - OVERBOUGHT_RSI), (close - bands.upper) / widthOf(bands)),
    };
  },
  describe: ({ now: { close, rsi, bands } }) => {
    // RSI is 50 to the last bit only where no close of the window differs from another.
    if (!hasWidth(bands) && rsi === 50) return ["the price did not move in the whole window"];
    if (!hasWidth(bands)) return ["the last 20 closes are equal: the bands have no width"];
    return [
      `RSI ${rsi.toFixed(2)} (acts under ${OVERSOLD_RSI} or over ${OVERBOUGHT_RSI})`,
      `close ${plain(close)} (bands ${plain(bands.lower)} to ${plain(bands.upper)})`,
    ];
  },
});

/** RSI is judged at 6 decimals, as it is printed and stored. */
const judged = (rsi: number): number => Math.round(rsi * 1e6) / 1e6;
const widthOf = ({ upper, lower }: Bands): number => upper - lower;
const hasWidth = (bands: Bands): boolean => widthOf(bands) > 0;
/** 0-1, the mean of two depths: RSI beyond its level (1: at 0 or 100), the close beyond the band in band widths (at most 1). */
const depth = (rsiDepth: number, bandDepth: number): number => (rsiDepth + Math.min(1, bandDepth)) / 2;
/** Six significant digits in plain notation. */
const plain = (price: number): string => decimalFromNumber(Number(price.toPrecision(6)));
