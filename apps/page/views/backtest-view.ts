// Floor 6. A backtest beside its trades: what was tested at what cost, equity beside buy and hold, and how it did.
import { html } from "hono/html";
import { formatAmount, formatFee, formatPct, formatTime } from "#desk/documents/format.ts";
import { toNumber } from "#schemas/money.ts";
import { DAY_MS } from "#schemas/units.ts";
import { DAYS_A_YEAR, MIN_DAYS_FOR_A_YEAR } from "#toolkits/performance/performance.ts";
import { lineChart } from "../../charts/line-chart.ts";
import { leftOutRows } from "../../text/left-out-text.ts";
import { panel, pct } from "../figures.ts";
import type { Html } from "../page.ts";
import type { DrawnBacktest } from "./drawn-backtest.ts";
import { type HeldFigures, performanceView } from "./performance-view.ts";

export function backtestView(d: DrawnBacktest): Html {
  return html`<div class="grid">
${panel({ id: "result", title: "Result", place: "span-5", content: result(d) })}
${panel({ id: "equity-line", title: "Equity beside buy and hold", place: "span-7", content: equity(d) })}
${panel({ id: "left-out", title: "What was left out", content: leftOut(d) })}
</div>
${d.performance === undefined ? html`<p class="note">This backtest was saved without its full figures; run it again with this version to have them.</p>` : performanceView(d.performance, d.quote, heldFigures(d))}`;
}

/** By the names of the headlines; a figure that is not told of holding is not there. */
export function heldFigures({ metrics: m, holdLine }: DrawnBacktest): HeldFigures {
  const { buyAndHoldPct: whole, startMs, endMs } = m;
  const days = (endMs - startMs) / DAY_MS;
  return {
    totalReturnPct: whole,
    cagrPct:
      whole === null || days < MIN_DAYS_FOR_A_YEAR ? null : ((1 + whole / 100) ** (DAYS_A_YEAR / days) - 1) * 100,
    ...(holdLine === undefined ? {} : { maxDrawdownPct: holdLine?.maxDrawdownPct ?? null }),
  };
}

function result(d: DrawnBacktest): Html {
  const { metrics: m, quote } = d;
  const trades = `${m.tradesClosed.toLocaleString("en-US")} closed${d.openPositions > 0 ? `, ${d.openPositions} still open` : ""}`;
  const own = d.marketsWithOwnFee;
  const costs = `${formatFee(m.feesPaid)} ${quote} fees (${m.feeBps} bps a side${own === 0 ? "" : `; ${own} ${own === 1 ? "market has its" : "markets have their"} own`}), ${m.slippageBps} bps slippage a side`;
  const rows: readonly (readonly [string, Html | string])[] = [
    ["strategy", d.strategies.join(", ")],
    ["from – to", html`${formatTime(m.startMs)} – ${formatTime(m.endMs)} UTC`],
    ["candles", `${d.timeframe}, ${m.slots.toLocaleString("en-US")} closes, ${d.venue}, security ${d.security}`],
    ["trades", trades],
    ["costs", costs],
    ...(d.fillsOutsideCandle === 0
      ? []
      : [["by slippage outside their candle", `${d.fillsOutsideCandle} of ${m.fills} fills`] as const]),
    ...d.rules.map(({ words, text }) => ["rule", `“${words}”: ${text}`] as const),
    ["decisions", `${m.decisions}, ${m.refusals} refused`],
    ["decisionsHash", html`<code>${d.decisionsHash.slice(0, 16)}</code>`],
  ];
  return html`<dl class="figures">
<div class="main"><dt>Equity</dt><dd>${formatAmount(d.equity)} <small>${quote}</small></dd></div>
<div class="main"><dt>Return</dt><dd>${pct(m.totalReturnPct)}</dd></div>
<div class="main"><dt>Buy and hold</dt><dd>${pct(m.buyAndHoldPct)}</dd></div>
<div class="main"><dt>Largest drawdown</dt><dd class="num">${m.maxDrawdownPct.toFixed(2)} %</dd></div>
</dl>
${facts(rows)}`;
}

function leftOut(d: DrawnBacktest): Html {
  const rows = leftOutRows(d.leftOut);
  return rows.length === 0 ? html`<p class="note">Nothing was left out.</p>` : facts(rows);
}

const facts = (rows: readonly (readonly [string, Html | string])[]): Html =>
  html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

function equity({ equityLine, holdLine, quote, metrics: m }: DrawnBacktest): Html {
  const [first] = equityLine;
  if (first === undefined || equityLine.length < 2) return html`<p class="empty">Too few closes to draw.</p>`;
  const start = toNumber(first.equity);
  const hold = holdLine?.points.map(({ atMs, returnPct }) => ({ atMs, value: start * (1 + returnPct / 100) })) ?? [];
  const held = m.buyAndHoldPct === null ? "not known" : formatPct(m.buyAndHoldPct);
  return html`${lineChart({
    title: `Equity, ${quote}`,
    label: `Equity from ${formatAmount(first.equity)} to ${formatAmount(equityLine.at(-1)?.equity ?? 0)} ${quote} (${formatPct(m.totalReturnPct)}); buy and hold ${held}.`,
    size: "tall",
    curves: [
      {
        name: "equity",
        tone: "accent",
        points: equityLine.map(({ atMs, equity: e }) => ({ atMs, value: toNumber(e) })),
      },
      ...(hold.length === 0 ? [] : [{ name: "buy and hold", tone: "quiet", points: hold }]),
    ],
    format: formatAmount,
    timeText: formatTime,
  })}
<p class="note">${holdLine ? `Buy and hold: the starting cash in equal parts in ${holdLine.markets} ${holdLine.markets === 1 ? "market" : "markets"}, bought at the first close and held, without costs.` : "Buy and hold is not drawn: no market has a price at both ends, or it was not kept."}</p>`;
}
