// Floor 4. Coins at the venue that are in no journal, of markets that the desk could sell them in: the owner's, or a lost store's. Named, and
// never counted.
import type { Market } from "#schemas/market.ts";
import { add, compare, type DecimalText, minOf, type Quantity, subtract } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { neededOf, type VenueWord } from "#toolkits/execution/live/account-guard.ts";
import { orderQuantity } from "#toolkits/market/order-size.ts";

export interface Unclaimed {
  readonly symbol: MarketSymbol;
  /** Above what the journal says, and free of other orders. */
  readonly quantity: Quantity;
}

/** Too little to sell is left out. */
export function unclaimedCoins(
  portfolio: Portfolio,
  markets: ReadonlyMap<MarketSymbol, Market>,
  balances: VenueWord["balances"],
): readonly Unclaimed[] {
  const needed = neededOf(portfolio);
  return [...markets.values()].flatMap((market) => {
    const balance = market.quote === portfolio.quote ? balances.get(market.base) : undefined;
    if (balance === undefined) return [];
    const above = subtract<string>(add<DecimalText>(balance.free, balance.used), needed.get(market.base) ?? "0");
    const quantity = minOf<string>(balance.free, above) as Quantity;
    const least =
      compare(orderQuantity(quantity, market), market.minQuantity) >= 0 && compare(quantity, market.stepSize) >= 0;
    return least ? [{ symbol: market.symbol, quantity }] : [];
  });
}

/** What makes them the desk's. */
export const adoptCommand = ({ symbol, quantity }: Unclaimed): string =>
  `deeptrader adopt position ${symbol} ${quantity} --price PRICE --reason TEXT`;
