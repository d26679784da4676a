// Floor 4. Second step of a slot: universe ∪ held ∪ working -> the MarketAnalyst -> Khala, ahead of any question.
import { analyseAtSleepTime, type SweepResult } from "#agents/market-analyst/sleep-time.ts";
import type { CallOptions } from "#schemas/ports.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { countedMarketData, countedSecurity } from "#toolkits/market/counted.ts";
import { analystDeps, type Desk } from "../desk.ts";
import { withinRun } from "./run-once.ts";

/** What `sleep` prints. */
export interface SleepReport {
  readonly slot: UnixMs;
  readonly analysed: number;
  readonly skipped: SweepResult["skipped"];
  readonly failed: SweepResult["failed"];
  readonly durationMs: number;
  /** The slot had been done before; this is its stored result. */
  readonly repeated: boolean;
}

export interface CycleOptions extends CallOptions {
  readonly onProgress?: (done: number, of: number) => void;
}

/** One sleep cycle per slot; a finished one is not run again. */
export async function runSleepCycle(desk: Desk, slotMs: UnixMs, options: CycleOptions): Promise<SleepReport> {
  return withinRun<SleepReport>(desk, { job: "sleep-cycle", slotMs }, () => sweep(desk, slotMs, options), options);
}

async function sweep(desk: Desk, slotMs: UnixMs, options: CycleOptions): Promise<SleepReport> {
  const startedMs = desk.monotonicMs();
  const tally = new WorkTally();
  const nowMs = desk.clock.now();
  const symbols = await marketsToThinkAbout(desk, nowMs, options);
  const result = await analyseAtSleepTime(
    analystDeps(
      desk,
      { marketData: countedMarketData(desk.marketData, tally), security: countedSecurity(desk.security, tally) },
      tally,
    ),
    {
      symbols,
      timeframe: desk.config.timeframe,
      nowMs,
      askAgainForMs: desk.askAgainForMs,
      quiet: desk.quietMarkets,
    },
    options,
  );
  desk.quietMarkets.clear();
  for (const { symbol } of result.skipped) desk.quietMarkets.add(symbol);
  await desk.ledger.record(
    {
      atMs: nowMs,
      phase: "sleep",
      job: "sleep-cycle",
      paths: {},
      misses: {},
      made: result.analysed.length,
      served: 0,
      work: tally.total(),
      ageAtUseMs: [],
    },
    options,
  );
  return {
    slot: slotMs,
    analysed: result.analysed.length,
    skipped: result.skipped,
    failed: result.failed,
    durationMs: Math.round(desk.monotonicMs() - startedMs),
    repeated: false,
  };
}

/** Universe ∪ held ∪ working: what may be entered, and what must be watched until it is gone. */
export async function marketsToThinkAbout(
  desk: Desk,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<readonly MarketSymbol[]> {
  const symbols = new Set((await desk.universe.at(nowMs, options)).assets);
  const portfolio = desk.book.portfolio();
  for (const symbol of portfolio.positions.keys()) symbols.add(symbol);
  for (const order of portfolio.orders.values()) symbols.add(order.symbol);
  return [...symbols];
}
