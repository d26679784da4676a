// Floor 2. ccxt's tickers → what was traded of each market in the last 24 h, in quote currency. Bid and ask are not looked at.
import { z } from "zod";
import { ProviderError } from "#schemas/errors.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import type { VenueFacts } from "./venue-facts.ts";

const amount = z.number().nonnegative().nullish().catch(null);
const Traded = z.object({ quoteVolume: amount, baseVolume: amount, last: amount });

/**
 * Of the markets in `symbols` those that state a value; where an exchange states the quantity alone (`turnover: base`),
 * quantity × last price.
 * @throws ProviderError where the answer states none: a ranking of nothing is no ranking
 */
export function parseTurnovers(
  answer: unknown,
  symbols: Iterable<MarketSymbol>,
  { id, turnover }: Pick<VenueFacts, "id" | "turnover">,
): ReadonlyMap<MarketSymbol, number> {
  const table = z.record(z.string(), z.unknown()).safeParse(answer);
  const turnovers = new Map<MarketSymbol, number>();
  for (const symbol of symbols) {
    const { quoteVolume, baseVolume, last } = Traded.safeParse(table.data?.[symbol]).data ?? {};
    const byBase = turnover === "base" && baseVolume != null && last != null ? baseVolume * last : null;
    const value = quoteVolume ?? byBase;
    if (value !== null) turnovers.set(symbol, value);
  }
  if (turnovers.size > 0) return turnovers;
  throw new ProviderError({
    was: `${id} states the traded value of no market.`,
    remedy: "Check the network and the venue's status page.",
    cause: table.error,
  });
}
