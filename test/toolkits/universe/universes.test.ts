import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProviderError, UnknownNameError } from "#schemas/errors.ts";
import type { Market } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { DAY_MS, MarketSymbol, unixMs, type VenueId } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { type FolderRanking, parseFolderRankings, withRanking } from "#toolkits/market/replay/folder-rankings.ts";
import { derivedKindOf } from "#toolkits/universe/derived-assets.ts";
import { createFolderUniverse, survivorNote } from "#toolkits/universe/folder-universe.ts";
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
      basis: "exchange quote volume in USDT",
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
    rankings: [],
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

describe("a folder with dated rankings", () => {
  const bases = ["A", "B", "C"];
  const symbols = symbolsOf(...bases.map((base) => `${base}/USDT`));
  const ranking = (seenAtMs: number, caps: Readonly<Record<string, number>>): FolderRanking => ({
    source: "coingecko",
    seenAtMs: unixMs(seenAtMs),
    assets: Object.entries(caps).map(([ticker, marketCapUsd]) => ({ id: ticker, ticker, name: ticker, marketCapUsd })),
  });
  const topAt = (rankings: readonly FolderRanking[], atMs: number) =>
    createFolderUniverse(
      { symbols, symbolsWithCandles: symbols, rankings },
      venueOf({ "A/USDT": 3, "B/USDT": 2, "C/USDT": 1 }),
      "USDT",
    ).topAssets({ nowMs: unixMs(atMs), count: 3 }, options);

  test("ranks by the newest of the moment or before it, and says which; before the first by what was traded", async () => {
    const rankings = [ranking(nowMs, { C: 9, B: 8 }), ranking(nowMs + DAY_MS, { B: 9, C: 1 })];
    expect(await topAt(rankings, nowMs - 1)).toMatchObject({
      assets: ["A/USDT", "B/USDT", "C/USDT"],
      basis: "what was traded in the 24 h before",
    });
    expect(await topAt(rankings, nowMs)).toMatchObject({
      assets: ["C/USDT", "B/USDT", "A/USDT"],
      basis: "market cap of CoinGecko, 2023-11-14",
    });
    expect((await topAt(rankings, nowMs + 2 * DAY_MS)).assets).toEqual(["B/USDT", "C/USDT", "A/USDT"]);
  });

  test("shows nothing of a ranking before it was seen, whatever the later ones say (law 3)", async () => {
    const dated = fc.array(
      fc.record({
        day: fc.nat(20),
        caps: fc.dictionary(fc.constantFrom(...bases), fc.integer({ min: 1, max: 9 }), { minKeys: 1 }),
      }),
      { maxLength: 8 },
    );
    const inOrder = (list: readonly { readonly day: number; readonly caps: Readonly<Record<string, number>> }[]) =>
      list.toSorted((a, b) => a.day - b.day).map(({ day, caps }) => ranking(nowMs + day * DAY_MS, caps));
    await fc.assert(
      fc.asyncProperty(dated, dated, fc.nat(20), async (given, future, day) => {
        const past = given.filter((one) => one.day <= day);
        const later = future.map((one) => ({ ...one, day: day + 1 + one.day }));
        const atMs = nowMs + day * DAY_MS;
        expect(await topAt(inOrder([...past, ...later]), atMs)).toEqual(await topAt(inOrder(past), atMs));
      }),
    );
  });

  test("says of which day it has no ranking, where there is more than one market to choose from", () => {
    const folder = { symbols, symbolsWithCandles: symbols, rankings: [ranking(nowMs, { A: 1 })] };
    expect(survivorNote(folder, "USDT", nowMs)).toBeNull();
    expect(survivorNote(folder, "USDT", unixMs(nowMs - 1))).toBe(
      "no ranking of 2023-11-14 is in the folder: its 3 markets were chosen later, and coins that have died since are not among them",
    );
    expect(survivorNote({ ...folder, symbols: symbols.slice(1, 2), rankings: [] }, "USDT", nowMs)).toBeNull();
  });

  test("keeps what is added to universe.json, one ranking of a source and moment, oldest first", () => {
    const first = ranking(nowMs, { A: 1 });
    const text = withRanking([ranking(nowMs + 1, { B: 2 })], first);
    expect(parseFolderRankings(text)).toEqual([first, ranking(nowMs + 1, { B: 2 })]);
    expect(parseFolderRankings(withRanking(parseFolderRankings(text), ranking(nowMs, { C: 3 })))[0]).toEqual(
      ranking(nowMs, { C: 3 }),
    );
  });

  test.each([
    ["no JSON", "{", /universe\.json: not JSON/],
    ["no time", '{"rankings": [{"source": "coingecko", "seenAt": "today", "assets": []}]}', /rankings\[0\]\.seenAt/],
    ["another source", '{"rankings": [{"source": "mine", "seenAt": 1, "assets": []}]}', /rankings\[0\]\.source/],
    [
      "a negative cap",
      '{"rankings": [{"source": "coingecko", "seenAt": 1, "assets": [{"id": "a", "ticker": "A", "name": "A", "marketCapUsd": -1}]}]}',
      /marketCapUsd/,
    ],
  ])("refuses a universe.json with %s by its place", (_, text, words) => {
    expect(() => parseFolderRankings(text)).toThrow(words);
  });
});
