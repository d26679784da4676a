// Floor 6. The account's part of the report: what was earned with its costs and what stands beside it, and what was left out.
import type { AccountReport } from "#desk/documents/account-report.ts";
import { formatAmount, formatFee, formatPct, formatTime } from "#desk/documents/format.ts";
import type { LeftOut } from "#desk/documents/left-out.ts";
import { equityText } from "#desk/documents/portfolio-view.ts";
import { leftOutRows } from "./left-out-text.ts";
import type { ReportSection } from "./report-section.ts";
import { strategiesText } from "./strategies-text.ts";
import { meanTradeText } from "./trades-text.ts";

/** `, 500 put in since`; nothing where nothing was moved. */
const allottedText = (allotted: string): string =>
  allotted === "0"
    ? ""
    : `, ${formatAmount(allotted.replace("-", ""))} ${allotted.startsWith("-") ? "taken out" : "put in"} since`;

export function accountSection(account: AccountReport): ReportSection {
  const { metrics: m, startingCash, allotted, quote, drawdownPct, openPositions } = account;
  const rows: (readonly [string, string])[] = [
    ["strategy", strategiesText(account.strategies)],
    [
      "equity",
      `${equityText(account)}, cash ${formatAmount(account.cash)}, begun with ${formatAmount(startingCash)}${allottedText(allotted)}`,
    ],
  ];
  if (drawdownPct !== null) rows.push(["below the 30-day peak", `${drawdownPct.toFixed(2)} %`]);
  if (m === null) rows.push(["profit", "not known yet: fewer than two slots are settled"]);
  else {
    rows.push(
      ["profit", `${formatPct(m.totalReturnPct)} from ${formatTime(m.startMs)} to ${formatTime(m.endMs)} UTC`],
      [
        "buy and hold",
        m.buyAndHoldPct === null ? "not known" : `${formatPct(m.buyAndHoldPct)} (equal weights, no costs)`,
      ],
      ["largest drawdown", `${m.maxDrawdownPct.toFixed(2)} %`],
      ["trades closed", `${m.tradesClosed}${openPositions > 0 ? `, ${openPositions} still open` : ""}`],
      ["win rate", m.winRatePct === null ? "–" : `${m.winRatePct.toFixed(1)} %`],
      ["mean trade", meanTradeText(m)],
      ["profit factor", m.profitFactor === null ? "–" : m.profitFactor.toFixed(2)],
      [
        "costs",
        `${formatFee(m.feesPaid)} ${quote} fees (${m.feeBps} bps a side unless the market says otherwise), ${m.slippageBps} bps slippage a side`,
      ],
    );
  }
  return {
    title: "the account",
    columns: ["figure", "amount"],
    rows,
    notes: ["Of this run; the trades: `deeptrader trades`."],
  };
}

/** Without rows where only one strategy trades. */
export const strategiesSection = ({ byStrategy, quote }: AccountReport): ReportSection => ({
  title: "closed trades by strategy",
  columns: ["strategy", "trades", "won", "win rate", `profit ${quote}`],
  rows:
    byStrategy.length < 2
      ? []
      : byStrategy.map(({ name, trades, won, winRatePct, pnl }) => [
          name,
          String(trades),
          String(won),
          winRatePct === null ? "–" : `${winRatePct.toFixed(1)} %`,
          formatAmount(pnl),
        ]),
  notes: ["After fees; what is still open is not in it."],
});

export const leftOutSection = (leftOut: LeftOut): ReportSection => ({
  title: "not traded",
  columns: ["what", "why"],
  rows: leftOutRows(leftOut),
  notes: ["Markets by their newest analysis, refusals of the whole run."],
});
