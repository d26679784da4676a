// Floor 2. A market → the market whose own move may explain its. A rule, not the hour's statistics: every reader of every
// moment, a backtest included, has the same one.
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";

/** Whom the others follow, and whom the first of them is seen beside. */
const LEADERS = ["BTC", "ETH"] as const;

/** BTC in the same quote, for BTC itself ETH; null where the venue does not list it. */
export function jumpLeaderOf(symbol: MarketSymbol, isListed: (symbol: MarketSymbol) => boolean): MarketSymbol | null {
  const { base, quote } = splitSymbol(symbol);
  const candidates = LEADERS.filter((one) => one !== base).map((one) => `${one}/${quote}` as MarketSymbol);
  return candidates.find(isListed) ?? null;
}
