// Floor 2. The example strategy: enter where a market has fallen far and fast (RSI under 30 at or under the lower band),
// leave where it has risen likewise. It is a worked example of the seams, not a claim of an edge.
import { NO_TRIGGERS, type Triggers } from "#schemas/analysis.ts";
import type { Bollinger } from "#schemas/indicator.ts";
import { OVERBOUGHT_RSI, OVERSOLD_RSI } from "#schemas/indicator.ts";
import { decimalFromNumber } from "#schemas/money.ts";
import type { Signal } from "#schemas/reading.ts";
import type { Screen } from "../indicators/indicator-stream.ts";
import type { CandleWindow } from "../indicators/window.ts";
import { largestWhere, type NextReading, nextClose, smallestWhere } from "./next-close.ts";
import type { SignalInput, Strategy } from "./strategy.ts";

/** RSI is judged at 6 decimals: it counts as beyond a level from half of the last one on. */
const HALF_DECIMAL = 5e-7;

/** Screen margins, far above the screen's own error: RSI points, and a share of the price. */
const RSI_MARGIN = 1e-6;
const PRICE_MARGIN_RATIO = 1e-9;

export const meanReversion: Strategy = {
  id: "mean-reversion",
  definitionId: "mean-reversion.rsi30-70.bb-touch.v1",
  title: "Mean reversion: RSI 30/70 at the Bollinger bands",
  signal,
  triggers,
  mayAct,
};

function signal({ snapshot, price }: SignalInput): Signal {
  const { rsiWilder: rsi, bollinger: bands } = snapshot;
  if (rsi === null || bands === null)
    return hold(`not enough candles: ${snapshot.candles} received, ${snapshot.filled} holes`);
  if (snapshot.flat) return hold("the price did not move in the whole window");
  if (bands.upper <= bands.lower) return hold("the last 20 closes are equal: the bands have no width");
  const side = sideOf({ rsi, flat: snapshot.flat, bands }, price);
  if (side === "oversold") {
    const reasons = [
      `RSI ${rsi.toFixed(2)} is under ${OVERSOLD_RSI}`,
      `close ${plain(price)} is at or under the lower band ${plain(bands.lower)}`,
    ];
    if (snapshot.warmup !== "full")
      return hold(...reasons, `warm-up is ${snapshot.warmup} (${snapshot.candles} candles): no entry`);
    const strength = strengthOf((OVERSOLD_RSI - rsi) / OVERSOLD_RSI, (bands.lower - price) / widthOf(bands));
    return { action: "enter", strength, reasons };
  }
  if (side === "overbought") {
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

/** The rule itself, for a close that is there and for one that may come. */
function sideOf({ rsi, flat, bands }: NextReading, price: number): "oversold" | "overbought" | null {
  if (flat || bands === null || bands.upper <= bands.lower) return null;
  if (rsi < OVERSOLD_RSI && price <= bands.lower) return "oversold";
  return rsi > OVERBOUGHT_RSI && price >= bands.upper ? "overbought" : null;
}

/** Both conditions of a side hold from some close on, so their edge is the further of the two. */
function triggers(window: CandleWindow): Triggers {
  const next = nextClose(window);
  if (next === null) return NO_TRIGGERS;
  const entry = {
    holds: (close: number) => sideOf(next.read(close), close) === "oversold",
    near: Math.min(next.touches.lower, next.closeForRsi(OVERSOLD_RSI - HALF_DECIMAL)),
    scale: next.scale,
    previous: next.previous,
  };
  const exit = {
    holds: (close: number) => sideOf(next.read(close), close) === "overbought",
    near: Math.max(next.touches.upper, next.closeForRsi(OVERBOUGHT_RSI + HALF_DECIMAL)),
    scale: next.scale,
    previous: next.previous,
  };
  return {
    enterAtOrBelow: next.warmup === "full" ? largestWhere(entry) : null,
    exitAtOrAbove: smallestWhere(exit),
  };
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
