// Law 13: every figure that the report prints is made again here from the raw ledger entries, by other means than
// memory/ledger-summary.ts, and compared cell by cell.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderReport, reportCommand } from "#apps/commands/report.ts";
import { createIo } from "#apps/io.ts";
import { renderReportPage } from "#apps/text/report-html.ts";
import { reportSections } from "#apps/text/report-sections.ts";
import { billOf } from "#desk/documents/bill.ts";
import { type ReportDocument, reportOf } from "#desk/documents/report.ts";
import { DebateBook } from "#desk/judgement/debate-book.ts";
import { debatesReport } from "#desk/judgement/scores.ts";
import { ledgerMerges } from "#memory/consolidate-ledger.ts";
import type { Money } from "#schemas/money.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const T0 = Date.UTC(2025, 2, 3);
const NOW_MS = T0 + 2 * DAY_MS + 5 * HOUR_MS;
const TOKENS = { briefDayTokens: 0, debateDayTokens: 200_000, planDayTokens: 0, lessonWeekTokens: 0 };
const thinking = { dayUnits: 500_000, dayQuestionTokens: 300_000, ...TOKENS };
const { style } = createIo({ json: true, quiet: true });

/** Of a desk that has settled nothing: what it earned is tested with the account. */
const ACCOUNT: ReportDocument["account"] = {
  strategy: "mean-reversion",
  strategies: ["mean-reversion"],
  byStrategy: [],
  quote: "USDT",
  startingCash: "10000",
  allotted: "0",
  cash: "10000" as Money,
  equity: "10000" as Money,
  valueAtOldPrices: "0" as Money,
  openPositions: 0,
  drawdownPct: null,
  metrics: null,
  performance: null,
};
const NOTHING_LEFT_OUT: ReportDocument["leftOut"] = {
  markets: [],
  candles: null,
  refusals: { of: 0, refused: 0, byRule: {}, byMarket: {}, reasons: {} },
};

const documentOf = (
  entries: readonly LedgerEntry[],
  known = reportOf(entries, { nowMs: NOW_MS, thinking }),
): ReportDocument => ({
  desk: "main",
  model: "rules",
  ...known,
  bill: billOf(entries, NOW_MS, { model: "openai/gpt-5", sleepModel: null, modelPrice: "1.25/10" }),
  quarantined: ["rsi"],
  quarantines: 2,
  account: ACCOUNT,
  judgement: { ...known.judgement, debates: debatesReport(new DebateBook()) },
  edges: [],
  notRevalidated: [],
  rulePrices: null,
  leftOut: NOTHING_LEFT_OUT,
  journal: { ordersByStatus: {}, alertsByKind: {} },
});

const counts = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), fc.integer({ min: 1, max: 2000 }));
const work = fc
  .record({
    providerCalls: fc.nat(999),
    candlesRead: fc.nat(99_999),
    indicatorEvaluations: fc.nat(999),
    recordsRead: fc.nat(999),
    modelCalls: fc.nat(9),
    inputTokens: fc.nat(9999),
    outputTokens: fc.nat(9999),
    estimatedTokens: fc.nat(99),
  })
  .map((part) => ({ ...NO_WORK, ...part }));
const timesMs = fc.integer({ min: T0, max: NOW_MS });
const ages = fc.array(fc.nat(600_000), { maxLength: 4 });
const durationMs = fc.option(
  fc.nat(9_000_000).map((us) => us / 1000),
  { nil: undefined },
);
const withDuration = (entry: LedgerEntry, took: number | undefined): LedgerEntry =>
  took === undefined ? entry : { ...entry, durationMs: took };

const sleepEntry = fc
  .tuple(
    fc.record({
      atMs: timesMs,
      phase: fc.constant("sleep" as const),
      job: fc.constantFrom("sleep-cycle", "thinking", "relationships", "debate", "shadow"),
      paths: fc.constant({}),
      misses: fc.constant({}),
      made: fc.nat(60),
      served: fc.constant(0),
      work,
      ageAtUseMs: fc.constant<number[]>([]),
      prepared: counts("digest", "answer"),
      overBudget: counts("sleep-pass", "sleep-day"),
    }),
    durationMs,
    counts("agreed", "mismatch", "unread"),
  )
  .map(([entry, took, found]) => withDuration(entry.job === "shadow" ? { ...entry, paths: found } : entry, took));
