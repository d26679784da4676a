import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TIMEFRAMES, unixMs } from "#schemas/units.ts";
import { byLiquidity, hourOf, returnsUpTo } from "#toolkits/relationships/returns.ts";
import { groupReturns, HOUR_MS, noise, seriesWith, symbolOf } from "./fixture.ts";

const A = symbolOf("A");

describe("returnsUpTo", () => {
  it("gives the log returns of the last 288 closes, the newest of them closing at the hour", () => {
    const returns = noise(1, 400).map((value) => value * 0.01);
    const found = returnsUpTo(seriesWith(A, returns), HOUR_MS);
    expect(found).toHaveLength(288);
    found?.forEach((value, i) => {
      expect(value).toBeCloseTo(returns[400 - 288 + i] ?? Number.NaN, 12);
    });
  });

  it("needs 100 returns: 101 candles", () => {
    expect(returnsUpTo(seriesWith(A, noise(1, 100)), HOUR_MS)).toHaveLength(100);
    expect(returnsUpTo(seriesWith(A, noise(1, 99)), HOUR_MS)).toBeNull();
    expect(returnsUpTo(seriesWith(A, new Float64Array(0)), HOUR_MS)).toBeNull();
    // Filled slots are no candles: 289 slots with every third received.
    const two3rds = new Set(Array.from({ length: 289 }, (_, slot) => slot).filter((slot) => slot % 3 !== 0));
    expect(returnsUpTo(seriesWith(A, noise(1, 288), { missing: two3rds }), HOUR_MS)).toBeNull();
  });

  it("carries the close over a hole: no return in it, the whole move behind it", () => {
    const returns = Float64Array.from({ length: 288 }, (_, i) => (i + 1) / 1e4);
    // Slot n carries the close after return n - 1.
    const found = returnsUpTo(seriesWith(A, returns, { missing: new Set([50, 51]) }), HOUR_MS);
    const around = [...(found ?? [])].slice(48, 53);
    expect(around).toEqual([49, 0, 0, 50 + 51 + 52, 53].map((value) => expect.closeTo(value / 1e4, 12)));
  });

  it("a hole at the hour itself is one like the others", () => {
    const returns = noise(2, 288).map((value) => value * 0.01);
    const found = returnsUpTo(seriesWith(A, returns, { missing: new Set([287, 288]) }), HOUR_MS);
    expect(found).toHaveLength(288);
    expect([...(found ?? [])].slice(-3)).toEqual([expect.closeTo(returns[285] ?? 0, 12), 0, 0]);
  });

  it("begins with the first candle there is in its slots, whatever was before them", () => {
    const missing = new Set(Array.from({ length: 150 }, (_, slot) => 200 + slot));
    // 501 slots, of which the last 289 begin with 138 holes.
    const found = returnsUpTo(seriesWith(A, noise(3, 500), { missing }), HOUR_MS);
    expect(found).toHaveLength(500 - 350);
  });

  it("reads nothing after the hour, on any timeframe, however the future looks", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TIMEFRAMES),
        fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { maxLength: 60 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 40 }),
        (timeframe, after, missing) => {
          const shape = { timeframe, missing: new Set(missing) };
          const returns = groupReturns(1, 2, 0.5, 300);
          const cut = returnsUpTo(seriesWith(A, returns, shape), HOUR_MS);
          expect(cut).not.toBeNull();
          expect(returnsUpTo(seriesWith(A, returns, { ...shape, after }), HOUR_MS)).toEqual(cut);
        },
      ),
    );
  });

  it("gives the same for a longer past: a venue that returns 500 candles knows as much as a whole folder", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 0.5 }), (seed, hole) => {
        const draw = noise(seed, 2001);
        const missing = new Set([...draw.keys()].filter((slot) => Math.abs(draw[slot] ?? 0) < hole));
        const whole = seriesWith(A, noise(seed + 1, 2000), { missing });
        const short = {
          ...whole,
          openMs: whole.openMs.slice(-440),
          close: whole.close.slice(-440),
        };
        expect(returnsUpTo(short, HOUR_MS)).toEqual(returnsUpTo(whole, HOUR_MS));
      }),
    );
  });
});

describe("the order of markets", () => {
  it("is by liquidity, then by symbol, each once, the unknown last", () => {
    const [b, c, d] = [symbolOf("B"), symbolOf("C"), symbolOf("D")];
    const liquidity = new Map([
      [d, 5],
      [c, 5],
      [A, 1],
    ]);
    expect(byLiquidity([b, A, d, c, A], liquidity)).toEqual([c, d, A, b]);
  });
});

it("the hour of a time is the full hour at or before it", () => {
  expect(hourOf(HOUR_MS)).toBe(HOUR_MS);
  expect(hourOf(HOUR_MS + 3_599_999)).toBe(HOUR_MS);
  expect(hourOf(unixMs(HOUR_MS - 1))).toBe(HOUR_MS - 3_600_000);
});
