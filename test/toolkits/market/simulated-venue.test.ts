import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Candle, Market, Ticker } from "#schemas/market.ts";
import { multiply } from "#schemas/money.ts";
import { TIMEFRAMES, timeframeMs } from "#schemas/units.ts";
import { at, candlesOf, OPTIONS, symbolOf, venueOf } from "./simulated-support.ts";

const FIRST_MS = Date.parse("2015-01-01T00:00:00Z");
const LAST_MS = Date.parse("2027-01-01T00:00:00Z");
const anyMoment = fc.integer({ min: FIRST_MS + 86_400_000, max: LAST_MS });
const anySymbol = fc.constantFrom("BTC/USDT", "ETH/USDT", "LINK/USDT", "TRAPDOR/USDT", "SNARELY/USDT");
const COLUMNS = ["open", "high", "low", "close", "volume"] as const;

describe("simulated venue: the same prices on every machine", () => {
  // Computed once by this simulator; they pin the generator, not a market.
  it.each([
    ["BTC/USDT", "1m", "2026-10-01T12:00:00Z", [60398.5988, 60446.0818, 60347.3185, 60370.2306, 648.586956]],
    ["BTC/USDT", "5m", "2015-01-01T00:10:00Z", [552533.7102, 552659.4927, 551883.5518, 551991.1833, 134.436708]],
    [
      "SNARELY/USDT",
      "1h",
      "2019-03-05T00:00:00Z",
      [0.00022677471102, 0.00022784629378, 0.00022595736456, 0.00022615073861, 8342986517],
    ],
    ["ETH/USDT", "1d", "2021-07-01T00:00:00Z", [14116.951603, 14367.879248, 13998.900109, 14310.562643, 343108.02406]],
  ] as const)("seed 1 has the pinned %s candle of %s before %s", async (symbol, timeframe, iso, expected) => {
    const series = await candlesOf(venueOf(1), symbol, timeframe, at(iso), 1);
    expect(COLUMNS.map((column) => series[column][0])).toEqual(expected);
  });

  it("gives the same candle whichever window, moment, order of asking, length of list or instance", async () => {
    const used = venueOf(3, 50);
    await fc.assert(
      fc.asyncProperty(
        anySymbol,
        fc.constantFrom(...TIMEFRAMES),
        anyMoment,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 30 }),
        async (symbol, timeframe, nowMs, count, later) => {
          const short = await candlesOf(used, symbol, timeframe, nowMs, 1);
          const fresh = venueOf(3, 60);
          const long = await candlesOf(fresh, symbol, timeframe, nowMs + later * timeframeMs(timeframe), count + later);
          const row = long.openMs.indexOf(short.openMs[0] ?? Number.NaN);
          expect(row).toBe(long.openMs.length - 1 - later);
          for (const column of COLUMNS) expect(long[column][row]).toBe(short[column][0]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("has other prices for another seed", async () => {
    const [a, b] = await Promise.all(
      [1, 2].map((seed) => candlesOf(venueOf(seed), "BTC/USDT", "5m", at("2024-01-01T00:00:00Z"), 5)),
    );
    expect(a?.close).not.toEqual(b?.close);
  });
});

describe("simulated venue: closed candles only", () => {
  it("shows nothing that closes after now, and leaves out nothing that has closed", async () => {
    const venue = venueOf(5);
    await fc.assert(
      fc.asyncProperty(anySymbol, fc.constantFrom(...TIMEFRAMES), anyMoment, async (symbol, timeframe, nowMs) => {
        const series = await candlesOf(venue, symbol, timeframe, nowMs, 3);
        const closeMs = (series.openMs.at(-1) ?? 0) + timeframeMs(timeframe);
        expect(closeMs).toBeLessThanOrEqual(nowMs);
        expect(closeMs + timeframeMs(timeframe)).toBeGreaterThan(nowMs);
        expect(series.checkedThroughMs).toBe(nowMs);
      }),
      { numRuns: 50 },
    );
  });

  it("counts a candle as closed in the very millisecond of its close, not one before", async () => {
    const venue = venueOf(5);
    const closeMs = at("2024-02-02T10:05:00Z");
    const [before, then] = await Promise.all(
      [closeMs - 1, closeMs].map((nowMs) => candlesOf(venue, "BTC/USDT", "5m", nowMs, 1)),
    );
    expect(before?.openMs[0]).toBe(closeMs - 600_000);
    expect(then?.openMs[0]).toBe(closeMs - 300_000);
  });

  it("has no candles before its first day, and only those since on it", async () => {
    const venue = venueOf(5);
    expect((await candlesOf(venue, "BTC/USDT", "5m", FIRST_MS - 1, 500)).close).toHaveLength(0);
    expect((await candlesOf(venue, "BTC/USDT", "5m", FIRST_MS + 600_000, 500)).close).toHaveLength(2);
  });

  it("reaches a date ten years back with a full window", async () => {
    const series = await candlesOf(venueOf(9), "LTC/USDT", "5m", at("2016-11-20T00:00:00Z"), 500);
    expect(series.close).toHaveLength(500);
  });
});

describe("simulated venue: candles", () => {
  it("keeps low <= open, close <= high on an unbroken grid for any seed, market and date", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 2 ** 31 }),
        fc.integer({ min: 1, max: 80 }),
        fc.constantFrom(...TIMEFRAMES),
        anyMoment,
        async (seed, rank, timeframe, nowMs) => {
          const venue = venueOf(seed, rank);
          const symbol = (await venue.markets(OPTIONS)).at(-1)?.symbol ?? "";
          const series = await candlesOf(venue, symbol, timeframe, nowMs, 20);
          for (const [row, openMs] of series.openMs.entries()) {
            const [open, high, low, close, volume] = COLUMNS.map((column) => series[column][row]);
            expect(Candle.safeParse({ openMs, open, high, low, close, volume }).success).toBe(true);
            expect(openMs % timeframeMs(timeframe)).toBe(0);
            if (row > 0) expect(openMs - (series.openMs[row - 1] ?? 0)).toBe(timeframeMs(timeframe));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(["5m", "15m", "1h", "4h", "1d"] as const)(
    "makes a %s candle of exactly its one-minute candles",
    async (tf) => {
      const venue = venueOf(11);
      const nowMs = at("2022-05-06T00:00:00Z");
      const minutes = timeframeMs(tf) / 60_000;
      const coarse = await candlesOf(venue, "SOL/USDT", tf, nowMs, 1);
      const fine = await candlesOf(venue, "SOL/USDT", "1m", nowMs, minutes);
      expect(fine.openMs[0]).toBe(coarse.openMs[0]);
      expect(coarse.open[0]).toBe(fine.open[0]);
      expect(coarse.high[0]).toBe(Math.max(...fine.high));
      expect(coarse.low[0]).toBe(Math.min(...fine.low));
      expect(coarse.close[0]).toBe(fine.close.at(-1));
      expect(coarse.volume[0]).toBeCloseTo(
        fine.volume.reduce((sum, volume) => sum + volume, 0),
        3,
      );
    },
  );

  it("prices and sizes on the grid of the market's own tick and step", async () => {
    const venue = venueOf(11, 70);
    for (const market of await venue.markets(OPTIONS)) {
      const series = await candlesOf(venue, market.symbol, "5m", at("2025-05-06T00:10:00Z"), 2);
      const ticks = (series.close[0] ?? Number.NaN) / Number(market.tickSize);
      const steps = (series.volume[0] ?? Number.NaN) / Number(market.stepSize);
      expect(Math.abs(ticks - Math.round(ticks))).toBeLessThan(1e-4);
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(0.01);
      expect(ticks).toBeGreaterThan(1e4);
    }
  });
});

describe("simulated venue: markets and tickers", () => {
  it("says that it is simulated, and which seed it is", () => {
    expect(venueOf(7)).toMatchObject({ venueId: "sim:7", venue: "sim", simulated: true, graceMs: 0 });
  });

  it("lists as many valid USDT markets as asked, far beyond the named ones", async () => {
    const markets = await venueOf(1, 300).markets(OPTIONS);
    expect(new Set(markets.map((market) => market.symbol)).size).toBe(300);
    for (const market of markets) {
      expect(Market.parse(market)).toEqual(market);
      expect(multiply(market.tickSize, "1")).not.toBe("0");
      expect(market).toMatchObject({ quote: "USDT", minNotional: "5", feeBps: null, assumed: false });
    }
  });

  it("names near markets for one that it does not have", async () => {
    await expect(candlesOf(venueOf(1), "BTX/USDT", "5m", at("2024-01-01T00:00:00Z"), 5)).rejects.toThrow(/BTC\/USDT/);
  });

  it("quotes bid and ask around the last completed minute, not the minute under way", async () => {
    const venue = venueOf(13);
    const symbols = (await venue.markets(OPTIONS)).map((market) => market.symbol);
    const nowMs = at("2025-03-04T05:06:59.999Z");
    const tickers = await venue.tickers({ symbols, nowMs }, OPTIONS);
    expect(tickers.map((ticker) => ticker.symbol)).toEqual(symbols);
    for (const ticker of tickers) {
      const minute = await candlesOf(venue, ticker.symbol, "1m", nowMs, 1);
      expect(Ticker.parse(ticker).last).toBe(minute.close[0]);
      expect(ticker.bid).toBeLessThan(ticker.last);
      expect(ticker.ask).toBeGreaterThan(ticker.last);
      expect(ticker.ask / ticker.bid).toBeLessThan(1.001);
      expect(ticker.quoteVolume).toBeGreaterThan(1e6);
    }
    expect(await venue.tickers({ symbols, nowMs: at("2014-01-01T00:00:00Z") }, OPTIONS)).toEqual([]);
  });

  it("ends a call whose signal is aborted", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    const nowMs = at("2024-01-01T00:00:00Z");
    const venue = venueOf(1);
    await expect(venue.markets({ signal })).rejects.toThrow("stopped");
    await expect(venue.tickers({ symbols: [], nowMs }, { signal })).rejects.toThrow("stopped");
    await expect(
      venue.candles({ symbol: symbolOf("BTC/USDT"), timeframe: "5m", nowMs, fromMs: nowMs }, { signal }),
    ).rejects.toThrow("stopped");
  });
});
