import { describe, expect, it } from "vitest";
import { isOutsideItsCandle } from "#scheduler/backtest-track.ts";
import type { Price } from "#schemas/money.ts";
import { unixMs } from "#schemas/units.ts";
import { toSeries } from "#toolkits/market/closed-candles.ts";
import { BTC, makeFill } from "../memory/fixtures.ts";

const STEP_MS = 300_000;
// The first between 90 and 110, the second between 100 and 120.
const rows = [0, 1].map((n) => ({
  openMs: n * STEP_MS,
  open: 100 + 10 * n,
  high: 110 + 10 * n,
  low: 90 + 10 * n,
  close: 105 + 10 * n,
  volume: 1,
}));
const series = toSeries({
  symbol: BTC,
  timeframe: "5m",
  rows,
  nowMs: unixMs(2 * STEP_MS),
  graceMs: 0,
  fromMs: unixMs(0),
});
const isOutside = (price: string, basis: string, atMs: number): boolean =>
  isOutsideItsCandle(makeFill({ price: price as Price, basis, atMs: unixMs(atMs) }), series);

describe("a fill outside its candle", () => {
  it.each([
    ["110", "next-open", 0, false],
    ["110.01", "next-open", 0, true],
    ["89.99", "next-open", 0, true],
    ["115", "next-open", STEP_MS, false],
    ["95", "next-open", STEP_MS, true],
    // Stops and limits carry the close time of their candle.
    ["95", "stop", STEP_MS, false],
    ["115", "stop", STEP_MS, true],
    ["115", "take-profit", 2 * STEP_MS, false],
  ])("at %s by %s, %d ms: %s", (price, basis, atMs, outside) => {
    expect(isOutside(price, basis, atMs)).toBe(outside);
  });

  it("is not looked for where there is no such candle", () => {
    expect(isOutside("1", "next-open", 5 * STEP_MS)).toBe(false);
  });
});
