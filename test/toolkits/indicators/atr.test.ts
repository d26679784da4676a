import { describe, expect, it } from "vitest";
import { atr } from "#toolkits/indicators/refs.ts";
import { columnsOf } from "./kernel-rows.ts";

describe("ATR", () => {
  it("gives the values of a hand calculation, gaps counted", () => {
    // 15 candles of range 2 around 10, then one that gaps up to 20-21: its true range is 21 - 10 = 11.
    const high = new Float64Array(16).fill(11);
    const low = new Float64Array(16).fill(9);
    const close = new Float64Array(16).fill(10);
    high[15] = 21;
    low[15] = 20;
    close[15] = 20.5;
    const { value } = columnsOf(atr(14), { open: close, high, low, close, volume: close });
    expect(value[13]).toBeNaN();
    expect(value[14]).toBeCloseTo(2, 12);
    expect(value[15]).toBeCloseTo((13 * 2 + 11) / 14, 12);
  });

  it("counts a fall below the close before as it counts a rise above it", () => {
    const price = (value: number) => new Float64Array(16).fill(value);
    const rows = { open: price(10), high: price(11), low: price(9), close: price(10), volume: price(1) };
    rows.high[15] = 5;
    rows.low[15] = 4;
    rows.close[15] = 4.5;
    expect(columnsOf(atr(14), rows).value[15]).toBeCloseTo((13 * 2 + 6) / 14, 12);
  });
});
