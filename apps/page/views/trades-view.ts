// Floor 6. Closed trades of a backtest as a table, and one of them on its candles.
import { html } from "hono/html";
import { formatAge, formatAmount, formatFee, formatPct, formatTime } from "#desk/documents/format.ts";
import type { ActionLevels } from "#schemas/reading.ts";
import type { TradeChart } from "#schemas/trade-chart.ts";
import { candleChart } from "../../charts/candle-chart.ts";
import { type Column, pct, table, timeUtc } from "../figures.ts";
import type { Html } from "../page.ts";
import type { DrawnBacktest, DrawnTrade } from "./drawn-backtest.ts";

/** A trade, and its place among all. */
export type PlacedTrade = readonly [place: number, trade: DrawnTrade];

export interface TradesTable {
  readonly trades: readonly PlacedTrade[];
  /** Where a trade is seen on its candles; null: it is not drawn. */
  readonly linkOf: (place: number) => string | null;
}

export function tradesTable(d: DrawnBacktest, { trades, linkOf }: TradesTable): Html {
  const hasTags = d.trades.some(({ entryTag }) => entryTag != null);
  const text = (title: string, cell: (trade: DrawnTrade) => string): Column<PlacedTrade> => ({
    title,
    cell: ([, trade]) => cell(trade),
  });
  const number = (title: string, cell: (trade: DrawnTrade) => Html | string): Column<PlacedTrade> => ({
    title,
    cell: ([, trade]) => cell(trade),
    isNumber: true,
  });
  return table({
    caption: "Closed trades",
    rows: trades,
    empty: "No trade is like that.",
    columns: [
      { title: "no.", cell: ([place]) => linked(linkOf(place), String(place + 1)), isName: true },
      text("market", ({ symbol }) => symbol),
      ...(d.strategies.length > 1 ? [text("strategy", ({ strategyId }) => strategyId)] : []),
      ...(hasTags ? [text("tag", ({ entryTag }) => entryTag ?? "")] : []),
      text("in (UTC)", ({ entryMs }) => formatTime(entryMs)),
      text("out (UTC)", ({ exitMs }) => formatTime(exitMs)),
      number("held", ({ entryMs, exitMs }) => formatAge(exitMs - entryMs)),
      number("entry", ({ entryPrice }) => formatAmount(entryPrice)),
      number("exit", ({ exitPrice }) => formatAmount(exitPrice)),
      text("by", exitWord),
      number(`P&L, ${d.quote}`, ({ pnl }) => pnlText(pnl)),
      number("return", ({ returnPct }) => formatPct(returnPct)),
    ],
  });
}

/** `−23.79`, with a real minus sign. */
const pnlText = (pnl: string): string => formatFee(pnl).replace("-", "−");

const linked = (link: string | null, words: string): Html =>
  link === null ? html`${words}` : html`<a href="${link}">${words}</a>`;

/** Its own reason where it has one, else what ended it. */
export const exitWord = (trade: DrawnTrade & { readonly exitReason?: string | null }): string =>
  trade.exitReason ?? trade.exitRole;

export interface TradeFigure {
  readonly trade: DrawnTrade;
  readonly chart: TradeChart;
  readonly quote: string;
  readonly isTold?: boolean;
}

/** The chart, and beneath it what it shows in words. */
export function tradeFigure({ trade, chart, quote, isTold = false }: TradeFigure): Html {
  const { symbol, entryMs, exitMs, entryPrice, exitPrice, returnPct } = trade;
  const title = `${chart.trade + 1}. ${symbol}, ${formatTime(entryMs)} to ${formatTime(exitMs)} UTC: ${formatPct(returnPct)}`;
  const drawn = candleChart({
    chart,
    entryMs,
    exitMs,
    title,
    label: `${symbol}: bought at ${formatAmount(entryPrice)}, sold at ${formatAmount(exitPrice)}, ${formatPct(returnPct)}. The same in words is below.`,
    format: formatAmount,
    timeText: formatTime,
    isTold,
  });
  return html`${drawn}<dl class="facts">${factsOf({ trade, chart, quote }).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function factsOf({ trade, chart, quote }: TradeFigure): readonly (readonly [string, Html | string])[] {
  const [first] = chart.fills;
  const last = chart.fills.at(-1);
  const steps = (all: TradeChart["stop"]): string => {
    const [one, newest] = [all[0], all.at(-1)];
    if (one === undefined || newest === undefined) return "none";
    return all.length === 1
      ? formatAmount(one.price)
      : `${formatAmount(one.price)}, in ${all.length - 1} steps to ${formatAmount(newest.price)}`;
  };
  return [
    [
      "bought",
      html`${formatAmount(trade.entryPrice)} at ${timeUtc(trade.entryMs)}${first?.reason == null ? "" : html`: ${first.reason}`}`,
    ],
    [
      "sold",
      html`${formatAmount(trade.exitPrice)} at ${timeUtc(trade.exitMs)} by ${exitWord(trade)}${last?.reason == null ? "" : html`: ${last.reason}`}`,
    ],
    [
      "result",
      html`${pct(trade.returnPct)}, ${pnlText(trade.pnl)} ${quote} after fees, held ${formatAge(trade.exitMs - trade.entryMs)}`,
    ],
    ["stop · target", `${steps(chart.stop)} · ${steps(chart.target)}`],
    ["would have entered at", levelsText(chart.levels)],
    ...(chart.perCandle === 1
      ? []
      : [["each candle drawn", `is ${chart.perCandle} of the timeframe: the trade is long`] as const]),
  ];
}

/** `closes up to 98.31`; worked out before the candle was there. */
function levelsText(levels: ActionLevels | null): string {
  if (levels === null) return "not worked out for this candle";
  if (levels.status === "not-worked-out") return `not worked out: ${levels.note}`;
  const enters = levels.intervals.filter(({ action }) => action === "enter");
  if (enters.length === 0) return "no close within 5 ATR";
  const words = enters.map(({ from, to }) => {
    if (from === null) return to === null ? "any close within 5 ATR" : `closes up to ${formatAmount(to)}`;
    return to === null
      ? `closes from ${formatAmount(from)} on`
      : `closes from ${formatAmount(from)} to ${formatAmount(to)}`;
  });
  return `${words.join(", ")}${levels.status === "conditional" ? `, ${levels.note}` : ""}`;
}
