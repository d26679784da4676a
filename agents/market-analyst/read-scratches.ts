// Floor 3. Markets that were analysed + the desk's strategies → readings: each strategy is asked once, about all of them.
import { readersOf } from "#memory/reading-strategy.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { Market } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketView, READING_SCHEMA_VERSION, type Reading, readingId } from "#schemas/reading.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { notWorkedOut } from "#toolkits/strategies/levels.ts";
import { marketRows } from "#toolkits/strategies/market-rows.ts";
import type { MarketReading, MarketRows } from "#toolkits/strategies/read-market.ts";
import { wholeOf } from "./lazy-analysis.ts";
import type { AnalysisOutcome, Scratch, Signalled } from "./outcome.ts";

interface ReadingDesk {
  /** In the desk's order. */
  readonly strategies: readonly StrategyHost[];
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
}

type Analysed = Extract<AnalysisOutcome, { status: "analysed" }>;

/** What one strategy says of one market. */
interface Said {
  readonly host: StrategyHost;
  readonly reading: MarketReading;
}

/**
 * The outcomes of markets of one timeframe, in their order, with what every strategy says that can read it and was not ended.
 * One that lacks the newest candle of a higher timeframe is not asked; its reading says so, and stands like any other.
 */
export async function readScratches(
  desk: ReadingDesk,
  scratches: readonly Scratch[],
  options: CallOptions,
): Promise<readonly Analysed[]> {
  const said = await askStrategies(desk, scratches, true, options);
  return scratches.map(({ series: _, ...scratch }, index) => {
    const [analysis, higher] = [wholeOf(scratch.analysis), scratch.higher.map(wholeOf)];
    const readings = (said[index] ?? []).map((one) => readingOf(one, analysis, higher));
    const view: MarketView = { ...analysis, readings };
    return { ...scratch, analysis: view, higher };
  });
}

/** The same as far as decisions need it: no action levels of the next candle, no words where nothing is done, and nothing that is to be stored. */
export async function signalsOf(
  desk: ReadingDesk,
  scratches: readonly Scratch[],
  options: CallOptions,
): Promise<readonly Signalled[]> {
  const said = await askStrategies(desk, scratches, false, options);
  return scratches.map(({ analysis }, index) => ({
    status: "analysed",
    analysis,
    reads: (said[index] ?? []).map(({ host, reading: { signal, values, warmup } }) => ({
      strategyId: host.info.id,
      symbol: analysis.symbol,
      signal,
      values,
      warmup,
    })),
  }));
}

/** By market, then in the order of the strategies. */
async function askStrategies(
  { strategies, markets }: ReadingDesk,
  scratches: readonly Scratch[],
  wantsLevels: boolean,
  options: CallOptions,
): Promise<readonly (readonly Said[])[]> {
  const said = scratches.map((): Said[] => []);
  const [first] = scratches;
  if (first === undefined) return said;
  for (const host of strategies) {
    if (host.fault !== null || readersOf([host.info], first.analysis.timeframe).length === 0) continue;
    const asked: { readonly index: number; readonly rows: MarketRows }[] = [];
    for (const [index, scratch] of scratches.entries()) {
      const { analysis, series } = scratch;
      const { timeframe: base, asOfMs, symbol } = analysis;
      const tickSize = Number(markets.get(symbol)?.tickSize ?? 0);
      const atr = wantsLevels ? analysis.indicators.atr : null;
      const rows = marketRows({ strategy: host.info, asOfMs, series, base, tickSize, atr, wantsLevels });
      if (rows === null) said[index]?.push({ host, reading: unasked(host, scratch) });
      else asked.push({ index, rows });
    }
    options.signal.throwIfAborted();
    const answer = await host.read(
      asked.map(({ rows }) => rows),
      { wantsLevels, wantsWords: wantsLevels },
    );
    if (answer.status === "ended") continue;
    for (const [i, { index }] of asked.entries()) {
      const reading = answer.results[i];
      if (reading !== undefined) said[index]?.push({ host, reading });
    }
  }
  return said;
}

function unasked({ info }: StrategyHost, { analysis, higher }: Scratch): MarketReading {
  const { symbol, indicators } = analysis;
  const absent = info.timeframes.filter((one) => !higher.some(({ timeframe }) => timeframe === one));
  const reason = `there is no ${absent.join(" and no ")} candle at its newest close`;
  return {
    symbol,
    warmup: "insufficient",
    windowStartMs: indicators.windowStartMs,
    values: {},
    signal: { action: "hold", strength: 0, reasons: [reason] },
    levels: notWorkedOut(reason),
  };
}

function readingOf(
  { host: { info }, reading: answer }: Said,
  analysis: Analysis,
  higher: readonly Analysis[],
): Reading {
  const { venueId, symbol, timeframe, asOfMs, computedAtMs, origin } = analysis;
  const cited = [analysis, ...info.timeframes.flatMap((one) => higher.find((a) => a.timeframe === one) ?? [])];
  const { warmup, windowStartMs, values, signal, levels } = answer;
  const reading = {
    schemaVersion: READING_SCHEMA_VERSION,
    venueId,
    symbol,
    timeframe,
    strategyId: info.id,
    definitionId: info.definitionId,
    asOfMs,
    computedAtMs,
    origin,
    analyses: cited.map((a) => ({ timeframe: a.timeframe, analysisId: a.id, asOfMs: a.asOfMs })),
    windowStartMs,
    warmup,
    values: { ...values },
    signal,
    levels,
  } as const satisfies Omit<Reading, "id">;
  return { id: readingId(reading), ...reading };
}
