// Floor 2. ccxt's tickers → those of the symbols asked for that carry a usable bid and ask.
import { z } from "zod";
import { ProviderError } from "#schemas/errors.ts";
import type { Ticker } from "#schemas/market.ts";
import type { MarketSymbol } from "#schemas/units.ts";

const CcxtTicker = z
  .object({
    bid: z.number().positive(),
    ask: z.number().positive(),
    last: z.number().positive(),
    timestamp: z.int().positive().nullish().catch(null),
    quoteVolume: z.number().nonnegative().nullish().catch(null),
  })
  .refine((ticker) => ticker.bid <= ticker.ask);

/**
 * In the order of `symbols`; one without bid, ask or last, or with bid above ask, is left out as without a price.
 * `atMs` is the venue's stamp brought to local time, never later than `readMs`, the local time of the answer; null
 * where the venue gives none.
 * @throws ProviderError where the answer is no table of tickers
 */
export function parseTickers(
  answer: unknown,
  symbols: readonly MarketSymbol[],
  times: { readonly readMs: number; readonly offsetMs: number; readonly exchangeId: string },
): readonly Ticker[] {
  const table = z.record(z.string(), z.unknown()).safeParse(answer);
  if (!table.success) {
    throw new ProviderError({
      was: `${times.exchangeId}: the answer is no table of tickers.`,
      remedy: "Check the network and the venue's status page.",
      cause: table.error,
    });
  }
  return symbols.flatMap((symbol) => {
    const said = CcxtTicker.safeParse(table.data[symbol]);
    if (!said.success) return [];
    const { bid, ask, last, timestamp, quoteVolume } = said.data;
    const atMs = typeof timestamp === "number" ? Math.min(timestamp - times.offsetMs, times.readMs) : null;
    return [{ symbol, atMs, bid, ask, last, quoteVolume: quoteVolume ?? null }];
  });
}
