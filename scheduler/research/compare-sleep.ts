// Floor 5. One desk over the same slots twice, each time with a memory of its own that begins empty: with the sleep cycle before each
// decision, and without it, when every decision has what it needs made from scratch. The same code decides, so decisions and trades must be
// equal; what differs is when the work is done, and that is read from the ledger (law 13).

import { runPerformance } from "#desk/account/run-performance.ts";
import { computeMetrics } from "#desk/account/summary.ts";
import type { Desk } from "#desk/desk.ts";
import { universeHeld } from "#desk/documents/run-metrics.ts";
import { consolidateHourly } from "#desk/run-slot/consolidation.ts";
import { runSlotWithoutSleep, runSlotWithSleep } from "#desk/run-slot/live-slot.ts";
import { runStarted } from "#desk/run-slot/run-started.ts";
import { nextSlot } from "#desk/slots.ts";
import { summarise } from "#memory/ledger-summary.ts";
import type { ComparedRun, Comparison, SleepWork } from "#schemas/compare.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { decimalFromNumber, toNumber } from "#schemas/money.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { RunId, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { WORK_WEIGHTS } from "#schemas/work.ts";
import { rulesOf } from "../backtest-driver.ts";
import type { WordedRule } from "../backtest-input.ts";
import { createSimulatedClock } from "../clock.ts";
import { compareRuns } from "./compare-runs.ts";
import { openStandingDesk, type StandingDeskParts } from "./standing-desk.ts";

/** What a run is given for itself: a run leaves something in each of them. */
export interface SleepRunParts {
  readonly venue: StandingDeskParts["venue"];
  readonly store: Store;
  readonly rules?: readonly WordedRule[];
}

export interface SleepRange {
  readonly firstSlotMs: UnixMs;
  /** Inclusive. */
  readonly lastSlotMs: UnixMs;
}

export interface SleepOptions extends CallOptions {
  readonly onNote: (text: string) => void;
  readonly onSlot?: (slotMs: UnixMs) => void;
}

export const SLEEP_NAMES = ["with sleep", "without sleep"] as const;

type Side = SleepWork["a"];

export interface SleepRun {
  readonly run: ComparedRun;
  readonly side: Side;
}

/** @param a the run with sleep */
export const compareSleep = (a: SleepRun, b: SleepRun): Comparison => ({
  ...compareRuns(SLEEP_NAMES, a.run, b.run),
  sleep: { a: a.side, b: b.side, weights: WORK_WEIGHTS },
});

/** No model is asked: what is compared is exact. @throws StoreError, StrategyError, whatever the venue throws */
export async function runForSleep(
  config: DeskConfig,
  { sleeps, ...range }: SleepRange & { readonly sleeps: boolean },
  { venue, store, rules = [] }: SleepRunParts,
  options: SleepOptions,
): Promise<SleepRun> {
  const { firstSlotMs, lastSlotMs } = range;
  const { onNote, onSlot, ...call } = options;
  const { graceMs } = venue.marketData;
  const clock = createSimulatedClock(unixMs(firstSlotMs + graceMs));
  const desk = await openStandingDesk(
    { config, runId: RUN, venue, clock, store, monotonicMs: () => 0, sleepModels: null, onNote },
    call,
  );
  await desk.account.append([runStarted(desk, venue.cash), ...rulesOf({ rules, firstSlotMs })], call);
  const runOne = sleeps ? runSlotWithSleep : runSlotWithoutSleep;
  for (let slotMs = firstSlotMs; slotMs <= lastSlotMs; slotMs = nextSlot(slotMs, config.timeframe)) {
    call.signal.throwIfAborted();
    onSlot?.(slotMs);
    clock.advanceTo(unixMs(slotMs + graceMs));
    const { problems } = await runOne(desk, slotMs, call);
    for (const problem of problems) onNote(problem);
    for (const { fault } of desk.hosts) if (fault !== null) throw fault;
    await consolidateHourly(desk, slotMs, call);
  }
  const slots = Math.floor((lastSlotMs - firstSlotMs) / timeframeMs(config.timeframe)) + 1;
  // Before anything else is asked: what the figures below read is no part of the run.
  const side = await sideOf(desk, { slots, sleeps }, call);
  return { run: await comparedRun(desk, { ...range, slots, rules }, call), side };
}

const RUN = RunId.parse("compare");

async function sideOf(
  { ledger }: Desk,
  { slots, sleeps }: { readonly slots: number; readonly sleeps: boolean },
  options: CallOptions,
): Promise<Side> {
  const entries = await ledger.entries({}, options);
  // Where nothing sleeps a decision waits for all of it, also for what the ledger books as sleep's: how markets stand to each other, hourly.
  const booked = sleeps ? entries : entries.map((entry) => ({ ...entry, phase: "test-time" as const }));
  const { pathsByJob, misses, made, workByPhase, unitsByPhase } = summarise(booked);
  return {
    slots,
    hits: pathsByJob["decision-cycle"]?.["recalled"] ?? 0,
    misses,
    made,
    work: workByPhase,
    units: unitsByPhase,
  };
}

async function comparedRun(
  desk: Desk,
  { firstSlotMs, lastSlotMs, slots, rules }: SleepRange & { slots: number; rules: readonly WordedRule[] },
  options: CallOptions,
): Promise<ComparedRun> {
  const { account, config, marketData } = desk;
  const span = { startMs: firstSlotMs, endMs: lastSlotMs };
  const { startingCash, feesPaid } = account.portfolio();
  const statistics = account.statistics();
  const finalEquity = statistics.equityLine().at(-1)?.equity ?? toNumber(startingCash);
  const { returnPct: buyAndHoldPct } = await universeHeld(desk, span, options);
  const { costs } = config;
  const counts = account.counts();
  return {
    venue: marketData.venue,
    simulated: marketData.simulated,
    quote: desk.quote,
    strategies: [...desk.strategies.keys()],
    security: config.securityPolicy,
    timeframe: config.timeframe,
    entryStyle: config.entryStyle ?? "next-open",
    decisionsHash: account.decisionsHash(),
    equity: decimalFromNumber(finalEquity),
    startingCash,
    trades: statistics.trades(),
    days: account.exposure().days(),
    rules: rules.map(({ words }) => ({ words })),
    metrics: computeMetrics({
      ...span,
      statistics,
      counts,
      slots,
      startingCash: toNumber(startingCash),
      finalEquity,
      buyAndHoldPct,
      feesPaid,
      costs,
    }),
    performance: runPerformance({ account, ...span, finalEquity }),
  };
}
