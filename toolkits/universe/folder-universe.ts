// Floor 2. A replay folder and its venue → all markets of the folder, best first. A folder is the operator's own choice,
// so nothing in it is filtered out.
import type { MarketData, Universe } from "#schemas/ports/market.ts";
import { type MarketSymbol, splitSymbol, type UnixMs } from "#schemas/units.ts";
import { type FolderRanking, rankingAt } from "../market/replay/folder-rankings.ts";
import { dayText, RANKING_NAMES } from "./ranking-rows.ts";

/** The part of a replay folder that its ranking needs; symbols are in alphabetical order. */
interface RankedFolder {
  readonly symbols: readonly MarketSymbol[];
  readonly symbolsWithCandles: readonly MarketSymbol[];
  /** Of universe.json, oldest first. */
  readonly rankings: readonly FolderRanking[];
}

/** By ticker: a folder says no more of its coins. Of two coins with one ticker the larger is meant. */
function capsAt(rankings: readonly FolderRanking[], nowMs: UnixMs): ReadonlyMap<string, number> {
  const caps = new Map<string, number>();
  for (const { ticker, marketCapUsd } of rankingAt(rankings, nowMs)?.assets ?? []) {
    caps.set(ticker, Math.max(marketCapUsd, caps.get(ticker) ?? 0));
  }
  return caps;
}

/**
 * Order: markets of the settlement currency `quote` with candles of the opened timeframe, by the folder's newest ranking of `nowMs` or
 * before it, those that it does not have by traded value of the 24 h before; then other markets with such candles; then the rest; ties and
 * the unranked by the alphabet. Values in different quotes are never compared, so `liquidity` holds the first group only.
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
      const caps = capsAt(folder.rankings, nowMs);
      const cap = (symbol: MarketSymbol): number => caps.get(splitSymbol(symbol).base) ?? 0;
      const value = (symbol: MarketSymbol): number => liquidity.get(symbol) ?? 0;
      const best = ranked.toSorted((a, b) => cap(b) - cap(a) || value(b) - value(a));
      const assets = [...best, ...unranked, ...rest].slice(0, count);
      return { assets, liquidity, basis: folderBasis(folder.rankings, nowMs) };
    },
  };
}

/** What the folder's markets are ranked by at a moment, in words. */
export function folderBasis(rankings: readonly FolderRanking[], nowMs: UnixMs): string {
  const ranking = rankingAt(rankings, nowMs);
  return ranking === null
    ? "what was traded in the 24 h before"
    : `market cap of ${RANKING_NAMES[ranking.source]}, ${dayText(ranking.seenAtMs)}`;
}

/**
 * What a start at `fromMs` cannot know of the folder's markets; null: there is a ranking of that day or before it, or there is but one
 * market, which nobody ranks.
 */
export function survivorNote({ rankings, symbols }: RankedFolder, quote: string, fromMs: UnixMs): string | null {
  const own = symbols.filter((symbol) => splitSymbol(symbol).quote === quote);
  if (own.length < 2 || rankingAt(rankings, fromMs) !== null) return null;
  return `no ranking of ${dayText(fromMs)} is in the folder: its ${own.length} markets were chosen later, and coins that have died since are not among them`;
}
