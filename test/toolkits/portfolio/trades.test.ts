import { describe, expect, it } from "vitest";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money, Quantity } from "#schemas/money.ts";
import { closedTrades } from "#test/support/folds.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { TradeFold } from "#toolkits/portfolio/trades.ts";
import { BTC, ETH, msAfter, T0 } from "../../memory/fixtures.ts";
import { buy, sell } from "./fixture.ts";

const exitOf = (digit: string, minutes: number) => ({ clientOrderId: digit.repeat(32), atMs: msAfter(minutes) });
const dust = (minutes: number): JournalEvent => ({
  type: "dust",
  strategyId: STRATEGY,
  atMs: msAfter(minutes),
  symbol: BTC,
  quantity: "0.1" as Quantity,
});
const writeOff = (minutes: number): JournalEvent => ({
  type: "write-off",
  strategyId: STRATEGY,
  atMs: msAfter(minutes),
  symbol: BTC,
  quantity: "1" as Quantity,
  cost: "100" as Money,
  reason: "delisted",
});
const pnlOf = (...events: JournalEvent[]) => closedTrades(events).map(({ pnl }) => pnl);

describe("closed trades", () => {
  it("are one entry with all its exits, in however many orders and fills, after the fees of both sides", () => {
    const trades = closedTrades([
      buy("1", "90", { fee: "0.1" }),
      buy("1", "110", { fee: "0.1", atMs: msAfter(1) }),
      sell("0.5", "110", { ...exitOf("a", 2), fee: "0.05" }),
      sell("0.5", "110", { ...exitOf("a", 3), fee: "0.05" }),
      sell("1", "120", { ...exitOf("b", 4), role: "stop-loss", fee: "0.1" }),
    ]);
    expect(trades).toEqual([
      {
        symbol: BTC,
        strategyId: STRATEGY,
        quantity: "2",
        entryMs: T0,
        exitMs: msAfter(4),
        entryPrice: "100",
        exitPrice: "115",
        exitRole: "stop-loss",
        exitReason: "stop-loss",
        entryTag: null,
        fees: [{ currency: "USDT", amount: "0.4" }],
        pnl: "29.6",
        returnPct: 14.8,
      },
    ]);
  });

  it("end with a write-off of what is left of them: sold for nothing", () => {
    const [trade, ...others] = closedTrades([
      buy("2", "100", { fee: "1" }),
      sell("0.5", "120", exitOf("a", 1)),
      writeOff(2),
    ]);
    expect(others).toEqual([]);
    // 10 on the half that was sold, 150 and the fee lost.
    expect(trade).toMatchObject({
      quantity: "2",
      exitPrice: "30",
      exitRole: "write-off",
      exitMs: msAfter(2),
      pnl: "-141",
    });
    expect(trade?.returnPct).toBeCloseTo(-70.5, 10);
  });

  it("that had ended lose the dust that is written off, and end as they did", () => {
    const [trade] = closedTrades([buy("1", "100"), sell("0.9", "110", exitOf("a", 1)), dust(1), writeOff(3)]);
    expect(trade).toMatchObject({ exitRole: "exit", exitMs: msAfter(1), pnl: "-1" });
  });

  it("do not have a position that is still open in part", () => {
    expect(pnlOf(buy("4", "100", { fee: "0.4" }), sell("1", "200"))).toEqual([]);
  });

  it("end where only dust is left, and the dust with its cost stays with what is held", () => {
    const [trade] = closedTrades([buy("1", "100", { fee: "1" }), sell("0.9", "110", exitOf("a", 1)), dust(1)]);
    expect(trade).toMatchObject({ quantity: "0.9", entryPrice: "100", exitPrice: "110", pnl: "8" });
    expect(trade?.returnPct).toBeCloseTo(800 / 90, 10);
  });

  it("begin at their own entry after dust, at its price and time", () => {
    const events = [
      buy("1", "100"),
      sell("0.9", "100", exitOf("a", 1)),
      dust(1),
      buy("1", "200", { atMs: msAfter(5) }),
      sell("1.1", "220", exitOf("b", 6)),
    ];
    const [first, second] = closedTrades(events);
    expect(second).toMatchObject({
      entryMs: msAfter(5),
      entryPrice: "200",
      exitPrice: "220",
      pnl: "22",
      returnPct: 10,
    });
    // The dust of the first was sold to the second, and 0.1 coins gained 100 each until then.
    expect(first).toMatchObject({ entryMs: T0, exitMs: msAfter(1), quantity: "1", pnl: "10", returnPct: 10 });
  });

  it("take in a first part of an entry that was too small to sell", () => {
    const events = [buy("0.1", "100"), dust(0), buy("1.9", "100"), sell("2", "110", exitOf("a", 1))];
    expect(closedTrades(events)).toMatchObject([{ quantity: "2", pnl: "20" }]);
  });

  it("take in dust that is sold after all, once", () => {
    const events = [buy("1", "100"), sell("0.9", "100", exitOf("a", 1)), dust(1), sell("0.1", "150", exitOf("b", 2))];
    expect(closedTrades(events)).toMatchObject([{ quantity: "1", exitMs: msAfter(2), pnl: "5" }]);
  });

  it("count a fee taken in coins once, at the entry", () => {
    const entry = buy("1", "100", { fee: "0.1", feeCurrency: "BTC" });
    expect(closedTrades([entry, sell("0.9", "100")])).toMatchObject([
      { pnl: "-10", returnPct: -10, fees: [{ currency: "BTC", amount: "0.1" }] },
    ]);
  });

  it("count a fee taken in coins once, at the exit, and take no profit on the coins that were the fee", () => {
    const exit = sell("0.9", "200", { fee: "0.1", feeCurrency: "BTC" });
    // 1 coin left that cost 100, for 180.
    expect(pnlOf(buy("1", "100"), exit)).toEqual(["80"]);
  });

  it("show a fee in a third coin, which is no part of the profit", () => {
    const fee = { fee: "0.001", feeCurrency: "BNB" };
    expect(closedTrades([buy("1", "100", fee), sell("1", "110", { fee: "0.11" })])).toMatchObject([
      {
        pnl: "9.89",
        fees: [
          { currency: "BNB", amount: "0.001" },
          { currency: "USDT", amount: "0.11" },
        ],
      },
    ]);
  });

  it("keep markets apart, in the order in which they ended", () => {
    const events = [
      buy("1", "100"),
      buy("1", "10", { symbol: ETH }),
      sell("1", "11", { symbol: ETH }),
      sell("1", "100"),
    ];
    expect(closedTrades(events).map(({ symbol }) => symbol)).toEqual([ETH, BTC]);
  });

  it("name the strategy whose order was filled, and are kept apart in one market", () => {
    const trend = { strategyId: "trend" };
    const events: JournalEvent[] = [
      buy("1", "100"),
      buy("2", "100", trend),
      sell("1", "90"),
      sell("1", "110", trend),
      { type: "dust", strategyId: STRATEGY, atMs: T0, symbol: BTC, quantity: "0.1" as Quantity },
      sell("1", "120", trend),
    ];
    expect(closedTrades(events)).toMatchObject([
      { strategyId: STRATEGY, pnl: "-10", quantity: "1" },
      { strategyId: "trend", pnl: "30", quantity: "2" },
    ]);
  });

  it("are told when they end, as they then stand", () => {
    const fold = new TradeFold();
    const entry = buy("1", "100");
    expect(fold.take(entry)).toBeNull();
    expect(fold.take(sell("0.9", "110"))).toBeNull();
    const ended = fold.take(dust(1));
    expect(ended?.finished()).toMatchObject({ pnl: "9" });
    expect(ended?.from).toBe(entry.fill);
    expect(fold.take(dust(2))).toBeNull();
  });

  it("are told with the fill that their profit begins with: the first trade's, where a rest was taken over", () => {
    const fold = new TradeFold();
    const entry = buy("1", "100");
    for (const event of [entry, sell("0.9", "100"), dust(1), buy("1", "100", { fillId: "f9" })]) fold.take(event);
    expect(fold.take(sell("1.1", "100"))?.from).toBe(entry.fill);
    fold.take(buy("1", "100", { fillId: "f10" }));
    expect(fold.take(sell("1", "100"))?.from.fillId).toBe("f10");
  });
});
