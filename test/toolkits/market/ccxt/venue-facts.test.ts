import { describe, expect, test } from "vitest";
import { type TIMEFRAMES, timeframeMs } from "#schemas/units.ts";
import { mostMarkets } from "#toolkits/market/ccxt/capacity.ts";
import { pageRowsAt, TESTED_VENUES, usualCash, venueFacts } from "#toolkits/market/ccxt/venue-facts.ts";
import { entryWindowMs } from "#toolkits/risk/draft.ts";

const said = { pageRows: 77, spacingMs: 40 };
const graceMs = 3000;
const fitting = (id: string, timeframe: (typeof TIMEFRAMES)[number], timeframes = 1) =>
  mostMarkets(venueFacts(id, said), { windowMs: entryWindowMs(timeframe), graceMs, timeframes });

describe("the table of exchanges", () => {
  test.each(TESTED_VENUES.map((venue) => [venue.id, venue] as const))(
    "says of %s what an answer to each kind of read must hold, and with what the desk begins",
    (_id, { answers, quote }) => {
      const kinds = new Set(answers.map((shape) => shape.of));
      for (const kind of ["candles", "tickers", "time"]) expect([kind, kinds.has(kind as never)]).toEqual([kind, true]);
      expect(usualCash(quote)).toBe("10000");
    },
  );

  test("knows of any other exchange what ccxt says, and that nobody has tried it", () => {
    expect(venueFacts("coinex", said)).toMatchObject({ tested: false, candles: { pageRows: 77, paceMs: 40 } });
    expect(venueFacts("coinex", { pageRows: null, spacingMs: 0 }).candles).toMatchObject({ pageRows: 300, paceMs: 1 });
    expect(venueFacts("mexc", said)).toMatchObject({ tested: true, candles: { pageRows: 500 } });
  });

  test("has smaller pages for what is long ago where the exchange does", () => {
    const nowMs = Date.parse("2026-11-28T00:00:00Z");
    const rows = (daysAgo: number, timeframe: (typeof TIMEFRAMES)[number]) =>
      pageRowsAt(venueFacts("bitget", said), timeframe, { sinceMs: nowMs - daysAgo * timeframeMs("1d"), nowMs });
    expect([rows(2, "5m"), rows(28, "5m"), rows(29, "5m"), rows(2, "1d"), rows(400, "1d")]).toEqual([
      1000, 1000, 200, 300, 200,
    ]);
  });

  test("has no usual amount of a currency that is worth something else", () => {
    expect([usualCash("KRW"), usualCash("TRY"), usualCash("BTC")]).toEqual([null, null, "1"]);
  });
});

describe("how many markets fit into the time for entries", () => {
  test("is what the exchange lets through, beside what orders need", () => {
    // 57 s at one request in 1.2 s are 47; ten are kept.
    expect(fitting("kraken", "5m")).toBe(37);
    expect(fitting("binance", "5m")).toBeGreaterThan(1000);
  });

  test("is no more on longer candles, whose time for entries is a minute too, and less on short ones", () => {
    expect(fitting("kraken", "1d")).toBe(fitting("kraken", "5m"));
    expect(fitting("hyperliquid", "1m")).toBe(35);
    expect(fitting("kraken", "1m")).toBe(1);
  });

  test("halves where a strategy reads two timeframes", () => {
    expect(fitting("kraken", "5m", 2)).toBe(18);
  });
});