const decisionEntry = fc
  .tuple(
    fc.record({
      atMs: timesMs,
      phase: fc.constant("test-time" as const),
      job: fc.constant("decision-cycle" as const),
      paths: counts("recalled", "delegated"),
      misses: counts("behind", "missing", "no-candle"),
      made: fc.nat(20),
      served: fc.nat(60),
      work,
      ageAtUseMs: ages,
    }),
    durationMs,
  )
  .map(([entry, took]) => withDuration(entry, took));
const questionEntry = fc
  .tuple(
    fc.constantFrom("pre-answered", "recalled", "distilled", "delegated", "declined"),
    fc.constantFrom("rsi", "price", "market"),
    fc.record({
      atMs: timesMs,
      phase: fc.constant("test-time" as const),
      job: fc.constant("question" as const),
      misses: fc.constant({}),
      made: fc.nat(2),
      served: fc.nat(2),
      work,
      ageAtUseMs: ages,
      firstUses: fc.nat(1),
      savedUnits: fc.integer({ min: -2000, max: 200_000 }).map((n) => n / 20),
      overBudget: counts("question"),
    }),
    durationMs,
  )
  .map(([path, kind, entry, took]) => withDuration({ ...entry, paths: { [path]: 1 }, kinds: { [kind]: 1 } }, took));
const ledger = fc.array(fc.oneof(sleepEntry, decisionEntry, questionEntry), { minLength: 1, maxLength: 40 });

// ---- the figures made again, with loops and no code of the product ----

const text = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });
const add = (into: Map<string, number>, from: Readonly<Record<string, number>> | undefined): void => {
  for (const name in from) into.set(name, (into.get(name) ?? 0) + (from[name] ?? 0));
};
const median = (values: number[]): number => {
  values.sort((a, b) => a - b);
  const half = values.length / 2;
  const at = (index: number) => values[index] ?? Number.NaN;
  return values.length % 2 === 1 ? at(Math.floor(half)) : (at(half - 1) + at(half)) / 2;
};
const ageText = (age: number): string =>
  age / 1000 < 120 ? `${Math.round(age / 1000)} s` : age / 1000 < 7200 ? `${Math.round(age / 60_000)} min` : "?";
const msText = (value: number): string =>
  `${value < 0 ? "−" : ""}${Math.abs(value).toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 })} ms`;
const units = (of: readonly LedgerEntry[]): number => {
  let twentieths = 0;
  for (const { work: w } of of) {
    twentieths += 2000 * w.providerCalls + 2 * w.candlesRead + 200 * w.indicatorEvaluations + 20 * w.recordsRead;
    twentieths += 2000 * w.modelCalls + 5 * w.inputTokens + 20 * w.outputTokens;
  }
  return twentieths / 20;
};

