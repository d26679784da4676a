// Floor 2. What was traded at a venue in the last 24 h → its most traded markets of one quote currency, best first.
import { ProviderError, UnknownNameError } from "#schemas/errors.ts";
import type { Market } from "#schemas/market.ts";
import type { MarketData, Universe } from "#schemas/ports/market.ts";
import { derivedKindOf } from "./derived-assets.ts";

const isCandidate = (market: Market, quote: string): boolean =>
  market.active && market.quote === quote && derivedKindOf(market.base) === null;

/**
 * Ranks by the venue's own 24 h traded value in `quote`. Markets without a stated value are left out: where they belong is not
 * known. This ranks liquidity, not worth.
 */
export function createQuoteVolumeUniverse(deps: { readonly marketData: MarketData; readonly quote: string }): Universe {
  const { marketData, quote } = deps;
  return {
    /** @throws UnknownNameError where nothing in `quote` may be ranked; ProviderError where no value is stated of what may be */
    async topAssets({ nowMs, count }, { signal }) {
      const markets = await marketData.markets({ signal });
      const candidates = markets.filter((market) => isCandidate(market, quote));
      if (candidates.length === 0) throw noCandidate(marketData.venue, quote, markets);
      const turnovers = await marketData.turnovers({ nowMs }, { signal });
      const ranked = candidates
        .flatMap(({ symbol }) => {
          const turnover = turnovers.get(symbol);
          return turnover === undefined ? [] : [{ symbol, turnover }];
        })
        .sort((a, b) => b.turnover - a.turnover || (a.symbol < b.symbol ? -1 : 1))
        .slice(0, count);
      if (ranked.length === 0) throw noValue(marketData.venue, quote, candidates.length);
      return {
        assets: ranked.map((entry) => entry.symbol),
        liquidity: new Map(ranked.map((entry) => [entry.symbol, entry.turnover])),
        basis: `exchange quote volume in ${quote}`,
      };
    },
  };
}

function noCandidate(venue: string, quote: string, markets: readonly Market[]): UnknownNameError {
  const counts = new Map<string, number>();
  for (const market of markets) {
    if (isCandidate(market, market.quote)) counts.set(market.quote, (counts.get(market.quote) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return new UnknownNameError({
    was: `${venue} has no open market in ${quote} of a coin that is no stablecoin and stands for no other.`,
    remedy: most === undefined ? "Choose another --venue." : `Choose --quote ${most[0]}, which has ${most[1]}.`,
  });
}

const noValue = (venue: string, quote: string, candidates: number): ProviderError =>
  new ProviderError({
    was: `${venue} states the traded value of none of its ${candidates} markets in ${quote}.`,
    remedy: "Check the venue's status page, or choose another --quote.",
  });
