import { ATR } from "technicalindicators";
import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import { AtrStream, atrOfWindow } from "#toolkits/indicators/atr.ts";
import { CALM, seriesOf, walk } from "./candles.ts";

describe("ATR", () => {
  it("gives the values of a hand calculation, gaps counted", () => {
    // 15 candles of range 2 around 10, then one that gaps up to 20-21: its true range is 21 - 10 = 11.
    const high = new Float64Array(16).fill(11);
    const low = new Float64Array(16).fill(9);
    const close = new Float64Array(16).fill(10);
    expect(
      atrOfWindow({ high: high.subarray(0, 15), low: low.subarray(0, 15), close: close.subarray(0, 15) }),
    ).toBeCloseTo(2, 12);
    high[15] = 21;
    low[15] = 20;
    close[15] = 20.5;
    expect(atrOfWindow({ high, low, close })).toBeCloseTo((13 * 2 + 11) / 14, 12);
  });

  it("agrees with technicalindicators to 1e-9", () => {
    const { high, low, close } = seriesOf(walk({ ...CALM, seed: 17, length: 600 }));
    const theirs = ATR.calculate({ period: 14, high: [...high], low: [...low], close: [...close] });
    const stream = new AtrStream();
    const ours: number[] = [];
    close.forEach((value, i) => {
      stream.push(high[i] ?? 0, low[i] ?? 0, value);
      if (stream.value !== null) ours.push(stream.value);
    });
    expect(ours.length).toBe(theirs.length);
    ours.forEach((value, i) => {
      expect(Math.abs(value / (theirs[i] ?? 0) - 1)).toBeLessThan(1e-9);
    });
    expect(atrOfWindow({ high, low, close })).toBe(ours.at(-1));
  });

  it("is 0 where nothing moves, and has no value under 15 candles", () => {
    const flat = new Float64Array(15).fill(0.1);
    expect(atrOfWindow({ high: flat, low: flat, close: flat })).toBe(0);
    const short = flat.subarray(1);
    expect(atrOfWindow({ high: short, low: short, close: short })).toBeNull();
  });

  it("throws on a NaN in any column at any place", () => {
    for (const name of ["high", "low", "close"] as const) {
      for (const place of [0, 7, 29]) {
        const columns = seriesOf(walk({ ...CALM, seed: 3, length: 30 }));
        columns[name][place] = Number.NaN;
        expect(() => atrOfWindow(columns)).toThrow(InvariantError);
      }
    }
  });
});
