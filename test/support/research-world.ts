// A small simulated world for tests of the research bench: its input, and a week of 5-minute slots.
import { benchConfig } from "#bench/bench-config.ts";
import type { ResearchInput } from "#scheduler/research/run-variation.ts";
import type { Money } from "#schemas/money.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";

const END_MS = unixMs(Date.UTC(2025, 0, 1));

export interface ResearchWorld {
  readonly input: ResearchInput;
  readonly firstSlotMs: UnixMs;
  readonly lastSlotMs: UnixMs;
}

export async function researchWorld({
  seed = 7,
  assets = 10,
  slots = 2016,
  strategies = [shippedStrategy("mean-reversion")],
}: {
  readonly seed?: number;
  readonly assets?: number;
  readonly slots?: number;
  readonly strategies?: readonly Strategy[];
} = {}): Promise<ResearchWorld> {
  const marketData = createSimulatedVenue({ seed, assets });
  const markets = await marketData.markets({ signal: new AbortController().signal });
  return {
    input: {
      config: { ...benchConfig(), assets, timeframe: "5m" },
      venue: {
        marketData,
        security: createSimulatedSecurity({ seed, assets }),
        universe: createSimulatedUniverse({ seed, assets }),
        markets: new Map(markets.map((market) => [market.symbol, market])),
        hosts: strategies.map(createLocalHost),
        quote: "USDT",
        cash: "10000" as Money,
      },
    },
    firstSlotMs: unixMs(END_MS - (slots - 1) * timeframeMs("5m")),
    lastSlotMs: END_MS,
  };
}
