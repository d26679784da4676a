// Floor 2. The same report as long as the answer is the same: analyses are digested by their checks, and a desk asks at every slot.
import type { SecurityReport } from "#schemas/security.ts";
import { DAY_MS, startOfDay } from "#schemas/units.ts";
import { type CombineInput, combinedReport } from "./combine.ts";
import { freezeReport } from "./goplus.ts";

interface Kept {
  readonly input: CombineInput;
  /** The first moment at which another answer may follow from the same parts. */
  readonly untilMs: number;
  readonly report: SecurityReport;
}

export type Combiner = (key: string, input: CombineInput) => SecurityReport;

/**
 * `combinedReport`, remembered by `key` (a market, or a contract). The very same object while the parts are the same ones; the same `checks`
 * while only their dates differ.
 */
export function createCombiner(): Combiner {
  const kept = new Map<string, Kept>();
  return (key, input) => {
    const before = kept.get(key);
    if (
      before !== undefined &&
      input.nowMs < before.untilMs &&
      input.nowMs >= before.input.nowMs &&
      isSame(before.input, input)
    ) {
      return before.report;
    }
    const report = keepingChecks(before?.report, combinedReport(input));
    kept.set(key, { input, untilMs: firstChangeMs(input, report), report });
    return report;
  };
}

const isSameList = (a: readonly unknown[] = [], b: readonly unknown[] = []): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

const silenceOf = ({ silent = [] }: CombineInput): readonly string[] =>
  silent.map(({ source, why }) => `${source}: ${why}`);

/** By the parts themselves: what is kept in memory is the same object until it is asked for anew. */
const isSame = (a: CombineInput, b: CombineInput): boolean =>
  a.identity === b.identity &&
  a.contract?.chain === b.contract?.chain &&
  a.contract?.contract === b.contract?.contract &&
  a.pinned?.implementation === b.pinned?.implementation &&
  a.trusted === b.trusted &&
  isSameList(a.reports, b.reports) &&
  isSameList(silenceOf(a), silenceOf(b));

/** A report of the day's end at the latest: entries of the table begin and end with days. */
function firstChangeMs({ identity, reports, nowMs }: CombineInput, report: SecurityReport): number {
  const ends = [identity, ...reports].flatMap((part) =>
    part === null || part.validUntilMs <= nowMs ? [] : [part.validUntilMs],
  );
  return Math.min(report.validUntilMs, startOfDay(nowMs) + DAY_MS, ...ends);
}

function keepingChecks(before: SecurityReport | undefined, now: SecurityReport): SecurityReport {
  if (before === undefined) return now;
  if (JSON.stringify(before) === JSON.stringify(now)) return before;
  return JSON.stringify(before.checks) === JSON.stringify(now.checks)
    ? freezeReport({ ...now, checks: before.checks })
    : now;
}
