import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candlesOf } from "#schemas/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { aggregateCandles } from "#toolkits/market/aggregate-candles.ts";
import { toSeries } from "#toolkits/market/closed-candles.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";

const MINUTES = 60_000;
const SYMBOL = MarketSymbol.parse("BTC/USDT");
const { signal } = new AbortController();

/** 5m candles by their number since 1970. */
function fiveMinutes(numbers: readonly number[]) {
  const rows = numbers.map((n) => ({
    openMs: n * 5 * MINUTES,
    open: 10 + n,
    high: 20 + n,
    low: 5,
    close: 11 + n,
    volume: n,
  }));
  const nowMs = unixMs(((numbers.at(-1) ?? 0) + 1) * 5 * MINUTES);
  return toSeries({ symbol: SYMBOL, timeframe: "5m", rows, nowMs, graceMs: 0, fromMs: unixMs(0) });
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("candles put together from shorter ones", () => {
  it("have the first open, the last close, the extremes and all of the volume", () => {
    expect(candlesOf(aggregateCandles(fiveMinutes([0, 1, 2]), "15m"))).toEqual([
      { openMs: 0, open: 10, high: 22, low: 5, close: 13, volume: 3 },
    ]);
  });

  it("are holes where a shorter candle is missing, at either end too", () => {
    const { openMs, notes } = aggregateCandles(fiveMinutes([1, 2, ...range(3, 7), 8, ...range(9, 12), 12, 13]), "15m");
    expect([...openMs]).toEqual([15 * MINUTES, 45 * MINUTES]);
    expect(notes).toMatchObject([{ kind: "hole", atMs: 30 * MINUTES }]);
  });

  it("are the venue's own, for any timeframe above", async () => {
    const venue = createSimulatedVenue({ seed: 7, assets: 1 });
    const [market] = await venue.markets({ signal });
    if (market === undefined) throw new Error("expected a market");
    const { symbol } = market;
    const nowMs = unixMs(Date.UTC(2025, 0, 9));
    for (const timeframe of ["15m", "1h", "4h", "1d"] as const) {
      const request = { symbol, nowMs, fromMs: unixMs(Date.UTC(2025, 0, 2)) };
      const made = aggregateCandles(await venue.candles({ ...request, timeframe: "5m" }, { signal }), timeframe);
      const own = await venue.candles({ ...request, timeframe }, { signal });
      for (const name of ["openMs", "open", "high", "low", "close"] as const) expect(made[name]).toEqual(own[name]);
      for (const [row, volume] of made.volume.entries()) expect(volume).toBeCloseTo(own.volume[row] ?? Number.NaN, 3);
    }
  });

  it("know nothing of shorter candles that come later: a prefix is the prefix of the whole", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200), { maxLength: 150 }), fc.nat(200), (numbers, until) => {
        const sorted = numbers.toSorted((a, b) => a - b);
        const whole = aggregateCandles(fiveMinutes(sorted), "15m");
        const part = aggregateCandles(fiveMinutes(sorted.filter((n) => n < until)), "15m");
        expect(candlesOf(whole).filter(({ openMs }) => openMs + 15 * MINUTES <= until * 5 * MINUTES)).toEqual(
          candlesOf(part),
        );
      }),
    );
  });
});
