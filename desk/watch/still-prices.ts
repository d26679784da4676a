// Floor 4. Bid and ask of held markets, slot by slot → whether they stand still while the candles move: a feed that is cut off
// behind its own front. What was seen before is kept in this process only; after a restart it takes one slot more.
import { isPassing } from "#schemas/errors.ts";
import type { Ticker } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";

/** What a slot saw of a market. */
export interface SeenPrice {
  readonly ticker: Pick<Ticker, "bid" | "ask" | "last" | "atMs">;
  /** Of its newest analysis. */
  readonly asOfMs: UnixMs;
  readonly close: number;
}

/** The same price to the last digit, and the same stamp if there is one, beside a candle that closed elsewhere. */
export const standsStill = (before: SeenPrice, now: SeenPrice): boolean =>
  before.asOfMs < now.asOfMs &&
  before.close !== now.close &&
  before.ticker.bid === now.ticker.bid &&
  before.ticker.ask === now.ticker.ask &&
  before.ticker.last === now.ticker.last &&
  before.ticker.atMs === now.ticker.atMs;

/** Another desk's question in the same slot will do. */
const OF_THIS_SLOT_MS = 2_000;

interface StillDeps {
  readonly marketData: Pick<MarketData, "tickers">;
  readonly nowMs: UnixMs;
  /** Of the slot before, by market; what is seen now is written into it. */
  readonly seen: Map<MarketSymbol, SeenPrice>;
}

/** Asks the venue once for all of them. A venue that does not answer says nothing of its prices. */
export async function stillPrices(
  { marketData, nowMs, seen }: StillDeps,
  closes: ReadonlyMap<MarketSymbol, Pick<SeenPrice, "asOfMs" | "close">>,
  options: CallOptions,
): Promise<ReadonlySet<MarketSymbol>> {
  const still = new Set<MarketSymbol>();
  let tickers: readonly Ticker[] = [];
  try {
    tickers = await marketData.tickers({ symbols: [...closes.keys()], nowMs, heardWithinMs: OF_THIS_SLOT_MS }, options);
  } catch (error) {
    if (!isPassing(error)) throw error;
  }
  for (const { symbol, bid, ask, last, atMs } of tickers) {
    const close = closes.get(symbol);
    if (close === undefined) continue;
    const now: SeenPrice = { ...close, ticker: { bid, ask, last, atMs } };
    const before = seen.get(symbol);
    if (before !== undefined && standsStill(before, now)) still.add(symbol);
    seen.set(symbol, now);
  }
  return still;
}
