import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataFormatError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import type { CandleRow } from "#toolkits/market/clean-rows.ts";
import { selectClosed, toSeries } from "#toolkits/market/closed-candles.ts";
import { closeAt, FIVE_MINUTES_MS, openAt, SYMBOL } from "../indicators/candles.ts";

const row = (slot: number, close = 100, where?: string): CandleRow => ({
  openMs: openAt(slot),
  open: close,
  high: close + 1,
  low: close - 1,
  close,
  volume: slot,
  ...(where === undefined ? {} : { where }),
});

const LATE = closeAt(10_000);
const series = (rows: readonly CandleRow[], part: { nowMs?: number; graceMs?: number; fromMs?: number } = {}) =>
  toSeries({
    symbol: SYMBOL,
    timeframe: "5m",
    rows,
    nowMs: unixMs(part.nowMs ?? LATE),
    graceMs: part.graceMs ?? 0,
    fromMs: unixMs(part.fromMs ?? 0),
  });
const slotsOf = (openMs: Float64Array) => Array.from(openMs, (time) => (time - openAt(0)) / FIVE_MINUTES_MS);

describe("toSeries", () => {
  it("sorts rows that come in any order", () => {
    const { openMs, volume, close } = series([row(2), row(0), row(1, 101)]);
    expect(slotsOf(openMs)).toEqual([0, 1, 2]);
    expect([...volume]).toEqual([0, 1, 2]);
    expect([...close]).toEqual([100, 101, 100]);
  });

  it.each([0, 3000])("takes a candle at its close plus %i ms of grace, not 1 ms before", (graceMs) => {
    const rows = [row(0), row(1)];
    const edgeMs = closeAt(1) + graceMs;
    expect(slotsOf(series(rows, { nowMs: edgeMs - 1, graceMs }).openMs)).toEqual([0]);
    expect(slotsOf(series(rows, { nowMs: edgeMs, graceMs }).openMs)).toEqual([0, 1]);
    expect(slotsOf(series(rows, { nowMs: edgeMs + 1, graceMs }).openMs)).toEqual([0, 1]);
  });

  it("keeps what opens at `fromMs` or later and says for which time the source was asked", () => {
    const kept = series([row(0), row(1), row(2), row(3)], { fromMs: openAt(2) });
    expect(slotsOf(series([row(0), row(1)], { fromMs: openAt(0) + 1 }).openMs)).toEqual([1]);
    expect(kept.askedFromMs).toBe(openAt(2));
    expect(slotsOf(kept.openMs)).toEqual([2, 3]);
    expect(kept.checkedThroughMs).toBe(LATE);
    expect(series([]).openMs.length).toBe(0);
  });

  it("collapses identical rows of one time with one note, however often they come", () => {
    const { openMs, notes } = series([row(0), row(1), row(1), row(1), row(2)]);
    expect(slotsOf(openMs)).toEqual([0, 1, 2]);
    expect(notes).toEqual([{ kind: "duplicate", atMs: openAt(1), text: expect.stringContaining("more than once") }]);
  });

  it("refuses two different candles of one time, naming where", () => {
    const rows = [row(0), row(1, 100, "A.csv:3"), row(1, 101, "A.csv:9")];
    expect(() => series(rows)).toThrow(DataFormatError);
    expect(() => series(rows)).toThrow(/^A\.csv:9: .*100 \(A\.csv:3\) and 101/);
    expect(() => series([row(1), { ...row(1), volume: 7 }])).toThrow(/TEST\/USDT 5m/);
  });

  it("refuses a row off the timeframe's grid, naming where", () => {
    const off = { ...row(1, 100, "A.csv:3"), openMs: openAt(1) + 1 };
    expect(() => series([row(0), off])).toThrow(DataFormatError);
    expect(() => series([row(0), off])).toThrow(/^A\.csv:3: .*multiple of 300000 ms/);
  });

  it("does not look at rows that are not closed yet: a forming candle may come twice, and differ", () => {
    const rows = [row(0), row(1), row(2, 100), row(2, 101), { ...row(3), openMs: openAt(3) + 1 }];
    expect(slotsOf(series(rows, { nowMs: closeAt(1) }).openMs)).toEqual([0, 1]);
  });

  it("notes each run of missing candles once, where it begins, with its length", () => {
    const { notes } = series([row(0), row(2), row(6)]);
    expect(notes.map(({ kind, atMs, text }) => [kind, atMs, text.split(" from")[0]])).toEqual([
      ["hole", openAt(1), "1 candle missing"],
      ["hole", openAt(3), "3 candles missing"],
    ]);
  });

  it("notes a close more than 50 % from the one before, either way", () => {
    const { notes } = series([row(0, 100), row(1, 150), row(2, 225.1), row(3, 112.55), row(4, 56)]);
    expect(notes.map(({ kind, atMs }) => [kind, atMs])).toEqual([
      ["jump", openAt(2)],
      ["jump", openAt(4)],
    ]);
  });
});

describe("selectClosed", () => {
  it("gives what toSeries gives from the same rows, without copying, at every moment", () => {
    const rows = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
    const closes = fc.array(fc.constantFrom(100, 160, 300), { minLength: 61, maxLength: 61 });
    fc.assert(
      fc.property(
        rows,
        closes,
        fc.integer({ min: -2, max: 62 }),
        fc.nat(50),
        fc.constantFrom(0, 1, 3000),
        (slots, prices, now, from, graceMs) => {
          const all = slots.map((slot) => row(slot, prices[slot]));
          const selection = { nowMs: unixMs(closeAt(now) + 1), graceMs, fromMs: unixMs(openAt(from) + 1) };
          const whole = series(all);
          const slice = selectClosed(whole, selection);
          expect(slice).toEqual(toSeries({ symbol: SYMBOL, timeframe: "5m", rows: all, ...selection }));
          expect(slice.close.buffer).toBe(whole.close.buffer);
          const asked = all.filter(
            ({ openMs }) => openMs >= selection.fromMs && openMs + FIVE_MINUTES_MS <= selection.nowMs - graceMs,
          );
          expect(slice.openMs.length).toBe(asked.length);
        },
      ),
    );
  });

  it("does not tell of a jump whose other side lies outside the slice", () => {
    const whole = series([row(0, 100), row(1, 200), row(2, 200)]);
    expect(whole.notes).toHaveLength(1);
    expect(selectClosed(whole, { nowMs: LATE, graceMs: 0, fromMs: openAt(1) }).notes).toEqual([]);
  });
});
