// Floor 4. One tick: settle -> sleep cycle -> decision cycle, in this order, always (DESIGN §3).
import type { JournalEvent } from "#schemas/journal.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import { runDecisionCycle, type TradeReport } from "./decision-cycle.ts";
import { settleOpenOrders } from "./settle.ts";
import { type CycleOptions, runSleepCycle, type SleepReport } from "./sleep-cycle.ts";

export interface TickReport {
  readonly slotMs: UnixMs;
  readonly settled: readonly JournalEvent[];
  readonly sleep: SleepReport;
  readonly trade: TradeReport;
  /** Monotonic. */
  readonly durationMs: number;
}

export async function runTick(desk: Desk, slotMs: UnixMs, options: CycleOptions): Promise<TickReport> {
  const startedMs = desk.monotonicMs();
  const settled = await settleOpenOrders(desk, desk.clock.now(), options);
  const sleep = await runSleepCycle(desk, slotMs, options);
  const trade = await runDecisionCycle(desk, slotMs, options);
  return { slotMs, settled, sleep, trade, durationMs: desk.monotonicMs() - startedMs };
}
