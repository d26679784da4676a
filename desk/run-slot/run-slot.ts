// Floor 4. One slot: reconcile → sleep cycle → decision cycle, in this order, always (DESIGN §3). Cron, replay and backtest
// drivers call this one function; they differ in the clock, the venue adapters and the store that the desk was given.
import type { JournalEvent } from "#schemas/journal.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { SleepReport } from "../documents/sleep-report.ts";
import { collectReports } from "./collect-reports.ts";
import type { AnalysisSource, SlotDesk, SlotOptions } from "./slot-desk.ts";

export interface SlotReport<Trade> {
  readonly slotMs: UnixMs;
  /** What the venue did since the slot before. */
  readonly settled: readonly JournalEvent[];
  readonly sleep: SleepReport;
  readonly trade: Trade;
  /** What went wrong beside the markets that the sleep cycle names, and is taken up in the next slot; for people. */
  readonly problems: readonly string[];
}

/** The third step: done once a slot and reported from the store (`runDecisionCycle`), or only done (`decideAndSend`). */
type Decide<Desk, Trade> = (desk: Desk, source: AnalysisSource, slotMs: UnixMs, options: SlotOptions) => Promise<Trade>;

/**
 * A venue or source that does not answer is named in the report; only what concerns the desk itself, its store above all,
 * ends the slot. @throws StoreError, InvariantError, ProviderRefusedError
 */
export async function runSlot<Desk extends SlotDesk, Trade extends { readonly problems: readonly string[] }>(
  desk: Desk,
  source: AnalysisSource,
  slotMs: UnixMs,
  options: SlotOptions,
  decide: Decide<Desk, Trade>,
): Promise<SlotReport<Trade>> {
  const begunMs = desk.clock.now();
  const settled = await collectReports(desk, begunMs, options);
  await source.prepare(slotMs, { ...options, begunMs });
  const trade = await decide(desk, source, slotMs, options);
  const sleep = source.report();
  const problems = [...settled.problems, ...sleep.problems, ...trade.problems];
  return { slotMs, settled: settled.events, sleep, trade, problems };
}
