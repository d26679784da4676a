// Floor 2. The tickers of a venue -> its most traded markets of one quote currency, best first.
import type { Market } from "#schemas/market.ts";
import type { MarketData, Universe } from "#schemas/ports/market.ts";

// Bases that follow another asset by design: a signal on them is a signal on nothing, or on the same thing twice. By id,
// not by price: a token near 1.00 may be an honest coin, and a stablecoin that broke is still none to trade.
const PEGGED_TO_CURRENCY = [
  "USD USDT USDC BUSD TUSD FDUSD USDP DAI USDE USDS SUSDE SUSDS PYUSD GUSD LUSD FRAX USDD USD1 USDY RLUSD CRVUSD GHO UST USTC",
  "EUR EURT EURC EURS EURI AEUR EURQ GBP GBPT AUD BRL BRL1 TRY JPY CHF SGD XSGD BIDR BKRW IDRT ZAR UAH NGN RUB",
].flatMap((line) => line.split(" "));
const PEGGED_TO_METAL = ["PAXG", "XAUT", "KAU", "KAG"];
const WRAPPED_OR_STAKED = [
  "WBTC BTCB CBBTC TBTC LBTC SOLVBTC RENBTC HBTC FBTC WETH BETH STETH WSTETH RETH CBETH WBETH METH EETH WEETH EZETH RSETH",
  "SWETH OSETH FRXETH SFRXETH JITOSOL MSOL BNSOL BBSOL JUPSOL STSOL JSOL WSOL WBNB WAVAX SAVAX WMATIC STMATIC WTRX STRX",
].flatMap((line) => line.split(" "));
const EXCLUDED: ReadonlySet<string> = new Set([...PEGGED_TO_CURRENCY, ...PEGGED_TO_METAL, ...WRAPPED_OR_STAKED]);

/** Underlyings of the leveraged tokens that venues list or listed; the full name must match, so JUP is no leveraged J. */
const LEVERAGED =
  /^(BTC|ETH|BNB|XRP|ADA|DOT|LTC|LINK|TRX|EOS|XTZ|BCH|XLM|UNI|SXP|FIL|YFI|AAVE|SUSHI|1INCH|SOL|DOGE|SHIB|MATIC|AVAX|NEAR|APE|APT|ARB|ATOM|OP|PEPE|SUI)(UP|DOWN|BULL|BEAR|HALF|HEDGE|[235][LS])$/;
const LEVERAGED_ALONE: ReadonlySet<string> = new Set(["BULL", "BEAR", "HALF", "HEDGE"]);

/** True for stablecoins, tokenised metals, wrapped, staked and leveraged tokens, by the lists above. */
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
