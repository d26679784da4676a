import { describe, expect, it } from "vitest";
import { isOutsideItsCandle, Track, withinUntil } from "#scheduler/backtest-track.ts";
import type { CandleSeries } from "#schemas/market.ts";
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

describe("candles read ahead for orders that rest", () => {
  // Lows 90 and 100, highs 110 and 120.
  it.each([
    ["both stay within", 89, 121, 0, Number.POSITIVE_INFINITY],
    ["a low that touches the first", 90, 121, 0, 0],
    ["a low that touches only a candle before", 90, 121, STEP_MS, Number.POSITIVE_INFINITY],
    ["a high that touches the second", 89, 120, 0, STEP_MS],
    ["no candle from there on", 90, 110, 2 * STEP_MS, Number.POSITIVE_INFINITY],
  ])("end at the first that touches: %s", (_, low, high, fromMs, until) => {
    expect(withinUntil(series, { low, high }, fromMs)).toBe(until);
  });

  it("end at one that is no number, and where too many would have to be read", () => {
    const many = Array.from({ length: 1000 }, (_, n) => ({ ...rows[0], openMs: n * STEP_MS }) as (typeof rows)[number]);
    const long = toSeries({ ...series, rows: many, nowMs: unixMs(1000 * STEP_MS), graceMs: 0, fromMs: unixMs(0) });
    const until = withinUntil(long, { low: 1, high: 1000 }, 0);
    expect(until).toBeGreaterThan(0);
    expect(until).toBeLessThan(999 * STEP_MS);
    expect(long.openMs).toContain(until);
    const holed = { ...long, low: long.low.with(3, Number.NaN) };
    expect(withinUntil(holed, { low: 1, high: 1000 }, 0)).toBe(3 * STEP_MS);
  });
});

describe("a market on its way through time", () => {
  const five = toSeries({
    symbol: BTC,
    timeframe: "5m",
    rows: [2, 3, 4, 5, 6].map((n) => ({ openMs: n * STEP_MS, open: 1, high: 1, low: 1, close: 1, volume: 1 })),
    nowMs: unixMs(7 * STEP_MS),
    graceMs: 0,
    fromMs: unixMs(0),
  });
  const without = (n: number): CandleSeries => {
    const rows = [2, 3, 4, 5, 6].filter((other) => other !== n);
    const column = () => Float64Array.from(rows, () => 1);
    const openMs = Float64Array.from(rows, (row) => row * STEP_MS);
    return { ...five, openMs, open: column(), high: column(), low: column(), close: column(), volume: column() };
  };

  /** Of the candles numbered 0 to 8, one after another: has it one, the next to be shown, and how many were. */
  const walked = (of: CandleSeries, from: number) => {
    const passed = { openMs: (from - 1) * STEP_MS };
    const openMs = from * STEP_MS;
    const allSeries = new Map();
    const track = new Track({ strategies: [], allSeries, series: of, openMs, passed, kept: null });
    const said: (readonly [boolean, number, number])[] = [[track.present, track.cursor, track.shown]];
    for (let n = from; n <= 8; n++) {
      passed.openMs = n * STEP_MS;
      if (!track.isEven) track.moveOn(n * STEP_MS);
      said.push([track.present, track.cursor, track.shown]);
    }
    return { isEven: track.isEven, said };
  };
  // What it is moved on to step by step, if it is told that some candle was in doubt.
  const stepped = (of: CandleSeries, from: number) => walked({ ...of, agreedLate: new Set([-1]) }, from);

  it.each([0, 1, 2, 4, 7])("stands where it would be moved to, from candle %d on", (from) => {
    const { isEven, said } = walked(five, from);
    expect(isEven).toBe(true);
    expect(said).toEqual(stepped(five, from).said);
    expect(said.filter(([present]) => present)).toHaveLength(Math.min(5, 7 - from));
  });

  it.each([3, 5])("is moved on where a candle is missing: the one numbered %d", (n) => {
    const { isEven, said } = walked(without(n), 2);
    expect(isEven).toBe(false);
    expect(said.map(([present]) => present)).toEqual([
      false,
      ...[2, 3, 4, 5, 6, 7, 8].map((slot) => slot !== n && slot <= 6),
    ]);
    expect(said.at(-1)).toEqual([false, 4, 4]);
  });

  it("is moved on where a candle was in doubt at its close", () => {
    const { isEven, said } = walked({ ...five, agreedLate: new Set([3 * STEP_MS]) }, 2);
    expect(isEven).toBe(false);
    // The next candle agrees with it, and both are shown.
    expect(said.map(([, , shown]) => shown)).toEqual([0, 1, 1, 3, 4, 5, 5, 5]);
  });
});
