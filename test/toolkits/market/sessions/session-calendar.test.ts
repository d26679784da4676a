import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candleColumns } from "#schemas/market.ts";
import { DAY_MS, type MarketSymbol, unixMs } from "#schemas/units.ts";
import { inRealDays, inRealTime, onGrid } from "#toolkits/market/sessions/redate.ts";
import { CalendarGiven, createSessionCalendar } from "#toolkits/market/sessions/session-calendar.ts";

const day = (text: string): number => Date.parse(text);
const given = CalendarGiven.parse({ name: "XNYS" });
/** A Thursday and a Friday, then Monday to Wednesday. */
const DAYS = ["2025-02-27", "2025-02-28", "2025-03-03", "2025-03-04", "2025-03-05"].map((text) => unixMs(day(text)));
const calendar = createSessionCalendar(given, DAYS);

const gaps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 40 });
const calendarOfGaps = (between: readonly number[]) => {
  const sessions = [day("2024-12-13")];
  for (const days of between) sessions.push((sessions.at(-1) ?? 0) + days * DAY_MS);
  return createSessionCalendar(
    given,
    sessions.map((at) => unixMs(at)),
  );
};

describe("the sessions of a venue", () => {
  it("stand one after another on the grid: a weekend is no gap", () => {
    expect(DAYS.map((at) => (calendar.toGrid(at) - (DAYS[0] ?? 0)) / DAY_MS)).toEqual([0, 1, 2, 3, 4]);
  });

  it("take a moment between two of them for the close of the one before", () => {
    const monday = calendar.toGrid(day("2025-03-03"));
    for (const text of ["2025-03-01", "2025-03-01T15:00:00Z", "2025-03-02"])
      expect(calendar.toGrid(day(text))).toBe(monday);
    expect(calendar.toGrid(day("2025-02-28T15:00:00Z"))).toBe(monday - 9 * 3_600_000);
  });

  it("date it as the Saturday on which Friday ended, or the Monday that begins", () => {
    const between = calendar.toGrid(day("2025-03-03"));
    expect(calendar.toReal(between, "close")).toBe(day("2025-03-01"));
    expect(calendar.toReal(between, "open")).toBe(day("2025-03-03"));
  });

  it("come back as they were, whatever the gaps, and in their order", () => {
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 60 * 24 }), (between, hours) => {
        const one = calendarOfGaps(between);
        const grid = (one.sessions[0] ?? 0) + hours * 3_600_000;
        expect(one.toGrid(one.toReal(grid, "open"))).toBe(grid);
        expect(one.toGrid(one.toReal(grid, "close"))).toBe(grid);
        expect(one.toReal(grid, "close")).toBeLessThanOrEqual(one.toReal(grid, "open"));
        expect(one.toReal(grid, "open")).toBeLessThan(one.toReal(grid + 3_600_000, "open"));
      }),
    );
  });

  it("do not move when later ones become known (law 3)", () => {
    fc.assert(
      fc.property(gaps, fc.nat(39), (between, cut) => {
        const whole = calendarOfGaps(between);
        const known = calendarOfGaps(between.slice(0, cut + 1));
        for (const at of known.sessions) expect(known.toGrid(at)).toBe(whole.toGrid(at));
      }),
    );
  });

  it("are refused where they are out of order, doubled or begin inside a day", () => {
    for (const sessions of [["2025-03-03", "2025-03-03"], ["2025-03-04", "2025-03-03"], ["2025-03-03T09:30:00Z"], []]) {
      expect(CalendarGiven.safeParse({ name: "X", sessions }).success).toBe(false);
    }
  });
});

describe("what leaves the grid", () => {
  it("has its moments real and its durations untouched", () => {
    const grid = calendar.toGrid(day("2025-03-03"));
    const event = {
      atMs: grid,
      fill: { openMs: grid, steps: [{ closedAtMs: grid }] },
      holdingMs: 3 * DAY_MS,
      price: "1",
    };
    expect(inRealTime(event, calendar)).toEqual({
      atMs: day("2025-03-01"),
      fill: { openMs: day("2025-03-03"), steps: [{ closedAtMs: day("2025-03-01") }] },
      holdingMs: 3 * DAY_MS,
      price: "1",
    });
  });
});

describe("candles on the grid", () => {
  const series = (days: readonly number[]) => ({
    symbol: "AAA/USD" as MarketSymbol,
    timeframe: "1d" as const,
    ...candleColumns((name) => Float64Array.from(days, (at) => (name === "openMs" ? at : 1))),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: unixMs((days.at(-1) ?? 0) + DAY_MS),
  });

  it("have a hole only where a session is missing, and say on which day", () => {
    const whole = onGrid(series(DAYS), calendar, "AAA");
    expect(whole.notes).toEqual([]);
    const holed = onGrid(series(DAYS.filter((at) => at !== day("2025-03-03"))), calendar, "AAA");
    expect(holed.notes.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      "hole: 1 candle missing from 2025-03-03T00:00:00.000Z",
    ]);
  });

  it("go back to their days", () => {
    const there = onGrid(series(DAYS), calendar, "AAA");
    expect([...inRealDays(there, calendar).openMs]).toEqual(DAYS);
    expect(inRealDays(there, calendar).checkedThroughMs).toBe(day("2025-03-06"));
  });

  it("are refused on a day without a session", () => {
    expect(() => onGrid(series([day("2025-03-01")]), calendar, "AAA 1d")).toThrow(/2025-03-01.*no session/);
  });
});
