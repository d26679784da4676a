import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataFormatError } from "#schemas/errors.ts";
import { type CandleSeries, candlesOf } from "#schemas/market.ts";
import { unixMs } from "#schemas/units.ts";
import { cleanRows, type RawRow } from "#toolkits/market/clean-rows.ts";
import { closeAt, FIVE_MINUTES_MS, openAt, SYMBOL } from "../indicators/candles.ts";

const clean = (rows: readonly RawRow[], nowSlot = 60, fromSlot = 0) =>
  cleanRows({
    symbol: SYMBOL,
    timeframe: "5m",
    rows,
    nowMs: unixMs(closeAt(nowSlot)),
    graceMs: 0,
    fromMs: unixMs(openAt(fromSlot)),
  });

const seriesOf = (rows: readonly RawRow[], nowSlot = 60): CandleSeries => {
  const cleaned = clean(rows, nowSlot);
  if (cleaned.status === "refused") throw cleaned.error;
  return cleaned.series;
};

/** Values as feeds have sent them: mostly numbers, and now and then anything else. */
const junk = fc.oneof(
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, null, undefined, "100", "", {}, [], true, 5e-324, 1e308),
  fc.double(),
);
const price = fc.oneof(
  { weight: 20, arbitrary: fc.double({ min: 1e-9, max: 1e9, noNaN: true }) },
  { weight: 1, arbitrary: junk },
);
const openMs = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: -3, max: 70 }).map(openAt) },
  { weight: 1, arbitrary: fc.oneof(junk, fc.integer({ min: openAt(0), max: openAt(60) })) },
);
const anyRow: fc.Arbitrary<RawRow> = fc.record({
  openMs,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: price,
});

/** A sane candle of one slot; the same slot twice is the same candle, or not. */
const saneRow = fc
  .record({ slot: fc.integer({ min: -3, max: 64 }), close: fc.integer({ min: 1, max: 400 }), odd: fc.nat(40) })
  .map(({ slot, close, odd }): RawRow => {
    const at = odd === 0 ? close : 100 + ((slot * 7) % 5);
    return { openMs: openAt(slot), open: at, high: at + 1, low: at / 2, close: at, volume: 1 };
  });

describe("rows from anywhere", () => {
  it("become an exact ascending grid of finite, sane candles of what was asked for, or a refusal", () => {
    let refusals = 0;
    let series = 0;
    fc.assert(
      fc.property(
        fc.oneof(fc.array(anyRow, { maxLength: 12 }), fc.array(saneRow, { maxLength: 40 })),
        fc.integer({ min: 0, max: 66 }),
        fc.integer({ min: -2, max: 30 }),
        (rows, nowSlot, fromSlot) => {
          const cleaned = clean(rows, nowSlot, fromSlot);
          if (cleaned.status === "refused") {
            refusals += 1;
            expect(cleaned.error).toBeInstanceOf(DataFormatError);
            return;
          }
          series += 1;
          let before = Number.NEGATIVE_INFINITY;
          for (const candle of candlesOf(cleaned.series)) {
            expect(candle.openMs % FIVE_MINUTES_MS).toBe(0);
            expect(candle.openMs).toBeGreaterThan(before);
            expect(candle.openMs).toBeGreaterThanOrEqual(openAt(fromSlot));
            expect(candle.openMs + FIVE_MINUTES_MS).toBeLessThanOrEqual(closeAt(nowSlot));
            for (const value of Object.values(candle)) expect(Number.isFinite(value)).toBe(true);
            expect(candle.low).toBeGreaterThan(0);
            expect(candle.low).toBeLessThanOrEqual(Math.min(candle.open, candle.close));
            expect(candle.high).toBeGreaterThanOrEqual(Math.max(candle.open, candle.close));
            expect(candle.volume).toBeGreaterThanOrEqual(0);
            before = candle.openMs;
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(Math.min(refusals, series)).toBeGreaterThan(40);
  });

  it("come to the same in whatever order they are sent", () => {
    const shuffled = fc
      .array(saneRow, { maxLength: 30 })
      .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })));
    fc.assert(
      fc.property(shuffled, ([rows, other]) => {
        const [a, b] = [clean(rows), clean(other)];
        expect(b.status).toBe(a.status);
        if (a.status === "clean" && b.status === "clean") expect(b.series).toEqual(a.series);
      }),
    );
  });

  it("of an earlier moment are the beginning of those of a later one", () => {
    fc.assert(
      fc.property(fc.array(saneRow, { maxLength: 40 }), fc.integer({ min: 0, max: 60 }), (rows, nowSlot) => {
        const whole = clean(rows);
        fc.pre(whole.status === "clean");
        const part = candlesOf(seriesOf(rows, nowSlot));
        expect(candlesOf(seriesOf(rows)).slice(0, part.length)).toEqual(part);
      }),
    );
  });

  it.each([
    ["a price as text", { close: "100" }, /close is "100"\. .*a finite number/],
    ["no number", { high: Number.NaN }, /high is NaN/],
    ["a price of 0", { low: 0 }, /low is 0\. .*above 0/],
    ["a volume below 0", { volume: -1 }, /volume is -1/],
    ["a low above the close", { low: 100.5 }, /low 100\.5 is above 100/],
    ["a time in seconds", { openMs: openAt(1) / 1000 + 0.5 }, /open time is .*milliseconds/],
  ])("are refused for %s, and the refusal names the row", (_, change, says) => {
    const row = {
      openMs: openAt(1),
      open: 100,
      high: 101,
      low: 99,
      close: 100,
      volume: 1,
      where: "feed row 2",
      ...change,
    };
    const cleaned = cleanRows({
      symbol: SYMBOL,
      timeframe: "5m",
      rows: [row],
      nowMs: unixMs(closeAt(9)),
      graceMs: 0,
      fromMs: unixMs(0),
    });
    expect(cleaned.status === "refused" && cleaned.error.message).toMatch(says);
    expect(cleaned.status === "refused" && cleaned.error.message).toMatch(/^feed row 2: /);
  });

  it("say nothing of a row that is not closed yet, whatever is in it", () => {
    const forming = { openMs: openAt(5), open: null, high: "", low: -1, close: Number.NaN, volume: null };
    expect(seriesOf([forming], 4).openMs).toHaveLength(0);
  });
});
