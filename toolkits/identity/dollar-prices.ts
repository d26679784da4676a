// Floor 2. Last prices of an exchange's markets → what one unit of a currency costs there in US dollars.
import type { Market } from "#schemas/market.ts";
import type { MarketSymbol } from "#schemas/units.ts";

/** Currencies that mean a dollar; what one of them is worth now is the ranking's word, else 1. */
const DOLLARS: ReadonlySet<string> = new Set(
  "USD USDT USDC FDUSD TUSD USDP PYUSD DAI USDE USD1 USDD USDS RLUSD USDG BUSD USDT0 USDH".split(" "),
);

export interface DollarPrice {
  readonly usd: number;
  /** The market that it is taken from. */
  readonly symbol: MarketSymbol;
}

/**
 * Of the base's best traded market in a dollar; else through the dollar price of another quote. Markets that do not trade are not looked at.
 * @param lastPrices in quote currency, best traded first
 * @param dollarWorth what the ranking says that one of the dollars is worth; null: nothing
 */
export function createDollarPrices(
  markets: readonly Market[],
  lastPrices: ReadonlyMap<MarketSymbol, number>,
  dollarWorth: (currency: string) => number | null,
): (base: string) => DollarPrice | null {
  const bySymbol = new Map(markets.filter(({ active }) => active).map((market) => [market.symbol, market]));
  const priced = [...lastPrices].flatMap(([symbol, last]) => {
    const market = bySymbol.get(symbol);
    return market !== undefined && Number.isFinite(last) && last > 0 ? [{ ...market, last }] : [];
  });
  const byBase = Map.groupBy(priced, ({ base }) => base);
  const byQuote = Map.groupBy(priced, ({ quote }) => quote);
  const worth = (currency: string): number | null => {
    if (!DOLLARS.has(currency)) return null;
    return currency === "USD" ? 1 : (dollarWorth(currency) ?? 1);
  };

  function inDollars(base: string): DollarPrice | null {
    for (const { symbol, quote, last } of byBase.get(base) ?? []) {
      const dollar = worth(quote);
      if (dollar !== null) return { usd: last * dollar, symbol };
    }
    return null;
  }

  /** Of money such as EUR, which dollars are quoted in. */
  function turned(currency: string): number | null {
    for (const { base, last } of byQuote.get(currency) ?? []) {
      const dollar = worth(base);
      if (dollar !== null) return dollar / last;
    }
    return null;
  }

  return (base) => {
    const direct = inDollars(base);
    if (direct !== null) return direct;
    for (const { symbol, quote, last } of byBase.get(base) ?? []) {
      const usd = inDollars(quote)?.usd ?? turned(quote);
      if (usd !== null) return { usd: last * usd, symbol };
    }
    return null;
  };
}
