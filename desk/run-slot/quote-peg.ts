// Floor 4. How far the settlement stablecoin is off par, where the venue quotes it; the same for desk and backtest.
import { isPassing } from "#schemas/errors.ts";
import type { Market } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";

/** Settlement currencies that are meant to stand at one dollar, and what shows whether they do. */
const STABLECOINS: ReadonlySet<string> = new Set(["USDT", "USDC", "FDUSD", "TUSD", "DAI", "PYUSD"]);
const PEG_QUOTES = ["USD", "USDC", "USDT"] as const;

/** Percent, 0 or positive; null where the quote is no stablecoin or nothing says. */
export async function quoteOffParPct(
  desk: {
    readonly quote: string;
    readonly markets: ReadonlyMap<MarketSymbol, Market>;
    readonly marketData: Pick<MarketData, "tickers">;
  },
  nowMs: UnixMs,
  options: CallOptions,
): Promise<number | null> {
  if (!STABLECOINS.has(desk.quote)) return null;
  const symbol = PEG_QUOTES.map((peg) => `${desk.quote}/${peg}` as MarketSymbol).find((s) => desk.markets.has(s));
  if (symbol === undefined) return null;
  try {
    const [ticker] = await desk.marketData.tickers({ symbols: [symbol], nowMs }, options);
    return ticker === undefined ? null : Math.abs(ticker.last - 1) * 100;
  } catch (error) {
    if (isPassing(error)) return null;
    throw error;
  }
}
