// Floor 4. Debates that met an entry + candles up to the slot → what came of them, in the order in which they met it. The live desk and
// the backtest settle by this, at the first slot at which it is known; no model is asked.
import type { DebateOutcome } from "#schemas/debate.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { DebateBook, MetDebate } from "./debate-book.ts";
import { outcomeOf, type ShadowInput } from "./shadow-trade.ts";

export interface SettleInput extends Omit<ShadowInput, "nowMs" | "horizonCandles"> {
  readonly book: DebateBook;
  readonly slotMs: UnixMs;
  /** Closed candles from `fromMs` on; null: they cannot be had now, and it is tried again at the next slot. */
  readonly candlesOf: (symbol: MarketSymbol, fromMs: UnixMs) => Promise<CandleSeries | null>;
}

/** Each market is read once. */
export async function outcomesAt({
  book,
  slotMs,
  candlesOf,
  ...input
}: SettleInput): Promise<readonly DebateOutcome[]> {
  const open = book.open();
  const series = new Map<MarketSymbol, CandleSeries | null>();
  for (const [symbol, own] of Map.groupBy(open, ({ decision }) => decision.symbol)) {
    series.set(symbol, await candlesOf(symbol, firstOf(own)));
  }
  return open.flatMap(
    (met) => outcomeOf(met, series.get(met.decision.symbol) ?? null, { ...input, nowMs: slotMs }) ?? [],
  );
}

/** A candle before the first that is needed. */
const firstOf = (met: readonly MetDebate[]): UnixMs =>
  unixMs(Math.min(...met.map(({ decision }) => decision.asOfMs - timeframeMs(decision.timeframe))));
