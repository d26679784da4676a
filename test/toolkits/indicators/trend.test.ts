import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_TREND, type Trend } from "#schemas/indicator.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { computeTrend, hourMoveOf } from "#toolkits/indicators/trend.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { CALM, closeAt, holes, seriesOf, walk, walkShape } from "./candles.ts";

function trendOf(series: CandleSeries, asOfMs: number): Trend {
  const window = windowAt(series, unixMs(asOfMs));
  if (window === null) throw new Error("expected a window");
  return computeTrend(window);
}

/** 5-minute closes; the trend at the last of them. */
const trendOfCloses = (closes: readonly number[], missing?: ReadonlySet<number>): Trend =>
  trendOf(seriesOf(closes, missing), closeAt(closes.length - 1));

const flat = (count: number, price = 100): number[] => Array.from({ length: count }, () => price);
/** Alternates between two prices, so that every candle moves by the same log return. */
const zigzag = (count: number): number[] => Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 100 : 101));

describe("changes", () => {
  it("are against the close twelve and 288 candles before", () => {
    const closes = [...flat(12, 80), ...flat(276, 100), ...flat(12, 125), 150];
    // The last close is number 300; 288 before it is number 12 (100), twelve before it number 288 (125).
    expect(trendOfCloses(closes)).toMatchObject({ changeHourPct: 20, changeDayPct: 50 });
  });

  it("are null where the window does not reach back that far, each on its own", () => {
    expect(trendOfCloses(flat(288)).changeDayPct).toBeNull();
    expect(trendOfCloses(flat(289)).changeDayPct).toBe(0);
    expect(trendOfCloses(flat(289))).toMatchObject({ changeHourPct: 0 });
  });

  it("count in slots of the grid, not in candles received", () => {
    // Candle 13 from the end is a hole and carries the close before it: 90, not 95.
    const closes = [...flat(270, 90), 95, ...flat(12, 99)];
    expect(trendOfCloses(closes).changeHourPct).toBeCloseTo((99 / 95 - 1) * 100, 5);
    expect(trendOfCloses(closes, new Set([270])).changeHourPct).toBe(10);
  });

  it("on candles of an hour or more are against the close before", () => {
    for (const timeframe of ["1h", "4h", "1d"] as const) {
      const closes = [...flat(60, 100), 110];
      const { changeHourPct, changeDayPct } = trendOf(...onTimeframe(closes, timeframe));
      expect(changeHourPct).toBe(10);
      expect(changeDayPct).toBe(10);
    }
  });
});

/** The same closes on another timeframe, and when the last of them closes. */
function onTimeframe(closes: readonly number[], timeframe: Timeframe): [CandleSeries, number] {
  const stepMs = timeframeMs(timeframe);
  const series = seriesOf(closes);
  const openMs = Float64Array.from(closes, (_, i) => stepMs * (1000 + i));
  return [{ ...series, timeframe, openMs }, stepMs * (1000 + closes.length)];
}

describe("the day's range", () => {
  it("is that of the last 288 candles, wicks included, and not of the one before them", () => {
    const closes = [500, 1, ...flat(288, 100)];
    // The fixture opens a candle at the close before it and puts high and low 0.1 % off.
    expect(trendOfCloses(closes)).toMatchObject({ dayHigh: 100 * 1.001, dayLow: 1 * 0.999 });
    expect(trendOfCloses([500, 1, ...flat(289, 100)])).toMatchObject({ dayHigh: 100 * 1.001, dayLow: 100 * 0.999 });
    expect(trendOfCloses(flat(288))).toMatchObject({ dayHigh: null, dayLow: null });
  });
});

describe("the direction", () => {
  it("is up where the close is over the mean of 50, and that over what it was 20 candles before", () => {
    const rising = Array.from({ length: 70 }, (_, i) => 100 + i);
    expect(trendOfCloses(rising).direction).toBe("up");
    expect(trendOfCloses(rising.toReversed()).direction).toBe("down");
    expect(trendOfCloses(flat(70)).direction).toBe("sideways");
    // Still over what it was, but the close has fallen under its mean.
    expect(trendOfCloses([...rising, 100]).direction).toBe("sideways");
  });

  it("is null under 70 candles", () => {
    expect(trendOfCloses(flat(69)).direction).toBeNull();
    expect(trendOfCloses(flat(70)).direction).not.toBeNull();
  });
});