/** Section → row name → its other cells. */
function madeAgain(entries: readonly LedgerEntry[]): Record<string, Record<string, string[]>> {
  const of = (...jobs: string[]) => entries.filter(({ job }) => jobs.includes(job));
  const count = (list: readonly LedgerEntry[], pick: (entry: LedgerEntry) => number | undefined): number => {
    let sum = 0;
    for (const entry of list) sum += pick(entry) ?? 0;
    return sum;
  };
  const [all, decided, asked, found] = [new Map(), new Map(), new Map(), new Map<string, number>()];
  const [kinds, missed, tooMuch] = [new Map(), new Map(), new Map<string, number>()];
  for (const entry of entries) {
    if (entry.phase === "test-time") add(all, entry.paths);
    if (entry.job === "decision-cycle") add(decided, entry.paths);
    if (entry.job === "question") add(asked, entry.paths);
    if (entry.job === "shadow") add(found, entry.paths);
    if (entry.job === "question") add(kinds, entry.kinds);
    add(missed, entry.misses);
    add(tooMuch, entry.overBudget);
  }
  const allPaths = [...all.values()].reduce((a, b) => a + b, 0);
  const single = new Map<string, number[]>();
  for (const { job, paths, durationMs: took } of entries) {
    if (took === undefined) continue;
    const path = job === "question" ? Object.keys(paths)[0] : (paths["delegated"] ?? 0) > 0 ? "delegated" : "recalled";
    const name = job === "question" || job === "decision-cycle" ? `${job} ${path}` : job;
    single.set(name, [...(single.get(name) ?? []), took]);
  }
  const live = single.get("question delegated");
  const sleep = entries.filter(({ phase }) => phase === "sleep");
  const test = entries.filter(({ phase }) => phase === "test-time");
  const calls = (list: readonly LedgerEntry[]) => count(list, ({ work: w }) => w.providerCalls);
  const per = (n: number, d: number): string => (d === 0 ? "–" : text(n / d));
  const madeSleep = count(sleep, ({ made }) => made);
  const madeTest = count(test, ({ made }) => made);
  const served = count(entries, (entry) => entry.served);
  const usedByDecisions = count(of("decision-cycle"), (entry) => entry.served);
  const written = count(of("thinking"), (e) => Object.values(e.prepared ?? {}).reduce((a, b) => a + b, 0));
  const used = count(entries, (entry) => entry.firstUses);
  const quiet = missed.get("no-candle") ?? 0;
  const missedAll = [...missed.values()].reduce((a, b) => a + b, 0);
  const sameDay = entries.filter(({ atMs }) => atMs >= T0 + 2 * DAY_MS);
  const today = sameDay.filter(({ job }) => ["thinking", "shadow"].includes(job));
  const tokensOf = (phase: LedgerEntry["phase"], job?: LedgerEntry["job"]): number =>
    count(
      sameDay.filter((entry) => entry.phase === phase && (job === undefined || entry.job === job)),
      ({ work: w }) => w.inputTokens + w.outputTokens,
    );
  const spent = (amount: number, limit: number) => [text(amount), text(limit), text(Math.max(0, limit - amount))];
  const everyAge = entries.flatMap(({ ageAtUseMs }) => ageAtUseMs);
  const rows = (map: Map<string, number>) => Object.fromEntries([...map].map(([name, n]) => [name, [text(n)]]));
  const phaseRow = (list: readonly LedgerEntry[]) => [
    text(count(list, ({ work: w }) => w.modelCalls)),
    text(count(list, ({ work: w }) => w.inputTokens)),
    text(count(list, ({ work: w }) => w.outputTokens)),
    text(count(list, ({ work: w }) => w.estimatedTokens)),
  ];
  const savedTwentieths = count(entries, ({ savedUnits }) => Math.round((savedUnits ?? 0) * 20));
  return {
    "answered by": Object.fromEntries(
      [...all].map(([path, n]) => [
        path,
        [text(decided.get(path) ?? 0), text(asked.get(path) ?? 0), text(n), `${((n / allPaths) * 100).toFixed(1)} %`],
      ]),
    ),
    "questions by kind": rows(kinds),
    "not served because": rows(missed),
    "age at use":
      everyAge.length === 0
        ? {}
        : { [ageText(Math.min(...everyAge))]: [ageText(median(everyAge)), ageText(Math.max(...everyAge))] },
    "time taken (median)": Object.fromEntries(
      [...single].map(([name, took]) => {
        const sooner = /^question (?:pre-answered|recalled|distilled)$/.test(name) && live !== undefined;
        return [
          name,
          [text(took.length), msText(median(took)), sooner ? msText(median([...live]) - median(took)) : "–"],
        ];
      }),
    ),
    work: Object.fromEntries(
      [...new Set(entries.map(({ job }) => job))].map((job) => [
        job,
        [
          text(calls(of(job))),
          text(count(of(job), ({ work: w }) => w.candlesRead)),
          text(count(of(job), ({ work: w }) => w.indicatorEvaluations)),
          text(count(of(job), ({ work: w }) => w.recordsRead)),
          text(count(of(job), ({ work: w }) => w.modelCalls)),
          text(count(of(job), ({ work: w }) => w.inputTokens + w.outputTokens)),
          text(units(of(job))),
        ],
      ]),
    ),
    "what it took, and what it spared": {
      "work units of the sweep (unconditional)": [text(units(of("sleep-cycle")))],
      "work units of sleep above the sweep": [text(units(of("thinking", "relationships", "debate", "shadow")))],
      "work units spared at test time by questions answered from memory": [text(savedTwentieths / 20)],
      "analyses made per provider call, at sleep": [per(madeSleep, calls(sleep))],
      "analyses made per provider call, at test time": [per(madeTest, calls(test))],
      "markets judged by decisions, per provider call of all kinds": [
        per(
          [...decided.values()].reduce((a, b) => a + b, 0),
          calls(entries),
        ),
      ],
    },
    "made and not used": {
      analyses: [
        text(madeSleep),
        `${text(served)} times`,
        text(Math.max(0, madeSleep - served)),
        text(Math.max(0, madeSleep - Math.max(0, usedByDecisions - madeTest))),
      ],
      ...(written === 0
        ? {}
        : {
            "digests and pre-answers": [
              text(written),
              `${text(used)} at least once`,
              text(Math.max(0, written - used)),
              text(written),
            ],
          }),
    },
    "without the source": {
      "decisions on analyses at hand, without a call": [text(decided.get("recalled") ?? 0)],
      "questions answered from memory, without a call": [
        text((asked.get("recalled") ?? 0) + (asked.get("pre-answered") ?? 0) + (asked.get("distilled") ?? 0)),
      ],
      "decisions for which nothing fresh was there or could be read": [
        text(Math.max(0, missedAll - quiet - (decided.get("delegated") ?? 0))),
      ],
    },
    "answers made again in the shadow": { ...rows(found), "quarantines begun in this run": ["2"] },
    "budgets, this UTC day": {
      "work units of thinking": spent(units(today), 500_000),
      "model tokens of debates": spent(tokensOf("sleep", "debate"), 200_000),
      "model tokens of questions": spent(tokensOf("test-time"), 300_000),
    },
    models: {
      ...(count(sleep, ({ work: w }) => w.modelCalls) > 0 ? { sleep: phaseRow(sleep) } : {}),
      ...(count(test, ({ work: w }) => w.modelCalls) > 0 ? { "test time": phaseRow(test) } : {}),
    },
  };
}

