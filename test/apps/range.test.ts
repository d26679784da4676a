import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { askedRangeOf, rangeOf, WHOLE_RANGE } from "#apps/research/range.ts";
import type { Venue } from "#apps/venues/venue.ts";
import { createSimulatedClock, systemClock } from "#scheduler/clock.ts";
import { DataFolderError, UsageError } from "#schemas/errors.ts";
import { MINUTE_MS, type UnixMs, unixMs } from "#schemas/units.ts";

const day = (n: number): UnixMs => unixMs(Date.UTC(2024, 0, n));
const STEP = 5 * MINUTE_MS;
const config = { timeframe: "5m", cycles: null, asOfMs: null, dataDir: "DIR" } as const;
const clock = createSimulatedClock(day(10));
const marketData = {} as Venue["marketData"];
/** Candles from the 1st to the 10th, warm from the 2nd. */
const folder = { beginMs: day(2), lastSlotMs: day(10), firstCandleMs: day(1), clock, marketData };
const simulation = { beginMs: day(10), lastSlotMs: null, firstCandleMs: day(1), clock, marketData };
const exchange = { beginMs: day(10), lastSlotMs: null, clock: systemClock(), marketData };
const ask = (flags: Readonly<Record<string, string>>) => askedRangeOf(flags);
const slots = ({ firstSlotMs, lastSlotMs }: { firstSlotMs: number; lastSlotMs: number }) => [firstSlotMs, lastSlotMs];

describe("a range as typed", () => {
  it("is two moments, in ISO 8601 or epoch ms, or days in one word", () => {
    const both = { fromMs: day(3), toMs: day(5) };
    expect(ask({ from: "2024-01-03", to: String(day(5)) })).toEqual(both);
    expect(ask({ range: "20240103-20240105" })).toEqual(both);
    expect(ask({ range: "-20240105" })).toEqual({ fromMs: null, toMs: day(5) });
    expect(ask({ range: "20240103-" })).toEqual({ fromMs: day(3), toMs: null });
    expect(ask({})).toEqual(WHOLE_RANGE);
  });

  it.each([
    [{ from: "yesterday" }, /--from is "yesterday"/],
    [{ from: "1704067200" }, /epoch milliseconds/],
    [{ to: "99999999999999999" }, /moments before 2101/],
    [{ range: "2024" }, /YYYYMMDD-YYYYMMDD/],
    [{ range: "-" }, /YYYYMMDD-YYYYMMDD/],
    [{ range: "20240231-20240301" }, /2024-02-31/],
    [{ range: "20240103-", to: "2024-01-05" }, /--range was given together/],
    [{ from: "2024-01-05", to: "2024-01-03" }, /before it begins/],
  ])("is refused where it says nothing, or two things: %o", (flags, message) => {
    expect(() => ask(flags)).toThrow(UsageError);
    expect(() => ask(flags)).toThrow(message);
  });
});

describe("the slots of a range", () => {
  it("are those asked, both ends included, and all that can be where none are", () => {
    expect(slots(rangeOf(ask({ range: "20240103-20240105" }), config, folder))).toEqual([day(3), day(5)]);
    expect(slots(rangeOf(WHOLE_RANGE, config, folder))).toEqual([day(2), day(10)]);
    expect(slots(rangeOf(ask({ from: "2024-01-03" }), { ...config, cycles: 2 }, folder))).toEqual([
      day(3),
      day(3) + STEP,
    ]);
  });

  it("begin where a market is warm and end with the candles, and what of the range is cut off is said", () => {
    const { unused, ...cut } = rangeOf(ask({ range: "20231201-20240201" }), config, folder);
    expect(slots(cut)).toEqual([day(2), day(10)]);
    expect(unused).toEqual([
      "2023-12-01 00:00 – 2024-01-02 00:00: the candles begin at 2024-01-01 00:00, and no market is warm before 2024-01-02 00:00",
      "2024-01-10 00:00 – 2024-02-01 00:00: the candles end there",
    ]);
    expect(rangeOf(ask({ to: "2024-01-10T00:04:59Z" }), config, folder).unused).toEqual([]);
  });

  it.each([["20240201-20240301"], ["-20240101"]])(
    "are none outside the data, and then what there is is named: %s",
    (range) => {
      const tried = () => rangeOf(ask({ range }), config, folder);
      expect(tried).toThrow(DataFolderError);
      expect(tried).toThrow(/5m candles of DIR.*within 2024-01-02 00:00 to 2024-01-10 00:00/);
    },
  );

  it("are none between two closes, nor beside --as-of", () => {
    const between = ask({ from: "2024-01-03T00:01:00Z", to: "2024-01-03T00:04:00Z" });
    expect(() => rangeOf(between, config, folder)).toThrow(/No 5m candle closes/);
    expect(() => rangeOf(ask({ from: "2024-01-03" }), { ...config, asOfMs: day(3) }, folder)).toThrow(UsageError);
  });

  it("of a simulation may lie anywhere it has candles; of an exchange not in the future", () => {
    expect(slots(rangeOf(ask({ range: "20240103-20250101" }), config, simulation))).toEqual([
      day(3),
      unixMs(Date.UTC(2025, 0, 1)),
    ]);
    expect(slots(rangeOf(ask({ from: "2024-01-03" }), { ...config, cycles: 12 }, simulation))).toEqual([
      day(3),
      day(3) + 11 * STEP,
    ]);
    expect(slots(rangeOf(ask({ to: "2024-01-09" }), { ...config, cycles: 12 }, simulation))).toEqual([
      day(9) - 11 * STEP,
      day(9),
    ]);
    const future = rangeOf(ask({ range: "20240103-20250101" }), config, exchange);
    expect(slots(future)).toEqual([day(3), day(10)]);
    expect(future.unused).toEqual(["2024-01-10 00:00 – 2025-01-01 00:00: later candles have not closed yet"]);
  });

  it("lie within what is asked and what there is, on the grid, whatever is asked", () => {
    const moment = fc.option(fc.integer({ min: day(1) - 100 * STEP, max: day(10) + 100 * STEP }).map(unixMs));
    fc.assert(
      fc.property(moment, moment, fc.option(fc.integer({ min: 1, max: 5000 })), (a, b, cycles) => {
        const [fromMs, toMs] = a !== null && b !== null && a > b ? [b, a] : [a, b];
        let range: ReturnType<typeof rangeOf>;
        try {
          range = rangeOf({ fromMs, toMs }, { ...config, cycles }, folder);
        } catch {
          const first = Math.ceil(Math.max(fromMs ?? 0, day(2)) / STEP) * STEP;
          expect(first).toBeGreaterThan(Math.min(toMs ?? day(10), day(10)));
          return;
        }
        const [first = Number.NaN, last = Number.NaN] = slots(range);
        expect((first % STEP) + (last % STEP)).toBe(0);
        expect(first).toBeLessThanOrEqual(last);
        expect(first).toBeGreaterThanOrEqual(Math.max(fromMs ?? 0, day(2)));
        expect(last).toBeLessThanOrEqual(Math.min(toMs ?? day(10), day(10)));
        if (cycles !== null) expect((last - first) / STEP).toBeLessThan(cycles);
      }),
    );
  });
});
