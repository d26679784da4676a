// Floor 2. Old ledger entries → one per hour, job and phase, with the same sums. Pure.
import { HOUR_MS } from "#schemas/units.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";
import { exactSum } from "./exact-sum.ts";
import { countsOf } from "./ledger-summary.ts";

/** So many ages at use stay of a merged entry. */
const MAX_AGES = 25;

/** What becomes of the rows of one hour, job and phase: the first takes the sum, the others go. */
export interface LedgerMerge<Row> {
  readonly into: Row;
  readonly entry: LedgerEntry;
  readonly gone: readonly Row[];
}

/**
 * Merges what was recorded before `beforeMs`. Every sum that `summarise` makes is kept exactly. Of the ages at use at most
 * 25 stay, evenly spaced over their order with the least and the greatest among them: minimum and maximum stay exact, the
 * median becomes an estimate. Of the durations only the sum stays. A group of one row is left alone, so merging again finds
 * nothing to do.
 */
export function ledgerMerges<Row>(
  rows: readonly Row[],
  entryOf: (row: Row) => LedgerEntry,
  beforeMs: number,
): readonly LedgerMerge<Row>[] {
  const old = rows.filter((row) => entryOf(row).atMs < beforeMs);
  const groups = Map.groupBy(old, (row) => {
    const { atMs, job, phase } = entryOf(row);
    return `${Math.floor(atMs / HOUR_MS)} ${job} ${phase}`;
  });
  return [...groups.values()].flatMap(([into, ...gone]) =>
    into === undefined || gone.length === 0
      ? []
      : [{ into, gone, entry: merged([entryOf(into), ...gone.map((row) => entryOf(row))]) }],
  );
}

function merged(entries: readonly [LedgerEntry, ...LedgerEntry[]]): LedgerEntry {
  const [{ job, phase }] = entries;
  const total = (amount: (entry: LedgerEntry) => number) => entries.reduce((sum, entry) => sum + amount(entry), 0);
  return {
    job,
    phase,
    atMs: Math.max(...entries.map((entry) => entry.atMs)),
    entries: total((entry) => entry.entries ?? 1),
    paths: countsOf(entries.map((entry) => entry.paths)),
    misses: countsOf(entries.map((entry) => entry.misses)),
    made: total((entry) => entry.made),
    served: total((entry) => entry.served),
    work: { ...NO_WORK, ...countsOf(entries.map((entry) => entry.work)) },
    ageAtUseMs: sample(entries.flatMap((entry) => entry.ageAtUseMs)),
    ...optional(entries),
  };
}

/** A member that no entry has stays away: 0 would claim that it was counted. */
function optional(entries: readonly LedgerEntry[]): Partial<LedgerEntry> {
  const said = <Key extends keyof LedgerEntry>(key: Key) =>
    entries.flatMap((entry) => {
      const value = entry[key];
      return value === undefined ? [] : [value];
    });
  const [kinds, prepared, uses, overBudget] = [said("kinds"), said("prepared"), said("uses"), said("overBudget")];
  const [firstUses, savedUnits, durationMs] = [said("firstUses"), said("savedUnits"), said("durationMs")];
  return {
    ...(kinds.length > 0 ? { kinds: countsOf(kinds) } : {}),
    ...(prepared.length > 0 ? { prepared: countsOf(prepared) } : {}),
    ...(uses.length > 0 ? { uses: countsOf(uses) } : {}),
    ...(firstUses.length > 0 ? { firstUses: exactSum(firstUses) } : {}),
    ...(savedUnits.length > 0 ? { savedUnits: exactSum(savedUnits) } : {}),
    ...(overBudget.length > 0 ? { overBudget: countsOf(overBudget) } : {}),
    // Of all together, where the median of single ones was before: `entries` says how many.
    ...(durationMs.length > 0 ? { durationMs: exactSum(durationMs) } : {}),
  };
}

function sample(ages: readonly number[]): number[] {
  const sorted = ages.toSorted((a, b) => a - b);
  if (sorted.length <= MAX_AGES) return sorted;
  const step = (sorted.length - 1) / (MAX_AGES - 1);
  return Array.from({ length: MAX_AGES }, (_, i) => sorted[Math.round(i * step)] ?? 0);
}
