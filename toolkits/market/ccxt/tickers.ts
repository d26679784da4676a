// Floor 2. ccxt's tickers and order books → those of the symbols asked for that carry a usable bid and ask.
import { z } from "zod";
import { ProviderError } from "#schemas/errors.ts";
import type { Ticker } from "#schemas/market.ts";
import type { MarketSymbol } from "#schemas/units.ts";

const price = z.number().positive();
const stamp = z.int().positive().nullish().catch(null);

const CcxtTicker = z
  .object({
    bid: price,
    ask: price,
    last: price,
    timestamp: stamp,
    quoteVolume: z.number().nonnegative().nullish().catch(null),
  })
  .refine((ticker) => ticker.bid <= ticker.ask);

/** Price, quantity, and where an exchange stamps each level (kraken), its time in seconds. */
const Level = z.tuple([price, z.unknown()], z.unknown());
const CcxtBook = z
  .object({ bids: z.tuple([Level], Level), asks: z.tuple([Level], Level), timestamp: stamp })
  .refine(({ bids: [[bid]], asks: [[ask]] }) => bid <= ask);

export interface ReadTimes {
  /** Local time of the answer. */
  readonly readMs: number;
  /** Venue time minus local time. */
  readonly offsetMs: number;
  readonly exchangeId: string;
}

/** The venue's stamp in local time, never later than the answer; null where it gives none. */
const localMs = (timestamp: number | null | undefined, { readMs, offsetMs }: ReadTimes): number | null =>
  typeof timestamp === "number" ? Math.min(Math.round(timestamp) - offsetMs, readMs) : null;

/** Of one market; null where it has no bid, ask or last, or bid stands above ask. */
export function parseTicker(said: unknown, symbol: MarketSymbol, times: ReadTimes): Ticker | null {
  const ticker = CcxtTicker.safeParse(said);
  if (!ticker.success) return null;
  const { bid, ask, last, timestamp, quoteVolume } = ticker.data;
  return { symbol, atMs: localMs(timestamp, times), bid, ask, last, quoteVolume: quoteVolume ?? null };
}

/**
 * In the order of `symbols`; one without a usable price is left out.
 * @throws ProviderError where the answer is no table of tickers
 */
export function parseTickers(answer: unknown, symbols: readonly MarketSymbol[], times: ReadTimes): readonly Ticker[] {
  const table = z.record(z.string(), z.unknown()).safeParse(answer);
  if (!table.success) {
    throw new ProviderError({
      was: `${times.exchangeId}: the answer is no table of tickers.`,
      remedy: "Check the network and the venue's status page.",
      cause: table.error,
    });
  }
  return symbols.flatMap((symbol) => parseTicker(table.data[symbol], symbol, times) ?? []);
}

/**
 * Bid and ask of the top of a book; `last` is the middle between them, since a book knows no trade. Stamped as the book is; where it
 * is not, as the newest of its levels: what nobody has moved since is as old as that. Null for an empty or crossed book.
 */
export function parseBook(said: unknown, symbol: MarketSymbol, times: ReadTimes): Ticker | null {
  const book = CcxtBook.safeParse(said);
  if (!book.success) return null;
  const { bids, asks, timestamp } = book.data;
  const levelMs = [...bids, ...asks].flatMap(([, , second]) =>
    typeof second === "number" && Number.isFinite(second) ? [second * 1000] : [],
  );
  const stampMs = timestamp ?? (levelMs.length === 0 ? null : Math.max(...levelMs));
  const [[bid]] = bids;
  const [[ask]] = asks;
  return { symbol, atMs: localMs(stampMs, times), bid, ask, last: (bid + ask) / 2, quoteVolume: null };
}
