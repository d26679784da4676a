// Floor 4. One tick: settle -> sleep cycle -> decision cycle, in this order, always (DESIGN §3); then thought for what comes.
import type { Alert } from "#schemas/alert.ts";
import { ProviderRefusedError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import { type ThinkReport, thinkAhead } from "../planning/think-ahead.ts";
import { watchRefusal, watchSlot } from "../watch/watch.ts";
import { collectReports } from "./collect-reports.ts";
import { consolidateHourly } from "./consolidation.ts";
import { runDecisionCycle, type TradeReport } from "./decision-cycle.ts";
import { type CycleOptions, runSleepCycle, type SleepReport } from "./sleep-cycle.ts";

export interface SlotReport {
  readonly slotMs: UnixMs;
  readonly settled: readonly JournalEvent[];
  readonly sleep: SleepReport;
  readonly trade: TradeReport;
  /** What went wrong beside the markets that the sleep cycle names, and is taken up in the next slot; for people. */
  readonly problems: readonly string[];
  /** What is worth a telephone's buzz, raised in this slot; journaled, and told elsewhere. */
  readonly alerts: readonly Alert[];
  /** What was made ahead, above the sweep; null where the desk was asked to stop. */
  readonly thought: ThinkReport | null;
  /** Monotonic. */
  readonly durationMs: number;
}

/**
 * Runs one slot, and what is due once an hour after it. A venue or source that does not answer is named in the report;
 * only what concerns the desk itself, its store above all, ends the tick.
 * @throws StoreError, InvariantError, ProviderRefusedError
 */
export async function runSlot(desk: Desk, slotMs: UnixMs, options: CycleOptions): Promise<SlotReport> {
  try {
    return await runSteps(desk, slotMs, options);
  } catch (error) {
    // The desk stops at this; the alert is journaled before it does.
    if (error instanceof ProviderRefusedError) await watchRefusal(desk, slotMs, error, options);
    throw error;
  }
}

async function runSteps(desk: Desk, slotMs: UnixMs, options: CycleOptions): Promise<SlotReport> {
  const startedMs = desk.monotonicMs();
  const settled = await collectReports(desk, desk.clock.now(), options);
  const sleep = await runSleepCycle(desk, slotMs, options);
  const askedInVain = new Set([...sleep.skipped, ...sleep.failed].map(({ symbol }) => symbol));
  const trade = await runDecisionCycle(desk, slotMs, { ...options, askedInVain });
  const alerts = await watchSlot(desk, { slotMs, sleep }, options);
  const isOver = options.isStopping ?? (() => false);
  const thought = isOver() ? null : await thinkAhead(desk, { reason: "slot", slotMs, isOver }, options);
  await consolidateHourly(desk, slotMs, options);
  return {
    slotMs,
    settled: settled.events,
    sleep,
    trade,
    problems: [...settled.problems, ...sleep.problems, ...trade.problems],
    alerts,
    thought,
    durationMs: desk.monotonicMs() - startedMs,
  };
}
