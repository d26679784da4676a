// Floor 2. Ledger entries → the figures that `report` prints (law 13). Pure.
import { z } from "zod";
import { Count, DurationMs, HOUR_MS } from "#schemas/units.ts";
import { JUDGEMENT_JOBS, LedgerEntry, NO_WORK, Work, workUnits } from "#schemas/work.ts";
import { exactSum } from "./exact-sum.ts";

type Counts = Readonly<Record<string, number>>;
type Job = LedgerEntry["job"];

/** Jobs of sleep beyond the sweep, which is unconditional: what must pay for itself. */
const ABOVE_SWEEP: readonly Job[] = ["thinking", "relationships", "opinion", ...JUDGEMENT_JOBS, "shadow"];
/** Of these the day's budget of work units is spent; what models judge asleep has budgets of tokens. */
const OF_DAY_BUDGET: readonly Job[] = ["thinking", "shadow"];

const counts = z.record(z.string(), Count);
const job = LedgerEntry.shape.job;
const units = z.number().describe("work units");
const byPhase = { sleep: units, "test-time": units };

const LedgerHour = z.object({
  hourMs: z.number().describe("beginning of the UTC hour; epoch ms"),
  paths: counts.describe("what decisions and questions asked for, by path"),
  sweepUnits: units.describe("work units of the sweep"),
  aboveSweepUnits: units.describe("work units of sleep beyond it"),
  testTimeUnits: units.describe("work units of decisions and questions"),
  savedUnits: units.describe("work units that answers from memory spared"),
});
export type LedgerHour = Readonly<z.infer<typeof LedgerHour>>;

export const LedgerSummary = z.object({
  entries: Count.describe("entries of the ledger"),
  paths: counts.describe("what was asked for, by decisions and questions, by path: recalled, delegated, declined …"),
  pathsByJob: z
    .partialRecord(job, counts)
    .describe("the same of each job. Of the job `shadow` it is what its checks found."),
  kinds: counts.describe("questions by kind"),
  misses: counts.describe("why what was there did not serve: by stale reason, and `missing`"),
  workByPhase: z.object({ sleep: Work, "test-time": Work }),
  workByJob: z.partialRecord(job, Work),
  unitsByPhase: z.object(byPhase),
  unitsByJob: z.partialRecord(job, units),
  unitsAboveSweep: units.describe("work units of sleep beyond the unconditional sweep"),
  savedUnits: units.describe("work units that answers from memory spared at test time, less what serving them took"),
  made: z.object({ sleep: Count, "test-time": Count }).describe("analyses written, by phase"),
  served: Count.describe("times that an analysis was served from memory"),
  wasteAtLeast: Count.describe(
    "made by sleep and not served: sleep's writes less all servings, at least 0. One analysis may serve many times, so the true waste is this or more.",
  ),
  wasteAtMost: Count.describe(
    "the other bound. A decision cycle uses each analysis once and never one of an earlier slot, so of what it used at least all but those made at test time were different analyses of sleep; the rest may have gone unused.",
  ),
  prepared: counts.describe("digests and pre-answers that thinking ahead has written for questions, by topic kind"),
  firstUses: Count.describe(
    "how many of them were served at least once. A restart forgets what was served before: it may count one twice.",
  ),
  preparedUnusedAtLeast: Count.describe("written and never served: at least this many, for the same reason"),
  overBudget: counts.describe("what was not made or not answered because a budget was spent, by budget"),
  ageAtUseMs: z
    .object({ min: z.number().describe("ms"), median: z.number().describe("ms"), max: z.number().describe("ms") })
    .nullable()
    .describe("age of what was served, from data time to use; null where nothing was"),
  durations: z
    .record(z.string(), z.object({ count: Count, medianMs: DurationMs }))
    .describe(
      "of this machine, by job, and of questions and decision cycles by path (a decision cycle is `delegated` where it made any analysis itself). Only of entries that are not merged yet: a merged one has lost the single ones.",
    ),
  withoutSource: z
    .object({
      decisions: Count.describe(
        "served from memory, without a call: each stands when its source is silent at that moment",
      ),
      answers: Count.describe("to questions, likewise"),
      unread: Count.describe(
        "market-slots in which a decision found nothing fresh and could not have it made; a market without a candle is none",
      ),
    })
    .describe("what a silent source would have cost"),
  hours: z.array(LedgerHour.readonly()).describe("by UTC hour, oldest first"),
});
export type LedgerSummary = Readonly<z.infer<typeof LedgerSummary>>;

