// Floor 3. The MarketAnalyst at sleep time: a list of markets -> analyses in Khala, before anybody asks.
import { DeepTraderError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports.ts";
import { type MarketSymbol, type Timeframe, toIso, type UnixMs } from "#schemas/units.ts";
import { type AnalysisOutcome, type AnalystDeps, analyseFromScratch, rememberOutcomes } from "./from-scratch.ts";

/** Reads in flight at once: enough to hide latency, few enough for a public API's rate limit. */
const CONCURRENT_READS = 8;
/** Wait before a market without its newest candle is asked again. */
const ASK_AGAIN_MS = 2_000;

export interface SweepRequest {
  readonly symbols: readonly MarketSymbol[];
  readonly timeframe: Timeframe;
  readonly nowMs: UnixMs;
  /** How long a venue that has not published yet is asked again; 0: not at all. */
  readonly askAgainForMs: number;
  /** Markets that had no candle in the slot before either: quiet, so they are asked once. */
  readonly quiet: ReadonlySet<MarketSymbol>;
}

export interface SweepResult {
  readonly analysed: readonly MarketSymbol[];
  readonly skipped: readonly { readonly symbol: MarketSymbol; readonly reason: string }[];
  readonly failed: readonly { readonly symbol: MarketSymbol; readonly error: string }[];
}

type Attempt = AnalysisOutcome | { readonly status: "failed"; readonly symbol: MarketSymbol; readonly error: string };

/**
 * Analyses every market once and remembers all of it in one write. One market's bad data or silent venue is its own
 * failure; an error that concerns the desk (its class says so) ends the sweep.
 */
export async function analyseAtSleepTime(
  deps: AnalystDeps,
  request: SweepRequest,
  options: CallOptions & { readonly onProgress?: (done: number, of: number) => void },
): Promise<SweepResult> {
  const attempts = new Map<MarketSymbol, Attempt>();
  const sweep = async (symbols: readonly MarketSymbol[], nowMs: UnixMs): Promise<void> => {
    await forEachBounded(symbols, CONCURRENT_READS, async (symbol) => {
      attempts.set(symbol, await attempt(deps, symbol, request.timeframe, nowMs, options));
      options.onProgress?.(attempts.size, request.symbols.length);
    });
    const outcomes = symbols.map((symbol) => attempts.get(symbol)).filter((a) => a !== undefined);
    const done = outcomes.filter((a): a is AnalysisOutcome => a.status !== "failed");
    await rememberOutcomes(deps, request.timeframe, done, options);
  };

  await sweep(request.symbols, request.nowMs);
  for (let waitedMs = 0; waitedMs + ASK_AGAIN_MS <= request.askAgainForMs; waitedMs += ASK_AGAIN_MS) {
    const late = request.symbols.filter((s) => attempts.get(s)?.status === "no-candle" && !request.quiet.has(s));
    if (late.length === 0) break;
    await deps.clock.sleep(ASK_AGAIN_MS, options);
    await sweep(late, deps.clock.now());
  }
  return summarise(request, [...attempts.entries()]);
}

async function attempt(
  deps: AnalystDeps,
  symbol: MarketSymbol,
  timeframe: Timeframe,
  nowMs: UnixMs,
  options: CallOptions,
): Promise<Attempt> {
  try {
    return await analyseFromScratch(deps, { symbol, timeframe, nowMs, origin: "sleep" }, options);
  } catch (error) {
    if (!isOneMarketsMatter(error)) throw error;
    return { status: "failed", symbol, error: error.message };
  }
}

/** The error's class decides: bad rows and silent venues are skipped, everything else ends the sweep. */
const isOneMarketsMatter = (error: unknown): error is DeepTraderError =>
  error instanceof DeepTraderError && (error.policy === "skip-symbol" || error.policy === "retry");

function summarise(request: SweepRequest, attempts: readonly (readonly [MarketSymbol, Attempt])[]): SweepResult {
  const analysed: MarketSymbol[] = [];
  const skipped: { symbol: MarketSymbol; reason: string }[] = [];
  const failed: { symbol: MarketSymbol; error: string }[] = [];
  for (const [symbol, a] of attempts) {
    if (a.status === "failed") failed.push({ symbol, error: a.error });
    else if (a.status === "no-candle") skipped.push({ symbol, reason: noCandleReason(a, request.timeframe) });
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

async function forEachBounded<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
