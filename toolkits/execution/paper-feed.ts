// Floor 2, execution. Which closed candles and quotes the paper venue still has to look at, and their fetching.
import { ProviderError } from "#schemas/errors.ts";
import { type Candle, type CandleSeries, candlesOf, openOfNewest, type Ticker } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, type UnixMs, unixMs } from "#schemas/units.ts";
import { type QuoteReference, REFERENCE_CANDLES, referenceOf } from "../market/judge-quote.ts";
import { forEachBounded } from "../ports/for-each-bounded.ts";

/** Candle requests under way at once. */
const PARALLEL_REQUESTS = 8;

/** How far back a quiet market's last candle is looked for: its position is to be sold all the same. */
const QUIET_CANDLES = 1000;

export type OnUnsettled = (symbol: MarketSymbol, error: unknown) => void;

export interface Feed {
  /** Candles by market and open time. A market that could not be read is not in it. */
  readonly candles: ReadonlyMap<MarketSymbol, ReadonlyMap<number, Candle>>;
  readonly quotes: ReadonlyMap<MarketSymbol, Quote>;
}

/** A ticker and what it is judged by; a market that is not there has neither. */
export interface Quote {
  readonly ticker: Ticker | undefined;
  readonly reference: QuoteReference | null;
}

const rowsOf = (series: CandleSeries): ReadonlyMap<number, Candle> =>
  new Map(candlesOf(series).map((candle) => [candle.openMs, candle]));

export interface FeedRequest {
  readonly marketData: MarketData;
  readonly timeframe: Timeframe;
  readonly nowMs: UnixMs;
  /** Close time of the newest candle that may be asked for. */
  readonly newestMs: UnixMs;
  /** Markets with orders that candles settle, and the open time of the first candle each still needs. */
  readonly needed: ReadonlyMap<MarketSymbol, number>;
  /** Markets with orders that wait for a quote. */
  readonly quoted: readonly MarketSymbol[];
  /** Resolves when a market's read is waited for no longer: it is then unsettled. Null: every read is waited for. */
  readonly tooLong: ((options: CallOptions) => Promise<void>) | null;
  readonly onUnsettled: OnUnsettled;
}

/**
 * Reads everything before anything is settled, so that a failure changes nothing. A market that fails is handed to
 * `onUnsettled` and asked for the same candles again next time.
 * @throws the signal's reason when aborted
 */
export async function readFeed(request: FeedRequest, options: CallOptions): Promise<Feed> {
  const candles = new Map<MarketSymbol, ReadonlyMap<number, Candle>>();
  await forEachBounded([...request.needed], PARALLEL_REQUESTS, async ([symbol, fromMs]) => {
    const rows = await orUnsettled(request, options, [symbol], () => readCandles(request, symbol, fromMs, options));
    if (rows !== null) candles.set(symbol, rows);
  });
  const quotes = new Map<MarketSymbol, Quote>();
  for (const symbol of request.quoted) {
    const quote = await orUnsettled(request, options, [symbol], () => readQuote(request, symbol, options));
    if (quote !== null) quotes.set(symbol, quote);
  }
  return { candles, quotes };
}

type QuoteRequest = Pick<FeedRequest, "marketData" | "timeframe" | "nowMs">;

/** One market at a time: one that the venue cannot price takes no other with it. */
export async function readQuote(request: QuoteRequest, symbol: MarketSymbol, options: CallOptions): Promise<Quote> {
  const reference = await readReference(request, symbol, options);
  // Last, so that it is as young as can be, and asked for by nobody before this: what is filled meets no price of before its order.
  const asked = { symbols: [symbol], nowMs: request.nowMs, heardWithinMs: 0 };
  const [ticker] = await request.marketData.tickers(asked, options);
  return { ticker, reference };
}

/** What a market's bid and ask are judged by; null: it has no candle. */
export async function readReference(
  { marketData, timeframe, nowMs }: QuoteRequest,
  symbol: MarketSymbol,
  options: CallOptions,
): Promise<QuoteReference | null> {
  for (const rows of [REFERENCE_CANDLES, QUIET_CANDLES]) {
    const fromMs = openOfNewest(rows, { nowMs, timeframe, graceMs: marketData.graceMs });
    const reference = referenceOf(await marketData.candles({ symbol, timeframe, nowMs, fromMs }, options));
    if (reference !== null) return reference;
  }
  return null;
}

async function readCandles(
  { marketData, timeframe, nowMs, newestMs }: FeedRequest,
  symbol: MarketSymbol,
  fromMs: number,
  options: CallOptions,
): Promise<ReadonlyMap<number, Candle>> {
  if (newestMs <= fromMs) return new Map();
  return rowsOf(await marketData.candles({ symbol, timeframe, nowMs, fromMs: unixMs(fromMs) }, options));
}

async function orUnsettled<T>(
  { onUnsettled, tooLong }: FeedRequest,
  { signal }: CallOptions,
  symbols: readonly MarketSymbol[],
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return tooLong === null ? await read() : await inTime(read(), tooLong, { signal });
  } catch (error) {
    signal.throwIfAborted();
    for (const symbol of symbols) onUnsettled(symbol, error);
    return null;
  }
}

/** @throws ProviderError where it takes too long; the read runs out unheard */
async function inTime<T>(
  reading: Promise<T>,
  tooLong: NonNullable<FeedRequest["tooLong"]>,
  { signal }: CallOptions,
): Promise<T> {
  const answered = new AbortController();
  const waited = tooLong({ signal: AbortSignal.any([signal, answered.signal]) }).then(() => {
    throw new ProviderError({ was: "It has not answered yet.", remedy: "It is asked again at the next slot." });
  });
  try {
    return await Promise.race([reading, waited]);
  } finally {
    answered.abort();
    for (const left of [reading, waited]) left.catch(() => {});
  }
}
