// Floor 2, performance. Closed trades in their order → 95 % intervals of what they are judged by.
import { blockLengthOf } from "./block-length.ts";
import { BlockSums, blockIntervals, type Interval } from "./bootstrap.ts";

export type TradeHeadline = "winRatePct" | "meanTradePct" | "profitFactor" | "expectancy" | "sqn";

/** @param pnls after fees · @param returnsPct of the same trades; at least 6 of them */
export function tradeIntervals(
  pnls: readonly number[],
  returnsPct: readonly number[],
): Readonly<Record<TradeHeadline, Interval | null>> {
  const n = pnls.length;
  const blockLength = Math.max(blockLengthOf(pnls), blockLengthOf(returnsPct));
  const sums = new BlockSums(
    [
      pnls.map((pnl) => (pnl > 0 ? 1 : 0)),
      pnls.map((pnl) => Math.max(pnl, 0)),
      pnls.map((pnl) => Math.max(-pnl, 0)),
      pnls.map((pnl) => pnl * pnl),
      returnsPct,
    ],
    blockLength,
  );
  const [winRatePct, meanTradePct, profitFactor, expectancy, sqn] = blockIntervals(n, blockLength, (resample) => {
    sums.take(resample);
    const [won = 0, gains = 0, losses = 0, squares = 0, returns = 0] = sums.sums;
    const mean = (gains - losses) / n;
    const variance = Math.max(0, (squares - n * mean * mean) / (n - 1));
    // The differences of sums leave a rounding where a resample has no loser.
    const lost = losses <= gains * ROUNDING ? 0 : losses;
    return [(won / n) * 100, returns / n, gains / lost, mean, (Math.sqrt(n) * mean) / Math.sqrt(variance)];
  });
  return {
    winRatePct: winRatePct ?? null,
    meanTradePct: meanTradePct ?? null,
    profitFactor: profitFactor ?? null,
    expectancy: expectancy ?? null,
    sqn: sqn ?? null,
  };
}

const ROUNDING = 1e-9;
