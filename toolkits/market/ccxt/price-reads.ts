// Floor 2. Symbols → their bid and ask, asked for as the table says of the exchange: all in one list, or market by market.
import { UnknownNameError } from "#schemas/errors.ts";
import type { Ticker } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { CcxtClient } from "./client.ts";
import type { GuardedRead } from "./guarded-read.ts";
import { isBadRequest } from "./provider-errors.ts";
import { parseBook, parseTicker, parseTickers, type ReadTimes } from "./tickers.ts";
import type { VenueFacts } from "./venue-facts.ts";

/** Above this many symbols one call for all tickers is the cheaper one (Binance weighs both alike from 101 on). */
const MAX_LISTED_SYMBOLS = 100;
/** Up to so many, a ticker each is cheaper than the list of all. */
const MAX_SINGLE_TICKERS = 8;
/** Levels of a book: of the top one alone kraken's stamp may be old. */
const BOOK_LEVELS = 10;

interface PriceDeps {
  readonly client: CcxtClient;
  readonly facts: Pick<VenueFacts, "prices" | "tickersParams">;
  readonly read: GuardedRead;
  readonly now: () => UnixMs;
}

/** In the order of `symbols`, all of which the exchange lists. */
export async function readPrices(
  { client, facts, read, now }: PriceDeps,
  symbols: readonly MarketSymbol[],
  offsetMs: number,
  options: CallOptions,
): Promise<readonly Ticker[]> {
  const times = (): ReadTimes => ({ readMs: now(), offsetMs, exchangeId: client.id });

  async function each(one: (symbol: MarketSymbol) => Promise<Ticker | null>): Promise<readonly Ticker[]> {
    // One that has gone since the list was read takes no other with it.
    const orGone = (symbol: MarketSymbol) =>
      one(symbol).catch((error: unknown) => {
        if (symbols.length > 1 && error instanceof UnknownNameError) return null;
        throw error;
      });
    const tickers = await Promise.all(symbols.map(orGone));
    return tickers.filter((ticker) => ticker !== null);
  }

  if (facts.prices === "book") {
    return each(async (symbol) => {
      const ask = () => client.fetchOrderBook(symbol, BOOK_LEVELS);
      return parseBook(await read(`the book of ${symbol}`, ask, options), symbol, times());
    });
  }
  if (facts.prices === "ticker" && symbols.length <= MAX_SINGLE_TICKERS) {
    return each(async (symbol) => {
      const ask = () => client.fetchTicker(symbol);
      return parseTicker(await read(`the price of ${symbol}`, ask, options), symbol, times());
    });
  }
  const listed = symbols.length > MAX_LISTED_SYMBOLS ? undefined : [...symbols];
  const ask = (names: string[] | undefined) => {
    const params = names === undefined ? facts.tickersParams : {};
    return read(
      "tickers",
      async () => parseTickers(await client.fetchTickers(names, params), symbols, times()),
      options,
    );
  };
  // One market that has gone since the list was read would take all others with it: then all tickers are asked for.
  return ask(listed).catch((error: unknown) => {
    if (symbols.length > 1 && isBadRequest(error)) return ask(undefined);
    throw error;
  });
}