export function summarise(entries: readonly LedgerEntry[]): LedgerSummary {
  const sleep = entries.filter((entry) => entry.phase === "sleep");
  const testTime = entries.filter((entry) => entry.phase === "test-time");
  const byJob = Map.groupBy(entries, (entry) => entry.job);
  const ofJobs = <T>(figure: (of: readonly LedgerEntry[]) => T): Readonly<Partial<Record<Job, T>>> =>
    Object.fromEntries([...byJob].map(([job, of]) => [job, figure(of)]));
  const made = { sleep: sum(sleep, (entry) => entry.made), "test-time": sum(testTime, (entry) => entry.made) };
  const served = sum(entries, (entry) => entry.served);
  const decisions = byJob.get("decision-cycle") ?? [];
  const questions = byJob.get("question") ?? [];
  const usedByDecisions = sum(decisions, (entry) => entry.served);
  const prepared = countsOf((byJob.get("thinking") ?? []).map((entry) => entry.prepared ?? {}));
  const firstUses = sum(entries, (entry) => entry.firstUses ?? 0);
  return {
    entries: sum(entries, (entry) => entry.entries ?? 1),
    paths: countsOf(testTime.map((entry) => entry.paths)),
    pathsByJob: ofJobs((of) => countsOf(of.map((entry) => entry.paths))),
    kinds: countsOf(questions.map((entry) => entry.kinds ?? {})),
    misses: countsOf(entries.filter(({ job }) => job !== "brief").map((entry) => entry.misses)),
    workByPhase: { sleep: workOf(sleep), "test-time": workOf(testTime) },
    workByJob: ofJobs(workOf),
    unitsByPhase: { sleep: unitsOf(sleep), "test-time": unitsOf(testTime) },
    unitsByJob: ofJobs(unitsOf),
    unitsAboveSweep: unitsOf(entries.filter(isAboveSweep)),
    savedUnits: savedUnitsOf(entries),
    made,
    served,
    wasteAtLeast: Math.max(0, made.sleep - served),
    wasteAtMost: Math.max(0, made.sleep - Math.max(0, usedByDecisions - made["test-time"])),
    prepared,
    firstUses,
    preparedUnusedAtLeast: Math.max(0, total(prepared) - firstUses),
    overBudget: countsOf(entries.map((entry) => entry.overBudget ?? {})),
    ageAtUseMs: spread(entries.flatMap((entry) => entry.ageAtUseMs)),
    durations: durationsOf(entries),
    withoutSource: {
      decisions: countOf(decisions, "recalled"),
      answers: FROM_MEMORY.reduce((n, path) => n + countOf(questions, path), 0),
      unread: unreadOf(decisions),
    },
    hours: hoursOf(entries),
  };
}

/** What the day's budgets have been spent on. */
export type DaySpend = ReturnType<typeof daySpendOf>;

/** What entries have spent; the caller takes the entries of the day. */
export const daySpendOf = (entries: readonly LedgerEntry[]) => ({
  /** Work units of thinking and shadow checks. */
  units: unitsOf(entries.filter(({ job }) => OF_DAY_BUDGET.includes(job))),
  /** Model tokens of sleep, in and out. */
  tokens: tokensOf(entries.filter(({ phase }) => phase === "sleep")),
  /** Of them by job. */
  tokensByJob: tokensByJobOf(entries.filter(({ phase }) => phase === "sleep")),
  /** Model tokens of questions, in and out. */
  questionTokens: tokensOf(entries.filter(({ phase }) => phase === "test-time")),
});

