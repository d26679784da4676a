// A million invented closes (the suite: ten thousand) and, where a folder is named, every recorded one: the rule decided at the close is the rule decided
// from the trigger that was written before it.

import { describe, expect, it } from "vitest";
import { DataFolderError } from "#schemas/errors.ts";
import { openOfNewest } from "#schemas/market.ts";
import { TIMEFRAMES, type Timeframe, unixMs } from "#schemas/units.ts";
import { count } from "#test/support/count.ts";
import { openReplayFolder } from "#toolkits/market/replay/folder.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { newTally, tallySeries } from "./trigger-check.ts";

const signal = new AbortController().signal;
const MARKETS_A_SEED = count(50, 5);
/** Closes of each market that follow another. */
const CLOSES = count(4_000, 400);
const TOTAL = 5 * MARKETS_A_SEED * CLOSES;
const NOW_MS = unixMs(Date.UTC(2024, 5, 1));

const RUNS: readonly (readonly [seed: number, timeframe: Timeframe])[] = [
  [1, "5m"],
  [2, "5m"],
  [3, "15m"],
  [4, "1m"],
  [5, "1m"],
];

describe("trigger prices, written before the close", () => {
  it(`decide as the rule does at ${TOTAL} closes of ${5 * MARKETS_A_SEED} invented markets`, async () => {
    const tally = newTally();
    for (const [seed, timeframe] of RUNS) {
      const venue = createSimulatedVenue({ seed, assets: 50 });
      const markets = await venue.markets({ signal });
      for (const { symbol } of markets.slice(0, MARKETS_A_SEED)) {
        const fromMs = openOfNewest(CLOSES + 1, { nowMs: NOW_MS, timeframe, graceMs: 0 });
        const request = { symbol, timeframe, nowMs: NOW_MS, fromMs };
        tallySeries(tally, await venue.candles(request, { signal }));
      }
    }
    console.info(`${tally.closes} closes, ${tally.entries} entries, ${tally.exits} exits`);
    expect(tally.differences).toEqual([]);
    expect(tally.closes).toBe(TOTAL);
    expect(Math.min(tally.entries, tally.exits)).toBeGreaterThan(TOTAL / 200);
  });
});

const REAL = process.env["DEEPTRADER_REAL_DATA"];

/** Null where the folder has no candles of the timeframe. */
const openAt = (timeframe: Timeframe) =>
  openReplayFolder(REAL ?? "", { timeframe, signal }).catch((error: unknown) => {
    if (error instanceof DataFolderError) return null;
    throw error;
  });

// Recorded candles are not part of the repository: name a folder of them to run this.
describe.skipIf(REAL === undefined)("trigger prices over recorded candles (DEEPTRADER_REAL_DATA)", () => {
  it("decide as the rule does at every close of every market and timeframe", async () => {
    const total = newTally();
    for (const timeframe of TIMEFRAMES) {
      const folder = await openAt(timeframe);
      const tally = newTally();
      for (const symbol of folder?.symbolsWithCandles ?? []) {
        if (folder !== null) tallySeries(tally, folder.series(symbol));
      }
      expect(tally.differences).toEqual([]);
      if (tally.closes > 0)
        console.info(`${timeframe}: ${tally.closes} closes, ${tally.entries} entries, ${tally.exits} exits`);
      total.closes += tally.closes;
    }
    expect(total.closes).toBeGreaterThan(0);
  });
});
