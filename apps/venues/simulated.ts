// Floor 6. The invented market: prices, security and universe of a seed.
import { slotAt } from "#desk/slots.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { simScenariosOf } from "#schemas/sim-scenario.ts";
import { type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { FIRST_DAY_MS } from "#toolkits/market/simulated/price-days.ts";
import type { SimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";
import { recordedMoney, settlement } from "./settlement.ts";
import type { Venue } from "./venue.ts";

export async function simulatedVenue(
  config: DeskConfig,
  hosts: readonly StrategyHost[],
  options: CallOptions,
): Promise<Venue> {
  const { seed, assets, timeframe } = config;
  const scenarios = simScenariosOf(config.scenario);
  const counting = countedPorts();
  const simulated = createSimulatedVenue({ seed, assets, scenarios });
  const marketData = counting.port("marketData", simulated);
  const standMs = config.asOfMs ?? slotAt(Date.now(), timeframe, marketData.graceMs);
  return {
    marketData,
    security: counting.port("security", createSimulatedSecurity({ seed, assets, scenarios })),
    universe: counting.port("universe", createSimulatedUniverse({ seed, assets })),
    ...(await settlement(config, marketData, recordedMoney("USDT"), options)),
    ...(scenarios.length === 0 ? {} : listedNow(simulated, standMs)),
    hosts,
    clock: createSimulatedClock(standMs),
    standMs,
    beginMs: standMs,
    lastSlotMs: null,
    firstCandleMs: unixMs(FIRST_DAY_MS),
    notes: scenarios.length === 0 ? [] : [`Scenario ${scenarios.join(", ")}: it is made to happen, not found.`],
    counting,
  };
}

/** In a scenario a market may leave the list while the desk runs. */
function listedNow(venue: SimulatedVenue, standMs: UnixMs): Pick<Venue, "markets" | "refreshMarkets"> {
  const markets = new Map<MarketSymbol, Market>();
  const refresh = (nowMs: UnixMs): void => {
    markets.clear();
    for (const market of venue.listedAt(nowMs)) markets.set(market.symbol, market);
  };
  refresh(standMs);
  return { markets, refreshMarkets: async ({ nowMs }) => refresh(nowMs) };
}
