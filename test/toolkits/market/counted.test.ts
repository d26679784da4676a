import { expect, test } from "vitest";
import { unixMs } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { countedMarketData, countedSecurity, countedUniverse } from "#toolkits/market/counted.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createRecordedSecurity } from "#toolkits/security/recorded-security.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";

const options = { signal: new AbortController().signal };
const nowMs = unixMs(1_700_000_100_000);

test("counts every call of a port, and the candles that came back", async () => {
  const tally = new WorkTally();
  const venue = countedMarketData(createSimulatedVenue({ seed: 1, assets: 2 }), tally);
  const [market] = await venue.markets(options);
  const symbol = market?.symbol ?? expect.unreachable();
  await venue.candles({ symbol, timeframe: "5m", nowMs, count: 30 }, options);
  await venue.tickers({ symbols: [symbol], nowMs }, options);
  expect(tally.total()).toMatchObject({ providerCalls: 3, candlesRead: 30, modelCalls: 0 });

  const folder = { securityRecords: [] };
  await countedSecurity(createRecordedSecurity({ folder, policy: "skip" }), tally).report({ symbol, nowMs }, options);
  expect(tally.total().providerCalls).toBe(4);
});

test("counts a call that failed: the work was done", async () => {
  const tally = new WorkTally();
  const venue = countedMarketData(createSimulatedVenue({ seed: 1, assets: 1 }), tally);
  const aborted = { signal: AbortSignal.abort(new Error("left")) };
  await expect(venue.markets(aborted)).rejects.toThrow("left");
  expect(tally.total().providerCalls).toBe(1);
});

test("counts a ranking beside the reads that it is made from", async () => {
  const tally = new WorkTally();
  const marketData = countedMarketData(createSimulatedVenue({ seed: 1, assets: 2 }), tally);
  const universe = countedUniverse(createQuoteVolumeUniverse({ marketData, quote: "USDT" }), tally);
  await universe.topAssets({ nowMs, count: 2 }, options);
  expect(tally.total().providerCalls).toBe(3);
});
