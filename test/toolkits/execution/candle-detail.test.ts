// Minutes within a 5-minute candle: what came first, against a plain walk over the minutes that is written here by itself.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candle } from "#schemas/market.ts";
import type { Bracket } from "#schemas/order.ts";
import { unixMs } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { at, BTC, candle, entryOrder, free, Trial } from "./fixture.ts";

type Ohlc = readonly [open: number, high: number, low: number, close: number];

/** Five minutes of the n-th candle, and the candle that they make. */
function minutesOf(n: number, rows: readonly Ohlc[]): readonly Candle[] {
  return rows.map(([open, high, low, close], i) => ({
    ...{ openMs: unixMs(at(n) + i * 60_000), open, high, low, close },
    volume: 1e5,
  }));
}
const wholeOf = (n: number, minutes: readonly Candle[]): Candle =>
  candle(n, [
    minutes[0]?.open ?? 0,
    Math.max(...minutes.map(({ high }) => high)),
    Math.min(...minutes.map(({ low }) => low)),
    minutes.at(-1)?.close ?? 0,
  ]);

const TENTHS = testMarket(BTC, { tickSize: "0.1" });
const plain: Bracket = { stopPct: 10, takeProfit: [{ afterMs: 0, gainPct: 20 }], trailing: [], maxHoldMs: null };
const trailing: Bracket = { ...plain, trailing: [{ fromGainPct: 5, distancePct: 5 }] };

/** An entry at the open of the first candle, and the candles after it; with minutes, or without. */
function played(bracket: Bracket, minutes: readonly (readonly Candle[])[], inDetail: boolean) {
  const trial = new Trial({
    market: TENTHS,
    costs: free,
    ...(inDetail ? { minutes: minutes.flat() } : {}),
  });
  trial.send(orderListOf(entryOrder({ bracket })), at(0));
  const fills = trial.match(...minutes.map((some, n) => wholeOf(n, some)));
  return { trial, fills, sold: fills.find(({ side }) => side === "sell") ?? null };
}

/** What a stop at 90 % and a target at 120 % of the first open come to, minute by minute, in floats and nothing of the product. */
function walked(minutes: readonly (readonly Candle[])[], trails: boolean) {
  const entry = minutes[0]?.[0]?.open ?? 0;
  const target = Math.ceil(entry * 12 - 1e-9) / 10;
  let stop = Math.floor(entry * 9 + 1e-9) / 10;
  let first = true;
  for (const [n, some] of minutes.entries()) {
    for (const { open, high, low } of some) {
      if (low <= stop) return { n, role: "stop-loss", price: Math.min(open, stop) };
      if (high > target) return { n, role: "take-profit", price: Math.max(target, low) };
      if (trails && high > entry * 1.05) {
        let raised = Math.floor(high * 9.5 + 1e-9) / 10;
        // In the minute of the entry it is taken to have risen just to where trailing begins, where the low lies under the stop.
        if (first && low <= raised) raised = Math.max(low, Math.min(raised, Math.floor(entry * 10 + 1e-9) / 10));
        if (raised > stop) {
          stop = raised;
          if (low <= stop) return { n, role: "stop-loss", price: stop };
        }
      }
      first = false;
    }
  }
  return null;
}

/** Random walks of a tenth; each minute opens at the close before, or beside it. */
const path: fc.Arbitrary<readonly (readonly Candle[])[]> = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0, 0, 0, 0, -40, 40, -120),
      up: fc.integer({ min: 0, max: 90 }),
      down: fc.integer({ min: 0, max: 90 }),
      to: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 20, maxLength: 20 },
  )
  .map((moves) => {
    let last = 1000;
    const rows = moves.map(({ gap, up, down, to }): Ohlc => {
      const open = Math.max(300, last + gap);
      const [high, low] = [open + up, open - down];
      last = Math.round(low + to * (high - low));
      return [open / 10, high / 10, low / 10, last / 10];
    });
    return [0, 1, 2, 3].map((n) => minutesOf(n, rows.slice(n * 5, n * 5 + 5)));
  });

