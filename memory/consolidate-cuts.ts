// Floor 2. A retention policy + now → the borders before which history thins, and which rows of a history stay. Pure.
import type { RetentionCuts, RetentionPolicy } from "#schemas/retention.ts";
import { DAY_MS, HOUR_MS } from "#schemas/units.ts";

const floorTo = (timeMs: number, stepMs: number): number => timeMs - (timeMs % stepMs);

/**
 * Borders of hours and days are rounded down to full ones, so that an hour or a day is thinned as a whole or not yet: what
 * is before a border never shares its hour with what is after it, and consolidating again finds nothing to do.
 */
export function retentionCuts(policy: RetentionPolicy, nowMs: number): RetentionCuts {
  const ago = (days: number) => Math.max(0, nowMs - days * DAY_MS);
  return {
    hourlyBeforeMs: floorTo(ago(policy.allForDays), HOUR_MS),
    dailyBeforeMs: floorTo(ago(policy.hourlyForDays), DAY_MS),
    answersExpiredBeforeMs: ago(policy.expiredAnswersForDays),
    questionsBeforeMs: ago(policy.questionsForDays),
    runsBeforeMs: ago(policy.finishedRunsForDays),
    ledgerBeforeMs: floorTo(ago(policy.ledgerForDays), HOUR_MS),
    candlesPerKey: policy.candlesPerKey,
  };
}

/** Start of the hour or day of which one row stays; null where every row stays. */
function bucketOf(timeMs: number, cuts: RetentionCuts): number | null {
  if (timeMs >= cuts.hourlyBeforeMs) return null;
  return floorTo(timeMs, timeMs < cuts.dailyBeforeMs ? DAY_MS : HOUR_MS);
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
