import { describe, expect, it } from "vitest";
import type { CandleSeries } from "#schemas/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { toSeries } from "#toolkits/market/closed-candles.ts";
import { describeFolder, folderNotes } from "#toolkits/market/replay/describe-folder.ts";

const STEP_MS = 300_000;

/** A series of the candles whose number is not left out. */
function seriesOf(symbol: string, count: number, isMissing: (n: number) => boolean = () => false): CandleSeries {
  const numbers = Array.from({ length: count }, (_, n) => n).filter((n) => !isMissing(n));
  const rows = numbers.map((n) => ({ openMs: n * STEP_MS, open: 1, high: 1, low: 1, close: 1, volume: 1 }));
  const nowMs = unixMs(count * STEP_MS);
  return toSeries({ symbol: MarketSymbol.parse(symbol), timeframe: "5m", rows, nowMs, graceMs: 0, count });
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
    const [market] = describeFolder(folderOf(seriesOf("A/USDT", 1000, (n) => n % 10 === 5)), "USDT");
    expect(market?.windows.full).toBe(0);
    expect(market?.problem).toBe("no entries on 900 of 900 candles: 100 are missing (10 %)");
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
