import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulatedAssets } from "#toolkits/market/simulated/assets.ts";
import { minuteCandles, minutePath } from "#toolkits/market/simulated/minute-candles.ts";
import { createPricePlans } from "#toolkits/market/simulated/price-days.ts";
import { naturalLog, openStream } from "#toolkits/market/simulated/random.ts";
import { at, candlesOf, correlation, deviation, mean, venueOf } from "./simulated-support.ts";

const DAYS = 4000;

/** Relative steps from one to the next. */
const returnsOf = (values: ArrayLike<number>) =>
  Array.from(values)
    .slice(1)
    .map((value, i) => value / (values[i] ?? Number.NaN) - 1);

describe("random numbers of the simulator", () => {
  it("takes logarithms that agree with the platform's to the last digits", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e6, noNaN: true }), (value) => {
        expect(naturalLog(value)).toBeCloseTo(Math.log(value), 12);
      }),
    );
  });

  it("draws normals with the moments of the normal law, and uniforms strictly inside 0-1", () => {
    const stream = openStream([1, "moments"]);
    const normals = Array.from({ length: 40_000 }, () => stream.normal());
    expect(Math.abs(mean(normals))).toBeLessThan(0.02);
    expect(Math.abs(deviation(normals) - 1)).toBeLessThan(0.015);
    expect(Math.abs(mean(normals.map((z) => z ** 4)) - 3)).toBeLessThan(0.15);
    const uniforms = Array.from({ length: 40_000 }, () => stream.uniform());
    expect(Math.abs(mean(uniforms) - 0.5)).toBeLessThan(0.006);
    expect(Math.min(...uniforms)).toBeGreaterThan(0);
    expect(Math.max(...uniforms)).toBeLessThan(1);
  });

  it("has unrelated streams for different names", () => {
    const [a, b] = ["a", "b"].map((name) => {
      const stream = openStream([1, name, 1]);
      return Array.from({ length: 5000 }, () => stream.normal());
    });
    expect(Math.abs(correlation(a ?? [], b ?? []))).toBeLessThan(0.05);
  });
});

describe("simulated days", () => {
  const [btc, eth] = simulatedAssets(1, 2);
  if (btc === undefined || eth === undefined) throw new Error("the table has at least two assets");

  it("gives every day the same expected price as the day before", () => {
    const returns = [];
    for (let seed = 0; seed < 25; seed += 1) {
      const planOf = createPricePlans(seed);
      for (let day = 1; day < DAYS; day += 1) returns.push(planOf(eth, day).open / planOf(eth, day - 1).open - 1);
    }
    expect(Math.abs(mean(returns)) / (deviation(returns) / Math.sqrt(returns.length))).toBeLessThan(3.5);
  });

  it("has calm, middling and stormy stretches that last, known before the day begins", () => {
    const planOf = createPricePlans(4);
    const moves = new Map<number, number[]>();
    let changes = 0;
    for (let day = 0; day < DAYS; day += 1) {
      const { market } = planOf(btc, day);
      moves.set(market.restlessness, [...(moves.get(market.restlessness) ?? []), market.move]);
      if (day > 0 && planOf(btc, day - 1).market.restlessness !== market.restlessness) changes += 1;
    }
    const [calm, middle, storm] = [0.5, 1, 2].map((regime) => deviation(moves.get(regime) ?? []));
    expect(middle ?? 0).toBeGreaterThan(1.5 * (calm ?? 0));
    expect(storm ?? 0).toBeGreaterThan(1.5 * (middle ?? 0));
    expect(changes).toBeLessThan(DAYS / 10);
  });

  it("jumps up as often as down, on few days", () => {
    const gaps = [];
    for (let seed = 0; seed < 10; seed += 1) {
      const planOf = createPricePlans(seed);
      for (let day = 0; day < DAYS; day += 1) gaps.push(planOf(eth, day).own.gap);
    }
    const jumps = gaps.filter((gap) => gap !== 0);
    const upShare = jumps.filter((gap) => gap > 0).length / jumps.length;
    expect(jumps.length / gaps.length).toBeCloseTo(1 / 40, 2);
    expect(Math.abs(upShare - 0.5)).toBeLessThan(0.06);
    expect(Math.max(...jumps)).toBeGreaterThan(0.1);
    expect(Math.min(...jumps)).toBeLessThan(-0.1);
  });

  it("opens where it closed, except for gaps at 00:00 UTC, so that a gap opens a candle in every timeframe", async () => {
    const series = await candlesOf(venueOf(1), "ETH/USDT", "1h", at("2024-12-31T00:00:00Z"), 24 * 120);
    const gapHours = [];
    for (let row = 1; row < series.open.length; row += 1) {
      if (series.open[row] !== series.close[row - 1]) gapHours.push(((series.openMs[row] ?? 0) / 3_600_000) % 24);
    }
    expect(gapHours.length).toBeGreaterThan(0);
    expect(new Set(gapHours)).toEqual(new Set([0]));
  });

  it("moves all assets together through the market factor, yet none alike", async () => {
    const planOf = createPricePlans(2);
    const returns = simulatedAssets(2, 12).map((asset) =>
      returnsOf(Array.from({ length: 1500 }, (_, day) => planOf(asset, day).open)),
    );
    const pairs = returns.flatMap((a, i) => returns.slice(i + 1).map((b) => correlation(a, b)));
    expect(mean(pairs)).toBeGreaterThan(0.25);
    expect(Math.min(...pairs)).toBeGreaterThan(0.1);
    expect(Math.max(...pairs)).toBeLessThan(0.9);
  });

  it("moves together inside the day too", async () => {
    const venue = venueOf(2);
    const [a, b] = await Promise.all(
      ["BTC/USDT", "ETH/USDT"].map((symbol) => candlesOf(venue, symbol, "5m", at("2023-06-10T00:00:00Z"), 2000)),
    );
    expect(correlation(returnsOf(a?.close ?? []), returnsOf(b?.close ?? []))).toBeGreaterThan(0.15);
  });
});

