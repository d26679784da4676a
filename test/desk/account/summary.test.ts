import { describe, expect, it } from "vitest";
import { computeMetrics, type MetricsInput } from "#desk/account/summary.ts";
import { TradeStatistics } from "#desk/account/trade-statistics.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { STRATEGY } from "#test/support/strategy.ts";

let fills = 0;

/** One fill of a whole coin, with a fee of 1 in quote. */
function fill(side: "buy" | "sell", symbol: string, price: string, atMs: number): JournalEvent {
  fills += 1;
  return {
    type: "fill",
    atMs: unixMs(atMs),
    fill: {
      fillId: `fill-${fills}`,
      clientOrderId: fills.toString(16).padStart(32, "0"),
      strategyId: STRATEGY,
      symbol: symbol as MarketSymbol,
      side,
      role: side === "buy" ? "entry" : "exit",
      quantity: "1" as Quantity,
      price: price as Price,
      notional: price as Money,
      fee: "1",
      feeCurrency: "USDT",
      atMs: unixMs(atMs),
      basis: "next-open",
    },
  };
}

function metricsOf(statistics: TradeStatistics, change: Partial<MetricsInput> = {}) {
  return computeMetrics({
    statistics,
    counts: { decisions: 4, refusals: 1, orders: 3, fills: 6 },
    startMs: unixMs(0),
    endMs: unixMs(10),
    slots: 11,
    startingCash: 1_000,
    finalEquity: 1_024,
    buyAndHoldPct: 3,
    feesPaid: "6",
    costs: { feeBps: 10, slippageBps: 5 },
    ...change,
  });
}

describe("metrics", () => {
  it("of three trades, worked out by hand", () => {
    const statistics = new TradeStatistics();
    // +20 - 2, -10 - 2, +20 - 2 on costs of 100, 100 and 200.
    for (const event of [
      fill("buy", "A/USDT", "100", 1),
      fill("sell", "A/USDT", "120", 2),
      fill("buy", "B/USDT", "100", 3),
      fill("buy", "C/USDT", "200", 3),
      fill("sell", "B/USDT", "90", 4),
      fill("sell", "C/USDT", "220", 5),
    ])
      statistics.take(event);
    for (const [slot, equity] of [1_000, 1_018, 980, 1_100, 1_024].entries()) statistics.mark(unixMs(slot), equity);
    const metrics = metricsOf(statistics);
    expect(metrics).toMatchObject({
      tradesClosed: 3,
      buyAndHoldPct: 3,
      meanTradePct95: null,
      feesPaid: "6",
      feeBps: 10,
      slippageBps: 5,
      decisions: 4,
      refusals: 1,
      slots: 11,
    });
    expect(metrics.totalReturnPct).toBeCloseTo(2.4, 10);
    expect(metrics.winRatePct).toBeCloseTo(200 / 3, 10);
    expect(metrics.meanTradePct).toBeCloseTo((18 - 12 + 9) / 3, 10);
    expect(metrics.profitFactor).toBeCloseTo((18 + 18) / 12, 10);
    // From 1,100 down to 1,024.
    expect(metrics.maxDrawdownPct).toBeCloseTo(6.909090909, 8);
  });

  it("without a trade say nothing of trades", () => {
    expect(metricsOf(new TradeStatistics())).toMatchObject({
      tradesClosed: 0,
      winRatePct: null,
      meanTradePct: null,
      meanTradePct95: null,
      profitFactor: null,
    });
  });

  it("without a loser have no profit factor: it would be infinite", () => {
    const statistics = new TradeStatistics();
    statistics.take(fill("buy", "A/USDT", "100", 1));
    statistics.take(fill("sell", "A/USDT", "150", 2));
    expect(metricsOf(statistics).profitFactor).toBeNull();
  });

  it("give an interval from 30 trades on, of the mean ± 1.96 standard errors", () => {
    const statistics = new TradeStatistics();
    for (let trade = 0; trade < 30; trade++) {
      statistics.take(fill("buy", "A/USDT", "100", trade));
      // Returns of +8 % and -2 % after fees, in turn: mean 3, deviation 5.0855.
      statistics.take(fill("sell", "A/USDT", trade % 2 === 0 ? "110" : "100", trade));
      if (trade === 28) expect(metricsOf(statistics).meanTradePct95).toBeNull();
    }
    const [low = Number.NaN, high = Number.NaN] = metricsOf(statistics).meanTradePct95 ?? [];
    expect((low + high) / 2).toBeCloseTo(3, 10);
    expect(high - low).toBeCloseTo((2 * 1.959964 * Math.sqrt((30 / 29) * 25)) / Math.sqrt(30), 8);
  });
});

describe("the equity line", () => {
  it("keeps the first and the last point, evenly spaced, however long the run", () => {
    const statistics = new TradeStatistics();
    for (let slot = 0; slot < 100_003; slot++) statistics.mark(unixMs(slot), 1_000 + slot);
    const line = statistics.equityLine();
    expect(line[0]).toEqual({ atMs: 0, equity: 1_000 });
    expect(line.at(-1)).toEqual({ atMs: 100_002, equity: 101_002 });
    expect(line.length).toBeLessThanOrEqual(4_097);
    expect(line.length).toBeGreaterThan(2_000);
    const steps = new Set(line.slice(1, -1).map((point, n) => point.atMs - (line[n]?.atMs ?? 0)));
    expect(steps.size).toBe(1);
  });

  it("is empty before the first slot and has one point after it", () => {
    const statistics = new TradeStatistics();
    expect(statistics.equityLine()).toEqual([]);
    statistics.mark(unixMs(5), 10);
    expect(statistics.equityLine()).toEqual([{ atMs: 5, equity: 10 }]);
  });

  it("sees a drawdown between two kept points", () => {
    const statistics = new TradeStatistics();
    for (let slot = 0; slot < 20_000; slot++) statistics.mark(unixMs(slot), slot === 12_345 ? 500 : 1_000);
    expect(statistics.maxDrawdownPct()).toBeCloseTo(50, 10);
    expect(statistics.equityLine().some((point) => point.equity === 500)).toBe(false);
  });
});

describe("trade statistics of a long run", () => {
  it("compute the trades once after each fill, not at every look", () => {
    const statistics = new TradeStatistics();
    statistics.take(fill("buy", "A/USDT", "100", 1));
    statistics.take(fill("sell", "A/USDT", "110", 2));
    const trades = statistics.trades();
    statistics.mark(unixMs(3), 1);
    expect(statistics.trades()).toBe(trades);
    statistics.take(fill("buy", "A/USDT", "100", 4));
    statistics.take(fill("sell", "A/USDT", "90", 5));
    expect(statistics.trades()).toHaveLength(2);
  });
});
