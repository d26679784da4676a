// Floor 4. One slot: reconcile → read the markets → decide and send → remember what was read, in this order, always (DESIGN §3). Cron,
// replay and backtest drivers call this one function; they differ in the clock, the venue adapters and the store that the desk was given.
import type { JournalEvent } from "#schemas/journal.ts";
import { type Answered, andThen } from "#schemas/ports/work.ts";
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
type Decide<Desk, Trade> = (
  desk: Desk,
  source: AnalysisSource,
  slotMs: UnixMs,
  options: SlotOptions,
) => Answered<Trade>;

/**
 * Waits for what is not at hand, and for nothing else: in most slots of a backtest all is.
 * A venue or source that does not answer is named in the report; only what concerns the desk itself, its store above all,
 * ends the slot. @throws StoreError, InvariantError, ProviderRefusedError
 */
export function runSlot<Desk extends SlotDesk, Trade extends { readonly problems: readonly string[] }>(
  desk: Desk,
  source: AnalysisSource,
  slotMs: UnixMs,
  options: SlotOptions,
  decide: Decide<Desk, Trade>,
): Answered<SlotReport<Trade>> {
  const begunMs = desk.clock.now();
  return andThen(collectReports(desk, begunMs, options), (settled) =>
    andThen(source.prepare(slotMs, { ...options, begunMs }), () =>
      andThen(decide(desk, source, slotMs, options), (trade) =>
        andThen(source.settle(), () => {
          const sleep = source.report();
          const problems = [...settled.problems, ...sleep.problems, ...trade.problems];
          return { slotMs, settled: settled.events, sleep, trade, problems };
        }),
      ),
    ),
  );
}
