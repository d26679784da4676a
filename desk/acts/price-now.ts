// Floor 4. The price that an act is shown at and compared with at approval: the bid, where a real venue has a fresh one; else the
// newest close, which on a long timeframe may be hours old.
import type { ActPrice } from "#schemas/act.ts";
import { isPassing } from "#schemas/errors.ts";
import type { Ticker } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

/** An older bid is not fresh. */
const MAX_AGE_MS = 10_000;

export async function priceNow(
  { marketData, clock }: Pick<Desk, "marketData" | "clock">,
  close: ActPrice,
  options: CallOptions,
): Promise<ActPrice> {
  // Under a simulated clock the venue's price is that of the candle.
  if (clock.kind !== "system") return close;
  const { symbol } = close;
  const nowMs = clock.now();
  let ticker: Ticker | undefined;
  try {
    [ticker] = await marketData.tickers({ symbols: [symbol], nowMs }, options);
  } catch (error) {
    // Its candles were read: the venue is there.
    if (!isPassing(error)) throw error;
  }
  if (ticker === undefined || ticker.atMs === null || nowMs - ticker.atMs > MAX_AGE_MS) return close;
  return { symbol, price: ticker.bid, asOfMs: unixMs(ticker.atMs) };
}
