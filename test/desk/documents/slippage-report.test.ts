import { describe, expect, it } from "vitest";
import { VenueBook } from "#desk/account/venue-book.ts";
import { SlippageReport, slippageReportOf } from "#desk/documents/slippage-report.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { testConfig } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { bought, FIRST_MS, HOUR_MS } from "./slippage-fixture.ts";

const DESK = {
  config: { ...testConfig({}), mode: "live" as const },
  markets: new Map([["BTC/USDT" as MarketSymbol, testMarket("BTC/USDT" as MarketSymbol)]]),
  marketData: { venue: "binance" },
  runId: "live:sandbox:7001",
} as unknown as Parameters<typeof slippageReportOf>[0];

/** With what a journal says. */
function deskWith(events: readonly JournalEvent[], mode: "paper" | "live" = "live") {
  const venueBook = new VenueBook({ mode });
  for (const event of events) venueBook.take(event);
  return { ...DESK, config: { ...DESK.config, mode }, venueBook };
}

const report = (events: readonly JournalEvent[], asked: Partial<Parameters<typeof slippageReportOf>[1]> = {}) =>
  SlippageReport.parse(
    slippageReportOf(deskWith(events), { nowMs: unixMs(FIRST_MS), sinceMs: null, symbol: null, ...asked }),
  );

describe("the report of slippage", () => {
  it("has median, mean, p90 and worst, and no interval under 30 orders", () => {
    const { all, costs, withoutQuote } = report(bought([1, 2, 3, 4, 5, 6, 7, 8, 9, 50, null]));
    expect(all).toMatchObject({ orders: 11, unfilled: 1, partly: 0, onlyOnPaper: 1, notOnPaper: 0 });
    const { medianBps, meanBps, p90Bps, worstBps, interval, orders } = all.againstQuote ?? {};
    expect([orders, interval]).toEqual([10, null]);
    for (const [is, was] of [
      [medianBps, 5.5],
      [meanBps, 9.5],
      [p90Bps, 9],
      [worstBps, 50],
    ] as const)
      expect(is).toBeCloseTo(was, 6);
    expect([costs, withoutQuote]).toEqual([[], 0]);
  });

  it("is by market, role and hour of the day, of one market and since a time where that is asked", () => {
    const events = bought(Array.from({ length: 30 }, () => 4));
    const whole = report(events);
    expect(whole.byMarket.map(({ symbol, orders }) => [symbol, orders])).toEqual([
      ["BTC/USDT", 15],
      ["ETH/USDT", 15],
    ]);
    expect(whole.byRole.map(({ role, orders }) => [role, orders])).toEqual([["entry", 30]]);
    expect(whole.byHour).toHaveLength(24);
    expect(whole.byHour[5]).toMatchObject({ hour: 5, orders: 2 });
    const part = report(events, { symbol: "ETH/USDT" as MarketSymbol, sinceMs: unixMs(FIRST_MS + 24 * HOUR_MS) });
    expect(part.all.orders).toBe(3);
  });

  it("has what backtests would assume from 30 orders on: half the spread with it, the interval, and the fee", () => {
    const [all, ...others] = report(bought(Array.from({ length: 40 }, (_, n) => 3 + (n % 3)))).costs;
    expect(others).toEqual([]);
    expect(all).toMatchObject({ symbol: null, orders: 40, assumedSlippageBps: 5, assumedFeeBps: 10 });
    expect(all?.slippageBps).toBeCloseTo(4.975, 1);
    expect(all?.interval[0]).toBeLessThan(all?.slippageBps ?? 0);
    expect(all?.feeBps).toBeCloseTo(10, 1);
  });

  it("is empty of a run on paper", () => {
    const paper = deskWith(bought([1, 2]), "paper");
    const asked = { nowMs: unixMs(FIRST_MS), sinceMs: null, symbol: null };
    expect(slippageReportOf(paper, asked)).toMatchObject({ mode: "paper", byMarket: [], costs: [] });
  });
});
