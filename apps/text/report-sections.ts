// Floor 6. The report's document → its tables and notes, the same for the terminal and the page. Nothing is computed here but
// shares and differences of figures that the document has.

import { formatAge } from "#desk/documents/format.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import { type LedgerEntry, WORK_WEIGHTS, type Work } from "#schemas/work.ts";
import { accountSection, leftOutSection, strategiesSection } from "./account-sections.ts";
import { billText, pricesText } from "./bill-text.ts";
import { debatesSection } from "./debates-text.ts";
import { edgesSection } from "./edges-section.ts";
import { briefsSection } from "./judgement-section.ts";
import { performanceSections } from "./performance-text.ts";
import type { ReportSection } from "./report-section.ts";
import { rulePricesSection } from "./rule-prices-text.ts";

/** Whole numbers in groups of three; at most one decimal. */
export const figure = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });

const share = (count: number, of: number): string => (of === 0 ? "–" : `${((count / of) * 100).toFixed(1)} %`);
const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Milliseconds of this machine. */
const ms = (value: number | undefined): string =>
  value === undefined
    ? "–"
    : `${value < 0 ? "−" : ""}${Math.abs(value).toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 })} ms`;

/** Sections without any row are left out. */
export const reportSections = (report: ReportDocument): readonly ReportSection[] =>
  [
    accountSection(report.account),
    strategiesSection(report.account),
    ...(report.account.performance === null
      ? []
      : performanceSections(report.account.performance, report.account.quote)),
    edgesSection(report.edges, report.notRevalidated),
    leftOutSection(report.leftOut),
    ...(report.rulePrices === null ? [] : [rulePricesSection(report.rulePrices, report.account.quote)]),
    answered(report),
    kinds(report),
    misses(report),
    ages(report),
    durations(report),
    work(report),
    worth(report),
    waste(report),
    briefsSection(report.judgement),
    source(report),
    debatesSection(report.judgement.debates),
    checks(report),
    budget(report),
    models(report),
  ].filter(({ rows }) => rows.length > 0);

function answered({ paths, pathsByJob }: ReportDocument): ReportSection {
  const of = (job: LedgerEntry["job"], path: string): number => pathsByJob[job]?.[path] ?? 0;
  const all = total(paths);
  return {
    title: "answered by",
    columns: ["path", "decisions", "questions", "all", "share"],
    rows: Object.entries(paths).map(([path, count]) => [
      path,
      figure(of("decision-cycle", path)),
      figure(of("question", path)),
      figure(count),
      share(count, all),
    ]),
    notes: ["Decisions are counted by market and slot."],
  };
}

const kinds = ({ kinds }: ReportDocument): ReportSection => ({
  title: "questions by kind",
  columns: ["kind", "times"],
  rows: byCount(kinds).map(([kind, count]) => [kind, figure(count)]),
  notes: [],
});

const misses = ({ misses }: ReportDocument): ReportSection => ({
  title: "not served because",
  columns: ["reason", "times"],
  rows: byCount(misses).map(([reason, count]) => [reason, figure(count)]),
  notes: [],
});

const byCount = (counts: Readonly<Record<string, number>>): readonly [string, number][] =>
  Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));

const ages = ({ ageAtUseMs }: ReportDocument): ReportSection => ({
  title: "age at use",
  columns: ["least", "median", "greatest"],
  rows: ageAtUseMs === null ? [] : [[ageAtUseMs.min, ageAtUseMs.median, ageAtUseMs.max].map(formatAge)],
  notes: ["From the close of the newest candle used. The median of merged days is an estimate."],
});

/** What was answered without working it out: compared with what was. */
const FROM_MEMORY: ReadonlySet<string> = new Set(["question pre-answered", "question recalled", "question distilled"]);

function durations({ durations }: ReportDocument): ReportSection {
  const live = durations["question delegated"]?.medianMs;
  return {
    title: "time taken (median)",
    columns: ["what", "times", "median", "sooner than delegated"],
    rows: Object.entries(durations).map(([name, { count, medianMs }]) => [
      name,
      figure(count),
      ms(medianMs),
      FROM_MEMORY.has(name) && live !== undefined ? ms(live - medianMs) : "–",
    ]),
    notes: [
      "On this machine, of what is not merged yet (the last day, as a rule).",
      "Close → order is the sleep cycle and then the decision cycle: the sweep of a slot starts after its close, so the first decision still waits for it. What is spared is a second reading, in a decision cycle that recalls all and in every question until the next close.",
    ],
  };
}

const UNITS: readonly (readonly [string, (work: Work) => number])[] = [
  ["provider calls", (w) => w.providerCalls],
  ["candles", (w) => w.candlesRead],
  ["evaluations", (w) => w.indicatorEvaluations],
  ["records", (w) => w.recordsRead],
  ["model calls", (w) => w.modelCalls],
  ["tokens", (w) => w.inputTokens + w.outputTokens],
];

function work({ workByJob, unitsByJob }: ReportDocument): ReportSection {
  const jobs = Object.keys(workByJob) as LedgerEntry["job"][];
  return {
    title: "work",
    columns: ["job", ...UNITS.map(([name]) => name), "work units"],
    rows: jobs.flatMap((job) => {
      const done = workByJob[job];
      if (done === undefined) return [];
      return [[job, ...UNITS.map(([, count]) => figure(count(done))), figure(unitsByJob[job] ?? 0)]];
    }),
    notes: [
      `Work units by a stated scale, not measured: a record read ${WORK_WEIGHTS.recordsRead}, a provider or model call ${WORK_WEIGHTS.providerCalls}, an evaluation ${WORK_WEIGHTS.indicatorEvaluations}, a candle ${WORK_WEIGHTS.candlesRead}, a token in ${WORK_WEIGHTS.inputTokens} and out ${WORK_WEIGHTS.outputTokens}.`,
    ],
  };
}

