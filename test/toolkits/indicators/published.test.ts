// The registry's kernels beside figures that others have printed, and exact cases by hand.
import { describe, expect, it } from "vitest";
import type { CandleRows } from "#toolkits/indicators/kernel.ts";
import {
  bollinger,
  cci,
  ema,
  macd,
  obv,
  roc,
  rsi,
  sma,
  stochastic,
  vwap,
  williamsR,
} from "#toolkits/indicators/refs.ts";
import { CALM, walk } from "./candles.ts";
import { columnsOf } from "./kernel-rows.ts";

const rowsOfCloses = (closes: readonly number[], volumes: readonly number[] = []): CandleRows => {
  const close = Float64Array.from(closes);
  return { open: close, high: close, low: close, close, volume: Float64Array.from(closes, (_, i) => volumes[i] ?? 1) };
};

/** The values that are there, to the digits that were printed. */
const rounded = (column: Float64Array, digits = 2): readonly string[] =>
  [...column].filter((value) => !Number.isNaN(value)).map((value) => value.toFixed(digits));

const printed = (values: readonly number[], digits = 2): readonly string[] => values.map((v) => v.toFixed(digits));

// https://chartschool.stockcharts.com (Stochastic Oscillator): 30 days, closes printed from the 14th day on.
const HIGHS = [
  127.01, 127.62, 126.59, 127.35, 128.17, 128.43, 127.37, 126.42, 126.9, 126.85, 125.65, 125.72, 127.16, 127.72, 127.69,
  128.22, 128.27, 128.09, 128.27, 127.74, 128.77, 129.29, 130.06, 129.12, 129.29, 128.47, 128.09, 128.65, 129.14,
  128.64,
];
const LOWS = [
  125.36, 126.16, 124.93, 126.09, 126.82, 126.48, 126.03, 124.83, 126.39, 125.72, 124.56, 124.57, 125.07, 126.86,
  126.63, 126.8, 126.71, 126.8, 126.13, 125.92, 126.99, 127.81, 128.47, 128.06, 127.61, 127.6, 127.0, 126.9, 127.49,
  127.4,
];
const CLOSES = [
  127.29, 127.18, 128.01, 127.11, 127.73, 127.06, 127.33, 128.71, 127.87, 128.58, 128.6, 127.93, 128.11, 127.6, 127.6,
  128.69, 128.27,
];
const STOCHASTIC = [
  70.44, 67.61, 89.2, 65.81, 81.75, 64.52, 74.53, 98.58, 70.1, 73.06, 73.42, 61.23, 60.96, 40.39, 40.39, 66.83, 56.73,
];

function stochasticRows(): CandleRows {
  const high = Float64Array.from(HIGHS);
  const low = Float64Array.from(LOWS);
  const close = Float64Array.from(LOWS, (value, i) => CLOSES[i - 13] ?? value);
  return { open: close, high, low, close, volume: close };
}

