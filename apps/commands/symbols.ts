// Floor 6. A symbol as typed → a market of the venue: `BTC`, `btc/usdt`, `BTC-USDT`.

import type { Desk } from "#desk/desk.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { findListed, foldName } from "#toolkits/market/listed-names.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";

/** @throws UnknownNameError naming near markets */
export function resolveSymbol(
  { markets, quote, marketData }: Pick<Desk, "markets" | "quote" | "marketData">,
  typed: string,
): MarketSymbol {
  const symbol = findListed(typed, markets.keys(), quote);
  if (symbol !== null) return symbol;
  if (markets.size === 0) {
    throw new UnknownNameError({
      was: `No market of ${marketData.venue} is kept on this home, so ${JSON.stringify(typed)} is not known.`,
      remedy: "Run `deeptrader sleep --once` when the exchange answers.",
    });
  }
  const name = foldName(typed.trim()).replaceAll("-", "/");
  const wanted = name.includes("/") ? name : `${name}/${quote}`;
  throw new UnknownNameError({
    was: `${marketData.venue} has no market ${wanted}.`,
    expected: `a market of this venue, such as ${namesPhrase(wanted, [...markets.keys()], 5)}`,
    remedy: "Correct the symbol, or choose another venue with --venue.",
  });
}

/** Of a position first: the venue may no longer have its market. @throws UnknownNameError */
export const heldSymbol = (
  desk: Pick<Desk, "markets" | "quote" | "marketData" | "account">,
  typed: string,
): MarketSymbol => findListed(typed, marketsHeld(desk.account.portfolio()), desk.quote) ?? resolveSymbol(desk, typed);
