// Floor 2. Bid and ask, asked for once by all processes on one store where their reader says how old they may be. What an account asks for
// by itself, as the bid under a stop, goes to the venue as ever.
import { z } from "zod";
import { parseJson } from "#schemas/json.ts";
import { Ticker } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { SharedAnswers } from "./shared-answers.ts";

/** One process asks for prices at a time, whichever they are: most venues give them all at once. */
const QUESTION = "prices";

/** Machines' clocks are apart by so much at most; those that are farther apart ask each for itself. */
const CLOCKS_APART_MS = 1_000;

const StoredPrice = z.object({
  /** The moment for which it was asked, by the clock of who asked. */
  nowMs: z.number(),
  /** From the question to its answer, ms. */
  tookMs: z.number().nonnegative(),
  /** Null: the venue has none. */
  ticker: Ticker.nullable(),
});

interface Since {
  readonly monotonicMs: number;
  readonly nowMs: number;
}

export function sharePrices(source: Pick<MarketData, "tickers">, shared: SharedAnswers): MarketData["tickers"] {
  /** Undefined: nobody has asked since, by the store's time and by the clocks. A price is as old as its question. */
  const known = (symbol: MarketSymbol, since: Since): Ticker | null | undefined => {
    const heard = shared.heard(nameOf(symbol));
    const price = heard === undefined ? undefined : StoredPrice.safeParse(parseJson(heard.body)).data;
    if (heard === undefined || price === undefined) return undefined;
    const isOld = heard.heardMs - price.tookMs < since.monotonicMs || price.nowMs < since.nowMs - CLOCKS_APART_MS;
    return isOld ? undefined : price.ticker;
  };

  return async (request, options) => {
    const { symbols, nowMs, heardWithinMs } = request;
    if (heardWithinMs === undefined || !shared.isSharing()) return source.tickers(request, options);
    const since: Since = { monotonicMs: shared.now() - heardWithinMs, nowMs: nowMs - heardWithinMs };
    const missing = () => symbols.filter((symbol) => known(symbol, since) === undefined);
    const inOrder = () => symbols.flatMap((symbol) => known(symbol, since) ?? []);
    const ask = async (call: CallOptions) => {
      const asked = missing();
      const askedMs = shared.now();
      const tickers = await source.tickers({ ...request, symbols: asked }, call);
      const tookMs = Math.max(0, shared.now() - askedMs);
      const bySymbol = new Map(tickers.map((ticker) => [ticker.symbol, ticker]));
      const told = asked.map(
        (symbol) => [nameOf(symbol), JSON.stringify({ nowMs, tookMs, ticker: bySymbol.get(symbol) ?? null })] as const,
      );
      const others = new Map(inOrder().map((ticker) => [ticker.symbol, ticker]));
      const value = symbols.flatMap((symbol) => bySymbol.get(symbol) ?? others.get(symbol) ?? []);
      return { value, heard: new Map(told) };
    };
    const understand = (): readonly Ticker[] | null => (missing().length === 0 ? inOrder() : null);
    return shared.read({ question: QUESTION, lookFor: symbols.map(nameOf), understand, ask }, options);
  };
}

const nameOf = (symbol: MarketSymbol): string => `price ${symbol}`;
