// Floor 3. One analysis from scratch: candles → window → snapshot → security → assess → readings. Sleep time, test time and
// the analyst agent's only computing tool are this function.
import type { CandleWindows } from "#memory/candle-windows.ts";
import type { Khala } from "#memory/khala.ts";
import type { MarketViews } from "#memory/market-views.ts";
import { readersOf } from "#memory/reading-strategy.ts";
import type { Readings } from "#memory/readings.ts";
import type { SingleFlight } from "#memory/single-flight.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { isPassing, ProviderRefusedError } from "#schemas/errors.ts";
import { type CandleSeries, type Market, newestClosed } from "#schemas/market.ts";
import type { Clock, MarketData, SecuritySource } from "#schemas/ports/market.ts";
import { type Answered, andThen, type CallOptions, orElse } from "#schemas/ports/work.ts";
import { type MarketView, withoutReadings } from "#schemas/reading.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import { type CandleWindow, gridMsOf, windowAt } from "#toolkits/indicators/window.ts";
import { tallyUnderWay } from "#toolkits/ports/counted.ts";
import { returnsFromMs, returnsUpTo } from "#toolkits/relationships/returns.ts";
import { unknownReport } from "#toolkits/security/goplus.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { largestWarmup } from "#toolkits/strategies/strategy.ts";
import { LazyAnalysis } from "./lazy-analysis.ts";
import type { AnalysisOutcome, NoCandle, Read, Scratch } from "./outcome.ts";
import { readScratches } from "./read-scratches.ts";

export interface AnalystDeps {
  readonly marketData: MarketData;
  readonly security: SecuritySource;
  readonly khala: Khala;
  readonly readings: Readings;
  readonly views: MarketViews;
  /** In the desk's order; each reads the markets whose timeframe it can. */
  readonly strategies: readonly StrategyHost[];
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly clock: Clock;
  readonly tally: WorkTally;
  /** Notices candles that the source has changed since; null where they cannot change: recorded and invented ones. */
  readonly windows: CandleWindows | null;
}

export interface DelegationDeps extends AnalystDeps {
  /** Many who miss one key cause one computation. */
  readonly flight: SingleFlight<MarketView>;
}

export interface AnalysisRequest {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly nowMs: UnixMs;
  readonly origin: Analysis["origin"];
  /** Set: the outcome brings the market's returns up to this hour, for whatever relates markets. */
  readonly returnsToMs?: UnixMs | undefined;
}

/** What the computation itself needs: nothing of Khala. */
export type ScratchDeps = Pick<AnalystDeps, "marketData" | "security" | "strategies" | "markets" | "tally" | "windows">;

/** Reads the source, computes and asks the strategies; writes no analysis. @throws DataFormatError, ProviderError, UnknownNameError */
export async function analyseFromScratch(
  deps: ScratchDeps,
  request: AnalysisRequest,
  options: CallOptions,
): Promise<AnalysisOutcome> {
  const scratch = await computeFromScratch(deps, request, options);
  if (scratch.status === "no-candle") return scratch;
  const [outcome] = await readScratches(deps, [scratch], options);
  if (outcome === undefined) throw new Error(`${request.symbol} was analysed and not read.`);
  return outcome;
}

/**
 * The analyses alone, of the base timeframe and of the higher ones that strategies read beside it; at once where candles and report are at
 * hand. @throws as `analyseFromScratch`
 */
export function computeFromScratch(
  deps: ScratchDeps,
  request: AnalysisRequest,
  options: CallOptions,
): Answered<Scratch | NoCandle> {
  const { symbol, timeframe, nowMs, returnsToMs } = request;
  const readers = readersOf(
    deps.strategies.filter(isRunning).map(({ info }) => info),
    timeframe,
  );
  return andThen(readSeries(deps, request, largestWarmup(readers, null), options), (base) => {
    const read: Read = returnsToMs === undefined ? {} : { hourReturns: () => returnsUpTo(base, returnsToMs) };
    const window = windowAt(base, newestClosed(nowMs, timeframe, deps.marketData.graceMs));
    if (window === null) {
      const lastOpenMs = base.openMs.at(-1);
      const newestCloseMs = lastOpenMs === undefined ? null : unixMs(lastOpenMs + timeframeMs(timeframe));
      return { ...read, status: "no-candle", symbol, checkedThroughMs: base.checkedThroughMs, newestCloseMs };
    }
    return andThen(currentSecurity(deps, request, options), (security) => {
      const analysis = analysisOf(deps, request, { window, security, series: base });
      const series = new Map([[timeframe, base]]);
      const higher: Analysis[] = [];
      const others = [...new Set(readers.flatMap(({ timeframes }) => timeframes))];
      /** One after another, from this one on. */
      const readHigher = (at: number): Answered<void> => {
        const one = others[at];
        if (one === undefined) return;
        const reading = readSeries(deps, { ...request, timeframe: one }, largestWarmup(readers, one), options);
        return andThen(reading, (candles) => {
          series.set(one, candles);
          const closed = windowAt(candles, newestClosed(nowMs, one, deps.marketData.graceMs));
          if (closed !== null) higher.push(analysisOf(deps, request, { window: closed, security, series: candles }));
          return readHigher(at + 1);
        });
      };
      return andThen(readHigher(0), () => ({ ...read, status: "analysed", analysis, higher, series }));
    });
  });
}

