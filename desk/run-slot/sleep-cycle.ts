// Floor 4. Second step of a slot: universe ∪ held ∪ working → the MarketAnalyst → Khala, ahead of any question.
import { type SlotSweep, type SweepOutcomes, summariseSweep, sweepSlot } from "#agents/market-analyst/sleep-time.ts";
import { openOfNewest } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { analystDeps, type Desk } from "../desk.ts";
import { countUnusable } from "../documents/left-out.ts";
import type { SleepReport } from "../documents/sleep-report.ts";
import { marketsToSweep, marketsToThinkAbout } from "./daily-universe.ts";
import { runJob, SLEEP_JOB } from "./jobs.ts";
import { analysesOf, hourToRelate, readsOf, relateHour, sweptHour } from "./relationships.ts";
import type { SlotOptions } from "./slot-desk.ts";

/** A sleep cycle for its own sake (`sleep --once`): late markets are waited for. A finished slot is not done again. */
export async function runSleepCycle(desk: Desk, slotMs: UnixMs, options: SlotOptions): Promise<SleepReport> {
  const work = async () => (await sweep(desk, slotMs, { ...options, waitsForLate: true })).report;
  return runJob(desk, SLEEP_JOB, { slotMs }, work, options);
}

/** The slot's sleep cycle: what is there is analysed at once; `swept.late` brings the rest; null where the slot was done before. */
export async function sleepCycle(desk: Desk, slotMs: UnixMs, options: SlotOptions) {
  let swept = null as SlotSweep | null;
  const work = async () => {
    const made = await sweep(desk, slotMs, options);
    swept = made;
    return made.report;
  };
  const report = await runJob(desk, SLEEP_JOB, { slotMs }, work, options);
  return { report, swept };
}

/** `waitsForLate`: late markets are part of the cycle; else they are their caller's. */
type SweepOptions = SlotOptions & { readonly waitsForLate?: boolean };

function sweep(desk: Desk, slotMs: UnixMs, options: SweepOptions) {
  const tally = new WorkTally();
  return countInto(tally, () => sweepCounted(desk, slotMs, tally, options));
}

async function sweepCounted(desk: Desk, slotMs: UnixMs, tally: WorkTally, options: SweepOptions) {
  const startedMs = desk.monotonicMs();
  const nowMs = desk.clock.now();
  const universe = await desk.universe.at(nowMs, options);
  const returnsToMs = hourToRelate(desk, slotMs);
  const portfolio = desk.account.portfolio();
  const { tooLong, silent } = desk;
  const askAgainForMs = Math.max(0, desk.askAgainForMs - (nowMs - (options.begunMs ?? nowMs)));
  const symbols = marketsToSweep(universe, portfolio, desk.alerts.watches.symbols());
  for (const symbol of symbols.filter(silent.has)) askBeside(desk, symbol, nowMs, options);
  const { outcomes: atOnce, late } = await sweepSlot(
    analystDeps(desk, tally),
    {
      symbols,
      timeframe: desk.config.timeframe,
      nowMs,
      origin: "sleep",
      returnsToMs,
      askAgainForMs,
      beforeStep: desk.planner.stepAside(),
      isGivenUp: silent.has,
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
  const entry = ledgerEntry({
    atMs: nowMs,
    phase: "sleep",
    job: "sleep-cycle",
    made: analyses.length,
    work: tally.total(),
    durationMs: desk.monotonicMs() - startedMs,
  });
  await desk.ledger.record(entry, options);
  if (returnsToMs !== undefined) {
    // Markets that are only watched count in no cluster: a watch changes nothing that is traded.
    const own = new Set(marketsToThinkAbout(universe, portfolio));
    const traded = new Map([...outcomes].filter(([symbol]) => own.has(symbol)));
    const reads = readsOf(returnsToMs, traded);
    await relateHour(desk, reads, sweptHour(universe, portfolio, analysesOf(traded)), options);
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

/** The newest few candles: whether it answers at all is what is asked. */
function askBeside(
  { silent, marketData, config }: Desk,
  symbol: MarketSymbol,
  nowMs: UnixMs,
  options: CallOptions,
): void {
  const { timeframe } = config;
  const fromMs = openOfNewest(FEW_CANDLES, { nowMs, timeframe, graceMs: marketData.graceMs });
  silent.askBeside(symbol, () => marketData.candles({ symbol, timeframe, nowMs, fromMs }, options));
}

const FEW_CANDLES = 3;

/** Counts and names of a sweep, by symbol. */
export function summaryOf(outcomes: SweepOutcomes, desk: Desk) {
  const { analysed, skipped, failed } = summariseSweep(outcomes, desk.config.timeframe);
  return { analysed: analysed.length, skipped, failed, unusable: countUnusable(analysesOf(outcomes), desk) };
}
