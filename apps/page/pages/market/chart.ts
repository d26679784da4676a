// Floor 6. The chart of a market: what it draws, as an attribute that market.js reads, and the same in words and in a table.
import { html } from "hono/html";
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import type { MarketReport } from "#desk/overviews/market-report.ts";
import { toNumber } from "#schemas/money.ts";
import { timeframeMs } from "#schemas/units.ts";
import { table } from "../../figures.ts";
import type { Html } from "../../page.ts";

/** Candles of the table for who does not see the chart. */
const ROWS = 12;

export function chart(report: MarketReport): Html {
  const { candles } = report.candles;
  if (candles.length === 0) return html`<p class="empty">No candle is at hand. ${report.candles.fewer ?? ""}</p>`;
  return html`<p class="legend"><span class="band">Bollinger 20, 2</span><span class="rsi">RSI 14, below</span><span class="enter">enters from there</span><span class="exit">exits from there</span></p>
<p id="market-values" class="values num" aria-hidden="true" hx-morph-skip-children></p>
<div id="market-chart" class="chart tall" role="img" aria-label="${summary(report)}" hx-morph-skip-children data-chart="${JSON.stringify(drawnOf(report))}"></div>
${report.candles.fewer === null ? "" : html`<p class="note">${report.candles.fewer}</p>`}
<details id="market-candles"><summary>The chart in figures</summary>${newest(candles)}</details>`;
}

/** Times in seconds, as the chart takes them; candles as rows without names, since each is sent some hundred times. */
export function drawnOf({ candles, timeframe, fills, levels, brackets, orders }: MarketReport) {
  const stepMs = timeframeMs(timeframe);
  return {
    step: stepMs / 1000,
    candles: candles.candles.map((c) => [
      c.openMs / 1000,
      c.open,
      c.high,
      c.low,
      c.close,
      c.rsi,
      c.upper,
      c.middle,
      c.lower,
      c.corrected ? 1 : 0,
    ]),
    holes: candles.holes.map(({ fromMs, candles: count }) => [fromMs / 1000, count]),
    fills: fills.map(({ atMs, side, role, price }) => [
      (Math.floor(atMs / stepMs) * stepMs) / 1000,
      side,
      role,
      toNumber(price),
    ]),
    zones: levels.flatMap(({ strategyId, enter, exit }) => [
      ...enter.map(({ from, to }) => ["enter", from, to, strategyId] as const),
      ...exit.map(({ from, to }) => ["exit", from, to, strategyId] as const),
    ]),
    lines: [
      ...brackets.flatMap(({ entryPrice, stopPrice, targetPrice }) => [
        ...lineOf("entry", "entry", entryPrice),
        ...lineOf("stop", "stop", stopPrice),
        ...lineOf("target", "target", targetPrice),
      ]),
      // Stops and targets are the brackets' lines.
      ...orders
        .filter(({ role }) => role !== "stop-loss" && role !== "take-profit")
        .flatMap(({ role, triggerPrice, limitPrice }) => lineOf("order", `${role} order`, triggerPrice ?? limitPrice)),
    ],
  };
}

const lineOf = (kind: "entry" | "stop" | "target" | "order", title: string, price: string | null) =>
  price === null ? [] : [[kind, title, toNumber(price)] as const];

function summary({ symbol, timeframe, candles: { candles }, fills, brackets }: MarketReport): string {
  const last = candles.at(-1);
  if (last === undefined) return symbol;
  const prices = candles.flatMap(({ low, high }) => [low, high]);
  const bands =
    last.lower === null || last.upper === null
      ? ""
      : `, bands ${formatAmount(last.lower)} to ${formatAmount(last.upper)}`;
  const held = brackets.length === 0 ? "" : `, ${brackets.length} open`;
  return `${symbol}: ${candles.length} candles of ${timeframe}, from ${formatAmount(Math.min(...prices))} to ${formatAmount(Math.max(...prices))}; last close ${formatAmount(last.close)}${bands}, RSI ${last.rsi?.toFixed(1) ?? "not known"}; ${fills.length} fills${held}. The same in figures is below.`;
}

const price = (value: number | null): string => (value === null ? "–" : formatAmount(value));

const newest = (candles: MarketReport["candles"]["candles"]): Html =>
  table({
    caption: "Newest candles",
    rows: candles.slice(-ROWS).toReversed(),
    empty: "There is none.",
    columns: [
      { title: "opened (UTC)", cell: (c) => formatTime(c.openMs), isName: true },
      { title: "open", cell: (c) => price(c.open), isNumber: true },
      { title: "high", cell: (c) => price(c.high), isNumber: true },
      { title: "low", cell: (c) => price(c.low), isNumber: true },
      { title: "close", cell: (c) => price(c.close), isNumber: true },
      { title: "lower band", cell: (c) => price(c.lower), isNumber: true },
      { title: "middle", cell: (c) => price(c.middle), isNumber: true },
      { title: "upper band", cell: (c) => price(c.upper), isNumber: true },
      { title: "RSI", cell: (c) => c.rsi?.toFixed(1) ?? "–", isNumber: true },
      { title: "noted", cell: (c) => (c.corrected ? "corrected" : "") },
    ],
  });
