// Floor 6. The markets of an exchange on one home: listed by the exchange, or as they were kept. One map for all that hold it,
// brought up to date in place, so that a desk that runs for weeks knows what has gone.
import type { Market } from "#schemas/market.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { type KeptMarkets, keepMarkets } from "./kept-markets.ts";

export interface ExchangeMarkets {
  readonly bySymbol: ReadonlyMap<MarketSymbol, Market>;
  /** When the exchange listed them; null: never on this home, and the map is empty. */
  heardMs(): UnixMs | null;
  /** As the exchange lists them now; kept on the home where they are another list. @throws ProviderError; the map stays as it was */
  refresh(options: CallOptions): Promise<void>;
}

interface Parts {
  readonly home: string;
  readonly marketData: Pick<MarketData, "markets" | "venue">;
  readonly clock: Pick<Clock, "now">;
}

export function exchangeMarkets({ home, marketData, clock }: Parts, kept: KeptMarkets | null): ExchangeMarkets {
  const bySymbol = new Map(kept?.markets.map((market) => [market.symbol, market]));
  let heardMs = kept?.heardMs ?? null;
  return {
    bySymbol,
    heardMs: () => heardMs,
    refresh: async (options) => {
      const markets = await marketData.markets(options);
      // The adapter gives the very same markets until it has asked again.
      const isSame = markets.length === bySymbol.size && markets.every((one) => bySymbol.get(one.symbol) === one);
      if (isSame) return;
      bySymbol.clear();
      for (const market of markets) bySymbol.set(market.symbol, market);
      heardMs = clock.now();
      await keepMarkets(home, marketData.venue, { heardMs, markets: [...markets] });
    },
  };
}
