import { describe, expect, it } from "vitest";
import type { CandleSeries } from "#schemas/market.ts";
import { blockDigests, digestWindow } from "#toolkits/indicators/digest.ts";
import { type CandleWindow, windowAt } from "#toolkits/indicators/window.ts";
import { CALM, closeAt, FIVE_MINUTES_MS, seriesOf, walk } from "./candles.ts";

const closes = walk({ ...CALM, seed: 1, length: 1300 });
const COLUMNS = ["open", "high", "low", "close", "volume"] as const;

function windowOf(series: CandleSeries, slot: number, warmupRows = 400): CandleWindow {
  const window = windowAt(series, closeAt(slot), warmupRows);
  if (window === null) throw new Error("expected a window");
  return window;
}

// Grid points are slots 133, 333, 533, 733, 933: the window of slot 740 has two whole blocks and a tail of 8 rows.
const digestsOf = (series: CandleSeries, slot = 740, warmupRows = 400) =>
  blockDigests(windowOf(series, slot, warmupRows));

describe("the digest of a window", () => {
  it("is 32 hex digits, equal for equal candles whatever memory they lie in and whatever follows", () => {
    const digest = digestWindow(windowOf(seriesOf(closes), 740));
    expect(digest).toMatch(/^[0-9a-f]{32}$/);
    expect(digestWindow(windowOf(seriesOf(closes.slice(0, 741)), 740))).toBe(digest);
    const series = seriesOf(closes);
    for (const column of COLUMNS) series[column][332] = series[column][741] = 1e9;
    expect(digestWindow(windowOf(series, 740))).toBe(digest);
  });

  it("differs when any value, the time, the market or the holes differ", () => {
    const digests = new Set<string>();
    const add = (series: CandleSeries, slot = 740) => digests.add(digestWindow(windowOf(series, slot)));
    add(seriesOf(closes));
    add(seriesOf(closes, new Set([500])));
    for (const row of [400, 738])
      for (const column of COLUMNS) {
        const series = seriesOf(closes);
        series[column][row] = (series[column][row] ?? 0) * (1 + Number.EPSILON);
        add(series);
      }
    const later = seriesOf(closes);
    add({ ...later, openMs: later.openMs.map((openMs) => openMs + 200 * FIVE_MINUTES_MS) }, 940);
    add({ ...later, timeframe: "5m", symbol: "OTHER/USDT" as CandleSeries["symbol"] });
    add(later, 741);
    expect(digests.size).toBe(15);
  });

  it("tells a hole from a candle that happens to look like its filling", () => {
    const filling = seriesOf(closes);
    for (const column of ["open", "high", "low", "close"] as const) filling[column][500] = closes[499] ?? 0;
    filling.volume[500] = 0;
    const hole = seriesOf(closes, new Set([500]));
    expect(windowOf(filling, 740).close).toEqual(windowOf(hole, 740).close);
    expect(digestWindow(windowOf(filling, 740))).not.toBe(digestWindow(windowOf(hole, 740)));
  });

  it("says where a hole is, in a market of equal candles too", () => {
    const flat = (missing: number) => {
      const series = seriesOf(new Float64Array(760).fill(100), new Set([missing]));
      return { ...series, volume: series.volume.map(() => 1) };
    };
    expect(windowOf(flat(500), 740).close).toEqual(windowOf(flat(501), 740).close);
    expect(digestWindow(windowOf(flat(500), 740))).not.toBe(digestWindow(windowOf(flat(501), 740)));
  });

  it("is made of one a block and one of the tail: equal blocks have equal ones in every window", () => {
    const series = seriesOf(closes);
    const [first, second, tail] = digestsOf(series);
    expect(digestsOf(series)).toHaveLength(3);
    expect(digestsOf(series, 741).slice(0, 2)).toEqual([first, second]);
    expect(digestsOf(series, 741)[2]).not.toBe(tail);
    expect(digestsOf(series, 940)[0]).toBe(second);
    expect(digestsOf(series, 940, 600).slice(0, 2)).toEqual([first, second]);
    expect(digestsOf(series, 932)).toHaveLength(3);
    expect(digestsOf(seriesOf(closes.slice()), 740)).toEqual([first, second, tail]);
  });

  it.each([
    [333, 0],
    [532, 0],
    [533, 1],
    [732, 1],
    [733, 2],
    [740, 2],
  ])("changes with candle %i in block %i alone", (slot, block) => {
    const changed = seriesOf(closes);
    changed.volume[slot] = 1e9;
    const before = digestsOf(seriesOf(closes));
    const after = digestsOf(changed);
    expect(before.map((digest, i) => digest === after[i])).toEqual([0, 1, 2].map((i) => i !== block));
    expect(digestWindow(windowOf(changed, 740))).not.toBe(digestWindow(windowOf(seriesOf(closes), 740)));
  });

  it("hashes a block once: what lies in the same memory is not read again", () => {
    const series = seriesOf(closes);
    const before = digestsOf(series);
    series.volume[400] = 1e9;
    series.volume[738] = 1e9;
    const after = digestsOf(series);
    expect(before.map((digest, i) => digest === after[i])).toEqual([true, true, false]);
  });

  it("is not mistaken for that of other columns beside the same closes", () => {
    const series = seriesOf(closes);
    const before = digestsOf(series);
    expect(digestsOf({ ...series, volume: series.volume.map((volume) => volume + 1) })[0]).not.toBe(before[0]);
  });
});
