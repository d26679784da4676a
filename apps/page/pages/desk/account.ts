// Floor 6. The account in figures, and its curve beside buy and hold.

import { html } from "hono/html";
import type { EquityReport } from "#desk/documents/equity-report.ts";
import { formatAmount, formatPct, formatTime } from "#desk/documents/format.ts";
import { overrideText } from "#desk/documents/override-text.ts";
import { fact, pct, table, timeUtc } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";

/** Points of the curve: more than the chart has pixels for is not sent. */
const POINTS = 400;
const DAYS_SHOWN = 30;

const readEquity = ({ read }: Asked): Promise<EquityReport> => read("equity", { flags: { points: POINTS } });

export async function account(asked: Asked): Promise<Html> {
  const [status, positions, equity] = await Promise.all([
    asked.read("status"),
    asked.read("positions"),
    readEquity(asked),
  ]);
  const { quote } = status;
  const money = (value: string): Html => html`<span class="num">${formatAmount(value)}</span> <small>${quote}</small>`;
  const below = (value: number | null): string => (value === null ? "not known yet" : `${value.toFixed(2)} %`);
  return html`<dl class="figures">
<div class="main"><dt>Equity</dt><dd>${money(status.equity)}</dd></div>
<div class="main"><dt>Today</dt><dd>${status.dayChangePct === null ? "–" : pct(status.dayChangePct)}</dd></div>
${fact("Since the start", pct(equity.totalReturnPct))}
${fact("Buy and hold", pct(equity.buyAndHoldPct))}
${fact("Below the 30-day peak", below(status.drawdownPct))}
${fact("Largest drawdown", below(equity.maxDrawdownPct))}
${fact("Cash", money(status.cash))}
${fact("Exposure", html`<span class="num">${positions.exposurePct.toFixed(1)} %</span>`)}
${fact("If all stops hit", pct(positions.allStopsHitPct, 1))}
${fact("Positions", html`<span class="num">${status.openPositions}</span> of ${status.maxOpenPositions}`)}
${Number(status.valueAtOldPrices) > 0 ? fact("At old prices", money(status.valueAtOldPrices)) : ""}
</dl>
${status.tightened.map(({ limit, value, configured }) => html`<p class="note">Limit ${limit} is tightened to ${value} (configured ${configured}).</p>`)}
${status.blocked.map(({ what, by, reason }) => html`<p class="note">${what} is blocked by ${by}: ${reason}</p>`)}
${status.overrides.map((one) => html`<p class="note">${overrideText(one)} by ${one.by}: ${one.reason}</p>`)}`;
}

export async function equity(asked: Asked): Promise<Html> {
  const report = await readEquity(asked);
  const { points, totalReturnPct, buyAndHoldPct, days, quote } = report;
  if (points.length < 2) return html`<p class="empty">The curve begins when two slots are settled.</p>`;
  // The chart draws these; what is read out are the figures and the table of days.
  const drawn = points.map(({ atMs, equity, holdEquity }) => [
    atMs / 1000,
    Number(equity),
    holdEquity === null ? null : Number(holdEquity),
  ]);
  const known = (value: number | null): string => (value === null ? "not known" : formatPct(value));
  const summary = `Equity of this run: ${known(totalReturnPct)} since the start, buy and hold ${known(buyAndHoldPct)}.`;
  return html`<p class="legend"><span>Desk ${pct(totalReturnPct)}</span><span class="dashed">Buy and hold ${pct(buyAndHoldPct)}</span></p>
<div id="equity-chart" class="chart" role="img" aria-label="${summary}" hx-morph-skip-children data-points="${JSON.stringify(drawn)}"></div>
<details id="equity-days"><summary>Days, and what buy and hold is</summary>
${table({
  caption: "Equity by UTC day",
  rows: days.slice(-DAYS_SHOWN).toReversed(),
  empty: "No day is settled yet.",
  columns: [
    { title: "day (UTC)", cell: (day) => formatTime(day.dayStartMs).slice(0, 10), isName: true },
    { title: `equity ${quote}`, cell: (day) => formatAmount(day.endEquity), isNumber: true },
    { title: "change", cell: (day) => pct(day.changePct), isNumber: true },
  ],
})}
<p class="note">${report.buyAndHold}</p>
</details>
<p class="note">${report.endMs === null ? "" : html`To ${timeUtc(report.endMs)}.`}</p>`;
}
