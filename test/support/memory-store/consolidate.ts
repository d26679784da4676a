// Bench. Cuts → plain rows thinned by age, in place. The model of what sql-consolidate.ts does in SQL.

import { ledgerMerges } from "#memory/consolidate-ledger.ts";
import { deepFreeze } from "#memory/deep-freeze.ts";
import type { JournalRow } from "#schemas/journal.ts";
import type { ConsolidationCounts, RetentionCuts } from "#schemas/retention.ts";
import type { StoredTopic, TopicKind } from "#schemas/topic.ts";
import { DAY_MS, HOUR_MS } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";

type TopicRows = Map<string, StoredTopic[]>;

interface MemoryRun {
  readonly runId: string;
  readonly job: string;
  readonly slotMs: number;
  readonly result?: unknown;
}

interface MemoryJournal {
  readonly rows: JournalRow[];
  readonly ids: Set<string>;
}

/** What a store in memory holds, as far as it thins. */
export interface MemoryRooms {
  readonly analyses: { thin(cuts: RetentionCuts): Pick<ConsolidationCounts, "analyses" | "securityReports"> };
  readonly candles: { bound(cuts: RetentionCuts): number };
  readonly snapshots: { thin(cuts: RetentionCuts): number };
  /** Digests and readings. */
  readonly shared: TopicRows;
  readonly desks: Iterable<{
    readonly journals: ReadonlyMap<string, MemoryJournal>;
    readonly runs: Map<string, MemoryRun>;
    readonly ledger: LedgerEntry[];
    readonly topics: TopicRows;
  }>;
}

export function consolidateMemory(rooms: MemoryRooms, cuts: RetentionCuts): ConsolidationCounts {
  const desks = [...rooms.desks];
  const drop = (kinds: readonly TopicKind[], isOld: (row: StoredTopic) => boolean) =>
    sum(desks, ({ topics }) => dropTopics(topics, (row) => kinds.includes(row.record.kind) && isOld(row)));
  return {
    ...rooms.analyses.thin(cuts),
    digests: sum(rooms.shared.values(), (rows) => thinDigests(rows, cuts)),
    readings: dropTopics(
      rooms.shared,
      ({ record: { kind, asOfMs } }) => kind === "reading" && asOfMs < cuts.readingsBeforeMs,
    ),
    questions: drop(
      ["question", "conversation", "thought", "brief"],
      ({ record }) => record.computedAtMs < cuts.questionsBeforeMs,
    ),
    answers: drop(["answer"], ({ record }) => record.validUntilMs < cuts.answersExpiredBeforeMs),
    candles: rooms.candles.bound(cuts),
    snapshots: rooms.snapshots.thin(cuts),
    runs: sum(desks, ({ runs }) => dropRuns(runs, cuts)),
    ledgerEntries: sum(desks, ({ ledger }) => mergeEntries(ledger, cuts)),
    equityMarks: sum(desks, ({ journals }) => sum(journals.values(), (journal) => thinMarks(journal, cuts))),
  };
}

export function sum<T>(items: Iterable<T>, amount: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += amount(item);
  return total;
}

/** Thins one history whose rows stand in the order in which a later one supersedes an earlier one; how many went. */
export function thinRows<Row>(rows: Row[], timeMsOf: (row: Row) => number, cuts: RetentionCuts): number {
  return keepOnly(rows, new Set(thinned(rows, timeMsOf, cuts)));
}

// One that was made after the border is not seen at every moment before now, and may hide none that is.
function thinDigests(rows: StoredTopic[], cuts: RetentionCuts): number {
  const isMade = ({ record }: StoredTopic) => record.kind === "digest" && record.computedAtMs < cuts.hourlyBeforeMs;
  const kept = new Set(thinned(rows.filter(isMade), ({ record }) => record.asOfMs, cuts));
  return keepOnly(rows, new Set(rows.filter((row) => !isMade(row) || kept.has(row))));
}

