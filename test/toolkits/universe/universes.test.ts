import { describe, expect, test } from "vitest";
import { ProviderError, UnknownNameError } from "#schemas/errors.ts";
import type { Market } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { MarketSymbol, unixMs, type VenueId } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { derivedKindOf } from "#toolkits/universe/derived-assets.ts";
import { createFolderUniverse } from "#toolkits/universe/folder-universe.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";

const options = { signal: new AbortController().signal };
const nowMs = unixMs(1_700_000_100_000);
const symbolsOf = (...names: string[]): MarketSymbol[] => names.map((name) => MarketSymbol.parse(name));

/** A venue of markets with the value each traded; null: the venue does not say. */
function venueOf(traded: Readonly<Record<string, number | null>>, halted: readonly string[] = []): MarketData {
  const market = (symbol: MarketSymbol): Market => testMarket(symbol, { active: !halted.includes(symbol) });
  return {
    venueId: "fake" as VenueId,
    venue: "fake",
    simulated: true,
    graceMs: 0,
    markets: async () => symbolsOf(...Object.keys(traded)).map(market),
    candles: () => Promise.reject(new Error("a ranking reads no candles")),
    turnovers: async () =>
      new Map(
        Object.entries(traded).flatMap(([symbol, value]) =>
          value === null ? [] : [[MarketSymbol.parse(symbol), value] as const],
        ),
      ),
    tickers: () => Promise.reject(new Error("a ranking asks for no bid and ask")),
  };
}

describe("the quote-volume universe", () => {
  test("takes the most traded active markets of the quote, and says by how much", async () => {
    const marketData = venueOf({ "A/USDT": 5, "B/USDT": 9, "C/USDT": 7, "D/BTC": 99, "E/USDT": 98 }, ["E/USDT"]);
    const top = await createQuoteVolumeUniverse({ marketData, quote: "USDT" }).topAssets({ nowMs, count: 2 }, options);
    expect(top).toEqual({
      assets: ["B/USDT", "C/USDT"],
      liquidity: new Map([
        ["B/USDT", 9],
        ["C/USDT", 7],
      ]),
    });
  });

  test("breaks ties by name and leaves out what nobody can rank", async () => {
    const marketData = venueOf({ "B/USDT": 5, "A/USDT": 5, "C/USDT": null });
    const top = await createQuoteVolumeUniverse({ marketData, quote: "USDT" }).topAssets({ nowMs, count: 9 }, options);
    expect(top.assets).toEqual(["A/USDT", "B/USDT"]);
  });

  test("leaves out stablecoins, wrapped, staked and leveraged tokens, however much they trade", async () => {
    const marketData = venueOf({ "USDC/USDT": 99, "WBTC/USDT": 98, "STETH/USDT": 97, "BTCUP/USDT": 96, "BTC/USDT": 1 });
    const top = await createQuoteVolumeUniverse({ marketData, quote: "USDT" }).topAssets({ nowMs, count: 9 }, options);
    expect(top.assets).toEqual(["BTC/USDT"]);
  });

  test("is never empty without a word: no market of the quote is refused with one that has some", async () => {
    const marketData = venueOf({ "BTC/USD": 9, "ETH/USD": 8, "BTC/EUR": 7, "USDC/USDT": 6 });
    const top = createQuoteVolumeUniverse({ marketData, quote: "USDT" }).topAssets({ nowMs, count: 9 }, options);
    await expect(top).rejects.toThrow(UnknownNameError);
    await expect(top).rejects.toThrow(/fake has no open market in USDT .* Choose --quote USD, which has 2\./);
  });

  test("of a venue that states no traded value is asked for again, not taken for a day without markets", async () => {
    const marketData = venueOf({ "BTC/USDT": null, "ETH/USDT": null, "BTC/EUR": 5 });
    const top = createQuoteVolumeUniverse({ marketData, quote: "USDT" }).topAssets({ nowMs, count: 9 }, options);
    await expect(top).rejects.toThrow(ProviderError);
    await expect(top).rejects.toThrow("states the traded value of none of its 2 markets in USDT");
  });

  test("does not take an honest coin for a derived one by the look of its name", () => {
    for (const base of ["JUP", "SUP", "SYRUP", "UP", "SOL", "W", "BULLISH", "DOWNTOWN", "USUAL", "EURO3"])
      expect([base, derivedKindOf(base) !== null]).toEqual([base, false]);
    for (const base of ["ETHDOWN", "BTC3L", "XRPBEAR", "BULL", "TUSD", "EUR", "PAXG", "JITOSOL"])
      expect([base, derivedKindOf(base) !== null]).toEqual([base, true]);
  });
});

describe("the folder universe", () => {
  const folder = {
    symbols: symbolsOf("A/BTC", "B/BTC", "C/BTC", "D/BTC", "E/USDT", "F/USDT"),
    symbolsWithCandles: symbolsOf("A/BTC", "B/BTC", "C/BTC", "F/USDT"),
  };

  test("has every market: the quote's own by value, then other quotes, then those without candles", async () => {
    const marketData = venueOf({ "A/BTC": 1, "B/BTC": 3, "C/BTC": 2, "F/USDT": 1_000_000 });
    const top = await createFolderUniverse(folder, marketData, "BTC").topAssets({ nowMs, count: 50 }, options);
    expect(top.assets).toEqual(["B/BTC", "C/BTC", "A/BTC", "F/USDT", "D/BTC", "E/USDT"]);
    expect(top.liquidity.get(MarketSymbol.parse("B/BTC"))).toBe(3);
    expect(top.liquidity.has(MarketSymbol.parse("F/USDT"))).toBe(false);
  });

  test("puts the markets of another settlement currency first when that is asked for", async () => {
    const marketData = venueOf({ "A/BTC": 1, "B/BTC": 3, "F/USDT": 2 });
    const top = await createFolderUniverse(folder, marketData, "USDT").topAssets({ nowMs, count: 2 }, options);
    expect(top.assets).toEqual(["F/USDT", "A/BTC"]);
    expect([...top.liquidity.keys()]).toEqual(["F/USDT"]);
  });

  test("keeps markets that have no price yet, in the order of the alphabet, and no more than asked for", async () => {
    const top = await createFolderUniverse(folder, venueOf({ "C/BTC": 2 }), "BTC").topAssets(
      { nowMs, count: 4 },
      options,
    );
    expect(top.assets).toEqual(["C/BTC", "A/BTC", "B/BTC", "F/USDT"]);
  });
});
