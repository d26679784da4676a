// Shared by the tests of the simulated venue.
import { openOfNewest } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { SimScenario } from "#schemas/sim-scenario.ts";
import { MarketSymbol, type Timeframe, unixMs } from "#schemas/units.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";

export const OPTIONS = { signal: new AbortController().signal };
export const at = (iso: string) => unixMs(Date.parse(iso));
export const symbolOf = (text: string) => MarketSymbol.parse(text);
export const venueOf = (seed: number, assets = 50, scenarios: readonly SimScenario[] = []) =>
  createSimulatedVenue({ seed, assets, scenarios });

export const candlesOf = (venue: MarketData, symbol: string, timeframe: Timeframe, nowMs: number, count: number) =>
  venue.candles(
    {
      symbol: symbolOf(symbol),
      timeframe,
      nowMs: unixMs(nowMs),
      fromMs: openOfNewest(count, { nowMs, timeframe, graceMs: 0 }),
    },
    OPTIONS,
  );

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

export function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - meanA) * ((b[i] ?? 0) - meanB))) / (deviation(a) * deviation(b));
}
