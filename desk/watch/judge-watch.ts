// Floor 4. A price watch and the newest analyses of its market → whether it is met, and by which candle. Pure.
import type { Analysis } from "#schemas/analysis.ts";
import { compare, decimalFromNumber } from "#schemas/money.ts";
import { splitSymbol, type Timeframe, timeframeMs, type UnixMs } from "#schemas/units.ts";
import type { PriceWatch, StandingWatch } from "#schemas/watch.ts";
import { timeText } from "./alert-text.ts";

/** What a watch is judged by; `base` is the desk's own timeframe. */
export interface WatchFigures {
  readonly base: Timeframe;
  /** The fresh analysis of a timeframe; null: there is none now. */
  analysis(timeframe: Timeframe): Pick<Analysis, "price" | "asOfMs" | "indicators"> | null;
}

/** The figure that met it. */
export interface MetBy {
  readonly figure: number;
  readonly timeframe: Timeframe;
  /** Close of the candle. */
  readonly closeMs: UnixMs;
}

/** Null: it is not met, or not known to be. */
export function metBy(watch: PriceWatch, figures: WatchFigures): MetBy | null {
  const found = figureOf(watch, figures);
  if (found === null) return null;
  // As decimals: a close that prints as the level is the level.
  const side = compare(decimalFromNumber(found.figure), decimalFromNumber(Number(watch.level)));
  return side === (watch.kind.endsWith("below") ? -1 : 1) ? found : null;
}

function figureOf(watch: PriceWatch, { base, analysis }: WatchFigures): MetBy | null {
  switch (watch.kind) {
    case "rsi-below":
    case "rsi-above": {
      const read = analysis(watch.timeframe);
      const rsi = read?.indicators.rsiWilder ?? null;
      if (read === null || rsi === null || read.indicators.warmup === "insufficient") return null;
      return { figure: rsi, timeframe: watch.timeframe, closeMs: read.asOfMs };
    }
    case "price-below":
    case "price-above":
    case "close-below":
    case "close-above": {
      const read = analysis(base);
      if (read === null) return null;
      const timeframe = "timeframe" in watch ? watch.timeframe : base;
      // The last candle of the desk's own that ends with a longer one has its close.
      if (read.asOfMs % timeframeMs(timeframe) !== 0) return null;
      return { figure: read.price, timeframe, closeMs: read.asOfMs };
    }
  }
}

/** `ETH/USDT closed at 2991.2 USDT on 5m (2026-11-28 12:05 UTC), under 3000`. */
export function metText({ watch }: Pick<StandingWatch, "watch">, { figure, timeframe, closeMs }: MetBy): string {
  const side = watch.kind.endsWith("below") ? "under" : "over";
  const { quote } = splitSymbol(watch.symbol);
  const what = watch.kind.startsWith("rsi")
    ? `${watch.symbol} RSI ${figure} at the close of ${timeframe}`
    : `${watch.symbol} closed at ${decimalFromNumber(figure)} ${quote} on ${timeframe}`;
  return `${what} (${timeText(closeMs)}), ${side} ${watch.level}`;
}
