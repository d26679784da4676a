// Floor 3. Markets that were analysed + the desk's strategies → readings: each strategy is asked once, about all of them.
import { readersOf } from "#memory/reading-strategy.ts";
import type { Market } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketView, READING_SCHEMA_VERSION, type Reading, readingId } from "#schemas/reading.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { notWorkedOut } from "#toolkits/strategies/levels.ts";
import { marketRows } from "#toolkits/strategies/market-rows.ts";
import type { MarketReading, MarketRows } from "#toolkits/strategies/read-market.ts";
import type { AnalysisOutcome, Scratch } from "./scratch.ts";

interface ReadingDeps {
  /** In the desk's order. */
  readonly strategies: readonly StrategyHost[];
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
}

type Analysed = Extract<AnalysisOutcome, { status: "analysed" }>;

/**
 * The outcomes of markets of one timeframe, in their order, with what every strategy says that can read it and was not ended.
 * One that lacks the newest candle of a higher timeframe is not asked; its reading says so, and stands like any other.
 */
export async function readScratches(
  { strategies, markets }: ReadingDeps,
  scratches: readonly Scratch[],
  options: CallOptions,
): Promise<readonly Analysed[]> {
  const [first] = scratches;
  if (first === undefined) return [];
  const readings = scratches.map((): Reading[] => []);
  for (const host of strategies) {
    if (host.fault !== null || readersOf([host.info], first.analysis.timeframe).length === 0) continue;
    const asked: { readonly index: number; readonly rows: MarketRows }[] = [];
    for (const [index, scratch] of scratches.entries()) {
      const { analysis, series } = scratch;
      const { timeframe: base, asOfMs, symbol, indicators } = analysis;
      const tickSize = Number(markets.get(symbol)?.tickSize ?? 0);
      const rows = marketRows({ strategy: host.info, asOfMs, series, base, tickSize, atr: indicators.atr });
      if (rows === null) readings[index]?.push(readingOf(host, scratch, unasked(host, scratch)));
      else asked.push({ index, rows });
    }
    options.signal.throwIfAborted();
    const answer = await host.read(asked.map(({ rows }) => rows));
    if (answer.status === "ended") continue;
    for (const [i, { index }] of asked.entries()) {
      const [result, scratch] = [answer.results[i], scratches[index]];
      if (result !== undefined && scratch !== undefined) readings[index]?.push(readingOf(host, scratch, result));
    }
  }
  return scratches.map(({ series: _, analysis, ...outcome }, index) => {
    const view: MarketView = { ...analysis, readings: readings[index] ?? [] };
    return { ...outcome, analysis: view };
  });
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

function readingOf({ info }: StrategyHost, { analysis, higher }: Scratch, answer: MarketReading): Reading {
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
