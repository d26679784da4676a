// Floor 2. The example strategy: enter where a market has fallen far and fast (RSI under 30 at or under the lower band),
// leave where it has risen likewise. It is a worked example of the seams, not a claim of an edge.
import type { Signal } from "#schemas/analysis.ts";
import type { Bollinger } from "#schemas/indicator.ts";
import { decimalFromNumber } from "#schemas/money.ts";
import type { Screen } from "../indicators/indicator-stream.ts";
import type { SignalInput, Strategy } from "./strategy.ts";

/** Wilder's own levels. */
const OVERSOLD_RSI = 30;
const OVERBOUGHT_RSI = 70;

/** Screen margins, far above the screen's own error: RSI points, and a share of the price. */
const RSI_MARGIN = 1e-6;
const PRICE_MARGIN_RATIO = 1e-9;

export const meanReversion: Strategy = {
  id: "mean-reversion",
  definitionId: "mean-reversion.rsi30-70.bb-touch.v1",
  title: "Mean reversion: RSI 30/70 at the Bollinger bands",
  signal,
  mayAct,
};

function signal({ snapshot, price }: SignalInput): Signal {
  const { rsiWilder: rsi, bollinger: bands } = snapshot;
  if (rsi === null || bands === null)
    return hold(`not enough candles: ${snapshot.candles} received, ${snapshot.filled} holes`);
  if (snapshot.flat) return hold("the price did not move in the whole window");
  if (bands.upper <= bands.lower) return hold("the last 20 closes are equal: the bands have no width");
  if (rsi < OVERSOLD_RSI && price <= bands.lower) {
    const reasons = [
      `RSI ${rsi.toFixed(2)} is under ${OVERSOLD_RSI}`,
      `close ${plain(price)} is at or under the lower band ${plain(bands.lower)}`,
    ];
    if (snapshot.warmup !== "full")
      return hold(...reasons, `warm-up is ${snapshot.warmup} (${snapshot.candles} candles): no entry`);
    const strength = strengthOf((OVERSOLD_RSI - rsi) / OVERSOLD_RSI, (bands.lower - price) / widthOf(bands));
    return { action: "enter", strength, reasons };
  }
  if (rsi > OVERBOUGHT_RSI && price >= bands.upper) {
    const strength = strengthOf(
      (rsi - OVERBOUGHT_RSI) / (100 - OVERBOUGHT_RSI),
      (price - bands.upper) / widthOf(bands),
    );
    return {
      action: "exit",
      strength,
      reasons: [
        `RSI ${rsi.toFixed(2)} is over ${OVERBOUGHT_RSI}`,
        `close ${plain(price)} is at or over the upper band ${plain(bands.upper)}`,
      ],
    };
  }
  return hold(
    `RSI ${rsi.toFixed(2)} (acts under ${OVERSOLD_RSI} or over ${OVERBOUGHT_RSI})`,
    `close ${plain(price)} (bands ${plain(bands.lower)} to ${plain(bands.upper)})`,
  );
}

function mayAct(screen: Screen, held: boolean): boolean {
  const { rsi } = screen;
  if (rsi < OVERSOLD_RSI + RSI_MARGIN) return screen.close * (1 - PRICE_MARGIN_RATIO) <= screen.lower();
  if (held && rsi > OVERBOUGHT_RSI - RSI_MARGIN) return screen.close * (1 + PRICE_MARGIN_RATIO) >= screen.upper();
  return false;
}

const hold = (...reasons: readonly string[]): Signal => ({ action: "hold", strength: 0, reasons: [...reasons] });

const widthOf = (bands: Bollinger): number => bands.upper - bands.lower;

/**
 * 0-1, the mean of two depths: how far RSI is beyond its level (1: at 0 or 100), and how far the close is beyond the
 * band in band widths (1: a whole width, and from there on). Six decimals, so that ranks do not hang on rounding.
 */
const strengthOf = (rsiDepth: number, bandDepth: number): number =>
  Math.round(((rsiDepth + Math.min(1, bandDepth)) / 2) * 1e6) / 1e6;

/** Six significant digits in plain notation. */
const plain = (price: number): string => decimalFromNumber(Number(price.toPrecision(6)));
