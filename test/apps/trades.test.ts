// `trades`: what closed trades come to, the CSV, and what --since leaves out.
import { describe, expect, it } from "vitest";
import { tradesCommand } from "#apps/commands/trades.ts";
import { createIo } from "#apps/io.ts";
import { renderTrades, tradesCsv } from "#apps/text/trades-text.ts";
import { TradesReport, tradesReportOf } from "#desk/documents/trades-report.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { eager } from "#test/support/eager-strategy.ts";
import { simulatedDesk } from "./simulated-desk.ts";

const { style } = createIo({ json: true, quiet: true });
const DAY_MS = 86_400_000;
const T0 = Date.UTC(2026, 0, 5);

const trade = (symbol: string, exitMs: number, pnl: string, over: Partial<ClosedTrade> = {}): ClosedTrade => ({
  symbol: symbol as MarketSymbol,
  strategyId: "mean-reversion",
  quantity: "0.1" as Quantity,
  entryMs: unixMs(exitMs - 3_600_000),
  exitMs: unixMs(exitMs),
  entryPrice: "100.123456789012" as Price,
  exitPrice: "110" as Price,
  exitRole: "exit",
  exitReason: "exit signal",
  entryTag: null,
  fees: [{ currency: "USDT", amount: "0.20000637359296" }],
  pnl: pnl as Money,
  returnPct: Number(pnl),
  ...over,
});

const TRADES = [
  trade("BTC/USDT", T0 + 1, "3"),
  trade("ETH/USDT", T0 + DAY_MS - 1, "-1", { strategyId: "breakout" }),
  trade("BTC/USDT", T0 + DAY_MS, "0.5", {
    fees: [
      { currency: "USDT", amount: "0.1" },
      { currency: "BNB", amount: "0.002" },
    ],
  }),
];

const reportOf = (sinceMs: number | null = null, trades: readonly ClosedTrade[] = TRADES) =>
  tradesReportOf(trades, {
    run: "live",
    strategies: ["mean-reversion"],
    quote: "USDT",
    nowMs: unixMs(T0 + 2 * DAY_MS),
    sinceMs: sinceMs === null ? null : unixMs(sinceMs),
    openPositions: 2,
    buyAndHoldPct: null,
    feeBps: 10,
    slippageBps: 5,
  });

describe("closed trades", () => {
  it("are summed by market, by the UTC day of the exit and by strategy, fees by coin", () => {
    const report = reportOf();
    expect(TradesReport.parse(report)).toEqual(report);
    expect(report.byMarket).toEqual([
      { name: "BTC/USDT", trades: 2, won: 2, winRatePct: 100, pnl: "3.5" },
      { name: "ETH/USDT", trades: 1, won: 0, winRatePct: 0, pnl: "-1" },
    ]);
    expect(report.byDay).toEqual([
      { name: "2026-01-05", trades: 2, won: 1, winRatePct: 50, pnl: "2" },
      { name: "2026-01-06", trades: 1, won: 1, winRatePct: 100, pnl: "0.5" },
    ]);
    expect(report.byStrategy.map(({ name, pnl }) => [name, pnl])).toEqual([
      ["mean-reversion", "3.5"],
      ["breakout", "-1"],
    ]);
    expect(report.fees).toEqual([
      { currency: "USDT", amount: "0.50001274718592" },
      { currency: "BNB", amount: "0.002" },
    ]);
    expect(report).toMatchObject({ pnl: "2.5", tradesClosed: 3, profitFactor: 3.5, meanTradePct95: null });
  });

  it("that ended before --since are in no figure", () => {
    expect(reportOf(T0 + DAY_MS)).toMatchObject({ pnl: "0.5", tradesClosed: 1, byDay: [{ name: "2026-01-06" }] });
    expect(reportOf(T0 + DAY_MS + 1)).toMatchObject({ pnl: "0", tradesClosed: 0, winRatePct: null, trades: [] });
  });

  it("are shown with costs, the interval's absence and what is still open", () => {
    const text = renderTrades(reportOf(), style);
    expect(text).toContain("3 closed trades in this run, 2 still open");
    expect(text).toContain("0.10 USDT + 0.002 BNB");
    expect(text).toMatch(/mean trade +\+0\.83 % \(under 30 trades: no interval\)/);
    expect(text).toMatch(/buy and hold +not known/);
    expect(text).toContain("0.50 USDT + 0.002 BNB fees (10 bps a side unless the market says otherwise)");
    const many = renderTrades(reportOf(null, Array<ClosedTrade>(30).fill(TRADES[0] as ClosedTrade)), style);
    expect(many).toContain("… 10 earlier ones");
    expect(many).toContain("95 % interval");
  });

  it("as CSV have a header and exact numbers, and say that prices are invented", () => {
    const [header, first, , third, ...rest] = tradesCsv({ ...reportOf(), simulated: true }).split("\n");
    expect(header).toBe(
      "symbol,strategy,quantity,entry_time,exit_time,entry_price,exit_price,exit,fee,fee_currency,pnl,return_pct,pnl_currency,prices",
    );
    expect(first).toBe(
      "BTC/USDT,mean-reversion,0.1,2026-01-04T23:00:00.001Z,2026-01-05T00:00:00.001Z,100.123456789012,110,exit,0.20000637359296,USDT,3,3,USDT,SIMULATED – invented prices",
    );
    expect(third).toContain(",0.1;0.002,USDT;BNB,0.5,");
    expect(rest).toEqual([]);
    expect(tradesCsv({ ...reportOf(), simulated: false })).not.toContain("SIMULATED");
  });
});

describe("the command", () => {
  it("reads the trades of the run, with buy and hold of the same time beside them", async () => {
    const { desk, clock, run, runSlot } = await simulatedDesk({ strategies: [eager] });
    for (let slot = 0; slot < 24; slot++) await runSlot(slot);
    const ask = async (flags: Readonly<Record<string, unknown>>) =>
      (await run<TradesReport>(tradesCommand, flags)).document;
    const all = await ask({});
    expect(all.trades).toEqual(desk.account.statistics().trades());
    expect(all.trades.length).toBeGreaterThan(2);
    expect(all).toMatchObject({ simulated: true, strategy: eager.id, sinceMs: null });
    expect(all.buyAndHoldPct).not.toBeNull();
    const [, second] = all.trades;
    const later = await ask({ since: String(second?.exitMs) });
    expect(later.trades).toEqual(all.trades.filter(({ exitMs }) => exitMs >= (second?.exitMs ?? 0)));
    expect(later.buyAndHoldPct).not.toBe(all.buyAndHoldPct);
    expect((await ask({ since: "1d" })).sinceMs).toBe(clock.now() - DAY_MS);
  });

  it.each([
    [{ since: "yesterday" }, /--since was "yesterday"/],
    [{ csv: true, json: true }, /both given/],
  ] as const)("refuses %j before a desk is opened", (flags, message) => {
    expect(() => tradesCommand.check?.({ args: [], flags })).toThrow(message);
  });
});
