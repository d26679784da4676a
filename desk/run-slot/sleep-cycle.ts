// Floor 4. Second step of a slot: universe ∪ held ∪ working → the MarketAnalyst → Khala, ahead of any question. In two parts: what is
// read, which decisions stand on, and what is made of it and remembered, which no order waits for.
import { type SlotSweep, type SweepOutcomes, summariseSweep, sweepSlot } from "#agents/market-analyst/sleep-time.ts";
import { openOfNewest } from "#schemas/market.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { GateRelationships } from "#schemas/relationship.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { ledgerEntry, WorkTally } from "#schemas/work.ts";
import { countInto } from "#toolkits/ports/counted.ts";
import { analystDeps, type Desk } from "../desk.ts";
import { countUnusable } from "../documents/left-out.ts";
import type { SleepReport } from "../documents/sleep-report.ts";
import { marketsToSweep, marketsToThinkAbout, type UniverseOfDay } from "./daily-universe.ts";
import { beginJob, SLEEP_JOB } from "./jobs.ts";
import { analysesOf, hourToRelate, readsOf, relatedOrder, relateHour, sweptHour, unmadeHour } from "./relationships.ts";
import type { SlotOptions } from "./slot-desk.ts";

/** A sleep cycle for its own sake (`sleep --once`): late markets are waited for. A finished slot is not done again. */
export async function runSleepCycle(desk: Desk, slotMs: UnixMs, options: SlotOptions): Promise<SleepReport> {
  const { settle } = await beginSleepCycle(desk, slotMs, { ...options, waitsForLate: true });
  return (await settle()).report;
}

/** A sleep cycle whose markets are read. */
export interface SleepUnderWay {
  /** What was read; null: the slot was done before. */
  readonly swept: SlotSweep | null;
  /** What moves together at this hour, where that is due, as `settle` will make and remember it; null: it is not due, or nothing was read. */
  readonly hour: GateRelationships | null;
  /** Remembers it all and ends the job, once. */
  settle(): Promise<{ readonly report: SleepReport; readonly outcomes: SweepOutcomes }>;
}

/** `waitsForLate`: late markets are part of the cycle; else they are their caller's. */
type SweepOptions = SlotOptions & { readonly waitsForLate?: boolean };

/** Reads the markets of a slot; what is there is there at once, and `swept.late` brings the rest. */
export async function beginSleepCycle(desk: Desk, slotMs: UnixMs, options: SweepOptions): Promise<SleepUnderWay> {
  const beginning = beginJob(desk, SLEEP_JOB, { slotMs }, options);
  // The account has one writer: after a slot that this process has finished it alone does later ones, and no order waits for their record.
  const isNew = slotMs > (newestFinished.get(desk.runs) ?? Number.POSITIVE_INFINITY);
  // Where it fails that is heard when the slot is to be finished.
  if (isNew) beginning.catch(() => {});
  const stored = isNew ? null : (await beginning).stored;
  if (stored !== null) {
    const report = { ...stored, repeated: true };
    return { swept: null, hour: null, settle: async () => ({ report, outcomes: new Map() }) };
  }
  const tally = new WorkTally();
  const read = await countInto(tally, () => readMarkets(desk, slotMs, tally, options));
  const settled = async () => {
    const made = await countInto(tally, () => settle(desk, slotMs, read, tally, options));
    await (await beginning).finish(made.report, options);
    newestFinished.set(desk.runs, slotMs);
    return made;
  };
  let settling: ReturnType<typeof settled> | null = null;
  return {
    swept: read.swept,
    hour: hourOfReads(desk, read),
    settle: () => {
      settling ??= settled();
      return settling;
    },
  };
}

/** By the runs that a desk keeps: the newest slot whose cycle this process has finished. */
const newestFinished = new WeakMap<Desk["runs"], UnixMs>();

interface ReadSlot {
  readonly swept: SlotSweep;
  readonly nowMs: UnixMs;
  readonly universe: UniverseOfDay;
  /** Before this slot's decisions: what they order belongs to the next hour. */
  readonly portfolio: Portfolio;
  readonly returnsToMs: UnixMs | undefined;
  readonly durationMs: number;
}

async function readMarkets(desk: Desk, slotMs: UnixMs, tally: WorkTally, options: SweepOptions): Promise<ReadSlot> {
  const startedMs = desk.monotonicMs();
  const nowMs = desk.clock.now();
  const universe = await desk.universe.at(nowMs, options);
  const returnsToMs = hourToRelate(desk, slotMs);
  const { tooLong, silent } = desk;
  const askAgainForMs = Math.max(0, desk.askAgainForMs - (nowMs - (options.begunMs ?? nowMs)));
  const portfolio = desk.account.portfolio();
  const symbols = marketsToSweep(universe, portfolio, desk.alerts.watches.symbols());
  for (const symbol of symbols.filter(silent.has)) askBeside(desk, symbol, nowMs, options);
  const swept = await sweepSlot(
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
  return { swept, nowMs, universe, portfolio, returnsToMs, durationMs: desk.monotonicMs() - startedMs };
}

const hourOfReads = ({ config }: Desk, { swept, universe, portfolio, returnsToMs: hourMs }: ReadSlot) =>
  hourMs === undefined
    ? null
    : unmadeHour({ hourMs, timeframe: config.timeframe }, relatedOrder(universe, portfolio), swept.attempts);

async function settle(
  desk: Desk,
  slotMs: UnixMs,
  { swept, nowMs, universe, portfolio, returnsToMs, durationMs: readMs }: ReadSlot,
  tally: WorkTally,
  options: SweepOptions,
) {
  const startedMs = desk.monotonicMs();
  const outcomes = new Map(await swept.remember());
  if (options.waitsForLate === true) {
    for await (const round of swept.late()) for (const [symbol, outcome] of round) outcomes.set(symbol, outcome);
  }
  const analyses = analysesOf(outcomes);
  desk.planner.noteAnalyses(analyses);
  const durationMs = () => readMs + desk.monotonicMs() - startedMs;
  const entry = ledgerEntry({
    atMs: nowMs,
    phase: "sleep",
    job: "sleep-cycle",
    made: analyses.length,
    work: tally.total(),
    durationMs: durationMs(),
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
    durationMs: Math.round(durationMs()),
    repeated: false,
  };
  return { report, outcomes };
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
  silent.askBeside(symbol, async () => marketData.candles({ symbol, timeframe, nowMs, fromMs }, options));
}

const FEW_CANDLES = 3;

/** Counts and names of a sweep, by symbol. */
export function summaryOf(outcomes: SweepOutcomes, desk: Desk) {
  const { analysed, skipped, failed } = summariseSweep(outcomes, desk.config.timeframe);
  return { analysed: analysed.length, skipped, failed, unusable: countUnusable(analysesOf(outcomes), desk) };
}
