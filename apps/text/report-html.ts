// Floor 6. The report's document → one page with charts: self-contained, light and dark, without scripts and requests.

import { readFileSync } from "node:fs";
import { formatTime } from "#desk/documents/format.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import { SIMULATED } from "./analysis-text.ts";
import { reportCharts } from "./report-charts.ts";
import type { ReportSection } from "./report-section.ts";
import { figure, reportSections } from "./report-sections.ts";

/** @param document as `report --json` prints it: it says itself whether its prices are invented (law 10) */
export function renderReportPage(document: ReportDocument & { readonly simulated?: boolean }): string {
  const { desk, nowMs, fromMs, toMs, entries } = document;
  const period =
    fromMs === null || toMs === null ? "The ledger is empty." : `${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
  const title = `DeepTrader report, desk ${desk}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>
${style()}</style>
</head>
<body>
<main>
<header>
${document.simulated === true ? `<p class="warning">${escapeText(SIMULATED)}</p>` : ""}
<h1>${escapeText(title)}</h1>
<p>${escapeText(period)}. Every figure is read from ${figure(entries)} ledger entries; made ${formatTime(nowMs)} UTC.</p>
</header>
${reportCharts(document).map(String).join("\n")}
${reportSections(document).map(sectionHtml).join("\n")}
</main>
</body>
</html>
`;
}

function sectionHtml({ title, columns, rows, notes }: ReportSection): string {
  const cells = (tag: "th" | "td", values: readonly string[]): string =>
    values.map((value) => `<${tag}>${escapeText(value)}</${tag}>`).join("");
  return [
    `<section><h2>${escapeText(title)}</h2>`,
    `<div class="scroll"><table><thead><tr>${cells("th", columns)}</tr></thead><tbody>`,
    ...rows.map((row) => `<tr>${cells("td", row)}</tr>`),
    "</tbody></table></div>",
    ...notes.map((text) => `<p class="note">${escapeText(text)}</p>`),
    "</section>",
  ].join("");
}

const style = (): string => readFileSync(new URL("./report.css", import.meta.url), "utf8");

/** Text for HTML, also inside attributes. */
const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
