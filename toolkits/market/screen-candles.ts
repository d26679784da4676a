// Floor 2. A read of candles → the same read without what is in doubt (judge-jumps.ts). An honest read costs one pass over its
// rows; only where one lies far off are its run-up, its leader and what was decided before asked for.
import { isPassing } from "#schemas/errors.ts";
import {
  type CandleSeries,
  type CandleVerdict,
  candleColumns,
  notesWithin,
  openOfNewest,
  type Ticker,
} from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type Answered, andThen, type CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { farRows, judgedFromMs, judgeJumps, verdictBy } from "./judge-jumps.ts";
import { judgeQuote } from "./judge-quote.ts";
import { jumpLeaderOf } from "./jump-leader.ts";

export type ReadCandles = MarketData["candles"];
type Request = Parameters<ReadCandles>[0];

/** What was decided of the candles of a venue, wherever that is kept. */
export interface VerdictBook {
  /** Of candles that open at or after `fromMs`; nothing that was decided after `nowMs` (law 3). */
  known(
    market: { readonly symbol: MarketSymbol; readonly timeframe: Timeframe },
    range: { readonly fromMs: number; readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<readonly CandleVerdict[]>;
  keep(
    market: { readonly symbol: MarketSymbol; readonly timeframe: Timeframe },
    verdicts: readonly CandleVerdict[],
    options: CallOptions,
  ): Promise<void>;
}

export interface CandleScreen {
  readonly graceMs: number;
  readonly isListed: (symbol: MarketSymbol) => boolean;
  /** Null: neighbours and leader alone decide, each time anew. */
  readonly verdicts: VerdictBook | null;
  /** The second source; null: there is none, as in recorded candles. */
  readonly tickers: MarketData["tickers"] | null;
}

/** Another desk's question in the same slot will do. */
const OF_THIS_SLOT_MS = 2_000;
/** A market is read at least so far back: a candle alone has no neighbour. */
const NEIGHBOURS = 20;

/**
 * What `read` gives for the request, without candles in doubt: `pending` names the newest if it is, `notes` those left out.
 * @throws what `read` and the book throw
 */
export function readScreened(
  read: ReadCandles,
  request: Request,
  screen: CandleScreen,
  options: CallOptions,
): Answered<CandleSeries> {
  const { timeframe, nowMs } = request;
  const neighboursMs = openOfNewest(NEIGHBOURS, { nowMs, timeframe, graceMs: screen.graceMs });
  const fromMs = unixMs(Math.min(request.fromMs, neighboursMs));
  return andThen(read({ ...request, fromMs }, options), (raw) => {
    const [firstFar = raw.openMs.length === 1 ? 0 : null] = farRows(raw);
    if (firstFar === null) return since(raw, request.fromMs);
    const neededMs = judgedFromMs(raw.openMs[firstFar] ?? 0, timeframe);
    const whole = neededMs < fromMs ? read({ ...request, fromMs: unixMs(neededMs) }, options) : raw;
    return andThen(whole, async (series) =>
      since(await judged(read, series, request, screen, options), request.fromMs),
    );
  });
}

/** The port, every candle of which goes through the screen. */
export const screenedMarketData = (marketData: MarketData, screen: CandleScreen): MarketData => ({
  ...marketData,
  candles: (request, options) => readScreened(marketData.candles, request, screen, options),
});

async function judged(
  read: ReadCandles,
  series: CandleSeries,
  request: Request,
  screen: CandleScreen,
  options: CallOptions,
): Promise<CandleSeries> {
  const far = farRows(series);
  const [first] = far;
  if (first === undefined) return series;
  const market = { symbol: series.symbol, timeframe: series.timeframe };
  const fromMs = judgedFromMs(series.openMs[first] ?? 0, series.timeframe);
  const stored = (await screen.verdicts?.known(market, { fromMs, nowMs: request.nowMs }, options)) ?? [];
  const known = new Map(stored.map((one) => [one.openMs, one]));
  const leader = await leaderOf(read, series, request, screen, fromMs, options);
  let result = judgeJumps(series, { leader, known }, far);
  const knownMs = request.nowMs;
  const { pending } = result.series;
  if (pending !== undefined && (await tickerAgrees(series, result.series, request, screen, options))) {
    const agreed = { openMs: pending.openMs, verdict: "agreed", knownMs } as const;
    result = judgeJumps(series, { leader, known: new Map([...known, [pending.openMs, agreed]]) }, far);
  }
  const news = result.verdicts.filter(({ openMs, verdict }) => known.get(openMs)?.verdict !== verdict);
  if (news.length > 0) {
    await screen.verdicts?.keep(
      market,
      news.map((one) => ({ ...one, knownMs })),
      options,
    );
  }
  return result.series;
}

/** Null where there is none, or where it cannot be read now: then the market is judged alone. */
async function leaderOf(
  read: ReadCandles,
  { symbol, timeframe }: CandleSeries,
  { nowMs }: Request,
  { isListed }: CandleScreen,
  fromMs: number,
  options: CallOptions,
): Promise<CandleSeries | null> {
  const leader = jumpLeaderOf(symbol, isListed);
  if (leader === null) return null;
  try {
    return await read({ symbol: leader, timeframe, nowMs, fromMs: unixMs(fromMs) }, options);
  } catch (error) {
    if (!isPassing(error)) throw error;
    return null;
  }
}

/** Bid and ask of now, if they are a price, speak for the close that is in doubt. */
async function tickerAgrees(
  raw: CandleSeries,
  kept: CandleSeries,
  { symbol, nowMs }: Request,
  { tickers }: CandleScreen,
  options: CallOptions,
): Promise<boolean> {
  const [close, before] = [raw.close.at(-1), kept.close.at(-1)];
  if (tickers === null || close === undefined || before === undefined) return false;
  let ticker: Ticker | undefined;
  try {
    [ticker] = await tickers({ symbols: [symbol], nowMs, heardWithinMs: OF_THIS_SLOT_MS }, options);
  } catch (error) {
    if (!isPassing(error)) throw error;
  }
  // A last trade may be the bad tick itself; orders that stand in the book are not.
  const judgedQuote = judgeQuote({ ticker, reference: { close, atr: null }, side: "sell", nowMs });
  return judgedQuote.status === "price" && verdictBy(judgedQuote.price, close, before) === "agreed";
}

/** What opens at or after `fromMs`, in the same memory, as a source would have given it. */
function since(series: CandleSeries, fromMs: UnixMs): CandleSeries {
  const { openMs, askedFromMs, notes } = series;
  if ((openMs[0] ?? fromMs) >= fromMs && askedFromMs >= fromMs) return series;
  const start = openMs.findIndex((at) => at >= fromMs);
  const columns = candleColumns((name) => series[name].subarray(start < 0 ? openMs.length : start));
  const lastMs = (openMs.at(-1) ?? 0) + timeframeMs(series.timeframe);
  return {
    ...series,
    ...columns,
    askedFromMs: unixMs(Math.max(fromMs, askedFromMs)),
    notes: notesWithin(notes, columns.openMs[0] ?? fromMs, lastMs),
  };
}
