// Floor 2. CandleWindow → IndicatorSnapshot: the one place where indicator values are made, for sleep time, test time
// and backtest alike. RSI and ATR are those of the window, never of a longer past.
import type { IndicatorSnapshot } from "#schemas/indicator.ts";
import { atrOfWindow } from "./atr.ts";
import { bollingerOfWindow } from "./bollinger.ts";
import { rsiOfWindow } from "./rsi.ts";
import { warmupOf } from "./warmup.ts";
import type { CandleWindow } from "./window.ts";

/** Names every definition behind a snapshot; it changes whenever one of them does, and makes old records stale. */
export const INDICATOR_DEFINITION_ID = "rsi-w14.bb-p20x2.atr-w14.trend-v1.win400g200.v1";

/**
 * Indicator values of a window: RSI to 6 decimals, ATR to 9 significant digits, bands unrounded; all null, and `flat`
 * false, where the window is `insufficient`.
 * @throws InvariantError where a price is not a finite number (law 8)
 */
export function computeSnapshot(window: CandleWindow): IndicatorSnapshot {
  const warmup = warmupOf(window);
  const enough = warmup !== "insufficient";
  const rsi = enough ? rsiOfWindow(window.close) : null;
  const atr = enough ? atrOfWindow(window) : null;
  return {
    rsiWilder: rsi === null ? null : roundRsi(rsi.value),
    bollinger: enough ? bollingerOfWindow(window.close) : null,
    atr: atr === null ? null : Number(atr.toPrecision(9)),
    candles: window.received,
    filled: window.filled,
    windowStartMs: window.startMs,
    warmup,
    flat: rsi?.flat ?? false,
  };
}

/** RSI as records carry it: 6 decimals. */
export const roundRsi = (rsi: number): number => Math.round(rsi * 1e6) / 1e6;
