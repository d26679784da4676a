// Floor 4. Second step of a slot: universe ∪ held ∪ working -> the MarketAnalyst -> Khala, ahead of any question.
import { type SweepSummary, summariseSweep, sweepSlot } from "#agents/market-analyst/sleep-time.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { analystDeps, type Desk } from "../desk.ts";
import { marketsToThinkAbout } from "./daily-universe.ts";
import { analysesOf, readsForHour, relateHour, sweptHour } from "./relationships.ts";
import { withinRun } from "./run-once.ts";

/** What `sleep` prints. */
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

export interface CycleOptions extends CallOptions {
  /** True once the desk is asked to stop: nothing is thought ahead any more. */
  readonly isStopping?: () => boolean;
  readonly onProgress?: (done: number, of: number) => void;
}

/** One sleep cycle per slot; a finished one is not run again. */
export async function runSleepCycle(desk: Desk, slotMs: UnixMs, options: CycleOptions): Promise<SleepReport> {
  const run = { job: "sleep-cycle", slotMs, isDone: (report: SleepReport) => !nothingRead(report) };
  const tally = new WorkTally();
  return withinRun(desk, run, () => countInto(tally, () => sweep(desk, slotMs, tally, options)), options);
}

/** The venue or its ranking was silent and no market was read: whoever asks for the slot again gets another try. */
export const nothingRead = ({ analysed, failed, problems }: SleepReport): boolean =>
  analysed === 0 && failed.length + problems.length > 0;

async function sweep(desk: Desk, slotMs: UnixMs, tally: WorkTally, options: CycleOptions): Promise<SleepReport> {
  const startedMs = desk.monotonicMs();
  const nowMs = desk.clock.now();
  const { timeframe } = desk.config;
  const universe = await desk.universe.at(nowMs, options);
  const reads = readsForHour(desk, slotMs);
  const portfolio = desk.account.portfolio();
  const swept = await sweepSlot(
    { ...analystDeps(desk, tally), ...(reads === null ? {} : { onSeries: reads.hear }) },
    {
      symbols: marketsToThinkAbout(universe, portfolio),
      timeframe,
      nowMs,
      origin: "sleep",
      askAgainForMs: desk.askAgainForMs,
      beforeStep: desk.planner.stepAside().beforeStep,
    },
    options,
  );
  const outcomes = new Map(swept.outcomes);
  for await (const round of swept.late()) for (const [symbol, outcome] of round) outcomes.set(symbol, outcome);
  desk.planner.noteAnalyses(analysesOf(outcomes));
  const { analysed, skipped, failed } = summariseSweep(outcomes, timeframe);
  await desk.ledger.record(
    {
      atMs: nowMs,
      phase: "sleep",
      job: "sleep-cycle",
      paths: {},
      misses: {},
      made: analysed.length,
      served: 0,
      work: tally.total(),
      ageAtUseMs: [],
      durationMs: desk.monotonicMs() - startedMs,
    },
    options,
  );
  if (reads !== null) await relateHour(desk, reads, sweptHour(universe, portfolio, analysesOf(outcomes)), options);
  return {
    slot: slotMs,
    analysed: analysed.length,
    skipped,
    failed,
    problems: universe.problem === null ? [] : [universe.problem],
    durationMs: Math.round(desk.monotonicMs() - startedMs),
    repeated: false,
  };
}
