// Floor 6. `freqtrade compare RESULT`: freqtrade's backtest, ours on the same candles and range, and what differs between their trades.
import { resolve } from "node:path";
import type { DeskConfig } from "#schemas/config.ts";
import { UsageError } from "#schemas/errors.ts";
import { FreqtradeComparison, FreqtradeTrade } from "#schemas/freqtrade-compare.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { MarketSymbol, Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { compareTrades } from "#toolkits/freqtrade/compare-trades.ts";
import { candleStart } from "#toolkits/freqtrade/comparison-input.ts";
import { type FreqtradeResult, readFreqtradeResult } from "#toolkits/freqtrade/read-result.ts";
import type { BacktestDocument } from "../../commands/backtest.ts";
import type { Call, Done } from "../../own-command.ts";
import { openVenueWithNotes } from "../../reach-desk.ts";
import { freqtradeTrade } from "../../text/trades-file.ts";
import type { Venue } from "../../venues/venue.ts";
import { type AskedRange, askedRangeOf } from "../range.ts";
import { backtestOf } from "../run-backtest.ts";
import { nameToSave, saveAs } from "../save-result.ts";
import { freqtradeComparisonText } from "./compare-text.ts";
import { readResultFile } from "./read-result-file.ts";
import { settingsOf } from "./settings.ts";

/** Candles before the first slot that a window may reach back over. */
const BEFORE = 2000;

/** @throws UsageError, UnknownNameError, DataFormatError for the result; whatever `backtest` throws */
export async function freqtradeCompare(call: Call): Promise<Done> {
  const { input, options } = call;
  const name = nameToSave(call.input);
  const [given = ""] = input.args;
  const file = resolve(given);
  const wanted = input.flags["resultStrategy"];
  const result = readFreqtradeResult(await readResultFile(file), file, typeof wanted === "string" ? wanted : null);
  const markets = (result.pairs ?? []).flatMap((pair) => MarketSymbol.safeParse(pair).data ?? []);
  const config = configFor(options.config, result, markets);
  const venue = await openVenueWithNotes({ ...call, options: { ...options, config } });
  try {
    if (result.quote !== null && result.quote !== venue.quote) throw otherQuote(result.quote, venue.quote);
    const run = await backtestOf(call, { config, venue, isAudited: true, range: askedOf(call, result, config) });
    const { trades, audit = { refused: [], held: [] } } = run;
    const ours = trades.map(inTheirTerms);
    const seriesOf = await seriesFor([...new Set(result.trades.map(({ pair }) => pair))], run, venue, call);
    const never = new Map(
      run.leftOut.markets.flatMap((left) =>
        left.candles === left.unusable ? [[left.symbol as string, left.reason]] : [],
      ),
    );
    const { startMs: firstSlotMs, endMs: lastSlotMs } = run.metrics;
    const compared = compareTrades({
      result,
      ours,
      ...audit,
      stepMs: timeframeMs(config.timeframe),
      firstSlotMs,
      lastSlotMs,
      seriesOf,
      tickOf: (symbol) => Number(venue.markets.get(symbol as MarketSymbol)?.tickSize ?? 0),
      slippageBpsOf: (symbol) => venue.markets.get(symbol as MarketSymbol)?.slippageBps ?? config.costs.slippageBps,
      whyNotTraded: (symbol) => never.get(symbol) ?? null,
    });
    const document = FreqtradeComparison.parse({
      simulated: run.simulated,
      result: file,
      resultStrategy: result.strategy,
      strategies: run.strategies,
      timeframe: config.timeframe,
      quote: venue.quote,
      firstSlotMs,
      lastSlotMs,
      markets,
      settings: settingsOf(result, run, config),
      ...compared,
      notes: notesOf(result, run),
    });
    await saveAs(call, { kind: "freqtrade-compare", name, document });
    return { document, text: freqtradeComparisonText(document, call.io.style) };
  } finally {
    await venue.close?.();
  }
}

function configFor(config: DeskConfig, { timeframe }: FreqtradeResult, markets: readonly MarketSymbol[]): DeskConfig {
  const named = timeframe === null ? config.timeframe : Timeframe.safeParse(timeframe).data;
  if (named === undefined)
    throw new UsageError({
      was: `The result is of ${timeframe} candles.`,
      expected: `one of ${Timeframe.options.join(", ")}`,
      remedy: "Run freqtrade on one of these.",
    });
  const isOpen = config.markets.include.every((pattern) => pattern === "*");
  const include = isOpen && markets.length > 0 ? [...markets] : config.markets.include;
  return { ...config, timeframe: named, markets: { ...config.markets, include } };
}

/** What was typed, else the result's: freqtrade enters from its second candle on, and its last candle has to have closed. */
function askedOf({ input }: Call, result: FreqtradeResult, { timeframe }: DeskConfig): AskedRange {
  const asked = askedRangeOf(input.flags);
  if (asked.fromMs !== null || asked.toMs !== null) return asked;
  const stepMs = timeframeMs(timeframe);
  const { startMs, endMs, trades, isOurs } = result;
  if (isOurs && startMs !== null && endMs !== null) return { fromMs: unixMs(startMs), toMs: unixMs(endMs) };
  if (trades.length === 0 && (startMs === null || endMs === null)) return asked;
  const first = startMs === null ? Math.min(...trades.map(({ openMs }) => openMs)) : startMs + stepMs;
  const last = endMs ?? Math.max(...trades.map(({ closeMs }) => closeMs));
  return { fromMs: unixMs(candleStart(first, stepMs)), toMs: unixMs(candleStart(last, stepMs) + stepMs) };
}

/** As `backtest --export-format freqtrade` writes it. */
export const inTheirTerms = (trade: ClosedTrade): FreqtradeTrade => {
  const row = freqtradeTrade(trade);
  return FreqtradeTrade.parse({
    pair: row.pair,
    amount: row.amount,
    openMs: row.open_timestamp,
    closeMs: row.close_timestamp,
    openRate: row.open_rate,
    closeRate: row.close_rate,
    feeOpen: row.fee_open,
    feeClose: row.fee_close,
    profitRatio: row.profit_ratio,
    exitReason: row.exit_reason,
    enterTag: row.enter_tag,
    isShort: row.is_short,
    leverage: row.leverage,
  });
};

async function seriesFor(
  pairs: readonly string[],
  { metrics, timeframe }: BacktestDocument,
  venue: Venue,
  { signal }: Call,
) {
  const found = new Map<string, CandleSeries>();
  const fromMs = unixMs(Math.max(0, metrics.startMs - BEFORE * timeframeMs(timeframe)));
  for (const pair of pairs) {
    const symbol = MarketSymbol.safeParse(pair).data;
    if (symbol === undefined || !venue.markets.has(symbol)) continue;
    found.set(pair, await venue.marketData.candles({ symbol, timeframe, nowMs: metrics.endMs, fromMs }, { signal }));
  }
  return (symbol: string): CandleSeries | null => found.get(symbol) ?? null;
}

function notesOf({ open, startMs, isOurs }: FreqtradeResult, { range }: BacktestDocument): readonly string[] {
  return [
    ...range.unused.map((unused) => `not tested: ${unused}`),
    ...(open === 0 ? [] : [`${open} trades of the result were still open and are not compared`]),
    ...(startMs === null && !isOurs
      ? ["the result does not say its range: from its first entry to its last exit was tested"]
      : []),
  ];
}

const otherQuote = (theirs: string, ours: string): UsageError =>
  new UsageError({
    was: `The result settles in ${theirs}, ours in ${ours}.`,
    expected: "one settlement currency",
    remedy: `Give --quote ${theirs}.`,
  });