function dropTopics(topics: TopicRows, isGone: (row: StoredTopic) => boolean): number {
  let gone = 0;
  for (const [name, rows] of topics) {
    gone += keepOnly(rows, new Set(rows.filter((row) => !isGone(row))));
    if (rows.length === 0) topics.delete(name);
  }
  return gone;
}

/** Old finished runs of one desk go, except the newest of each job. */
function dropRuns(runs: Map<string, MemoryRun>, cuts: RetentionCuts): number {
  const finished = [...runs].filter(([, run]) => "result" in run);
  const newest = new Map<string, number>();
  const jobOf = (run: MemoryRun) => `${run.runId} ${run.job}`;
  for (const [, run] of finished) newest.set(jobOf(run), Math.max(run.slotMs, newest.get(jobOf(run)) ?? 0));
  const isGone = (run: MemoryRun) => run.slotMs < cuts.runsBeforeMs && run.slotMs < (newest.get(jobOf(run)) ?? 0);
  const gone = finished.filter(([, run]) => isGone(run));
  for (const [name] of gone) runs.delete(name);
  return gone.length;
}

function mergeEntries(entries: LedgerEntry[], cuts: RetentionCuts): number {
  const from = cuts.done?.ledgerBeforeMs ?? 0;
  const rows = entries.map((entry, at) => ({ entry, at })).filter(({ entry }) => entry.atMs >= from);
  const gone = new Set<number>();
  for (const merge of ledgerMerges(rows, (row) => row.entry, cuts.ledgerBeforeMs)) {
    entries[merge.into.at] = deepFreeze(merge.entry);
    for (const { at } of merge.gone) gone.add(at);
  }
  return keepOnly(entries, new Set(entries.filter((_, at) => !gone.has(at))));
}

/** Equity marks of one journal thin, and nothing else of it. */
function thinMarks({ rows, ids }: MemoryJournal, cuts: RetentionCuts): number {
  const marks = rows.flatMap((row) => (row.event.type === "equity" ? [{ row, slotMs: row.event.slotMs }] : []));
  const kept = new Set(thinned(marks, (mark) => mark.slotMs, cuts).map((mark) => mark.row));
  for (const { row } of marks) if (!kept.has(row)) ids.delete(row.eventId);
  return keepOnly(rows, new Set(rows.filter((row) => row.event.type !== "equity" || kept.has(row))));
}

/** Keeps the members of `kept`, in their order. */
function keepOnly<Row>(rows: Row[], kept: ReadonlySet<Row>): number {
  const before = rows.length;
  const stay = rows.filter((row) => kept.has(row));
  if (stay.length === before) return 0;
  rows.length = 0;
  for (const row of stay) rows.push(row);
  return before - stay.length;
}

/** Start of the hour or day of which one row stays; null where every row stays, or an earlier pass has been. */
function bucketOf(timeMs: number, cuts: RetentionCuts): number | null {
  if (timeMs >= cuts.hourlyBeforeMs || timeMs < (cuts.done?.hourlyBeforeMs ?? 0)) return null;
  return timeMs - (timeMs % (timeMs < cuts.dailyBeforeMs ? DAY_MS : HOUR_MS));
}

/**
 * The rows of one history that stay, in their order: all of the recent ones and the last of each hour or day before.
 * The very last row always stays, whatever its age.
 * @param rows in the order in which a later one supersedes an earlier one
 */
export function thinned<Row>(rows: readonly Row[], timeMsOf: (row: Row) => number, cuts: RetentionCuts): Row[] {
  const seen = new Set<number>();
  const kept: Row[] = [];
  for (const row of rows.toReversed()) {
    const bucket = bucketOf(timeMsOf(row), cuts);
    if (bucket !== null) {
      if (seen.has(bucket)) continue;
      seen.add(bucket);
    }
    kept.push(row);
  }
  return kept.reverse();
}
