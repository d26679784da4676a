// Floor 2. The coins of a ranking, which base of a venue each of them is, and its markets → the best markets of one quote currency by market
// cap, and why every other coin is not among them.
import type { CoinIdentity, RankedAsset, Ranking } from "#schemas/coin.ts";
import type { Market } from "#schemas/market.ts";
import type { MarketData, Universe } from "#schemas/ports/market.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { startOfDay } from "#schemas/units.ts";
import { type CoinBook, type KnownCoins, rankingBasis } from "./coin-book.ts";
import { derivedKindOfAsset, isNearDollar } from "./derived-assets.ts";

/** One ranked coin, and its market or why there is none. */
export interface UniverseRow extends Pick<RankedAsset, "rank" | "id" | "ticker" | "name" | "marketCapUsd"> {
  /** Its market in the quote currency; null: it has none there, or none that is surely its own. */
  readonly symbol: MarketSymbol | null;
  /** Why it is not ranked; null: it is. */
  readonly out: string | null;
  /** Worth a second look, such as a price of a dollar; null: nothing. It excludes nothing. */
  readonly flag: string | null;
}

/** What one base was found to be, in words, where that is no coin that may be ranked. */
function doubt({ checks }: CoinIdentity): string | null {
  const found = checks.find(({ state, severity }) => state === "fail" && severity === "critical");
  return found === undefined ? null : `not the coin by its ${found.id.replaceAll("_", " ")}: ${found.evidence}`;
}

interface Listed {
  readonly ranking: Ranking;
  readonly markets: readonly Market[];
  readonly quote: string;
  /** By base; null: nobody compared, so tickers count: those of a folder of recorded candles. */
  readonly identities: ReadonlyMap<string, CoinIdentity> | null;
  /** Breaks the tie of two markets of one coin. */
  readonly turnovers: ReadonlyMap<MarketSymbol, number>;
}

/** By the ranking's id: the bases that are that coin. */
function basesById({ ranking, markets, identities }: Listed): ReadonlyMap<string, readonly string[]> {
  const bases = [...new Set(markets.map(({ base }) => base))];
  // Of two coins with one ticker the larger is meant where nothing tells more: the ranking stands in its order.
  const byTicker = new Map(ranking.assets.toReversed().map(({ ticker, id }) => [ticker, id]));
  const idOf = (base: string) =>
    identities === null ? byTicker.get(base.toUpperCase()) : identities.get(base)?.asset?.id;
  const found = Map.groupBy(bases, (base) => idOf(base) ?? "");
  found.delete("");
  return found;
}

/** Every ranked coin in its order, in or out; nobody is asked. */
export function universeRows(listed: Listed): readonly UniverseRow[] {
  const { ranking, markets, quote, identities, turnovers } = listed;
  const byId = basesById(listed);
  const inQuote = new Map(
    markets.flatMap((market) => (market.quote === quote ? [[market.base, market] as const] : [])),
  );
  const traded = ({ symbol }: Market): number => turnovers.get(symbol) ?? 0;

  const place = (asset: RankedAsset): Pick<UniverseRow, "symbol" | "out"> => {
    const kind = derivedKindOfAsset(asset);
    if (kind !== null) return { symbol: null, out: kind };
    const bases = byId.get(asset.id) ?? [];
    const namesake = identities?.get(asset.ticker);
    if (bases.length === 0) {
      const why = namesake === undefined ? null : doubt(namesake);
      return {
        symbol: null,
        out: why === null ? "no market that is surely its own" : `${asset.ticker} here is ${why}`,
      };
    }
    const own = bases.flatMap((base) => inQuote.get(base) ?? []);
    const [best] = own.toSorted((a, b) => Number(b.active) - Number(a.active) || traded(b) - traded(a));
    if (best === undefined) return { symbol: null, out: `no market in ${quote}` };
    const identity = identities?.get(best.base);
    const why = identity === undefined ? null : doubt(identity);
    return { symbol: best.symbol, out: why ?? (best.active ? null : "its market does not trade") };
  };

  return ranking.assets.map((asset) => {
    const { rank, id, ticker, name, marketCapUsd } = asset;
    const placed = place(asset);
    const flag = placed.out === null && isNearDollar(asset) ? "its price is that of a dollar" : null;
    return { rank, id, ticker, name, marketCapUsd, ...placed, flag };
  });
}

export interface MarketCapUniverseParts {
  readonly book: CoinBook;
  readonly marketData: MarketData;
  readonly quote: string;
  /** What ranks where no ranking was ever had, or none of its coins could be told. */
  readonly fallback: Universe;
}

const NOTHING_KNOWN: KnownCoins = { ranking: null, problems: [], identities: new Map(), coins: null };

/** True where ranking and identities are both of that UTC day. */
function isOfDay({ ranking, identities }: KnownCoins, nowMs: UnixMs): boolean {
  const [first] = identities.values();
  const today = startOfDay(nowMs);
  return [ranking, first].every((part) => part != null && startOfDay(part.seenAtMs) === today);
}

/**
 * Ranks by what is known: no ranking is asked for here, since a slot waits for this. One that is not of today is `provisional`: it is looked
 * at again at the next slot, when the desk may have asked in between.
 */
export function createMarketCapUniverse({ book, marketData, quote, fallback }: MarketCapUniverseParts): Universe {
  return {
    async topAssets({ nowMs, count }, options) {
      const known = book.newest() ?? NOTHING_KNOWN;
      const { ranking, identities } = known;
      const provisional = !isOfDay(known, nowMs);
      const problem = provisional && known.problems.length > 0 ? known.problems.join(" ") : null;
      const byVolume = async (why: string) => {
        const top = await fallback.topAssets({ nowMs, count }, options);
        return { ...top, problem: why, provisional: true };
      };
      if (ranking === null)
        return byVolume(
          problem === null
            ? "no ranking by market cap is known yet: it is asked for between the slots"
            : `no ranking by market cap was ever had, so that traded value ranks: ${problem}`,
        );
      if (identities.size === 0)
        return byVolume(
          `which coins ${marketData.venue} lists is not known yet: ${problem ?? "it is asked between the slots"}`,
        );
      const [markets, turnovers] = [await marketData.markets(options), await marketData.turnovers({ nowMs }, options)];
      const rows = universeRows({ ranking, markets, quote, identities, turnovers });
      const assets = rows
        .flatMap(({ symbol, out }) => (symbol === null || out !== null ? [] : [symbol]))
        .slice(0, count);
      if (assets.length === 0)
        return byVolume(`none of the ${rows.length} ranked coins has a market in ${quote} that is surely its own`);
      const ranked = new Set(assets);
      return {
        assets,
        liquidity: new Map([...turnovers].filter(([symbol]) => ranked.has(symbol))),
        basis: rankingBasis(ranking, nowMs),
        problem,
        provisional,
      };
    },
  };
}
