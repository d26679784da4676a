// Floor 2. The tickers of a venue → its most traded markets of one quote currency, best first.
import type { Market } from "#schemas/market.ts";
import type { MarketData, Universe } from "#schemas/ports/market.ts";
import bases from "./derived-bases.json" with { type: "json" };

const basesOf = (lines: readonly string[]): readonly string[] => lines.join(" ").split(" ");
const EXCLUDED: ReadonlySet<string> = new Set(
  basesOf([...bases.peggedToCurrency, ...bases.peggedToMetal, ...bases.wrappedOrStaked]),
);

/** The full name must match, so JUP is no leveraged J. */
const LEVERAGED = new RegExp(`^(${basesOf(bases.leveragedOn).join("|")})(UP|DOWN|BULL|BEAR|HALF|HEDGE|[235][LS])$`);
const LEVERAGED_ALONE: ReadonlySet<string> = new Set(["BULL", "BEAR", "HALF", "HEDGE"]);

/** True for stablecoins, tokenised metals, wrapped, staked and leveraged tokens, by derived-bases.json. */
export const isDerivedBase = (base: string): boolean =>
  EXCLUDED.has(base) || LEVERAGED_ALONE.has(base) || LEVERAGED.test(base);

const isCandidate = (market: Market, quote: string): boolean =>
  market.active && market.quote === quote && !isDerivedBase(market.base);

/**
 * Ranks by the venue's own 24 h traded value in `quote`. Markets without a price or without a stated value are left out:
 * where they belong is not known. This ranks liquidity, not worth.
 */
export function createQuoteVolumeUniverse(deps: { readonly marketData: MarketData; readonly quote: string }): Universe {
  const { marketData, quote } = deps;
  return {
    async topAssets({ nowMs, count }, { signal }) {
      const markets = await marketData.markets({ signal });
      const symbols = markets.filter((market) => isCandidate(market, quote)).map((market) => market.symbol);
      const tickers = await marketData.tickers({ symbols, nowMs }, { signal });
      const ranked = tickers
        .flatMap(({ symbol, quoteVolume }) => (quoteVolume === null ? [] : [{ symbol, quoteVolume }]))
        .sort((a, b) => b.quoteVolume - a.quoteVolume || (a.symbol < b.symbol ? -1 : 1))
        .slice(0, count);
      return {
        assets: ranked.map((entry) => entry.symbol),
        liquidity: new Map(ranked.map((entry) => [entry.symbol, entry.quoteVolume])),
      };
    },
  };
}
