// Floor 6. The parts of the Ledger page, all of the report's document.
import { html } from "hono/html";
import { formatFee, formatTime } from "#desk/documents/format.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import { billText, pricesText } from "../../../text/bill-text.ts";
import { reportCharts } from "../../../text/report-charts.ts";
import { figure, reportSections } from "../../../text/report-sections.ts";
import { fact, table } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";

export async function served({ read }: Asked): Promise<Html> {
  const report = await read("report");
  const { savedUnits, wasteAtLeast, wasteAtMost, unitsAboveSweep, made, withoutSource, pathsByJob } = report;
  const { recalled = 0, delegated = 0 } = pathsByJob["decision-cycle"] ?? {};
  return html`<dl class="figures">
${fact("Decisions served", html`<span class="num">${figure(recalled)}</span>`)}
${fact("Decisions missed", html`<span class="num">${figure(delegated)}</span>`)}
${fact("Analyses made asleep", html`<span class="num">${figure(made.sleep)}</span>`)}
${fact("… of them unused", html`<span class="num">${figure(wasteAtLeast)}</span> to <span class="num">${figure(wasteAtMost)}</span>`)}
${fact("Work units spared", html`<span class="num">${figure(savedUnits)}</span>`)}
${fact("Work units above the sweep", html`<span class="num">${figure(unitsAboveSweep)}</span>`)}
${fact("Answers without a call", html`<span class="num">${figure(withoutSource.answers)}</span>`)}
${fact("Nothing fresh at hand", html`<span class="num">${figure(withoutSource.unread)}</span>`)}
</dl>
<p class="note">${periodText(report)}</p>`;
}

const periodText = ({ entries, fromMs, toMs }: ReportDocument): string =>
  fromMs === null || toMs === null
    ? "The ledger is empty."
    : `Counted from ${figure(entries)} ledger entries, ${formatTime(fromMs)} to ${formatTime(toMs)} UTC.`;

export async function budgets({ read }: Asked): Promise<Html> {
  const { budgetToday, bill, model } = await read("report");
  const { units, unitsSpent, questionTokens, questionTokensSpent, byKind } = budgetToday;
  const rows = [
    { name: "work units of thinking, today", spent: unitsSpent, of: units },
    ...byKind
      .filter(({ tokens, tokensSpent }) => tokens + tokensSpent > 0)
      .map(({ kind, per, tokens, tokensSpent }) => ({
        name: `model tokens of ${kind}s, this ${per}`,
        spent: tokensSpent,
        of: tokens,
      })),
    { name: "model tokens of questions, today", spent: questionTokensSpent, of: questionTokens },
  ];
  return html`${table({
    caption: "Budgets of this UTC day",
    rows,
    empty: "There is none.",
    columns: [
      { title: "budget", cell: ({ name }) => name, isName: true },
      { title: "spent", cell: ({ spent }) => figure(spent), isNumber: true },
      { title: "of", cell: ({ of }) => figure(of), isNumber: true },
      {
        title: "share",
        cell: ({ name, spent, of }) =>
          html`<meter min="0" max="${Math.max(1, of)}" high="${0.8 * Math.max(1, of)}" optimum="0" value="${spent}" aria-label="${name}: ${figure(spent)} of ${figure(of)} spent"></meter>`,
      },
    ],
  })}
<p>${bill.rows.length === 0 ? `No model was asked in the last 24 hours (${model}).` : billText(bill)}${bill.rows.length > 0 && bill.usd !== null ? html` <strong>${formatFee(bill.usd)} USD</strong> in 24 hours.` : ""}</p>
${pricesText(bill.rows).map((text) => html`<p class="note">${text}</p>`)}`;
}

export async function charts({ read }: Asked): Promise<Html> {
  const drawn = reportCharts(await read("report"));
  return html`<div class="grid">${drawn.map((chart) => html`<div class="panel span-6 wide-4">${chart}</div>`)}</div>`;
}

/** Told above, with meters. */
const TOLD_ABOVE: ReadonlySet<string> = new Set(["budgets, this UTC day"]);
/** How a figure begins; what begins otherwise is text, and read from the left. */
const FIGURE = /^[−+–]?\d|^–?$/;

/** Those of `report`, in its words. */
export async function tables({ read }: Asked): Promise<Html> {
  const sections = reportSections(await read("report")).filter(({ title }) => !TOLD_ABOVE.has(title));
  return html`<div class="grid">${sections.map(
    ({ title, columns, rows, notes }, at) => html`<section class="panel span-6 wide-4" aria-labelledby="ledger-${at}">
<h2 id="ledger-${at}">${title.charAt(0).toUpperCase()}${title.slice(1)}</h2>
${table({
  caption: title,
  rows,
  empty: "Nothing yet.",
  columns: columns.map((column, index) => ({
    title: column === "" ? "what" : column,
    cell: (row: readonly string[]) => row[index] ?? "",
    isName: index === 0,
    isNumber: index > 0 && rows.every((row) => FIGURE.test(row[index] ?? "")),
  })),
})}
${notes.map((note) => html`<p class="note">${note}</p>`)}</section>`,
  )}</div>`;
}
