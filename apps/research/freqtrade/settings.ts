// Floor 6. In what freqtrade's run and ours were set differently: what stands here may explain any trade that differs.
import type { DeskConfig } from "#schemas/config.ts";
import type { FreqtradeComparison } from "#schemas/freqtrade-compare.ts";
import type { FreqtradeResult } from "#toolkits/freqtrade/read-result.ts";
import type { BacktestDocument } from "../../commands/backtest.ts";

export function settingsOf(
  { trades, maxOpenTrades, isOurs }: FreqtradeResult,
  { metrics, trades: own }: BacktestDocument,
  { limits }: Pick<DeskConfig, "limits">,
): FreqtradeComparison["settings"] {
  const [fee] = trades.map(({ feeOpen }) => Number((10_000 * feeOpen).toFixed(4)));
  const rows: FreqtradeComparison["settings"][number][] = [];
  if (fee !== undefined && own.length > 0 && Math.abs(fee - metrics.feeBps) > 1e-3)
    rows.push({ what: "fee a side", theirs: `${fee} bps`, ours: `${metrics.feeBps} bps` });
  // What ours was exported with is not in the file.
  if (metrics.slippageBps > 0 && !isOurs)
    rows.push({ what: "slippage a side", theirs: "none", ours: `${metrics.slippageBps} bps` });
  if (maxOpenTrades !== null && maxOpenTrades !== limits.maxOpenPositions)
    rows.push({ what: "open trades at most", theirs: String(maxOpenTrades), ours: String(limits.maxOpenPositions) });
  return rows;
}
