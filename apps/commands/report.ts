// Floor 6. `report`: what the desk earned; hits, misses, work and waste, all read from the ledger (law 13); with --html as one page.
import { journalIn } from "#desk/account/journal-pages.ts";
import { accountReportOf, leftOutNow } from "#desk/documents/account-report.ts";
import { billOf } from "#desk/documents/bill.ts";
import { ReportDocument, reportOf } from "#desk/documents/report.ts";
import { debatesReport } from "#desk/judgement/scores.ts";
import { edgesOf } from "#desk/revalidation/edges.ts";
import type { DeskPrices } from "#scheduler/desk-rule-prices.ts";
import { UsageError } from "#schemas/errors.ts";
import type { JournalPart } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { DeskRulePrices } from "#schemas/rule-prices.ts";
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
  check: ({ flags }) => {
    pageFile(flags["html"]);
    pricedDays(flags);
  },
  execute: async ({ desk, store }, { flags }, options) => {
    const { thinking, model } = desk.config;
    const read = journalIn(store.journal(desk.deskId, desk.runId));
    const events = async (part: JournalPart) => (await read(part, options)).map(({ event }) => event);
    const entries = await desk.ledger.entries({}, options);
    const nowMs = desk.clock.now();
    const known = reportOf(entries, { nowMs, thinking });
    return {
      desk: desk.deskId,
      model,
      ...known,
      bill: billOf(entries, nowMs, desk.config),
      quarantined: [...desk.quarantine].sort(),
      quarantines: desk.tally.quarantines,
      judgement: { ...known.judgement, debates: debatesReport(desk.debates) },
      account: await accountReportOf(desk, await events({ types: ["run-started"] }), options),
      edges: (await edgesOf(desk, options)).map(({ returnsPct: _, ...shown }) => shown),
      notRevalidated: desk.hosts.flatMap(({ info, local }) => (local === null ? [info.id] : [])),
      rulePrices: await rulePricesOf(
        { desk, candles: store.candles, events: () => events({}), days: pricedDays(flags) },
        options,
      ),
      leftOut: await leftOutNow(desk, options),
      journal: desk.tally.counts(),
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

const DEFAULT_DAYS = 30;
/** A run of years would hold the desk up for a table. */
const MOST_DAYS = 90;

/** Null: prices of rules are not asked for. @throws UsageError for days that are none */
function pricedDays(flags: Readonly<Record<string, unknown>>): number | null {
  const { days } = flags;
  const asked = days === undefined ? DEFAULT_DAYS : Number(days);
  if (!Number.isInteger(asked) || asked < 1 || asked > MOST_DAYS)
    throw new UsageError({
      was: `--days is ${JSON.stringify(days)}.`,
      expected: `a whole number from 1 to ${MOST_DAYS}`,
      remedy: "Correct it.",
    });
  if (flags["rulePrices"] === true) return asked;
  if (days === undefined) return null;
  throw new UsageError({
    was: "--days was given without --rule-prices.",
    expected: "both, or neither",
    remedy: "Add --rule-prices: it says of how many days refused entries are priced.",
  });
}

type Asked = Omit<DeskPrices, "days" | "events"> & {
  readonly days: number | null;
  readonly events: () => Promise<DeskPrices["events"]>;
};

/** Loaded where it is asked for: a page reads this document at every slot. */
async function rulePricesOf({ days, events, ...of }: Asked, options: CallOptions): Promise<DeskRulePrices | null> {
  if (days === null) return null;
  const { deskRulePrices } = await import("#scheduler/desk-rule-prices.ts");
  return deskRulePrices({ ...of, events: await events(), days }, options);
}

export function renderReport(report: ReportDocument, style: Style): string {
  if (report.entries === 0 && report.account.metrics === null)
    return "The ledger is empty. Start the desk, or ask it something.";
  const asked = Object.values(report.paths).reduce((sum, count) => sum + count, 0);
  return [
    style.bold(`desk ${report.desk}: ${asked.toLocaleString("en-US")} analyses asked for, by decisions and questions`),
    ...reportSections(report).map((section) => sectionText(section, style)),
  ].join("\n\n");
}
