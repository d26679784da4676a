import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CandleSeries } from "#schemas/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { warmupOf } from "#toolkits/indicators/warmup.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { toSeries } from "#toolkits/market/closed-candles.ts";
import { describeFolder, folderNotes, windowsOf } from "#toolkits/market/replay/describe-folder.ts";

const STEP_MS = 300_000;

/** A series of the candles whose number is not left out. */
function seriesOf(symbol: string, count: number, isMissing: (n: number) => boolean = () => false): CandleSeries {
  const numbers = Array.from({ length: count }, (_, n) => n).filter((n) => !isMissing(n));
  const rows = numbers.map((n) => ({ openMs: n * STEP_MS, open: 1, high: 1, low: 1, close: 1, volume: 1 }));
  const nowMs = unixMs(count * STEP_MS);
  return toSeries({ symbol: MarketSymbol.parse(symbol), timeframe: "5m", rows, nowMs, graceMs: 0, fromMs: unixMs(0) });
}

const folderOf = (...all: readonly CandleSeries[]) => ({
  symbols: all.map(({ symbol }) => symbol),
  timeframe: "5m" as const,
  series: (symbol: MarketSymbol) => all.find((one) => one.symbol === symbol) ?? seriesOf(symbol, 0),
});

describe("a folder, market by market", () => {
  it("counts candles, holes and what can be entered on", () => {
    const [whole, holed] = describeFolder(
      folderOf(
        seriesOf("A/USDT", 600),
        seriesOf("B/USDT", 600, (n) => n === 300 || n === 301 || n === 400),
      ),
      "USDT",
    );
    expect(whole).toEqual({
      symbol: "A/USDT",
      candles: 600,
      fromMs: 0,
      toMs: 600 * STEP_MS,
      holes: 0,
      missing: 0,
      missingRatio: 0,
      windows: { full: 351, tooFew: 249, holed: 0 },
      problem: null,
    });
    expect(holed).toMatchObject({ candles: 597, holes: 2, missing: 3, missingRatio: 0.005, problem: null });
  });

  it("says of a market with many holes on how many candles nothing can be entered", () => {
    const [market] = describeFolder(folderOf(seriesOf("A/USDT", 1000, (n) => n % 5 === 2)), "USDT");
    expect(market?.windows.full).toBe(0);
    expect(market?.problem).toBe("no entries on 800 of 800 candles: 200 are missing (20 %)");
  });

  it("says what is too short, empty, or quoted in something else", () => {
    const all = describeFolder(
      folderOf(seriesOf("A/USDT", 249), seriesOf("B/USDT", 0), seriesOf("C/BTC", 600), seriesOf("D/BTC", 600)),
      "USDT",
    );
    expect(folderNotes(all)).toEqual([
      "A/USDT: 249 candles, entries need 250",
      "B/USDT: no 5m candles",
      "C/BTC, D/BTC: quoted in BTC, not traded: the desk settles in USDT",
    ]);
  });

  it("has nothing to note on a whole folder", () => {
    expect(folderNotes(describeFolder(folderOf(seriesOf("A/USDT", 250)), "USDT"))).toEqual([]);
  });
});

describe("windows", () => {
  it("are counted as the analyst judges each of them, in any part of a series with holes", () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 12 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(runs, fc.nat(900), fc.nat(900), (lengths, from, length) => {
        const missing = new Set<number>();
        let count = 0;
        for (const [present, hole] of lengths) {
          for (let n = count + present; n < count + present + hole; n++) missing.add(n);
          count += present + hole;
        }
        const series = seriesOf("A/USDT", count + 1, (n) => missing.has(n));
        const span = { fromMs: from * STEP_MS, toMs: (from + length) * STEP_MS };
        const kinds = { full: 0, partial: 0, insufficient: 0 };
        for (let atMs = span.fromMs; atMs <= span.toMs; atMs += STEP_MS) {
          const window = windowAt(series, unixMs(atMs));
          if (window !== null) kinds[warmupOf(window)] += 1;
        }
        const { full, tooFew, holed } = windowsOf(series, span);
        expect({ full, rest: tooFew + holed }).toEqual({ full: kinds.full, rest: kinds.partial + kinds.insufficient });
      }),
      { numRuns: 60 },
    );
  });
});
