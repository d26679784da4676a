// BASE-QUOTE-TIMEFRAME.csv → what is in it.
import { MarketSymbol, Timeframe } from "#schemas/units.ts";

export function candleFileOf(file: string): { readonly symbol: MarketSymbol; readonly timeframe: Timeframe } | null {
  const [, base, quote, length] = /^(\w+)-(\w+)-(\w+)\.csv$/.exec(file) ?? [];
  if (base === undefined) return null;
  return { symbol: MarketSymbol.parse(`${base}/${quote}`), timeframe: Timeframe.parse(length) };
}
