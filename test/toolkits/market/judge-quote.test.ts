import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ticker } from "#schemas/market.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { judgeQuote, type QuoteReference, referenceOf } from "#toolkits/market/judge-quote.ts";

const NOW_MS = 1_700_000_000_000;
const ticker = (change: Partial<Ticker> = {}): Ticker => ({
  symbol: "BTC/USDT" as MarketSymbol,
  atMs: NOW_MS,
  bid: 99,
  ask: 101,
  last: 100,
  quoteVolume: null,
  ...change,
});
const CALM: QuoteReference = { close: 100, atr: 0.5 };
const judge = (
  side: "buy" | "sell",
  change: Partial<Ticker> | undefined = {},
  reference: QuoteReference | null = CALM,
) => judgeQuote({ ticker: change === undefined ? undefined : ticker(change), reference, side, nowMs: NOW_MS });
const reasonOf = (judged: ReturnType<typeof judgeQuote>) => (judged.status === "no-price" ? judged.reason : null);

describe("a quote", () => {
  it("is the ask for a purchase and the bid for a sale", () => {
    expect(judge("buy")).toEqual({ status: "price", price: 101 });
    expect(judge("sell")).toEqual({ status: "price", price: 99 });
  });

  it("of unknown age is no price, and one over 10 s old is none", () => {
    expect(reasonOf(judge("buy", { atMs: null }))).toBe("bid and ask have no time stamp, so their age is unknown");
    expect(judge("sell", { atMs: NOW_MS - 10_000 }).status).toBe("price");
    expect(reasonOf(judge("sell", { atMs: NOW_MS - 10_001 }))).toBe("bid and ask are 10.001 s old, limit 10 s");
    expect(judge("sell", { atMs: Number.NaN }).status).toBe("no-price");
  });

  it.each([
    ["crossed", { bid: 101.5 }],
    ["zero bid", { bid: 0 }],
    ["zero ask", { ask: 0 }],
    ["negative bid", { bid: -1 }],
    ["no number", { bid: Number.NaN }],
    ["no number to ask", { ask: Number.NaN }],
  ])("that is no market (%s) is no price on either side", (_hazard, change) => {
    for (const side of ["buy", "sell"] as const) expect(reasonOf(judge(side, change))).toContain("are no market");
  });

  it("up to 20 % from the last close is one, either way, and beyond is none", () => {
    expect(judge("buy", { bid: 119, ask: 120 }).status).toBe("price");
    expect(reasonOf(judge("buy", { bid: 119, ask: 120.1 }))).toBe(
      "the ask of 120.1 is 20.1 % from the last close of 100, limit 20 %",
    );
    expect(judge("sell", { bid: 80, ask: 81 }).status).toBe("price");
    expect(judge("sell", { bid: 79.9, ask: 81 }).status).toBe("no-price");
    expect(judge("sell", { bid: 0.33, ask: 0.34 }).status).toBe("no-price");
    expect(judge("buy", { bid: 49, ask: 50 }).status).toBe("no-price");
  });

  it("may be as far as ten ATR where the market moves that much", () => {
    const wild = { close: 100, atr: 4 };
    expect(judge("sell", { bid: 60, ask: 61 }, wild).status).toBe("price");
    expect(judge("sell", { bid: 59.9, ask: 61 }, wild).status).toBe("no-price");
  });

  it("is judged by the side that trades: a wild ask does not bar the way out", () => {
    expect(judge("sell", { ask: 1000 })).toEqual({ status: "price", price: 99 });
  });

  it("without anything to compare it with is no price", () => {
    expect(reasonOf(judge("sell", {}, null))).toContain("no closed candle");
    expect(judge("sell", {}, { close: 100, atr: null }).status).toBe("price");
  });

  it("that is not there is no price", () => {
    expect(judgeQuote({ ticker: undefined, reference: CALM, side: "sell", nowMs: NOW_MS }).status).toBe("no-price");
  });

  it("gives no price that is not a positive number within reach, whatever comes", () => {
    const any = fc.oneof(fc.double(), fc.double({ min: 0, max: 300 }));
    fc.assert(
      fc.property(any, any, fc.double({ min: 1, max: 200, noNaN: true }), (bid, ask, close) => {
        const judged = judge("sell", { bid, ask }, { close, atr: null });
        if (judged.status === "price") expect(Math.abs(judged.price / close - 1)).toBeLessThan(0.2 + 1e-9);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what it is compared with", () => {
  const series = (rows: number) => ({
    open: new Float64Array(rows).fill(100),
    volume: new Float64Array(rows).fill(1),
    high: new Float64Array(rows).fill(102),
    low: new Float64Array(rows).fill(98),
    close: new Float64Array(rows).fill(100),
  });

  it("is the newest close and the ATR, which needs 15 candles", () => {
    expect(referenceOf(series(60))).toEqual({ close: 100, atr: expect.closeTo(4, 9) });
    expect(referenceOf(series(14))).toEqual({ close: 100, atr: null });
    expect(referenceOf(series(0))).toBeNull();
  });
});