const tokensOf = (entries: readonly LedgerEntry[]): number =>
  sum(entries, ({ work }) => work.inputTokens + work.outputTokens);

const tokensByJobOf = (entries: readonly LedgerEntry[]): Counts =>
  Object.fromEntries([...Map.groupBy(entries, ({ job }) => job)].map(([job, of]) => [job, tokensOf(of)]));

const FROM_MEMORY = ["pre-answered", "recalled", "distilled"] as const;

const isAboveSweep = ({ job, phase }: LedgerEntry): boolean => phase === "sleep" && ABOVE_SWEEP.includes(job);

const sum = (entries: readonly LedgerEntry[], amount: (entry: LedgerEntry) => number): number =>
  entries.reduce((n, entry) => n + amount(entry), 0);

const total = (counts: Counts): number => Object.values(counts).reduce((n, count) => n + count, 0);

const countOf = (entries: readonly LedgerEntry[], path: string): number =>
  sum(entries, (entry) => entry.paths[path] ?? 0);

/** Added up, in the order of first appearance. */
export function countsOf(parts: readonly Counts[]): Counts {
  const totals = new Map<string, number>();
  for (const part of parts) {
    for (const [name, count] of Object.entries(part)) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  return Object.fromEntries(totals);
}

function workOf(entries: readonly LedgerEntry[]): Work {
  const work = { ...NO_WORK };
  for (const entry of entries) for (const unit of Object.keys(work) as (keyof Work)[]) work[unit] += entry.work[unit];
  return work;
}

/** Weighed once, after counting, since whole numbers add up the same in any grouping; then rid of float64's last digits. */
const unitsOf = (entries: readonly LedgerEntry[]): number => exactSum([workUnits(workOf(entries))]);

const savedUnitsOf = (entries: readonly LedgerEntry[]): number =>
  exactSum(entries.map((entry) => entry.savedUnits ?? 0));

/** The first asks again, so what stayed unread is what missed and was not made, without the quiet markets. */
const unreadOf = (decisions: readonly LedgerEntry[]): number => {
  const missed = total(countsOf(decisions.map(({ misses }) => misses)));
  const quiet = sum(decisions, ({ misses }) => misses["no-candle"] ?? 0);
  return Math.max(0, missed - quiet - countOf(decisions, "delegated"));
};

function durationsOf(
  entries: readonly LedgerEntry[],
): Readonly<Record<string, { readonly count: number; readonly medianMs: number }>> {
  const single = entries.filter((entry) => entry.entries === undefined && entry.durationMs !== undefined);
  return Object.fromEntries(
    [...Map.groupBy(single, durationName)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, of]) => {
        const all = spread(of.map(({ durationMs }) => durationMs ?? 0));
        return [name, { count: of.length, medianMs: all?.median ?? 0 }];
      }),
  );
}

function durationName({ job, paths }: LedgerEntry): string {
  if (job === "decision-cycle") return `${job} ${(paths["delegated"] ?? 0) > 0 ? "delegated" : "recalled"}`;
  const [path] = Object.keys(paths).filter((name) => (paths[name] ?? 0) > 0);
  return job === "question" && path !== undefined ? `${job} ${path}` : job;
}

function hoursOf(entries: readonly LedgerEntry[]) {
  return [...Map.groupBy(entries, ({ atMs }) => Math.floor(atMs / HOUR_MS) * HOUR_MS)]
    .sort(([a], [b]) => a - b)
    .map(([hourMs, of]) => {
      const testTime = of.filter(({ phase }) => phase === "test-time");
      const sleep = of.filter(({ phase }) => phase === "sleep");
      return {
        hourMs,
        paths: countsOf(testTime.map(({ paths }) => paths)),
        sweepUnits: unitsOf(sleep.filter((entry) => !isAboveSweep(entry))),
        aboveSweepUnits: unitsOf(sleep.filter(isAboveSweep)),
        testTimeUnits: unitsOf(testTime),
        savedUnits: savedUnitsOf(of),
      };
    });
}

function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) return null;
  return { min, median: (lower + upper) / 2, max };
}
