// Floor 4. How far the settlement stablecoin is off par, by every pair of it that the venue quotes; the same for desk and backtest.
import { isPassing } from "#schemas/errors.ts";
import type { Market, Ticker } from "#schemas/market.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { noMarketOf } from "#toolkits/market/judge-quote.ts";
import type { QuoteOffPar } from "#toolkits/risk/gate-input.ts";

/**
 * The dollar, and coins that are meant to be one, best known first: what shows whether one of them stands at par. Against a coin it is not
 * seen which of the two has left it; entries wait either way.
 */
const DOLLARS = "USD USDC USDT USDT0 FDUSD DAI PYUSD TUSD USD1 RLUSD USDE USDP GUSD".split(" ");
/** Pairs that are asked for, the best known. Some exchanges price each by a request of its own, and those of a slot are few. */
const MOST_PAIRS = 4;
/** Bid and ask farther apart, percent, show no price of what is meant to stand still. */
const WIDEST_PCT = 1;

/** Another desk's question in the same slot will do. */
const OF_THIS_SLOT_MS = 2_000;

interface PegDesk {
  readonly quote: string;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly marketData: Pick<MarketData, "tickers" | "venue">;
  readonly clock: Pick<Clock, "kind" | "now">;
}

interface PegPair {
  readonly symbol: MarketSymbol;
  /** Of the pair's price, what the settlement currency costs. */
  readonly parOf: (price: number) => number;
}

/**
 * The worst of its pairs that are a live market: one that is broken is enough to wait. Null where the quote is no stablecoin. Under the
 * system clock, where the prices of now could be had, what is not known is said, and no entry is made on it; recorded and invented venues
 * seldom hold such a pair, and there a missing one says nothing.
 */
export function quoteOffPar(desk: PegDesk, nowMs: UnixMs, options: CallOptions): Answered<QuoteOffPar> {
  const { quote, markets, marketData, clock } = desk;
  const pairs = PAIRS.get(quote);
  if (pairs === undefined) return null;
  const listed = pairs.filter(({ symbol }) => markets.get(symbol)?.active === true).slice(0, MOST_PAIRS);
  if (listed.length > 0) return offParOf(listed, desk, nowMs, options);
  return unknown(clock, `no pair of ${marketData.venue} shows whether ${quote} stands at par`);
}

const unknown = ({ kind }: PegDesk["clock"], why: string): QuoteOffPar => (kind === "system" ? why : null);

/** By one question for all of them. */
async function offParOf(pairs: readonly PegPair[], desk: PegDesk, nowMs: UnixMs, options: CallOptions) {
  const { quote, marketData, clock } = desk;
  const symbols = pairs.map(({ symbol }) => symbol);
  const shows = `shows whether ${quote} stands at par`;
  let tickers: readonly Ticker[];
  try {
    tickers = await marketData.tickers({ symbols, nowMs, heardWithinMs: OF_THIS_SLOT_MS }, options);
  } catch (error) {
    if (isPassing(error))
      return unknown(clock, `${symbols.join(", ")}: what ${shows} could not be asked: ${error.message}`);
    throw error;
  }
  const bySymbol = new Map(tickers.map((ticker) => [ticker.symbol, ticker]));
  const faults: string[] = [];
  let worst: Exclude<QuoteOffPar, null | string> | null = null;
  for (const { symbol, parOf } of pairs) {
    const price = priceOf(bySymbol.get(symbol), clock);
    if (typeof price === "string") faults.push(`${symbol}: ${price}`);
    else {
      const offPct = Math.abs(parOf(price) - 1) * 100;
      if (worst === null || offPct > worst.offPct) worst = { offPct, symbol };
    }
  }
  return worst ?? unknown(clock, `no pair of ${marketData.venue} with a live price ${shows} (${faults.join("; ")})`);
}

/** Where money may be real the middle of a live bid and ask; else the price that is there. Text: why there is none. */
function priceOf(ticker: Ticker | undefined, clock: PegDesk["clock"]): number | string {
  if (clock.kind === "simulated" && ticker !== undefined) return ticker.last;
  const fault = noMarketOf(ticker, clock.now());
  if (fault !== null || ticker === undefined) return fault ?? "no price";
  const { bid, ask } = ticker;
  const apartPct = 100 * (ask / bid - 1);
  return apartPct <= WIDEST_PCT
    ? (bid + ask) / 2
    : `bid ${bid} and ask ${ask} are ${Number(apartPct.toPrecision(3))} % apart, limit ${WIDEST_PCT} %`;
}

/** In the order of DOLLARS, each written from either side. */
const pairsOf = (quote: string): readonly PegPair[] =>
  DOLLARS.filter((dollar) => dollar !== quote).flatMap((dollar) => [
    { symbol: `${quote}/${dollar}` as MarketSymbol, parOf: (price: number) => price },
    { symbol: `${dollar}/${quote}` as MarketSymbol, parOf: (price: number) => 1 / price },
  ]);

/** Of each coin that is meant to be a dollar. The dollar itself is at par with nothing to compare. */
const PAIRS: ReadonlyMap<string, readonly PegPair[]> = new Map(
  DOLLARS.filter((dollar) => dollar !== "USD").map((coin) => [coin, pairsOf(coin)]),
);
