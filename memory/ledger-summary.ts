// Floor 2. Ledger entries → the totals that `report` prints (law 13). Pure.
import { type LedgerEntry, NO_WORK, type Work } from "#schemas/work.ts";

type Counts = Readonly<Record<string, number>>;

export interface LedgerSummary {
  readonly entries: number;
  /** Counts by path: recalled, delegated, declined … */
  readonly paths: Counts;
  /** Why what was there did not serve: by stale reason, and `missing`. */
  readonly misses: Counts;
  readonly workByPhase: Readonly<Record<LedgerEntry["phase"], Work>>;
  readonly workByJob: Readonly<Partial<Record<LedgerEntry["job"], Work>>>;
  /** Analyses written, by phase. */
  readonly made: Readonly<Record<LedgerEntry["phase"], number>>;
  /** Times that an analysis was served from memory. */
  readonly served: number;
  /**
   * Made by sleep and not served: sleep's writes less all servings, at least 0. One analysis may serve many times, so the
   * true waste is this or more.
   */
  readonly wasteAtLeast: number;
  /** Age (now - asOf) of what was served, ms; null where nothing was. */
  readonly ageAtUseMs: { readonly min: number; readonly median: number; readonly max: number } | null;
}

export function summarise(entries: readonly LedgerEntry[]): LedgerSummary {
  const sleep = entries.filter((entry) => entry.phase === "sleep");
  const testTime = entries.filter((entry) => entry.phase === "test-time");
  const made = { sleep: sum(sleep, (entry) => entry.made), "test-time": sum(testTime, (entry) => entry.made) };
  const served = sum(entries, (entry) => entry.served);
  const jobs = [...new Set(entries.map((entry) => entry.job))];
  return {
    entries: sum(entries, (entry) => entry.entries ?? 1),
    paths: countsOf(entries.map((entry) => entry.paths)),
    misses: countsOf(entries.map((entry) => entry.misses)),
    workByPhase: { sleep: workOf(sleep), "test-time": workOf(testTime) },
    workByJob: Object.fromEntries(jobs.map((job) => [job, workOf(entries.filter((entry) => entry.job === job))])),
    made,
    served,
    wasteAtLeast: Math.max(0, made.sleep - served),
    ageAtUseMs: spread(entries.flatMap((entry) => entry.ageAtUseMs)),
  };
}

const sum = (entries: readonly LedgerEntry[], amount: (entry: LedgerEntry) => number): number =>
  entries.reduce((total, entry) => total + amount(entry), 0);

function countsOf(parts: readonly Counts[]): Counts {
  const totals = new Map<string, number>();
  for (const part of parts) {
    for (const [name, count] of Object.entries(part)) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  return Object.fromEntries(totals);
}

function workOf(entries: readonly LedgerEntry[]): Work {
  const total = { ...NO_WORK };
  for (const { work } of entries) for (const unit of Object.keys(total) as (keyof Work)[]) total[unit] += work[unit];
  return total;
}

function spread(ages: readonly number[]): LedgerSummary["ageAtUseMs"] {
  const sorted = ages.toSorted((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) return null;
  return { min, median: (lower + upper) / 2, max };
}
