import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listing, symbolOf } from "./listings.ts";
import { PROTOCOLS } from "./venues.ts";
import { createWorld, listedAt, quoteAt, type Row, rowAt, type WorldEvent } from "./world.ts";

const MINUTE_MS = 60_000;
const NOW_MS = 1_780_000_203_000;
const BTC = listing("BTC", "USDT", 64_000, { dayTurnover: 1e9 });

const worldOf = (events: readonly WorldEvent[] = []) =>
  createWorld({ quote: "USDT", otherQuotes: [], nonAscii: false, now: () => NOW_MS, listings: [BTC], events });
const closed = (openMs: number, minutes: number, events: readonly WorldEvent[] = []): Row => {
  const row = rowAt(worldOf(events), BTC, openMs, openMs + minutes * MINUTE_MS);
  if (row === null) throw new Error(`no candle at ${openMs}`);
  return row;
};
const minuteMs = fc.integer({ min: 26_000_000, max: 29_600_000 }).map((minute) => minute * MINUTE_MS);

describe("the world behind the local exchanges", () => {
  test("gives the same candle whoever asks, in whatever order", () => {
    fc.assert(
      fc.property(minuteMs, (openMs) => {
        expect(closed(openMs, 5)).toEqual(closed(openMs, 5));
      }),
    );
  });

  test("makes a long candle of the short ones in it, and begins one where the last one ended", () => {
    const hour = fc.integer({ min: 440_000, max: 494_000 }).map((n) => n * 60 * MINUTE_MS);
    fc.assert(
      fc.property(hour, (openMs) => {
        const short = Array.from({ length: 12 }, (_, n) => closed(openMs + n * 5 * MINUTE_MS, 5));
        const long = closed(openMs, 60);
        expect([long.open, long.close]).toEqual([short[0]?.open, short[11]?.close]);
        expect(long.high).toBe(Math.max(...short.map((row) => row.high)));
        expect(long.low).toBe(Math.min(...short.map((row) => row.low)));
        expect(closed(openMs + 60 * MINUTE_MS, 60).open).toBe(long.close);
      }),
    );
  });

  test("moves without a jump: only an event makes one", () => {
    fc.assert(
      fc.property(minuteMs, (openMs) => {
        const { open, close } = closed(openMs, 5);
        expect(Math.abs(close / open - 1)).toBeLessThan(0.1);
      }),
    );
  });

  test("has holes, wrong ticks, new levels, lost pegs and still hours where they are told", () => {
    const atMs = 1_780_000_200_000 - 60 * MINUTE_MS;
    const lengthMs = 5 * MINUTE_MS;
    const symbol = symbolOf(BTC);
    const hole = worldOf([{ kind: "hole", symbol, fromMs: atMs, toMs: atMs + lengthMs }]);
    expect(rowAt(hole, BTC, atMs, atMs + lengthMs)).toBeNull();
    expect(rowAt(hole, BTC, atMs + lengthMs, atMs + 2 * lengthMs)).not.toBeNull();
    const tick = closed(atMs, 5, [{ kind: "bad-tick", symbol, atMs: atMs + 4 * MINUTE_MS, factor: 10 }]);
    expect(tick.close / closed(atMs, 5).close).toBeCloseTo(10, 3);
    expect(tick.high).toBe(tick.close);
    const step = [{ kind: "step", symbol, atMs, factor: 0.001 }] as const;
    expect(closed(atMs, 5, step).close / closed(atMs, 5).close).toBeCloseTo(0.001, 4);
    const depeg = [{ kind: "depeg", currency: "USDT", fromMs: atMs, toMs: atMs + lengthMs, factor: 0.9 }] as const;
    expect(closed(atMs, 5, depeg).close / closed(atMs, 5).close).toBeCloseTo(1 / 0.9, 3);
    const frozen = worldOf([{ kind: "frozen", symbol: "*", fromMs: atMs, toMs: NOW_MS + 1 }]);
    expect(rowAt(frozen, BTC, atMs + lengthMs, atMs + 2 * lengthMs)).toBeNull();
    expect(quoteAt(frozen, BTC, NOW_MS)).toMatchObject({ atMs, last: quoteAt(worldOf(), BTC, atMs).last });
    const delisted = worldOf([{ kind: "delisted", symbol, atMs }]);
    expect([listedAt(delisted, atMs - 1).length, listedAt(delisted, atMs).length]).toEqual([1, 0]);
    expect(rowAt(delisted, BTC, atMs, atMs + lengthMs)).toBeNull();
  });

  test.each(PROTOCOLS.map((protocol) => ({ protocol, id: protocol.id })))(
    "$id lists enough, each once",
    ({ protocol }) => {
      const { listings } = createWorld({ ...protocol, now: () => NOW_MS });
      const names = listings.map(symbolOf);
      expect(new Set(names).size).toBe(names.length);
      expect(listings.filter(({ quote, halted }) => quote === protocol.quote && !halted).length).toBeGreaterThan(100);
      expect(listings.some(({ quote }) => quote !== protocol.quote)).toBe(true);
      const turnovers = listings.filter(({ quote }) => quote === protocol.quote).map(({ dayTurnover }) => dayTurnover);
      expect(new Set(turnovers).size).toBe(turnovers.length);
    },
  );
});
