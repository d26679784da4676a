// Floor 4. A slot of a running desk: the slot itself, then alerts, thought for what comes, and what is due once an hour.
import type { Alert } from "#schemas/alert.ts";
import { isPassing, ProviderRefusedError, StoreError } from "#schemas/errors.ts";
import type { UnixMs } from "#schemas/units.ts";
import { endExpired } from "../acts/answer-proposal.ts";
import type { Desk } from "../desk.ts";
import type { ThinkReport } from "../documents/think-report.ts";
import type { TradeReport } from "../documents/trade-report.ts";
import { thinkAhead } from "../planning/think-ahead.ts";
import { watchRefusal, watchSlot } from "../watch/watch.ts";
import { collectReports } from "./collect-reports.ts";
import { consolidateHourly } from "./consolidation.ts";
import { runDecisionCycle } from "./decision-cycle.ts";
import { createKhalaAnalyses } from "./khala-analyses.ts";
import { runSlot, type SlotReport } from "./run-slot.ts";
import type { SlotOptions } from "./slot-desk.ts";

export interface LiveSlotReport extends SlotReport<TradeReport> {
  /** What is worth interrupting the operator for, raised in this slot; journaled, and delivered elsewhere. */
  readonly alerts: readonly Alert[];
  /** What was made ahead, above the sweep; null where the desk was asked to stop. */
  readonly thought: ThinkReport | null;
  /** Monotonic. */
  readonly durationMs: number;
}

export interface LiveSlotOptions extends SlotOptions {
  /** True once the desk is asked to stop: nothing is thought ahead any more. */
  readonly isStopping?: () => boolean;
}

/** The decision cycle alone, after whatever sleep cycle there was: what `trade --once` does. */
export async function tradeOnce(desk: Desk, slotMs: UnixMs, options: SlotOptions): Promise<TradeReport> {
  await desk.reconciliation?.refresh(desk.clock.now(), options);
  return runDecisionCycle(desk, createKhalaAnalyses(desk), slotMs, options);
}

/** A slot without its sleep cycle: what decisions need and memory has not is made while they wait. */
export async function runSlotWithoutSleep(desk: Desk, slotMs: UnixMs, options: SlotOptions): Promise<TradeReport> {
  await collectReports(desk, desk.clock.now(), options);
  return tradeOnce(desk, slotMs, options);
}

/** The slot, and nothing after it. */
export async function runSlotWithSleep(
  desk: Desk,
  slotMs: UnixMs,
  options: SlotOptions,
): Promise<SlotReport<TradeReport>> {
  const source = createKhalaAnalyses(desk);
  try {
    return await runSlot(desk, source, slotMs, options, runDecisionCycle);
  } catch (error) {
    // What was read is remembered whatever has become of the decisions, where there is a store to remember it; their error is told.
    if (!(error instanceof StoreError)) await Promise.allSettled([source.settle()]);
    throw error;
  }
}

/** @throws as runSlot; where the venue refused for good, its alert is journaled before */
export async function runLiveSlot(desk: Desk, slotMs: UnixMs, options: LiveSlotOptions): Promise<LiveSlotReport> {
  const startedMs = desk.monotonicMs();
  try {
    await desk.reconciliation?.refresh(desk.clock.now(), options);
    // Before the slot's own rows: an entry that waited in vain belongs to the slot before.
    if (desk.config.approve === "entries") await endExpired(desk, options);
    const report = await runSlotWithSleep(desk, slotMs, options);
    await refreshMarkets(desk, report, options);
    const alerts = await watchSlot(desk, { slotMs, sleep: report.sleep }, options);
    await endExpired(desk, options);
    const isOver = options.isStopping ?? (() => false);
    const thought = isOver() ? null : await thinkAhead(desk, { reason: "slot", slotMs, isOver }, options);
    await consolidateHourly(desk, slotMs, options);
    return { ...report, alerts, thought, durationMs: desk.monotonicMs() - startedMs };
  } catch (error) {
    if (error instanceof ProviderRefusedError) await watchRefusal(desk, slotMs, error, options);
    throw error;
  }
}

/** After the decisions, and only from a venue that has answered in this slot: nothing waits for it, and what has gone is known by the next. */
async function refreshMarkets(
  desk: Desk,
  { sleep }: Pick<LiveSlotReport, "sleep">,
  options: SlotOptions,
): Promise<void> {
  if (desk.refreshMarkets === null || sleep.analysed === 0) return;
  try {
    await desk.refreshMarkets({ nowMs: desk.clock.now() }, options);
  } catch (error) {
    // The list as it was stands; it is asked for again in the next slot.
    if (!isPassing(error)) throw error;
  }
}
