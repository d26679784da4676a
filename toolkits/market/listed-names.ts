// Floor 2. A name as typed → the market that the venue lists under it.
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";

/**
 * One spelling for what a reader takes for the same name: case and compatibility forms (full width, ligatures) are folded
 * by Unicode NFKC; letters of different scripts stay different, however alike they look.
 */
export const foldName = (name: string): string => name.normalize("NFKC").toUpperCase();

const LAST_DASH = /-(?=[^-]*$)/;

/** `BTC`, `btc/usdt`, `BTC-USDT`: the pair, the base in `quote`, or the only market of a base; null where there is none. */
export function findListed(typed: string, listed: Iterable<MarketSymbol>, quote: string): MarketSymbol | null {
  const name = foldName(typed.trim());
  const pairs = new Map([...listed].map((symbol) => [foldName(symbol), symbol]));
  const wanted = [name, name.replace(LAST_DASH, "/"), `${name}/${foldName(quote)}`];
  for (const pair of wanted) {
    const symbol = pairs.get(pair);
    if (symbol !== undefined) return symbol;
  }
  const ofBase = [...pairs.values()].filter((symbol) => foldName(splitSymbol(symbol).base) === name);
  return ofBase.length === 1 ? (ofBase[0] ?? null) : null;
}
