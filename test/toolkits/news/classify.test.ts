import { describe, expect, it } from "vitest";
import { newsKind, tickersIn } from "#toolkits/news/classify.ts";

// Titles in the forms that exchanges announce in; names of coins are invented where a real one adds nothing.
describe("the kind of an announcement", () => {
  it.each([
    "Binance Will Delist AMB, CLV, STMX and VITE on 2025-02-24",
    "Notice of Removal of Spot Trading Pairs - 2025-03-07",
    "KuCoin Will Delist Certain Projects",
    "Delisting of ABC (ABC)",
    "OKX to delist several spot trading pairs",
    "Gate Will Remove XYZ Trading Pairs",
    "Kraken is ending support for OMG",
    "Bitget: Delisting of 12 spot trading pairs on 5 January 2026",
    "XYZ will be delisted",
    "HTX Will Terminate Spot Trading of Foo (FOO)",
    "Postponement of the delisting of ABC (ABC)",
    "Bybit Will Discontinue Trading for FOO/USDT",
  ])("%s: a delisting", (title) => expect(newsKind(title)).toBe("delisting"));

  it.each([
    "Binance Will List Foo (FOO) with Seed Tag Applied",
    "Foo (FOO) Gets Listed on KuCoin! World Premiere: trading starts at 10:00",
    "Kraken adds support for FOO",
    "New listing: FOO/USDT spot trading",
    "Initial Listing | Gate will list Foo (FOO)",
    "OKX to list FOO for spot trading",
    "Coinbase will add support for Foo (FOO) on the Ethereum network",
    "FOO is now available on Bitstamp",
  ])("%s: a listing", (title) => expect(newsKind(title)).toBe("listing"));

  it.each([
    "Scheduled System Maintenance on 2026-01-06",
    "Wallet Maintenance for Solana Network (SOL)",
    "Suspension of Deposits and Withdrawals of FOO",
    "KuCoin Will Suspend the Deposit and Withdrawal Services of Foo (FOO)",
    "Binance Will Support the Foo (FOO) Network Upgrade & Hard Fork",
    "Deposits of BTC are resumed",
    "SOL withdrawals paused",
  ])("%s: maintenance", (title) => expect(newsKind(title)).toBe("maintenance"));

  it.each([
    "Binance Futures Will Delist USD\u24c8-M FOOUSDT Perpetual Contract",
    "Notice of Removal of Margin Trading Pairs",
    "Binance Will Not Delist FOO",
    "Bybit Will List FOOUSDT Perpetual Contract",
    "Bitcoin rises above its whitelisted level",
    "Weekly market report",
    "Earn up to 12% APR with FOO",
    "Price list of fees",
  ])("%s: none of these", (title) => expect(newsKind(title)).toBe("other"));
});

describe("the coins that a title names", () => {
  it.each<[string, readonly string[]]>([
    ["Binance Will List Foo (FOO) and Bar (BAR)", ["FOO", "BAR"]],
    ["Binance Will Delist AMB, CLV, STMX and VITE on 2025-02-24", ["AMB", "CLV", "STMX", "VITE"]],
    ["Delisting of ABC & DEF", ["ABC", "DEF"]],
    ["New pairs: FOO/USDT, BAR-USDC, BAZUSDT", ["FOO", "BAR", "BAZ"]],
    ["$foo and $1000PEPE fly", ["FOO"]],
    ["Wallet maintenance (1INCH, SOL)", ["1INCH", "SOL"]],
    ["FOO/USDT (FOO) will be delisted", ["FOO"]],
    ["Maintenance on (2026-01-05)", []],
    ["THE BIG NEWS OF TODAY", []],
    ["Pays $100 in USDT", []],
  ])("%s: %j", (title, tickers) => expect(tickersIn(title)).toEqual(tickers));

  it("reads a title of any length and kind in no time, and names forty at most", () => {
    for (const piece of ["A,", "(A", "delist A,", "$A", "A/USDT ", "AUSDT", "remove "]) {
      expect(tickersIn(piece.repeat(100)).length).toBeLessThanOrEqual(40);
      expect(newsKind(piece.repeat(100))).toBeTypeOf("string");
    }
  });
});
