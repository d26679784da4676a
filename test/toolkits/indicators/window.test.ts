import { describe, expect, it } from "vitest";
import { unixMs } from "#schemas/units.ts";
import { type CandleWindow, digestWindow, windowAt } from "#toolkits/indicators/window.ts";
import { CALM, closeAt, FIVE_MINUTES_MS, openAt, seriesOf, walk } from "./candles.ts";

const closes = walk({ ...CALM, seed: 1, length: 700 });

function windowOf(...args: Parameters<typeof windowAt>): CandleWindow {
  const window = windowAt(...args);
  if (window === null) throw new Error("expected a window");
  return window;
}

describe("windowAt", () => {
  it("takes the last 500 candles up to the one that closes at asOf, sharing the series' memory", () => {
    const series = seriesOf(closes);
    const window = windowOf(series, closeAt(650));
    expect(window).toMatchObject({
      startMs: openAt(151),
      asOfMs: closeAt(650),
      length: 500,
      received: 500,
      filled: 0,
    });
    expect(window.close).toEqual(closes.subarray(151, 651));
    expect(window.close.buffer).toBe(series.close.buffer);
  });

  it("starts with the series' first candle where there are fewer than 500", () => {
    const window = windowOf(seriesOf(closes), closeAt(99));
    expect(window).toMatchObject({ startMs: openAt(0), length: 100, received: 100 });
  });

  it("is null where no candle closes at asOf: before, after, between, in a hole, in an empty series", () => {
    const series = seriesOf(closes, new Set([400]));
    expect(windowAt(series, openAt(0))).toBeNull();
    expect(windowAt(series, closeAt(700))).toBeNull();
    expect(windowAt(series, unixMs(closeAt(300) + 1))).toBeNull();
    expect(windowAt(series, closeAt(400))).toBeNull();
    expect(windowAt(seriesOf([]), closeAt(0))).toBeNull();
  });

  it("fills holes inside with the previous close and no volume", () => {
    const window = windowOf(seriesOf(closes, new Set([300, 301, 310])), closeAt(600));
    expect(window).toMatchObject({ length: 500, received: 497, filled: 3, startMs: openAt(101) });
    for (const [slot, before] of [
      [300, 299],
      [301, 299],
      [310, 309],
    ] as const) {
      const at = slot - 101;
      for (const column of [window.open, window.high, window.low, window.close])
        expect(column[at]).toBe(closes[before]);
      expect(window.volume[at]).toBe(0);
    }
    expect(window.close[311 - 101]).toBe(closes[311]);
    expect(window.volume[302 - 101]).toBe(312);
  });

  it("knows what leaves it when a candle follows: nothing under 500, then the oldest one and the holes behind it", () => {
    const series = seriesOf(closes, new Set([102, 103]));
    expect([498, 499, 600, 601, 602].map((slot) => windowOf(series, closeAt(slot)).leaving)).toEqual([0, 1, 3, 0, 0]);
    for (const slot of [499, 599, 600, 603]) {
      const [before, after] = [windowOf(series, closeAt(slot)), windowOf(series, closeAt(slot + 1))];
      expect(after.close.subarray(0, -1)).toEqual(before.close.subarray(before.leaving));
    }
  });

  it("never starts on a hole: it is shorter instead, also where an older candle could fill it", () => {
    const window = windowOf(seriesOf(closes, new Set([101, 102, 103])), closeAt(600));
    expect(window).toMatchObject({ startMs: openAt(104), length: 497, received: 497, filled: 0 });
  });

  it("sees nothing after asOf: scrambling or cutting the future changes nothing", () => {
    const missing = new Set([120, 500, 630]);
    const series = seriesOf(closes, missing);
    const before = windowOf(series, closeAt(620));
    const cut = windowOf(seriesOf(closes.subarray(0, 621), missing), closeAt(620));
    const scrambled = closes.map((close, i) => (i > 620 ? close * (i % 7) : close));
    expect(cut).toEqual(before);
    expect(windowOf(seriesOf(scrambled, missing), closeAt(620))).toEqual(before);
    expect(digestWindow(cut)).toBe(digestWindow(before));
  });

  it("carries the notes of its own candles only", () => {
    const note = (slot: number) => ({ kind: "hole", atMs: openAt(slot), text: `slot ${slot}` }) as const;
    const series = { ...seriesOf(closes), notes: [note(100), note(101), note(600), note(601)] };
    expect(windowOf(series, closeAt(600)).notes).toEqual([note(101), note(600)]);
  });
});

describe("digestWindow", () => {
  const digestOf = (series: ReturnType<typeof seriesOf>) => digestWindow(windowOf(series, closeAt(600)));

  it("is 32 hex digits, equal for equal candles whatever memory they lie in", () => {
    const digest = digestOf(seriesOf(closes));
    expect(digest).toMatch(/^[0-9a-f]{32}$/);
    expect(digestOf(seriesOf(closes.slice(0, 650)))).toBe(digest);
  });

  it("differs when any value, the time or the holes differ", () => {
    const digests = new Set([digestOf(seriesOf(closes)), digestOf(seriesOf(closes, new Set([300])))]);
    for (const column of ["open", "high", "low", "close", "volume"] as const) {
      const series = seriesOf(closes);
      series[column][400] = (series[column][400] ?? 0) * (1 + Number.EPSILON);
      digests.add(digestOf(series));
    }
    const later = seriesOf(closes);
    const shifted = { ...later, openMs: later.openMs.map((openMs) => openMs + FIVE_MINUTES_MS) };
    digests.add(digestWindow(windowOf(shifted, closeAt(601))));
    expect(digests.size).toBe(8);
  });

  it("tells a hole from a candle that happens to look like its filling", () => {
    const hole = windowOf(seriesOf(closes, new Set([300])), closeAt(600));
    expect(digestWindow({ ...hole, received: 500, filled: 0 })).not.toBe(digestWindow(hole));
  });
});
