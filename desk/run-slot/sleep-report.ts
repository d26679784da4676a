// Floor 4. What a sleep cycle did; what `sleep` prints.
import type { SweepSummary } from "#agents/market-analyst/sleep-time.ts";
import type { UnixMs } from "#schemas/units.ts";

export interface SleepReport {
  readonly slot: UnixMs;
  readonly analysed: number;
  readonly skipped: SweepSummary["skipped"];
  readonly failed: SweepSummary["failed"];
  /** What went wrong beside single markets, for people. */
  readonly problems: readonly string[];
  readonly durationMs: number;
  /** The slot had been done before; this is its stored result. */
  readonly repeated: boolean;
}

/** The venue or its ranking was silent and no market was read: another call for the slot tries again. */
export const nothingRead = ({ analysed, failed, problems }: SleepReport): boolean =>
  analysed === 0 && failed.length + problems.length > 0;
