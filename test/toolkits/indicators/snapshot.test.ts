import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import { IndicatorSnapshot } from "#schemas/indicator.ts";
import { atr, bollinger, rsi } from "#toolkits/indicators/refs.ts";
import { lastValues } from "#toolkits/indicators/run-columns.ts";
import { computeSnapshot } from "#toolkits/indicators/snapshot.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { CALM, closeAt, openAt, seriesOf, walk, walkShape } from "./candles.ts";
import { kernelOf } from "./kernel-rows.ts";

const closes = walk({ ...CALM, seed: 2, length: 700 });

function snapshotAt(series: ReturnType<typeof seriesOf>, slot: number): IndicatorSnapshot {
  const window = windowAt(series, closeAt(slot));
  if (window === null) throw new Error("expected a window");
  return computeSnapshot(window);
}

/** Every fifth slot from `from` on. */
const slots = (count: number, from: number): Set<number> =>
  new Set(Array.from({ length: count }, (_, i) => from + 5 * i));

describe("computeSnapshot", () => {
  it("rounds RSI to 6 decimals and ATR to 9 digits, and leaves the bands as they are", () => {
    const window = windowAt(seriesOf(closes), closeAt(600));
    if (window === null) throw new Error("expected a window");
    const kernels = [rsi(14), atr(14), bollinger(20, 2)].map(kernelOf);
    const [[rsiValue = 0] = [], [atrValue = 0] = [], bands = []] = lastValues(kernels, window);
    const snapshot = computeSnapshot(window);
    expect(snapshot.rsiWilder).toBe(Number(rsiValue.toFixed(6)));
    expect(snapshot.rsiWilder).not.toBe(rsiValue);
    expect(snapshot.atr).toBe(Number(atrValue.toPrecision(9)));
    const [upper, middle, lower, bandwidth, percentB] = bands;
    expect(snapshot.bollinger).toEqual({ upper, middle, lower, bandwidth, percentB });
    expect(snapshot).toMatchObject({
      candles: 468,
      filled: 0,
      windowStartMs: openAt(133),
      warmup: "full",
      flat: false,
    });
  });

  it.each([
    [19, "insufficient"],
    [20, "partial"],
    [249, "partial"],
    [250, "full"],
  ] as const)("calls %i candles %s", (count, warmup) => {
    const snapshot = snapshotAt(seriesOf(closes), count - 1);
    expect(snapshot).toMatchObject({ candles: count, warmup });
    expect(snapshot.rsiWilder === null).toBe(warmup === "insufficient");
    expect(snapshot.bollinger === null).toBe(warmup === "insufficient");
    expect(snapshot.atr === null).toBe(warmup === "insufficient");
  });

  it("counts received candles for the warm-up, not filled ones", () => {
    expect(snapshotAt(seriesOf(closes, new Set([100])), 249)).toMatchObject({
      candles: 249,
      filled: 1,
      warmup: "partial",
    });
  });

  it("takes 12 holes in the newest 100 rows and refuses 13, giving no value at all", () => {
    expect(snapshotAt(seriesOf(closes, slots(12, 501)), 600)).toMatchObject({
      filled: 12,
      candles: 456,
      warmup: "full",
    });
    expect(snapshotAt(seriesOf(closes, slots(13, 501)), 600)).toEqual({
      rsiWilder: null,
      bollinger: null,
      atr: null,
      candles: 455,
      filled: 13,
      windowStartMs: openAt(133),
      warmup: "insufficient",
      flat: false,
    });
  });

  it("says flat, RSI 50 and a band without width for a market that never moved", () => {
    const snapshot = snapshotAt(seriesOf(new Float64Array(300).fill(0.1)), 299);
    expect(snapshot).toMatchObject({ flat: true, rsiWilder: 50 });
    expect(snapshot.bollinger?.percentB).toBeNull();
  });

  it("depends on the rows from the grid point on alone: neither the older past nor the future is in it", () => {
    const before = snapshotAt(seriesOf(closes), 600);
    const scrambled = closes.map((close, i) => (i < 133 || i > 600 ? close * (1 + (i % 5)) : close));
    const series = seriesOf(scrambled);
    // The helper opens each candle at the close before it, so the first candle's range is put back.
    for (const column of ["open", "high", "low"] as const)
      series[column].set(seriesOf(closes)[column].subarray(133, 134), 133);
    expect(snapshotAt(series, 600)).toEqual(before);
  });

  it("gives a valid snapshot for prices from 1e-8 to 1e6, whatever they do", () => {
    fc.assert(
      fc.property(walkShape({ min: 20, max: 300 }), (shape) => {
        const snapshot = snapshotAt(seriesOf(walk(shape)), shape.length - 1);
        expect(IndicatorSnapshot.safeParse(snapshot).success).toBe(true);
        expect(snapshot.rsiWilder).not.toBeNull();
      }),
    );
  });

  it("gives the same RSI for the same market in another unit of price", () => {
    const one = snapshotAt(seriesOf(closes), 600);
    const other = snapshotAt(seriesOf(closes.map((close) => close * 2 ** -24)), 600);
    expect(other.rsiWilder).toBe(one.rsiWilder);
    expect(other.atr).toBeCloseTo((one.atr ?? 0) * 2 ** -24, 15);
    expect(other.bollinger?.percentB).toBe(one.bollinger?.percentB);
  });

  it("throws rather than let a NaN price into a value", () => {
    const series = seriesOf(closes);
    series.close[300] = Number.NaN;
    expect(() => snapshotAt(series, 600)).toThrow(InvariantError);
  });
});