describe("simulated minutes", () => {
  it("walks from the day's open to the day's move, with the day's variance on the way", () => {
    const path = minutePath(openStream([1, "path"]), 0.03, 0.05);
    const steps = Array.from(path, (value, i) => value - (path[i - 1] ?? 0));
    expect(path.at(-1)).toBeCloseTo(0.05, 12);
    expect(Math.sqrt(steps.reduce((sum, step) => sum + step * step, 0)) / 0.03).toBeCloseTo(1, 1);
  });

  it("cannot be foretold: a minute's move has nothing to do with the one before", async () => {
    const series = await candlesOf(venueOf(21), "BTC/USDT", "1m", at("2023-06-10T00:00:00Z"), 14_400);
    const returns = returnsOf(series.close);
    expect(Math.abs(correlation(returns.slice(1), returns.slice(0, -1)))).toBeLessThan(0.03);
  });

  it("trades as much in falling minutes as in rising ones", async () => {
    const series = await candlesOf(venueOf(21), "BTC/USDT", "1m", at("2023-06-10T00:00:00Z"), 14_400);
    const directions = Array.from(series.close, (close, row) => Math.sign(close - (series.open[row] ?? 0)));
    expect(Math.abs(correlation(directions, Array.from(series.volume)))).toBeLessThan(0.03);
  });

  // Reflection principle: a Brownian motion's maximum over a stretch exceeds one standard deviation of the stretch with
  // twice the probability that its end does, 2 × 0.158655.
  it("reaches highs and lows as often as a Brownian motion does", () => {
    const stream = openStream([5, "market"]);
    const still = { gap: 0, restlessness: 1 };
    const reached = { above: 0, below: 0, minutes: 0 };
    for (let day = 0; day < 6; day += 1) {
      const plan = {
        open: 100,
        beta: 1,
        market: { ...still, volatility: 0.02, move: 0.02 * stream.normal() },
        own: { ...still, volatility: 0.02, move: 0.02 * stream.normal() },
      };
      const path = minutePath(stream, plan.market.volatility, plan.market.move);
      const rounding = { priceDecimals: 9, volumeDecimals: 2 };
      const candles = minuteCandles({ seed: 5, base: "X", day }, plan, path, 1000, rounding);
      const minuteDeviation = (100 * Math.sqrt(2 * 0.02 ** 2)) / Math.sqrt(1440);
      for (const [row, open] of candles.open.entries()) {
        reached.minutes += 1;
        if ((candles.high[row] ?? 0) >= open + minuteDeviation) reached.above += 1;
        if ((candles.low[row] ?? 0) <= open - minuteDeviation) reached.below += 1;
      }
    }
    expect(Math.abs(reached.above / reached.minutes - 0.31731)).toBeLessThan(0.02);
    expect(Math.abs(reached.below / reached.minutes - 0.31731)).toBeLessThan(0.02);
  });
});
