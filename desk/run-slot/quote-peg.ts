// Floor 4. How far the settlement stablecoin is off par, where the venue quotes it; the same for desk and backtest.
import { isPassing } from "#schemas/errors.ts";
import type { Market } from "#schemas/market.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { QuoteOffPar } from "#toolkits/risk/gate-input.ts";

/** Settlement currencies that are meant to stand at one dollar. */
const STABLECOINS: ReadonlySet<string> = new Set(["USDT", "USDC", "FDUSD", "TUSD", "DAI", "PYUSD"]);
/**
 * What shows whether one does, best first: the dollar, then other coins that are meant to be one. Against such a coin it is not seen which
 * of the two has left par; entries wait either way.
 */
const DOLLARS = ["USD", "USDC", "USDT", "USDT0", "FDUSD", "DAI", "TUSD", "PYUSD"] as const;

interface PegDesk {
  readonly quote: string;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly marketData: Pick<MarketData, "tickers" | "venue">;
  readonly clock: Pick<Clock, "kind">;
}

interface PegPair {
  readonly symbol: MarketSymbol;
  /** Of the pair's price, what the settlement currency costs. */
  readonly parOf: (price: number) => number;
}

/**
 * Null where the quote is no stablecoin. Under the system clock, where the prices of now could be had, what is not known is said, and no
 * entry is made on it; recorded and invented venues seldom hold such a pair, and there a missing one says nothing.
 */
export function quoteOffParPct(desk: PegDesk, nowMs: UnixMs, options: CallOptions): Answered<QuoteOffPar> {
  const { quote, markets, marketData, clock } = desk;
  if (!STABLECOINS.has(quote)) return null;
  const pair = pairsOf(quote).find(({ symbol }) => markets.get(symbol)?.active === true);
  if (pair !== undefined) return offParOf(pair, desk, nowMs, options);
  return unknown(clock, `no pair of ${marketData.venue} shows whether ${quote} stands at par`);
}

const unknown = ({ kind }: PegDesk["clock"], why: string): QuoteOffPar => (kind === "system" ? why : null);

async function offParOf({ symbol, parOf }: PegPair, desk: PegDesk, nowMs: UnixMs, options: CallOptions) {
  const { quote, marketData, clock } = desk;
  const shows = `${symbol}, which shows whether ${quote} stands at par,`;
  try {
    const [ticker] = await marketData.tickers({ symbols: [symbol], nowMs }, options);
    if (ticker === undefined) return unknown(clock, `${shows} has no price`);
    return Math.abs(parOf(ticker.last) - 1) * 100;
  } catch (error) {
    if (isPassing(error)) return unknown(clock, `${shows} could not be asked: ${error.message}`);
    throw error;
  }
}

/** In the order of DOLLARS, each written from either side. */
const pairsOf = (quote: string): readonly PegPair[] =>
  DOLLARS.filter((dollar) => dollar !== quote).flatMap((dollar) => [
    { symbol: `${quote}/${dollar}` as MarketSymbol, parOf: (price: number) => price },
    { symbol: `${dollar}/${quote}` as MarketSymbol, parOf: (price: number) => 1 / price },
  ]);
