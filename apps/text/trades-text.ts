// Floor 6. Closed trades as a table, as CSV, and what they come to.

import type { Metrics } from "#desk/account/summary.ts";
import { formatAmount, formatFee, formatPct, formatTime } from "#desk/documents/format.ts";
import type { TradesPart, TradesReport } from "#desk/documents/trades-report.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { Style } from "../io.ts";
import { SIMULATED } from "./analysis-text.ts";
import { strategiesText } from "./strategies-text.ts";
import { table } from "./table.ts";

/** The newest; --csv and --json have all. */
const TRADES_SHOWN = 20;

export const tradesTable = (trades: readonly ClosedTrade[], strategies: readonly string[], style: Style): string =>
  table(trades, [
    { title: "market", value: (t) => t.symbol },
    ...(strategies.length > 1 ? [{ title: "strategy", value: (t: ClosedTrade) => t.strategyId }] : []),
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

export function renderTrades(report: TradesReport, style: Style): string {
  const { trades, quote, sinceMs, nowMs, openPositions } = report;
  const since = sinceMs === null ? "in this run" : `since ${formatTime(sinceMs)} UTC`;
  const open = openPositions === 0 ? "" : `, ${openPositions} still open`;
  const title = style.bold(`${trades.length} closed ${trades.length === 1 ? "trade" : "trades"} ${since}${open}`);
  if (trades.length === 0) return `${title}\n${figures(report)}`;
  const earlier = trades.length - TRADES_SHOWN;
  return [
    title,
    tradesTable(trades.slice(-TRADES_SHOWN), namesOf(report), style),
    ...(earlier > 0 ? [style.dim(`… ${earlier} earlier ones; --csv and --json have all`)] : []),
    ...[
      partsTable("market", report.byMarket, quote),
      partsTable("day (UTC)", report.byDay, quote),
      ...(report.byStrategy.length > 1 ? [partsTable("strategy", report.byStrategy, quote)] : []),
    ].map((part) => `\n${part}`),
    `\n${figures(report)}`,
    style.dim(`now ${formatTime(nowMs)} UTC, run ${report.run}`),
  ].join("\n");
}

/** Of the strategies that trade and of those that did. */
const namesOf = ({ byStrategy }: TradesReport): readonly string[] => byStrategy.map(({ name }) => name);

export const partsTable = (title: string, parts: readonly TradesPart[], quote: string): string =>
  table(parts, [
    { title, value: (part) => part.name },
    { title: "trades", value: (part) => String(part.trades), align: "right" },
    { title: "won", value: (part) => String(part.won), align: "right" },
    { title: "win rate", value: (part) => winRateText(part.winRatePct), align: "right" },
    { title: `P&L ${quote}`, value: (part) => formatAmount(part.pnl), align: "right" },
  ]);

const winRateText = (pct: number | null): string => (pct === null ? "–" : `${pct.toFixed(1)} %`);

function figures(report: TradesReport): string {
  const { winRatePct, profitFactor, buyAndHoldPct } = report;
  return table(
    [
      ["strategy", strategiesText(report.strategies)],
      ["profit", `${formatAmount(report.pnl)} ${report.quote} after fees, in ${report.tradesClosed} closed trades`],
      ["win rate", winRateText(winRatePct)],
      ["mean trade", meanTradeText(report)],
      ["profit factor", profitFactor === null ? "–" : profitFactor.toFixed(2)],
      ["buy and hold", buyAndHoldPct === null ? "not known" : `${formatPct(buyAndHoldPct)} (equal weights, no costs)`],
      [
        "costs",
        `${feesText(report.fees)} fees (${report.feeBps} bps a side unless the market says otherwise), ${report.slippageBps} bps slippage a side`,
      ],
    ] as const,
    [
      { title: "figure", value: ([name]) => name },
      { title: "value", value: ([, value]) => value },
    ],
  );
}

const CSV_COLUMNS: readonly (readonly [name: string, value: (trade: ClosedTrade) => string | number])[] = [
  ["symbol", (t) => t.symbol],
  ["strategy", (t) => t.strategyId],
  ["quantity", (t) => t.quantity],
  ["entry_time", (t) => new Date(t.entryMs).toISOString()],
  ["exit_time", (t) => new Date(t.exitMs).toISOString()],
  ["entry_price", (t) => t.entryPrice],
  ["exit_price", (t) => t.exitPrice],
  ["exit", (t) => t.exitRole],
  ["fee", (t) => t.fees.map(({ amount }) => amount).join(";")],
  ["fee_currency", (t) => t.fees.map(({ currency }) => currency).join(";")],
  ["pnl", (t) => t.pnl],
  ["return_pct", (t) => t.returnPct],
];

/** RFC 4180 with a header; numbers exact, as the account has them. Fees in several coins are parted by `;`, in one order. */
export function tradesCsv(report: Pick<TradesReport, "trades" | "quote"> & { readonly simulated?: boolean }): string {
  const header = [...CSV_COLUMNS.map(([name]) => name), "pnl_currency", "prices"];
  const rows = report.trades.map((trade) => [
    ...CSV_COLUMNS.map(([, value]) => cell(String(value(trade)))),
    report.quote,
    report.simulated === true ? SIMULATED : "venue",
  ]);
  return [header, ...rows].map((cells) => cells.join(",")).join("\n");
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