function worth(report: ReportDocument): ReportSection {
  const { made, workByPhase, unitsByJob, unitsAboveSweep, savedUnits, pathsByJob } = report;
  const perCall = (count: number, calls: number): string => (calls === 0 ? "–" : figure(count / calls));
  const judged = total(pathsByJob["decision-cycle"] ?? {});
  const calls = workByPhase.sleep.providerCalls + workByPhase["test-time"].providerCalls;
  return {
    title: "what it took, and what it spared",
    columns: ["figure", "amount"],
    rows: [
      ["work units of the sweep (unconditional)", figure(unitsByJob["sleep-cycle"] ?? 0)],
      ["work units of sleep above the sweep", figure(unitsAboveSweep)],
      ["work units spared at test time by questions answered from memory", figure(savedUnits)],
      ["analyses made per provider call, at sleep", perCall(made.sleep, workByPhase.sleep.providerCalls)],
      [
        "analyses made per provider call, at test time",
        perCall(made["test-time"], workByPhase["test-time"].providerCalls),
      ],
      ["markets judged by decisions, per provider call of all kinds", perCall(judged, calls)],
    ],
    notes: ["The sweep serves decisions and questions alike; what it costs is not set against the questions alone."],
  };
}

function waste(report: ReportDocument): ReportSection {
  const { made, served, wasteAtLeast, wasteAtMost, prepared, firstUses, preparedUnusedAtLeast } = report;
  const written = total(prepared);
  return {
    title: "made and not used",
    columns: ["what", "made at sleep", "used", "unused at least", "unused at most"],
    rows: [
      ["analyses", figure(made.sleep), `${figure(served)} times`, figure(wasteAtLeast), figure(wasteAtMost)],
      ...(written === 0
        ? []
        : [
            [
              "digests and pre-answers",
              figure(written),
              `${figure(firstUses)} at least once`,
              figure(preparedUnusedAtLeast),
              figure(written),
            ],
          ]),
    ],
    notes: [
      "The ledger counts servings, not which analysis was served: hence bounds. What was served before a restart may count as used twice.",
    ],
  };
}

function source({ withoutSource }: ReportDocument): ReportSection {
  const { decisions, answers, unread } = withoutSource;
  return {
    title: "without the source",
    columns: ["figure", "times"],
    rows: [
      ["decisions on analyses at hand, without a call", figure(decisions)],
      ["questions answered from memory, without a call", figure(answers)],
      ["decisions for which nothing fresh was there or could be read", figure(unread)],
    ],
    notes: [
      "An outage at that moment would have cost the first two without memory. How many of them did meet one cannot be known: what makes no call does not notice. An outage over the close is not bridged: nothing is entered on what is behind.",
    ],
  };
}

function checks({ pathsByJob, quarantined, quarantines }: ReportDocument): ReportSection {
  const found = Object.entries(pathsByJob.shadow ?? {});
  return {
    title: "answers made again in the shadow",
    columns: ["found", "times"],
    rows: [
      ...found.map(([verdict, count]) => [verdict, figure(count)]),
      ...(quarantines === 0 ? [] : [["quarantines begun in this run", figure(quarantines)]]),
    ],
    notes: quarantined.length === 0 ? [] : [`Under quarantine, not served from memory: ${quarantined.join(", ")}.`],
  };
}

function budget({ budgetToday, overBudget }: ReportDocument): ReportSection {
  const { units, unitsSpent, questionTokens, questionTokensSpent, byKind } = budgetToday;
  const row = (name: string, spent: number, of: number) => [
    name,
    figure(spent),
    figure(of),
    figure(Math.max(0, of - spent)),
  ];
  return {
    title: "budgets, this UTC day",
    columns: ["", "spent", "of", "left"],
    rows: [
      row("work units of thinking", unitsSpent, units),
      ...byKind
        .filter(({ tokens, tokensSpent }) => tokens + tokensSpent > 0)
        .map(({ kind, per, tokens, tokensSpent }) =>
          row(`model tokens of ${kind}s${per === "week" ? ", of the week's" : ""}`, tokensSpent, tokens),
        ),
      row("model tokens of questions", questionTokensSpent, questionTokens),
    ],
    notes: byCount(overBudget).map(([name, count]) => `Given up at the limit of ${name}: ${figure(count)} times.`),
  };
}

function models({ model, workByPhase, bill }: ReportDocument): ReportSection {
  const phases = [
    ["sleep", workByPhase.sleep],
    ["test time", workByPhase["test-time"]],
  ] as const;
  const used = phases.filter(([, done]) => done.modelCalls > 0);
  return {
    title: "models",
    columns: ["phase", "calls", "tokens in", "tokens out", "of them estimated"],
    rows: used.map(([phase, done]) => [
      phase,
      figure(done.modelCalls),
      figure(done.inputTokens),
      figure(done.outputTokens),
      figure(done.estimatedTokens),
    ]),
    notes: [
      `Model ${model}.`,
      ...(bill.rows.length === 0 ? [] : [`Last 24 hours: ${[billText(bill), ...pricesText(bill.rows)].join("; ")}.`]),
    ],
  };
}