describe("published figures", () => {
  it("RSI 14 of ChartSchool (QQQQ), within the rounding of its closes", () => {
    const closes = [
      44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42, 45.84, 46.08, 45.89, 46.03, 45.61, 46.28, 46.28, 46.0,
      46.03, 46.41, 46.22, 45.64, 46.21,
    ];
    const { value } = columnsOf(rsi(14), rowsOfCloses(closes));
    [70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93].forEach((expected, i) => {
      expect(Math.abs((value[i + 14] ?? 0) - expected)).toBeLessThan(0.1);
    });
    expect(value[13]).toBeNaN();
  });

  it("RSI is exactly 100 without a loss, 0 without a gain, 50 without a change, and the same in another unit of price", () => {
    const rising = Array.from({ length: 40 }, (_, i) => 0.1 * 1.01 ** i);
    const last = (closes: readonly number[]) => columnsOf(rsi(14), rowsOfCloses(closes)).value.at(-1);
    expect(last(rising)).toBe(100);
    expect(last(rising.toReversed())).toBe(0);
    expect(last(new Array<number>(40).fill(0.1))).toBe(50);
    const closes = Array.from(walk({ ...CALM, seed: 3, length: 100 }));
    expect(last(closes.map((close) => close * 2 ** -24))).toBe(last(closes));
  });

  it("Bollinger 20, 2 of ChartSchool (QQQQ), and of closes 1 to 20: mean 21/2, variance (20² - 1) / 12", () => {
    const closes = [
      86.16, 89.09, 88.78, 90.32, 89.07, 91.15, 89.44, 89.18, 86.93, 87.68, 86.96, 89.43, 89.32, 88.72, 87.45, 87.26,
      89.5, 87.9, 89.13, 90.7,
    ];
    const bands = columnsOf(bollinger(20, 2), rowsOfCloses(closes));
    expect(Math.abs((bands.middle[19] ?? 0) - 88.71)).toBeLessThan(0.01);
    expect(Math.abs((bands.upper[19] ?? 0) - 91.29)).toBeLessThan(0.01);
    expect(Math.abs((bands.lower[19] ?? 0) - 86.12)).toBeLessThan(0.01);
    const line = columnsOf(bollinger(20, 2), rowsOfCloses(Array.from({ length: 20 }, (_, i) => i + 1)));
    const sigma = Math.sqrt(33.25);
    expect(line.upper[19]).toBeCloseTo(10.5 + 2 * sigma, 12);
    expect(line.bandwidth[19]).toBeCloseTo((4 * sigma) / 10.5, 12);
    expect(line.percentB[19]).toBeCloseTo((20 - 10.5 + 2 * sigma) / (4 * sigma), 12);
  });

  it("Bollinger keeps its digits when the price falls to a billionth, where a sliding sum loses all", () => {
    const closes = Array.from(walk({ ...CALM, seed: 4, length: 100, rescaleAt: 50, rescale: 1e-9 }));
    const fallen = columnsOf(bollinger(20, 2), rowsOfCloses(closes));
    const alone = columnsOf(bollinger(20, 2), rowsOfCloses(closes.slice(50)));
    expect(fallen.upper.subarray(69)).toEqual(alone.upper.subarray(19));
    expect(fallen.lower.subarray(69)).toEqual(alone.lower.subarray(19));
  });

  it("SMA 5 of ChartSchool's moving averages", () => {
    expect(rounded(columnsOf(sma(5), rowsOfCloses([11, 12, 13, 14, 15, 16, 17])).value)).toEqual(printed([13, 14, 15]));
  });

  it("EMA 10 of ChartSchool's moving averages (Intel)", () => {
    const closes = [
      22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43, 22.24, 22.29, 22.15, 22.39, 22.38, 22.61, 23.36, 24.05,
      23.75, 23.83, 23.95, 23.63,
    ];
    expect(rounded(columnsOf(ema(10), rowsOfCloses(closes)).value)).toEqual(
      printed([22.22, 22.21, 22.24, 22.27, 22.33, 22.52, 22.8, 22.97, 23.13, 23.28, 23.34]),
    );
  });

  it("Stochastic 14 of ChartSchool, within the rounding of its prices, and Williams %R, which is it less 100", () => {
    const { k, d } = columnsOf(stochastic(14, 1, 3), stochasticRows());
    [75.75, 74.21, 78.92, 70.69, 73.6, 79.21, 81.07, 80.58, 72.2].forEach((expected, i) => {
      expect(Math.abs((d[i + 15] ?? 0) - expected)).toBeLessThan(0.25);
    });
    const { value } = columnsOf(williamsR(14), stochasticRows());
    STOCHASTIC.forEach((expected, i) => {
      if (i >= 2) expect(Math.abs((k[i + 13] ?? 0) - expected)).toBeLessThan(0.25);
      expect(Math.abs((value[i + 13] ?? 0) - (expected - 100))).toBeLessThan(0.25);
    });
  });

  it("CCI 20 of ChartSchool, within the rounding of its typical prices", () => {
    const typical = [
      23.98, 23.92, 23.79, 23.67, 23.54, 23.36, 23.65, 23.72, 24.16, 23.91, 23.81, 23.92, 23.74, 24.68, 24.94, 24.93,
      25.1, 25.12, 25.2, 25.06, 24.5, 24.31, 24.57, 24.62, 24.49, 24.37, 24.41, 24.35, 23.75, 24.09,
    ];
    const expected = [102.31, 30.74, 6.55, 33.3, 34.95, 13.84, -10.75, -11.58, -29.35, -129.36, -73.07];
    const { value } = columnsOf(cci(20), rowsOfCloses(typical));
    expected.forEach((cciOf, i) => {
      expect(Math.abs((value[i + 19] ?? 0) - cciOf)).toBeLessThan(1);
    });
  });

  it("ROC 12 of ChartSchool (Dow Jones), in percent", () => {
    const closes = [
      11045.27, 11167.32, 11008.61, 11151.83, 10926.77, 10868.12, 10520.32, 10380.43, 10785.14, 10748.26, 10896.91,
      10782.95, 10620.16, 10625.83, 10510.95, 10444.37, 10068.01, 10193.39, 10066.57, 10043.75,
    ];
    expect(rounded(columnsOf(roc(12), rowsOfCloses(closes)).value)).toEqual(
      printed([-3.85, -4.85, -4.52, -6.34, -7.86, -6.21, -4.31, -3.24]),
    );
  });

  it("OBV of ChartSchool: counted from the first day, which ten candles after it reach back to", () => {
    const closes = [53.26, 53.3, 53.32, 53.72, 54.19, 53.92, 54.65, 54.6, 54.21, 54.53, 53.79];
    const volumes = [8200, 8100, 8300, 8900, 9200, 13300, 10300, 9900, 10100, 11300, 12600];
    const published = [8100, 16400, 25300, 34500, 21200, 31500, 21600, 11500, 22800, 10200];
    published.forEach((level, i) => {
      const n = i + 1;
      expect(columnsOf(obv(n), rowsOfCloses(closes, volumes)).value[n]).toBe(level);
    });
  });

  it("VWAP: money over coins, by hand", () => {
    const rows: CandleRows = {
      open: Float64Array.of(10, 11, 12),
      high: Float64Array.of(12, 13, 14),
      low: Float64Array.of(9, 10, 11),
      close: Float64Array.of(11, 12, 13),
      volume: Float64Array.of(1, 0, 3),
    };
    const typical = [32 / 3, 35 / 3, 38 / 3] as const;
    const { value } = columnsOf(vwap(3), rows);
    expect(value[2]).toBeCloseTo((typical[0] + 3 * typical[2]) / 4, 12);
    expect(value[1]).toBeNaN();
    const silent = columnsOf(vwap(3), { ...rows, volume: new Float64Array(3) });
    expect(silent.value[2]).toBeCloseTo(typical[1], 12);
  });

  it("MACD of a straight line: two means that lag by 5.5 and 12.5 steps lie 7 apart, and the signal with them", () => {
    const {
      macd: line,
      signal,
      histogram,
    } = columnsOf(macd(), rowsOfCloses(Array.from({ length: 60 }, (_, i) => 100 + i)));
    expect(line[24]).toBeNaN();
    expect(signal[32]).toBeNaN();
    for (let i = 33; i < 60; i++) {
      expect(line[i]).toBeCloseTo(7, 10);
      expect(signal[i]).toBeCloseTo(7, 10);
      expect(histogram[i]).toBeCloseTo(0, 10);
    }
  });
});
