// Bench. Buy and hold as StockBench counts it: as much money in each stock at the open of the first session, marked at each open
// (its config: trade_price_field open; engine.build_per_symbol_bh_benchmark), fees once at the purchase.
import type { CandleSeries } from "#schemas/market.ts";

export interface HeldFigures {
  readonly returnPct: number;
  /** Deepest fall from a high so far, percent, negative or 0. */
  readonly drawdownPct: number;
  readonly sessions: number;
}

/** @param at open times of the window's sessions; a stock without a candle at one of them keeps its last open */
export function buyAndHold(
  stocks: readonly Pick<CandleSeries, "openMs" | "open">[],
  at: readonly number[],
  costBps: number,
): HeldFigures {
  const worth = at.map(() => 0);
  for (const { openMs, open } of stocks) {
    const byDay = new Map([...openMs].map((day, row) => [day, open[row] ?? Number.NaN]));
    const first = byDay.get(at[0] ?? Number.NaN) ?? Number.NaN;
    let last = first;
    for (const [i, day] of at.entries()) {
      last = byDay.get(day) ?? last;
      worth[i] = (worth[i] ?? 0) + last / first / (1 + costBps / 1e4) / stocks.length;
    }
  }
  let high = 0;
  let drawdown = 0;
  for (const value of worth) {
    high = Math.max(high, value);
    drawdown = Math.min(drawdown, value / high - 1);
  }
  return { returnPct: 100 * ((worth.at(-1) ?? 1) - 1), drawdownPct: 100 * drawdown, sessions: at.length };
}