describe("a candle that minutes are known of", () => {
  it("sells at the target where that was touched first, and at the stop where that was", () => {
    const up = [
      minutesOf(0, [
        [100, 101, 99, 100],
        [100, 121, 100, 110],
        [110, 110, 95, 95],
        [95, 95, 85, 86],
        [86, 90, 86, 90],
      ]),
    ];
    expect(played(plain, up, false).sold).toMatchObject({ role: "stop-loss", price: "90" });
    const detailed = played(plain, up, true);
    expect(detailed.sold).toMatchObject({ role: "take-profit", price: "120", atMs: at(1), basis: "take-profit" });
    expect(detailed.trial.ambiguous).toMatchObject([{ openMs: at(0), isResolved: true }]);
    expect(detailed.trial.portfolio.orders.size).toBe(0);
    const down = [
      minutesOf(0, [
        [100, 101, 89, 95],
        [95, 121, 95, 110],
        [110, 110, 95, 95],
        [95, 95, 92, 93],
        [93, 93, 93, 93],
      ]),
    ];
    expect(played(plain, down, true).sold).toMatchObject({ role: "stop-loss", price: "90" });
  });

  it("raises a stop minute by minute, and sells where the price fell on it", () => {
    const rise: readonly Ohlc[] = [
      [100, 104, 96, 104],
      [104, 108, 104, 108],
      [108, 112, 107, 111],
      [111, 111, 109, 110],
    ];
    const held = [minutesOf(0, [...rise, [110, 110, 109, 109]])];
    // The whole candle fell from 112 to 96, for all it says.
    expect(played(trailing, held, false).sold).not.toBeNull();
    const detailed = played(trailing, held, true);
    expect(detailed.sold).toBeNull();
    expect(detailed.trial.last("stop-loss")?.triggerPrice).toBe("106.4");
    const left = [minutesOf(0, [...rise, [110, 110, 106, 109]])];
    expect(played(trailing, left, true).sold).toMatchObject({ role: "stop-loss", price: "106.4", atMs: at(1) });
    // The stop that this very candle has raised is jumped over.
    const jumped = [minutesOf(0, [...rise, [101, 102, 100, 101]])];
    expect(played(trailing, jumped, true).sold).toMatchObject({ price: "101", basis: "stop-gap" });
  });

  it("sells at the worse open of a minute that jumps over the stop", () => {
    const rows = [
      minutesOf(0, [
        [100, 100, 99, 99],
        [85, 86, 84, 86],
        [86, 86, 86, 86],
        [86, 86, 86, 86],
        [86, 86, 86, 86],
      ]),
    ];
    expect(played(plain, rows, false).sold?.price).toBe("90");
    expect(played(plain, rows, true)).toMatchObject({
      sold: { price: "85", basis: "stop-gap" },
      trial: { ambiguous: [], jumped: [{ role: "stop-loss" }] },
    });
  });

  it("is matched whole, stop first, where a minute is missing", () => {
    const rows = minutesOf(0, [
      [100, 101, 99, 100],
      [100, 121, 100, 110],
      [110, 110, 95, 95],
      [95, 95, 85, 86],
      [86, 90, 86, 90],
    ]);
    const trial = new Trial({ market: TENTHS, costs: free, minutes: rows.slice(1) });
    trial.send(orderListOf(entryOrder({ bracket: plain })), at(0));
    expect(trial.match(wholeOf(0, rows)).at(-1)).toMatchObject({ role: "stop-loss", price: "90" });
    expect(trial.ambiguous).toMatchObject([{ isResolved: false }]);
  });

  it.each([
    ["a plain bracket", plain, false],
    ["a trailing stop", trailing, true],
  ] as const)("sells what a plain walk over the minutes sells, at its price: %s", (_, bracket, trails) => {
    let sales = 0;
    fc.assert(
      fc.property(path, (minutes) => {
        const { sold } = played(bracket, minutes, true);
        const expected = walked(minutes, trails);
        sales += sold === null ? 0 : 1;
        expect(
          sold === null ? null : { n: (sold.atMs - at(1)) / 300_000, role: sold.role, price: Number(sold.price) },
        ).toEqual(expected);
      }),
      { numRuns: 300 },
    );
    expect(sales).toBeGreaterThan(50);
  });

  it("journals what the whole candle journals where nothing can be read in two ways, event for event", () => {
    let equal = 0;
    fc.assert(
      fc.property(path, fc.constantFrom(plain, trailing), (minutes, bracket) => {
        const detailed = played(bracket, minutes, true);
        if (detailed.trial.ambiguous.length + detailed.trial.jumped.length > 0) return;
        equal += 1;
        expect(detailed.trial.events).toEqual(played(bracket, minutes, false).trial.events);
      }),
      { numRuns: 300 },
    );
    expect(equal).toBeGreaterThan(50);
  });
});
