// Floor 2. freqtrade's trades and ours → pairs of them, by market and candle of the entry, and what is said of each. Pure.
import type { DifferingTrade, FreqtradeComparison, FreqtradeTrade } from "#schemas/freqtrade-compare.ts";
import { type ComparisonInput, candleStart } from "./comparison-input.ts";
import { explainBoth } from "./explain-both.ts";
import { explainOurs, explainTheirs } from "./explain-one.ts";

type Compared = Pick<FreqtradeComparison, "trades" | "counts" | "profitPct" | "differing">;

/** Each trade is in exactly one pair, or alone: `counts` adds up to all pairs and all that are alone. */
export function compareTrades(input: ComparisonInput): Compared {
  const { result, ours, stepMs } = input;
  const pairs = pairsOf(result.trades, ours, stepMs);
  const taken = new Set(pairs.values());
  const all: readonly DifferingTrade[] = [
    ...result.trades.map((trade) => {
      const own = pairs.get(trade);
      return own === undefined ? explainTheirs(trade, input) : explainBoth(trade, own, input);
    }),
    ...ours.filter((trade) => !taken.has(trade)).map((trade) => explainOurs(trade, input)),
  ];
  const counts: Partial<Record<DifferingTrade["is"], number>> = {};
  for (const { is } of all) counts[is] = (counts[is] ?? 0) + 1;
  return {
    trades: { theirs: result.trades.length, ours: ours.length, same: counts.same ?? 0 },
    counts,
    profitPct: { theirs: profitOf(result.trades), ours: profitOf(ours) },
    differing: all
      .filter(({ is }) => is !== "same")
      .toSorted((a, b) => a.entryMs - b.entryMs || (a.pair < b.pair ? -1 : a.pair > b.pair ? 1 : 0)),
  };
}

/** Exact candles first, then those one candle apart, so that a neighbour takes no trade from its own. Ours by freqtrade's. */
function pairsOf(
  theirs: readonly FreqtradeTrade[],
  ours: readonly FreqtradeTrade[],
  stepMs: number,
): ReadonlyMap<FreqtradeTrade, FreqtradeTrade> {
  const keyOf = (pair: string, candleMs: number): string => `${pair} ${candleMs}`;
  const left = Map.groupBy(ours, ({ pair, openMs }) => keyOf(pair, candleStart(openMs, stepMs)));
  const pairs = new Map<FreqtradeTrade, FreqtradeTrade>();
  for (const shift of [0, -stepMs, stepMs]) {
    for (const trade of theirs) {
      if (pairs.has(trade) || trade.isShort) continue;
      const own = left.get(keyOf(trade.pair, candleStart(trade.openMs, stepMs) + shift))?.shift();
      if (own !== undefined) pairs.set(trade, own);
    }
  }
  return pairs;
}

const profitOf = (trades: readonly FreqtradeTrade[]): number =>
  trades.reduce((sum, { profitRatio }) => sum + 100 * profitRatio, 0);
