// Floor 6. A symbol as typed -> a market of the venue: `BTC`, `btc/usdt`, `BTC-USDT`.

import type { Desk } from "#desk/desk.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";

/** @throws UnknownNameError naming near markets */
export function resolveSymbol(
  { markets, quote, marketData }: Pick<Desk, "markets" | "quote" | "marketData">,
  typed: string,
): MarketSymbol {
  const text = typed.trim().toUpperCase().replace(/-/g, "/");
  const symbol = (text.includes("/") ? text : `${text}/${quote}`) as MarketSymbol;
  if (markets.has(symbol)) return symbol;
  const sameBase = [...markets.values()].filter((market) => market.base === text);
  const [only] = sameBase;
  if (only !== undefined && sameBase.length === 1) return only.symbol;
  throw new UnknownNameError({
    was: `${marketData.venue} has no market ${symbol}.`,
    expected: `a market of this venue, such as ${namesPhrase(symbol, [...markets.keys()], 5)}`,
    remedy: "Correct the symbol, or choose another venue with --venue.",
  });
}
