import { describe, expect, it } from "vitest";
import { type SeenPrice, stillPrices } from "#desk/watch/still-prices.ts";
import { ProviderError, StoreError } from "#schemas/errors.ts";
import type { Ticker } from "#schemas/market.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";

const SOL = "SOL/USDT" as MarketSymbol;
const ticker = (change: Partial<Ticker> = {}): Ticker => ({
  symbol: SOL,
  atMs: null,
  bid: 99,
  ask: 101,
  last: 100,
  quoteVolume: null,
  ...change,
});

/** What a slot sees, slot after slot. */
function watcher() {
  const seen = new Map<MarketSymbol, SeenPrice>();
  let slot = 0;
  return async (close: number, tickers: () => readonly Ticker[]) => {
    slot += 1;
    const marketData = { tickers: async () => tickers() };
    const closes = new Map([[SOL, { asOfMs: unixMs(slot * 300_000), close }]]);
    return [...(await stillPrices({ marketData, nowMs: unixMs(slot * 300_000), seen }, closes, patience))];
  };
}

describe("bid and ask of what is held", () => {
  it("stand still where they are the same to the digit while the candles close elsewhere, stamped or not", async () => {
    for (const atMs of [null, 7]) {
      const look = watcher();
      expect(await look(100, () => [ticker({ atMs })])).toEqual([]);
      expect(await look(102, () => [ticker({ atMs })])).toEqual([SOL]);
      expect(await look(104, () => [ticker({ atMs, bid: 99.5 })])).toEqual([]);
    }
  });

  it("do not where the stamp moves, or where the market itself stands", async () => {
    const look = watcher();
    await look(100, () => [ticker({ atMs: 1 })]);
    expect(await look(102, () => [ticker({ atMs: 2 })])).toEqual([]);
    expect(await look(102, () => [ticker({ atMs: 2 })])).toEqual([]);
  });

  it("say nothing where the venue does not answer; a fault of ours is not swallowed", async () => {
    const look = watcher();
    await look(100, () => [ticker()]);
    const throwing = (error: Error) => () => {
      throw error;
    };
    expect(await look(102, throwing(new ProviderError({ was: "No answer.", remedy: "Wait." })))).toEqual([]);
    expect(await look(104, () => [ticker()])).toEqual([SOL]);
    await expect(look(104, throwing(new StoreError({ was: "Broken.", remedy: "Mend." })))).rejects.toThrow("Broken");
  });
});
