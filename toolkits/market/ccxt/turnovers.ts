// Floor 2. ccxt's tickers → what was traded of each market in the last 24 h, in quote currency, and its last price. Bid and ask are not
// looked at.
import { z } from "zod";
import { ProviderError } from "#schemas/errors.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { VenueFacts } from "./venue-facts.ts";

const amount = z.number().nonnegative().nullish().catch(null);
const Ticker = z.object({ quoteVolume: amount, baseVolume: amount, last: amount });

interface Traded {
  readonly symbol: MarketSymbol;
  /** In quote; null: it states none. */
  readonly turnover: number | null;
  readonly last: number | null;
}

/** Where an exchange states the quantity alone (`turnover: base`), quantity × last price is what was traded. */
function parseTraded(
  answer: unknown,
  symbols: Iterable<MarketSymbol>,
  { turnover }: Pick<VenueFacts, "turnover">,
): readonly Traded[] {
  const table = z.record(z.string(), z.unknown()).safeParse(answer).data ?? {};
  return [...symbols].map((symbol) => {
    const { quoteVolume, baseVolume, last } = Ticker.safeParse(table[symbol]).data ?? {};
    const byBase = turnover === "base" && baseVolume != null && last != null ? baseVolume * last : null;
    return { symbol, turnover: quoteVolume ?? byBase, last: last ?? null };
  });
}

/** @throws ProviderError for an empty table: a ranking of nothing is no ranking */
function requireSome(table: ReadonlyMap<MarketSymbol, number>, was: string): ReadonlyMap<MarketSymbol, number> {
  if (table.size > 0) return table;
  throw new ProviderError({ was, remedy: "Check the network and the venue's status page." });
}

type Facts = Pick<VenueFacts, "id" | "turnover">;

/** Of the markets in `symbols` those that state a value. @throws ProviderError where the answer states none */
export function parseTurnovers(
  answer: unknown,
  symbols: Iterable<MarketSymbol>,
  facts: Facts,
): ReadonlyMap<MarketSymbol, number> {
  const traded = parseTraded(answer, symbols, facts);
  const stated = traded.flatMap(({ symbol, turnover }) => (turnover === null ? [] : ([[symbol, turnover]] as const)));
  return requireSome(new Map(stated), `${facts.id} states the traded value of no market.`);
}

/** Last prices, best traded first; those of markets whose traded value is not stated come last. @throws ProviderError where there is none */
export function parseLastPrices(
  answer: unknown,
  symbols: Iterable<MarketSymbol>,
  facts: Facts,
): ReadonlyMap<MarketSymbol, number> {
  const traded = parseTraded(answer, symbols, facts).toSorted((a, b) => (b.turnover ?? -1) - (a.turnover ?? -1));
  const priced = traded.flatMap(({ symbol, last }) => (last === null || last === 0 ? [] : ([[symbol, last]] as const)));
  return requireSome(new Map(priced), `${facts.id} states the last price of no market.`);
}
