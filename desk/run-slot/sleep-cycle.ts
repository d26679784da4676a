// Floor 4. Second step of a slot: universe ∪ held ∪ working -> the MarketAnalyst -> Khala, ahead of any question.
import { type SlotSweep, type SweepOutcomes, summariseSweep, sweepSlot } from "#agents/market-analyst/sleep-time.ts";
import type { UnixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { analystDeps, type Desk } from "../desk.ts";
import { countUnusable } from "../documents/left-out.ts";
import type { SleepReport } from "../documents/sleep-report.ts";
import { marketsToThinkAbout } from "./daily-universe.ts";
import { runJob, SLEEP_JOB } from "./jobs.ts";
import { analysesOf, hourToRelate, readsOf, relateHour, sweptHour } from "./relationships.ts";
import type { SlotOptions } from "./slot-desk.ts";

/** A sleep cycle for its own sake (`sleep --once`): late markets are waited for. A finished slot is not done again. */
export async function runSleepCycle(desk: Desk, slotMs: UnixMs, options: SlotOptions): Promise<SleepReport> {
  return runJob(
    desk,
    SLEEP_JOB,
    { slotMs },
    async () => (await sweep(desk, slotMs, { ...options, waitsForLate: true })).report,
    options,
  );
}

/** The slot's sleep cycle: what is there is analysed at once; `swept.late` brings the rest; null where the slot was done before. */
export async function sleepCycle(
  desk: Desk,
  slotMs: UnixMs,
  options: SlotOptions,
): Promise<{ readonly report: SleepReport; readonly swept: SlotSweep | null }> {
  let swept: Swept | null = null;
  const report = await runJob(
    desk,
    SLEEP_JOB,
    { slotMs },
    async () => {
      swept = await sweep(desk, slotMs, options);
      return swept.report;
    },
    options,
  );
  return { report, swept };
}

interface Swept extends SlotSweep {
  readonly report: SleepReport;
}

/** `waitsForLate`: late markets are part of the cycle; else they are their caller's. */
interface SweepOptions extends SlotOptions {
  readonly waitsForLate?: boolean;
}

function sweep(desk: Desk, slotMs: UnixMs, options: SweepOptions): Promise<Swept> {
  const tally = new WorkTally();
  return countInto(tally, () => sweepCounted(desk, slotMs, tally, options));
}

async function sweepCounted(desk: Desk, slotMs: UnixMs, tally: WorkTally, options: SweepOptions): Promise<Swept> {
  const startedMs = desk.monotonicMs();
  const nowMs = desk.clock.now();
  const universe = await desk.universe.at(nowMs, options);
  const returnsToMs = hourToRelate(desk, slotMs);
  const portfolio = desk.account.portfolio();
  const { askAgainForMs, tooLong } = desk;
  const { outcomes: atOnce, late } = await sweepSlot(
    analystDeps(desk, tally),
    {
      symbols: marketsToThinkAbout(universe, portfolio),
      timeframe: desk.config.timeframe,
      nowMs,
      origin: "sleep",
      returnsToMs,
      askAgainForMs,
      beforeStep: desk.planner.stepAside(),
      ...(tooLong === null ? {} : { tooLong }),
    },
    options,
  );
  const outcomes = new Map(atOnce);
  if (options.waitsForLate === true) {
    for await (const round of late()) for (const [symbol, outcome] of round) outcomes.set(symbol, outcome);
  }
  const analyses = analysesOf(outcomes);
  desk.planner.noteAnalyses(analyses);
  await desk.ledger.record(
    ledgerEntry({
      atMs: nowMs,
      phase: "sleep",
      job: "sleep-cycle",
      made: analyses.length,
      work: tally.total(),
      durationMs: desk.monotonicMs() - startedMs,
    }),
    options,
  );
  if (returnsToMs !== undefined) {
    const reads = readsOf(returnsToMs, outcomes);
    await relateHour(desk, reads, sweptHour(universe, portfolio, analyses), options);
  }
  const report: SleepReport = {
    slot: slotMs,
    ...summaryOf(outcomes, desk),
    problems: universe.problem === null ? [] : [universe.problem],
    durationMs: Math.round(desk.monotonicMs() - startedMs),
    repeated: false,
  };
  return { report, outcomes, late };
}

/** Counts and names of a sweep, by symbol. */
export function summaryOf(
  outcomes: SweepOutcomes,
  { config, quote }: Desk,
): Pick<SleepReport, "analysed" | "skipped" | "failed" | "unusable"> {
  const { analysed, skipped, failed } = summariseSweep(outcomes, config.timeframe);
  return { analysed: analysed.length, skipped, failed, unusable: countUnusable(analysesOf(outcomes), quote) };
}