describe("the hour's move in daily standard deviations", () => {
  it("is the log return of twelve candles over the root mean square of those before, times the root of a day", () => {
    // 100 candles that each move by ln 1.01, then an hour in which the price goes from 101 to 90.9.
    const closes = [...zigzag(100), ...Array.from({ length: 12 }, () => 90.9)];
    const daily = Math.log(1.01) * Math.sqrt(288);
    expect(trendOfCloses(closes).hourMoveDailySigmas).toBeCloseTo(Math.log(90.9 / 101) / daily, 6);
    // ln 0.9 is -0.1053605; ln 1.01 × √288 is 0.1688627.
    expect(trendOfCloses(closes).hourMoveDailySigmas).toBeCloseTo(-0.623942, 6);
  });

  it("does not measure a shock by itself: a wilder hour leaves the deviation as it was", () => {
    const hour = (last: number) => [...zigzag(100), ...flat(11, 60), last];
    const ratio =
      (trendOfCloses(hour(50)).hourMoveDailySigmas ?? 0) / (trendOfCloses(hour(80)).hourMoveDailySigmas ?? 0);
    expect(ratio).toBeCloseTo(Math.log(50 / 101) / Math.log(80 / 101), 5);
  });

  it("is null where the price had not moved before the hour, and where too few candles say how it moves", () => {
    expect(trendOfCloses([...flat(100), ...flat(12, 50)]).hourMoveDailySigmas).toBeNull();
    // 20 returns before the hour: 21 closes, the last of which is where the hour begins, and 12 after it.
    expect(trendOfCloses(zigzag(33)).hourMoveDailySigmas).not.toBeNull();
    expect(trendOfCloses(zigzag(32)).hourMoveDailySigmas).toBeNull();
  });

  it("on daily candles is the last candle against those before it", () => {
    const closes = [...zigzag(100), 90.9];
    const { hourMoveDailySigmas } = trendOf(...onTimeframe(closes, "1d"));
    expect(hourMoveDailySigmas).toBeCloseTo(Math.log(0.9) / Math.log(1.01), 5);
  });
});

describe("whatever the candles", () => {
  it("nothing is said of a window that is insufficient: too short, or full of holes", () => {
    expect(trendOfCloses(zigzag(19))).toEqual(NO_TREND);
    expect(trendOfCloses(zigzag(20))).not.toEqual(NO_TREND);
    const every5th = new Set(Array.from({ length: 79 }, (_, i) => (i + 1) * 5));
    expect(trendOfCloses(zigzag(400), every5th)).toEqual(NO_TREND);
  });

  it("nothing after asOf is read, and no value is NaN", () => {
    const shapes = walkShape({ min: 30, max: 700 });
    const drawn = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), holes(shape.length), fc.integer({ min: 0, max: shape.length - 1 })),
    );
    fc.assert(
      fc.property(drawn, ([shape, missing, at]) => {
        const closes = walk(shape);
        const window = windowAt(seriesOf(closes, missing), closeAt(at));
        if (window === null) return;
        const trend = computeTrend(window);
        for (const value of Object.values(trend)) expect(value).not.toBeNaN();
        expect(hourMoveOf(window)).toBe(trend.hourMoveDailySigmas);
        // The future: gone, and another one.
        const other = closes.map((close, i) => (i <= at ? close : close * 3));
        expect(trendOf(seriesOf(closes.slice(0, at + 1), missing), closeAt(at))).toEqual(trend);
        expect(trendOf(seriesOf(other, missing), closeAt(at))).toEqual(trend);
      }),
      { numRuns: 200 },
    );
  });

  it("a calm walk has all of it", () => {
    const closes = walk({ ...CALM, seed: 3, length: 500 });
    expect(Object.values(trendOf(seriesOf(closes), closeAt(499)))).not.toContain(null);
  });
});
