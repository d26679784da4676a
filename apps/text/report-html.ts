// Floor 6. The report's document → one page with charts: self-contained, light and dark, without scripts and requests.

import { readFileSync } from "node:fs";
import { formatTime } from "#desk/documents/format.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import type { LedgerHour } from "#memory/ledger-summary.ts";
import { AnswerPath } from "#schemas/question.ts";
import { HOUR_MS } from "#schemas/units.ts";
import { barChart, columnChart, escapeText, type Series } from "../charts/svg.ts";
import { SIMULATED } from "./analysis-text.ts";
import type { ReportSection } from "./report-section.ts";
import { figure, reportSections } from "./report-sections.ts";

/** So many hours are charted, the newest; the tables hold all. */
const CHARTED_HOURS = 48;

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
${charts(document).join("\n")}
${reportSections(document).map(sectionHtml).join("\n")}
</main>
</body>
</html>
`;
}

const PATHS: readonly Series[] = AnswerPath.options.map((name, index) => ({ name, colour: index + 1 }));

function charts({
  hours,
  pathsByJob,
  unitsByJob,
  unitsByPhase,
  unitsAboveSweep,
  savedUnits,
}: ReportDocument): string[] {
  if (hours.length === 0) return [];
  const shown = charted(hours);
  const label = ({ hourMs }: LedgerHour): string => formatTime(hourMs);
  const known = PATHS.filter(({ name }) => shown.some(({ paths }) => (paths[name] ?? 0) > 0));
  const questions = Object.entries(pathsByJob["question"] ?? {});
  const colourOf = (path: string): number => PATHS.find(({ name }) => name === path)?.colour ?? 6;
  return [
    columnChart({
      title: `Asked for, by path and hour${note(hours)}`,
      series: known,
      columns: shown.map((hour) => ({ label: label(hour), values: known.map(({ name }) => hour.paths[name] ?? 0) })),
      format: figure,
    }),
    columnChart({
      title: `Work units by hour${note(hours)}`,
      series: [
        { name: "sweep", colour: 1 },
        { name: "sleep above the sweep", colour: 2 },
        { name: "test time", colour: 4 },
      ],
      columns: shown.map((hour) => ({
        label: label(hour),
        values: [hour.sweepUnits, hour.aboveSweepUnits, hour.testTimeUnits],
      })),
      format: figure,
    }),
    ...(questions.length === 0
      ? []
      : [
          barChart({
            title: "Questions by path",
            rows: questions.map(([path, value]) => ({ label: path, value, colour: colourOf(path) })),
            format: figure,
          }),
        ]),
    barChart({
      title: "Work units, all told",
      rows: [
        ...(unitsByJob["sleep-cycle"] === undefined
          ? []
          : [{ label: "sweep (unconditional)", value: unitsByJob["sleep-cycle"], colour: 1 }]),
        { label: "sleep above the sweep", value: unitsAboveSweep, colour: 2 },
        { label: "test time", value: unitsByPhase["test-time"], colour: 4 },
        { label: "spared at test time", value: savedUnits, colour: 3 },
      ],
      format: figure,
    }),
  ];
}

const note = (hours: readonly LedgerHour[]): string => {
  const first = hours[0]?.hourMs ?? 0;
  const last = hours.at(-1)?.hourMs ?? 0;
  return (last - first) / HOUR_MS >= CHARTED_HOURS ? ` (the last ${CHARTED_HOURS} hours)` : "";
};

/** Hours without any entry have a place of their own, so that the axis is one of time. */
function charted(hours: readonly LedgerHour[]): readonly LedgerHour[] {
  const byHour = new Map(hours.map((hour) => [hour.hourMs, hour]));
  const last = hours.at(-1)?.hourMs ?? 0;
  const first = Math.max(hours[0]?.hourMs ?? 0, last - (CHARTED_HOURS - 1) * HOUR_MS);
  return Array.from({ length: Math.round((last - first) / HOUR_MS) + 1 }, (_, index) => {
    const hourMs = first + index * HOUR_MS;
    return byHour.get(hourMs) ?? { ...EMPTY_HOUR, hourMs };
  });
}

const EMPTY_HOUR: LedgerHour = {
  hourMs: 0,
  paths: {},
  sweepUnits: 0,
  aboveSweepUnits: 0,
  testTimeUnits: 0,
  savedUnits: 0,
};

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