const isRunning = (host: StrategyHost): boolean => host.fault === null;

/** Closed candles from the first that a window of so many warm-up rows needs, or the hour's returns. */
function readSeries(
  { marketData, windows }: ScratchDeps,
  { symbol, timeframe, nowMs, returnsToMs }: AnalysisRequest,
  warmupRows: number,
  options: CallOptions,
): Answered<CandleSeries> {
  const gridMs = gridMsOf(newestClosed(nowMs, timeframe, marketData.graceMs), timeframe, warmupRows);
  const fromMs = unixMs(Math.min(gridMs, returnsFromMs(returnsToMs ?? nowMs, timeframe)));
  const wanted = { symbol, timeframe, nowMs, fromMs };
  if (windows === null) return marketData.candles(wanted, options);
  return andThen(windows.read(marketData, wanted, options), ({ series }) => series);
}

function analysisOf(
  { marketData, tally }: ScratchDeps,
  { nowMs, origin }: AnalysisRequest,
  {
    window,
    security,
    series,
  }: { readonly window: CandleWindow; readonly security: SecurityReport; readonly series: CandleSeries },
): Analysis {
  (tallyUnderWay() ?? tally).count({ indicatorEvaluations: 1 });
  return new LazyAnalysis({
    venueId: marketData.venueId,
    venue: marketData.venue,
    simulated: marketData.simulated,
    window,
    security,
    origin,
    computedAtMs: nowMs,
    checkedThroughMs: series.checkedThroughMs,
  });
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
    await rememberOutcomes(deps, timeframe, [outcome], callOptions);
    if (outcome.status === "analysed") return outcome.analysis;
    noCandle.push(outcome);
    return null;
  };
  const landed = await deps.flight.recallOrCompute(key, { nowMs }, compute, options);
  if (landed.status !== "no-candle") return { status: "analysed", analysis: landed.analysis, higher: [] };
  const [own] = noCandle;
  if (own !== undefined) return own;
  // Another caller asked the source; what there is of this market is in Khala.
  const known = await deps.khala.recall(key, { nowMs }, options);
  const newestCloseMs = known.status === "missing" ? null : known.record.asOfMs;
  return { status: "no-candle", symbol, checkedThroughMs: nowMs, newestCloseMs };
}

/** Writes the candles, what was analysed and read, and for the quiet markets only that they were asked: nothing renews asOf. */
export async function rememberOutcomes(
  deps: Pick<AnalystDeps, "khala" | "readings" | "marketData" | "windows">,
  timeframe: Timeframe,
  outcomes: readonly AnalysisOutcome[],
  options: CallOptions,
): Promise<void> {
  const analysed = outcomes.filter((outcome) => outcome.status === "analysed");
  const symbols = outcomes.map((outcome) => (outcome.status === "analysed" ? outcome.analysis.symbol : outcome.symbol));
  await Promise.all([deps.windows?.keep(symbols, options), rememberRecords(deps, analysed, options)]);
  for (const outcome of outcomes) {
    if (outcome.status !== "no-candle" || outcome.newestCloseMs === null) continue;
    const key = { venueId: deps.marketData.venueId, symbol: outcome.symbol, timeframe };
    await deps.khala.noteChecked(key, outcome.checkedThroughMs, options);
  }
}

/** What was analysed and read. At once: a reading that is there before its analysis stands for nothing yet. */
export async function rememberRecords(
  { khala, readings: room }: Pick<AnalystDeps, "khala" | "readings">,
  analysed: readonly Extract<AnalysisOutcome, { status: "analysed" }>[],
  options: CallOptions,
): Promise<void> {
  const analyses = analysed.flatMap(({ analysis, higher }) => [withoutReadings(analysis), ...higher]);
  const readings = analysed.flatMap(({ analysis }) => analysis.readings);
  await Promise.all([
    analyses.length > 0 ? khala.rememberMany(analyses, options) : undefined,
    readings.length > 0 ? room.rememberMany(readings, options) : undefined,
  ]);
}

/**
 * A source that does not answer makes the verdict `unknown` until the next slot (law 4): the market is still read, so that it
 * can be left.
 */
function currentSecurity(
  { security }: Pick<ScratchDeps, "security">,
  { symbol, timeframe, nowMs }: AnalysisRequest,
  options: CallOptions,
): Answered<SecurityReport> {
  return orElse(
    () => security.report({ symbol, nowMs }, options),
    (error) => {
      if (!isPassing(error) && !(error instanceof ProviderRefusedError)) throw error;
      const reason = `${security.id} did not answer: ${error.message}`;
      const validUntilMs = unixMs(nowMs + timeframeMs(timeframe));
      return unknownReport({ reason, source: security.id, observedAtMs: nowMs, validUntilMs });
    },
  );
}
