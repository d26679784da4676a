// Floor 2. A replay folder and its venue → all markets of the folder, best first. A folder is the operator's own choice,
// so nothing in it is filtered out.
import type { MarketData, Universe } from "#schemas/ports/market.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";

/** The part of a replay folder that its ranking needs; symbols are in alphabetical order. */
interface RankedFolder {
  readonly symbols: readonly MarketSymbol[];
  readonly symbolsWithCandles: readonly MarketSymbol[];
}

/**
 * Order: markets of the settlement currency `quote` with candles of the opened timeframe, by traded value of the 24 h before `nowMs`;
 * then other markets with such candles; then the rest; ties and the unranked by the alphabet. Values in different
 * quotes are never compared, so `liquidity` holds the first group only.
 */
export function createFolderUniverse(folder: RankedFolder, marketData: MarketData, quote: string): Universe {
  const withCandles = new Set(folder.symbolsWithCandles);
  const ranked = folder.symbolsWithCandles.filter((symbol) => splitSymbol(symbol).quote === quote);
  const ranks = new Set(ranked);
  const unranked = folder.symbolsWithCandles.filter((symbol) => !ranks.has(symbol));
  const rest = folder.symbols.filter((symbol) => !withCandles.has(symbol));
  return {
    async topAssets({ nowMs, count }, { signal }) {
      const turnovers = await marketData.turnovers({ nowMs }, { signal });
      const liquidity = new Map([...turnovers].filter(([symbol]) => ranks.has(symbol)));
      const value = (symbol: MarketSymbol): number => liquidity.get(symbol) ?? 0;
      const best = ranked.toSorted((a, b) => value(b) - value(a));
      return { assets: [...best, ...unranked, ...rest].slice(0, count), liquidity };
    },
  };
}
