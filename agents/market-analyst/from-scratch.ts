// Floor 3. One analysis from scratch: candles → window → snapshot → security → assess. Sleep time, test time and
// the analyst agent's only computing tool are this function.
import type { CandleWindows } from "#memory/candle-windows.ts";
import type { Khala } from "#memory/khala.ts";
import type { SingleFlight } from "#memory/single-flight.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { isPassing, ProviderRefusedError } from "#schemas/errors.ts";
import { newestClosed } from "#schemas/market.ts";
import type { Clock, MarketData, SecuritySource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { gridMsOf, windowAt } from "#toolkits/indicators/window.ts";
import { tallyUnderWay } from "#toolkits/ports/counted.ts";
import { returnsFromMs, returnsUpTo } from "#toolkits/relationships/returns.ts";
import { unknownReport } from "#toolkits/security/goplus.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { assess } from "./assess.ts";

export interface AnalystDeps {
  readonly marketData: MarketData;
  readonly security: SecuritySource;
  readonly khala: Khala;
  readonly strategy: Strategy;
  readonly clock: Clock;
  readonly tally: WorkTally;
  /** Keeps what was read, and notices what the source has changed of it; null where candles cannot change: recorded and invented ones. */
  readonly windows: CandleWindows | null;
}

export interface DelegationDeps extends AnalystDeps {
  /** Many who miss one key cause one computation. */
  readonly flight: SingleFlight;
}

export interface AnalysisRequest {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly nowMs: UnixMs;
  readonly origin: Analysis["origin"];
  /** Set: the outcome brings the market's returns up to this hour, for whatever relates markets. */
  readonly returnsToMs?: UnixMs | undefined;
}

interface Read {
  /** By close; null: too short to say anything; left out: not asked for. */
  readonly hourReturns?: Float64Array | null;
}

/** `no-candle`: the source was asked after the close and had none, as quiet markets do. */
export type AnalysisOutcome =
  | (Read & { readonly status: "analysed"; readonly analysis: Analysis })
  | (Read & {
      readonly status: "no-candle";
      readonly symbol: MarketSymbol;
      readonly checkedThroughMs: UnixMs;
      /** Close of the newest candle there is; null where the market has none yet. */
      readonly newestCloseMs: UnixMs | null;
    });

/** What the computation itself needs: of Khala only the kept reports of remote security sources. */
export type ScratchDeps = Pick<AnalystDeps, "marketData" | "security" | "strategy" | "tally" | "windows"> & {
  readonly khala: Pick<Khala, "recallSecurity" | "rememberSecurity">;
};

/** Reads the source and computes; writes no analysis. @throws DataFormatError, ProviderError, UnknownNameError */
export async function analyseFromScratch(
  deps: ScratchDeps,
  request: AnalysisRequest,
  options: CallOptions,
): Promise<AnalysisOutcome> {
  const { symbol, timeframe, nowMs, origin, returnsToMs } = request;
  const { marketData } = deps;
  const newestMs = newestClosed(nowMs, timeframe, marketData.graceMs);
  const fromMs = unixMs(Math.min(gridMsOf(newestMs, timeframe), returnsFromMs(returnsToMs ?? nowMs, timeframe)));
  const wanted = { symbol, timeframe, nowMs, fromMs };
  const { windows } = deps;
  const series =
    windows === null
      ? await marketData.candles(wanted, options)
      : (await windows.read(marketData, wanted, options)).series;
  const read: Read = returnsToMs === undefined ? {} : { hourReturns: returnsUpTo(series, returnsToMs) };
  const window = windowAt(series, newestMs);
  if (window === null) {
    const lastOpenMs = series.openMs.at(-1);
    return {
      ...read,
      status: "no-candle",
      symbol,
      checkedThroughMs: series.checkedThroughMs,
      newestCloseMs: lastOpenMs === undefined ? null : unixMs(lastOpenMs + timeframeMs(timeframe)),
    };
  }
  const security = await currentSecurity(deps, request, options);
  (tallyUnderWay() ?? deps.tally).count({ indicatorEvaluations: 1 });
  const analysis = assess({
    venueId: marketData.venueId,
    venue: marketData.venue,
    simulated: marketData.simulated,
    window,
    security,
    strategy: deps.strategy,
    origin,
    computedAtMs: nowMs,
    checkedThroughMs: series.checkedThroughMs,
  });
  return { ...read, status: "analysed", analysis };
}

/** From scratch at test time, and remembered, whatever Khala holds: what `analyse` does. */
export async function analyseAtTestTime(
  deps: AnalystDeps,
  request: Omit<AnalysisRequest, "origin">,
  options: CallOptions,
): Promise<AnalysisOutcome> {
  const outcome = await analyseFromScratch(deps, { ...request, origin: "test-time" }, options);
  await rememberOutcomes(deps, request.timeframe, [outcome], options);
  return outcome;
}

/**
 * What the manager's delegation comes down to: others that miss the same market meanwhile, in this process or another on
 * the same store, waits for this computation instead of making its own.
 */
export async function analyseOnDelegation(
  deps: DelegationDeps,
  request: Omit<AnalysisRequest, "origin">,
  options: CallOptions,
): Promise<AnalysisOutcome> {
  const { symbol, timeframe, nowMs } = request;
  const key = { venueId: deps.marketData.venueId, symbol, timeframe };
  const noCandle: Extract<AnalysisOutcome, { status: "no-candle" }>[] = [];
  const compute = async (callOptions: CallOptions) => {
    const outcome = await analyseFromScratch(deps, { ...request, origin: "test-time" }, callOptions);
    if (outcome.status === "analysed") return outcome.analysis;
    noCandle.push(outcome);
    await rememberOutcomes(deps, timeframe, [outcome], callOptions);
    return null;
  };
  const landed = await deps.flight.recallOrCompute(key, { nowMs }, compute, options);
  if (landed.status !== "no-candle") return { status: "analysed", analysis: landed.analysis };
  const [own] = noCandle;
  if (own !== undefined) return own;
  // Another caller asked the source; what there is of this market is in Khala.
  const known = await deps.khala.recall(key, { nowMs }, options);
  const newestCloseMs = known.status === "missing" ? null : known.record.asOfMs;
  return { status: "no-candle", symbol, checkedThroughMs: nowMs, newestCloseMs };
}

/** Writes what was analysed, and for the quiet markets only that they were asked: nothing renews asOf. */
export async function rememberOutcomes(
  deps: Pick<AnalystDeps, "khala" | "marketData">,
  timeframe: Timeframe,
  outcomes: readonly AnalysisOutcome[],
  options: CallOptions,
): Promise<void> {
  const analyses = outcomes.flatMap((outcome) => (outcome.status === "analysed" ? [outcome.analysis] : []));
  if (analyses.length > 0) await deps.khala.rememberMany(analyses, options);
  for (const outcome of outcomes) {
    if (outcome.status !== "no-candle" || outcome.newestCloseMs === null) continue;
    const key = { venueId: deps.marketData.venueId, symbol: outcome.symbol, timeframe };
    await deps.khala.noteChecked(key, outcome.checkedThroughMs, options);
  }
}

/**
 * Local sources are asked every time; the reports of remote ones are kept in Khala until they expire. A source that does
 * not answer makes the verdict `unknown` until the next slot (law 4): the market is still read, so that it can be left.
 */
async function currentSecurity(
  deps: Pick<ScratchDeps, "security" | "khala">,
  { symbol, timeframe, nowMs }: AnalysisRequest,
  options: CallOptions,
): Promise<SecurityReport> {
  const { security, khala } = deps;
  const contract = security.contractOf(symbol);
  if (contract !== null) {
    const kept = await khala.recallSecurity(security.id, contract, nowMs, options);
    if (kept !== undefined) return kept;
  }
  let report: SecurityReport;
  try {
    report = await security.report({ symbol, nowMs }, options);
  } catch (error) {
    if (!isPassing(error) && !(error instanceof ProviderRefusedError)) throw error;
    const reason = `${security.id} did not answer: ${error.message}`;
    const validUntilMs = unixMs(nowMs + timeframeMs(timeframe));
    return unknownReport({ reason, source: security.id, observedAtMs: nowMs, validUntilMs });
  }
  if (contract !== null) await khala.rememberSecurity(security.id, contract, report, options);
  return report;
}
