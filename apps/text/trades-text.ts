// Floor 6. Closed trades as a table, and the mean of their returns with its interval.
import type { Metrics } from "#desk/account/summary.ts";
import { formatAmount, formatFee, formatPct, formatTime } from "#desk/documents/format.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { Style } from "../io.ts";
import { table } from "./table.ts";

export const tradesTable = (trades: readonly ClosedTrade[], style: Style): string =>
  table(trades, [
    { title: "market", value: (t) => t.symbol },
    { title: "in (UTC)", value: (t) => formatTime(t.entryMs) },
    { title: "out (UTC)", value: (t) => formatTime(t.exitMs) },
    { title: "entry", value: (t) => formatAmount(t.entryPrice), align: "right" },
    { title: "exit", value: (t) => formatAmount(t.exitPrice), align: "right" },
    { title: "by", value: (t) => t.exitRole },
    { title: "fee", value: (t) => feesText(t.fees), align: "right" },
    { title: "P&L", value: (t) => formatAmount(t.pnl), align: "right" },
    {
      title: "return",
      value: (t) => (t.returnPct < 0 ? style.bad : style.good)(formatPct(t.returnPct)),
      align: "right",
    },
  ]);

/** `0.40 USDT`, `0.000012 BTC + 0.20 USDT` */
export const feesText = (fees: ClosedTrade["fees"]): string =>
  fees.map(({ currency, amount }) => `${formatFee(amount)} ${currency}`).join(" + ") || "–";

export function meanTradeText(m: Pick<Metrics, "meanTradePct" | "meanTradePct95">): string {
  if (m.meanTradePct === null) return "–";
  if (m.meanTradePct95 === null) return `${formatPct(m.meanTradePct)} (under 30 trades: no interval)`;
  const [low, high] = m.meanTradePct95;
  return `${formatPct(m.meanTradePct)} (95 % interval ${formatPct(low)} to ${formatPct(high)})`;
}