const printed = (document: ReportDocument): Record<string, Record<string, string[]>> =>
  Object.fromEntries(
    reportSections(document)
      .filter(({ title }) => title !== "the account")
      .map(({ title, rows }) => [title, Object.fromEntries(rows.map(([name = "", ...cells]) => [name, cells]))]),
  );

const withoutEmpty = <T extends object>(sections: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(sections).filter(([, rows]) => Object.keys(rows).length > 0));

describe("the report", () => {
  it("prints no figure that cannot be made again from the ledger's entries", () => {
    fc.assert(
      fc.property(ledger, (entries) => {
        expect(printed(documentOf(entries))).toEqual(withoutEmpty(madeAgain(entries)));
      }),
      { numRuns: 100 },
    );
  });

  it("prints the same after consolidation, but for the medians", () => {
    const entryOf = (entry: LedgerEntry) => entry;
    fc.assert(
      fc.property(ledger, fc.integer({ min: 0, max: 53 }), (entries, hours) => {
        const merges = ledgerMerges(entries, entryOf, T0 + hours * HOUR_MS);
        const gone = new Set(merges.flatMap((merge) => merge.gone));
        const into = new Map(merges.map((merge) => [merge.into, merge.entry]));
        const merged = entries.filter((entry) => !gone.has(entry)).map((entry) => into.get(entry) ?? entry);
        const { "age at use": age, "time taken (median)": _, ...before } = printed(documentOf(entries));
        const { "age at use": ageAfter, "time taken (median)": __, ...after } = printed(documentOf(merged));
        expect(after).toEqual(before);
        expect(documentOf(merged).hours).toEqual(documentOf(entries).hours);
        const outer = (ages: typeof age) =>
          Object.entries(ages ?? {}).map(([least, [, greatest]]) => [least, greatest]);
        expect(outer(ageAfter)).toEqual(outer(age));
      }),
      { numRuns: 50 },
    );
  });

  it("shows every cell in the text and on the page, and on the page's charts nothing else", () => {
    fc.assert(
      fc.property(ledger, (entries) => {
        const document = documentOf(entries);
        const [onTerminal, page] = [renderReport(document, style), renderReportPage(document)];
        for (const { rows } of reportSections(document)) {
          for (const row of rows) for (const cell of row) expect(onTerminal).toContain(cell);
          for (const row of rows) expect(page).toContain(`<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
        }
        expect(charted(page).toSorted()).toEqual(chartsMadeAgain(entries).toSorted());
      }),
      { numRuns: 20 },
    );
  });

  it("brings everything itself: no script, no address, both colour schemes", () => {
    const page = renderReportPage({ ...documentOf(fc.sample(ledger, 1)[0] ?? []), simulated: true });
    expect(page).not.toMatch(/<script|https?:|url\(|@import|src=/);
    expect(page).toMatch(/prefers-color-scheme: ?dark/);
    expect(page).toContain("SIMULATED");
  });

  it("lets no name leave its cell", () => {
    const entries = fc.sample(questionEntry, 1).map((entry) => ({ ...entry, kinds: { "<img src=x>": 1 } }));
    expect(renderReportPage(documentOf(entries))).not.toContain("<img");
  });

  it("names strategies that are not tested again because they come from files, in one line, and is silent where there is none", () => {
    const entries = fc.sample(questionEntry, 1);
    const document = { ...documentOf(entries), notRevalidated: ["my-cross", "other"] };
    const lines = renderReport(document, style)
      .split("\n")
      .filter((line) => line.includes("not tested again by the desk: from a file"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("my-cross, other");
    expect(renderReport(documentOf(entries), style)).not.toContain("not tested again");
  });

  it("takes days only with --rule-prices, and a whole number of them from 1 to 90", () => {
    const check = (flags: Readonly<Record<string, unknown>>) => () => reportCommand.check?.({ args: [], flags });
    for (const days of ["0", "91", "1.5", "seven", ""]) expect(check({ rulePrices: true, days })).toThrow(/--days/);
    expect(check({ days: "7" })).toThrow(/without --rule-prices/);
    for (const flags of [{}, { rulePrices: true }, { rulePrices: true, days: "90" }])
      expect(check(flags)).not.toThrow();
  });

  it("says that the ledger is empty, and has a page for it", () => {
    expect(renderReport(documentOf([]), style)).toContain("The ledger is empty");
    expect(renderReportPage(documentOf([]))).toContain("The ledger is empty");
  });
});

const isAbove = ({ job }: LedgerEntry): boolean => ["thinking", "relationships", "debate", "shadow"].includes(job);

/** What the charts tell a pointer. */
const charted = (page: string): string[] =>
  [...page.matchAll(/<rect[^>]*><title>([^<]*)<\/title>/g)].map(([, tip]) => tip ?? "");

function chartsMadeAgain(entries: readonly LedgerEntry[]): string[] {
  const hourOf = (entry: LedgerEntry) => Math.floor(entry.atMs / HOUR_MS);
  const last = Math.max(...entries.map(hourOf));
  const tips: string[] = [];
  for (let hour = last - 47; hour <= last; hour++) {
    const of = entries.filter((entry) => hourOf(entry) === hour);
    const label = new Date(hour * HOUR_MS).toISOString().slice(0, 16).replace("T", " ");
    const paths = new Map<string, number>();
    for (const entry of of) if (entry.phase === "test-time") add(paths, entry.paths);
    for (const [path, n] of paths) tips.push(`${label}: ${path} ${text(n)}`);
    const sweep = units(of.filter(({ job }) => job === "sleep-cycle"));
    const test = units(of.filter(({ phase }) => phase === "test-time"));
    for (const [name, n] of [
      ["sweep", sweep],
      ["sleep above the sweep", units(of.filter(isAbove))],
      ["test time", test],
    ] as const)
      if (n > 0) tips.push(`${label}: ${name} ${text(n)}`);
  }
  const questions = new Map<string, number>();
  for (const entry of entries) if (entry.job === "question") add(questions, entry.paths);
  for (const [path, n] of questions) tips.push(`${path}: ${text(n)}`);
  const sweeps = entries.filter(({ job }) => job === "sleep-cycle");
  const test = entries.filter(({ phase }) => phase === "test-time");
  const saved = entries.reduce((sum, entry) => sum + Math.round((entry.savedUnits ?? 0) * 20), 0) / 20;
  if (sweeps.length > 0) tips.push(`sweep (unconditional): ${text(units(sweeps))}`);
  tips.push(`sleep above the sweep: ${text(units(entries.filter(isAbove)))}`);
  tips.push(`test time: ${text(units(test))}`, `spared at test time: ${text(saved)}`);
  return tips;
}
