// Floor 2. A port and a tally -> the same port, whose calls are counted as they are made (law 13: a call that failed
// was made too).
import type { MarketData, SecuritySource, Universe } from "#schemas/ports/market.ts";
import type { WorkTally } from "#schemas/work.ts";

/** Every call of the venue counts 1 provider call; candles count the rows that came back. */
export function countedMarketData(inner: MarketData, tally: WorkTally): MarketData {
  return {
    venueId: inner.venueId,
    venue: inner.venue,
    simulated: inner.simulated,
    graceMs: inner.graceMs,
    markets(options) {
      tally.count({ providerCalls: 1 });
      return inner.markets(options);
    },
    async candles(request, options) {
      tally.count({ providerCalls: 1 });
      const series = await inner.candles(request, options);
      tally.count({ candlesRead: series.openMs.length });
      return series;
    },
    tickers(request, options) {
      tally.count({ providerCalls: 1 });
      return inner.tickers(request, options);
    },
  };
}

/** Every report counts 1 provider call. */
export function countedSecurity(inner: SecuritySource, tally: WorkTally): SecuritySource {
  return {
    id: inner.id,
    contractOf: (symbol) => inner.contractOf(symbol),
    report(request, options) {
      tally.count({ providerCalls: 1 });
      return inner.report(request, options);
    },
  };
}

/** Every ranking counts 1 provider call, beside those of the market data it is made from. */
export function countedUniverse(inner: Universe, tally: WorkTally): Universe {
  return {
    topAssets(request, options) {
      tally.count({ providerCalls: 1 });
      return inner.topAssets(request, options);
    },
  };
}
