// Floor 6. `report`: what the desk earned; hits, misses, work and waste, all read from the ledger (law 13); with --html as one page.
import { accountReportOf, leftOutNow } from "#desk/documents/account-report.ts";
import { billOf } from "#desk/documents/bill.ts";
import { journalCountsOf } from "#desk/documents/journal-counts.ts";
import { ReportDocument, reportOf } from "#desk/documents/report.ts";
import { debatesReport } from "#desk/judgement/scores.ts";
import { edgesOf } from "#desk/revalidation/edges.ts";
import { deskCommand } from "../command.ts";
import { pageFile, writePage } from "../html/write-page.ts";
import type { Style } from "../io.ts";
import { reportSections } from "../text/report-sections.ts";
import { sectionText } from "../text/section-text.ts";

export const reportCommand = deskCommand({
  name: "report",
  document: ReportDocument,
  reads: true,
  exchange: "not-asked",
  saysAge: true,
  check: ({ flags }) => void pageFile(flags["html"]),
  execute: async ({ desk, store }, _input, options) => {
    const { thinking, model } = desk.config;
    const journal = await store.journal(desk.deskId, desk.runId).read({}, options);
    const events = journal.map(({ event }) => event);
    const begun = events.filter((event) => event.type === "quarantine" && event.state === "begun");
    const entries = await desk.ledger.entries({}, options);
    const nowMs = desk.clock.now();
    const known = reportOf(entries, { nowMs, thinking });
    return {
      desk: desk.deskId,
      model,
      ...known,
      bill: billOf(entries, nowMs, desk.config),
      quarantined: [...desk.quarantine].sort(),
      quarantines: begun.length,
      judgement: { ...known.judgement, debates: debatesReport(desk.debates) },
      account: await accountReportOf(desk, events, options),
      edges: (await edgesOf(desk, options)).map(({ returnsPct: _, ...shown }) => shown),
      leftOut: await leftOutNow(desk, events, options),
      journal: journalCountsOf(events),
    };
  },
  finish: async (document, { flags }) => {
    const file = pageFile(flags["html"]);
    if (file === null) return null;
    const { renderReportPage } = await import("../text/report-html.ts");
    return writePage(file, renderReportPage(document));
  },
  render: renderReport,
});

export function renderReport(report: ReportDocument, style: Style): string {
  if (report.entries === 0 && report.account.metrics === null)
    return "The ledger is empty. Start the desk, or ask it something.";
  const asked = Object.values(report.paths).reduce((sum, count) => sum + count, 0);
  return [
    style.bold(`desk ${report.desk}: ${asked.toLocaleString("en-US")} analyses asked for, by decisions and questions`),
    ...reportSections(report).map((section) => sectionText(section, style)),
  ].join("\n\n");
}
