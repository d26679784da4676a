// Floor 3. The MarketAnalyst over a list of markets -> analyses in Khala: at sleep time before anybody asks, and at test
// time for the ones that were missing.
import type { Analysis } from "#schemas/analysis.ts";
import { newestClosed } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, toIso, type UnixMs } from "#schemas/units.ts";
import {
  type AnalysisOutcome,
  type AnalystDeps,
  analyseFromScratch,
  isPassing,
  rememberOutcomes,
} from "./from-scratch.ts";

/** Reads in flight at once: enough to hide latency, few enough for a public API's rate limit. */
const CONCURRENT_READS = 8;
/** Records written at once. */
const RECORDS_A_WRITE = 25;
/** Wait before a market without its newest candle is asked again. */
const ASK_AGAIN_MS = 2_000;

export interface SweepRequest {
  readonly symbols: readonly MarketSymbol[];
  readonly timeframe: Timeframe;
  readonly nowMs: UnixMs;
  readonly origin: Analysis["origin"];
  /** How long after `nowMs` a venue that has not published yet, or did not answer, is asked again; 0: not at all. */
  readonly askAgainForMs: number;
  /** Sleep only: awaited before each market and each write, so that questions go first. Test time never waits for them: it is one. */
  readonly beforeStep?: () => Promise<void>;
}

/** `failed`: a silent venue or bad rows; said, and the market's own. */
export type SweepOutcome =
  | AnalysisOutcome
  | { readonly status: "failed"; readonly symbol: MarketSymbol; readonly error: string };

/**
 * Analyses every market once and remembers it, 25 records a write; the answer has one outcome a market. One market's bad
 * data or silent venue is its own failure; an error that concerns the desk (its class says so) ends the sweep.
 */
export async function sweepMarkets(
  deps: AnalystDeps,
  request: SweepRequest,
  options: CallOptions & { readonly onProgress?: (done: number, of: number) => void },
): Promise<ReadonlyMap<MarketSymbol, SweepOutcome>> {
  const { timeframe, origin } = request;
  const outcomes = new Map<MarketSymbol, SweepOutcome>();
  const sweep = async (symbols: readonly MarketSymbol[], nowMs: UnixMs): Promise<void> => {
    await forEachBounded(symbols, CONCURRENT_READS, async (symbol) => {
      if (origin === "sleep") await request.beforeStep?.();
      outcomes.set(symbol, await attempt(deps, { symbol, timeframe, nowMs, origin }, options));
      options.onProgress?.(outcomes.size, request.symbols.length);
    });
    const read = symbols.map((symbol) => outcomes.get(symbol)).filter((o) => o !== undefined);
    const known = read.filter((outcome) => outcome.status !== "failed");
    // An embedded database works in this very thread: nobody is answered while it takes a write.
    for (let begin = 0; begin < known.length; begin += RECORDS_A_WRITE) {
      if (origin === "sleep") await request.beforeStep?.();
      await rememberOutcomes(deps, timeframe, known.slice(begin, begin + RECORDS_A_WRITE), options);
    }
  };

  await sweep(request.symbols, request.nowMs);
  const untilMs = request.nowMs + request.askAgainForMs;
  while (deps.clock.now() + ASK_AGAIN_MS <= untilMs) {
    const late = request.symbols.filter((symbol) => mayStillCome(outcomes.get(symbol), request, deps));
    if (late.length === 0) break;
    await deps.clock.sleep(ASK_AGAIN_MS, options);
    await sweep(late, deps.clock.now());
  }
  return outcomes;
}

/**
 * Whether a market is asked again in its slot: it did not answer, or it has the candle before the one that is missing. A
 * market that has neither is a quiet one.
 */
function mayStillCome(
  outcome: SweepOutcome | undefined,
  { nowMs, timeframe }: SweepRequest,
  { marketData }: Pick<AnalystDeps, "marketData">,
): boolean {
  if (outcome === undefined || outcome.status === "analysed") return false;
  if (outcome.status === "failed") return true;
  return outcome.newestCloseMs === newestClosed(nowMs, timeframe, marketData.graceMs) - timeframeMs(timeframe);
}

async function attempt(
  deps: AnalystDeps,
  request: Parameters<typeof analyseFromScratch>[1],
  options: CallOptions,
): Promise<SweepOutcome> {
  try {
    return await analyseFromScratch(deps, request, options);
  } catch (error) {
    if (!isPassing(error)) throw error;
    return { status: "failed", symbol: request.symbol, error: error.message };
  }
}

/** What a sweep did, for reports. */
export interface SweepSummary {
  readonly analysed: readonly MarketSymbol[];
  readonly skipped: readonly { readonly symbol: MarketSymbol; readonly reason: string }[];
  readonly failed: readonly { readonly symbol: MarketSymbol; readonly error: string }[];
}

/** By symbol within each list: the answers of a venue come in any order. */
export function summariseSweep(outcomes: ReadonlyMap<MarketSymbol, SweepOutcome>, timeframe: Timeframe): SweepSummary {
  const analysed: MarketSymbol[] = [];
  const skipped: { symbol: MarketSymbol; reason: string }[] = [];
  const failed: { symbol: MarketSymbol; error: string }[] = [];
  for (const [symbol, outcome] of [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (outcome.status === "failed") failed.push({ symbol, error: outcome.error });
    else if (outcome.status === "no-candle") skipped.push({ symbol, reason: noCandleReason(outcome, timeframe) });
    else analysed.push(symbol);
  }
  return { analysed, skipped, failed };
}

/** Says which candle is not there, for people. */
export const noCandleReason = (
  outcome: Extract<AnalysisOutcome, { status: "no-candle" }>,
  timeframe: Timeframe,
): string =>
  outcome.newestCloseMs === null
    ? `no ${timeframe} candle up to ${toIso(outcome.checkedThroughMs)}`
    : `no ${timeframe} candle since the one that closed at ${toIso(outcome.newestCloseMs)}`;

/** The first error ends it; what is under way then is waited for, and nothing more is begun. */
async function forEachBounded<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    try {
      for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
    } finally {
      next = items.length;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
