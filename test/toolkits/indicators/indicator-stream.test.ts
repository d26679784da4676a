import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import { bollingerOfWindow } from "#toolkits/indicators/bollinger.ts";
import { IndicatorStream, TRUSTED_RSI_ERROR } from "#toolkits/indicators/indicator-stream.ts";
import { rsiOfWindow } from "#toolkits/indicators/rsi.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { CALM, closeAt, holes, seriesOf, walk, walkShape } from "./candles.ts";

/** Pushes a walk and returns, for every slot from the 20th on, whether the stream was trusted there. */
function trustOver(closes: Float64Array, missing: ReadonlySet<number> = new Set()): boolean[] {
  const stream = new IndicatorStream();
  const trusted: boolean[] = [];
  closes.forEach((close, slot) => {
    stream.push(close, missing.has(slot));
    if (stream.ready) trusted.push(stream.trusted);
  });
  return trusted;
}

describe("IndicatorStream", () => {
  it("is within 1e-9 of the window's RSI wherever it is trusted, through flats, holes and changes of scale", () => {
    fc.assert(
      fc.property(walkShape({ min: 20, max: 1600 }), holes(1600), (shape, missing) => {
        const closes = walk(shape);
        const series = seriesOf(closes, missing);
        const stream = new IndicatorStream();
        closes.forEach((close, slot) => {
          stream.push(close, missing.has(slot));
          if (!stream.ready || !stream.trusted || (slot > 600 && slot % 3 > 0)) return;
          const window = windowAt(series, closeAt(slot));
          const rsi = window === null ? null : rsiOfWindow(window.close);
          if (rsi !== null && Math.abs(stream.rsi - rsi.value) > TRUSTED_RSI_ERROR)
            throw new Error(`slot ${slot}: stream ${stream.rsi}, window ${rsi.value}`);
        });
      }),
      { numRuns: 150 },
    );
  });

  it("has the window's RSI and bands to the last bit for the first 500 slots", () => {
    const closes = walk({ ...CALM, seed: 21, length: 500, flatShare: 0.3 });
    const stream = new IndicatorStream();
    closes.forEach((close, slot) => {
      stream.push(close, false);
      expect(stream.ready).toBe(slot >= 19);
      if (!stream.ready) return;
      const past = closes.subarray(0, slot + 1);
      const bands = bollingerOfWindow(past);
      expect(stream.trusted).toBe(true);
      expect(stream.rsi).toBe(rsiOfWindow(past)?.value);
      expect([stream.lower(), stream.upper()]).toEqual([bands?.lower, bands?.upper]);
    });
  });

  it("keeps the bands the window's to the last bit, also behind holes and untrusted", () => {
    const closes = walk({ ...CALM, seed: 22, length: 3000, flatShare: 0.9 });
    const missing = new Set([700, 701, 702, 1500]);
    const series = seriesOf(closes, missing);
    const stream = new IndicatorStream();
    closes.forEach((close, slot) => {
      stream.push(close, missing.has(slot));
      const window = slot % 10 === 4 ? windowAt(series, closeAt(slot)) : null;
      const bands = window === null ? null : bollingerOfWindow(window.close);
      if (bands !== null) expect([stream.lower(), stream.upper()]).toEqual([bands.lower, bands.upper]);
    });
  });

  it("is not trusted while the past still weighs: long flats, a price a trillionth of before, a long hole", () => {
    const length = 3000;
    const frozen = trustOver(walk({ ...CALM, seed: 24, length, freezeAt: 1000, frozen: 300 }));
    const fallen = trustOver(walk({ ...CALM, seed: 24, length, rescaleAt: 1000, rescale: 1e-12 }));
    const hole = trustOver(
      walk({ ...CALM, seed: 24, length }),
      new Set(Array.from({ length: 16 }, (_, i) => 1000 + i)),
    );
    for (const trusted of [frozen, fallen, hole]) {
      expect(trusted.slice(0, 900).every(Boolean)).toBe(true);
      expect(trusted.includes(false)).toBe(true);
      expect(trusted.slice(2000).every(Boolean)).toBe(true);
    }
  });

  it("does not trust what is left of sums that have faded to nothing", () => {
    const trusted = trustOver(Float64Array.from({ length: 30_000 }, (_, i) => (i < 20 ? 1 + (i % 3) : 1)));
    expect(trusted.slice(600).some(Boolean)).toBe(false);
  });

  it("trusts that a market which never moved is flat: RSI 50", () => {
    const stream = new IndicatorStream();
    for (let i = 0; i < 1200; i++) stream.push(0.1, false);
    expect(stream).toMatchObject({ trusted: true, rsi: 50, close: 0.1, count: 1200 });
    expect(stream.lower()).toBe(0.1);
  });

  it("repeats the previous close for a missing slot without looking at the number given", () => {
    const stream = new IndicatorStream();
    stream.push(7, false);
    stream.push(Number.NaN, true);
    expect(stream).toMatchObject({ close: 7, count: 2 });
  });

  it("refuses a NaN close and a hole before the first candle, and goes on as before", () => {
    const closes = walk({ ...CALM, seed: 25, length: 100 });
    const stream = new IndicatorStream();
    expect(() => stream.push(1, true)).toThrow(InvariantError);
    for (const close of closes) {
      expect(() => stream.push(Number.NaN, false)).toThrow(InvariantError);
      stream.push(close, false);
    }
    expect(stream.rsi).toBe(rsiOfWindow(closes)?.value);
    expect(stream.lower()).toBe(bollingerOfWindow(closes)?.lower);
  });
});
