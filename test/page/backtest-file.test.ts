// The page of a backtest as it leaves the desk: everything is there without a script, nothing is fetched, and what others wrote is text.
import { describe, expect, it } from "vitest";
import { backtestPage } from "#apps/html/backtest-page.ts";
import { typedCommand } from "#apps/research/saved.ts";
import { drawnBacktest, HOSTILE } from "#test/support/drawn-backtest.ts";

const COMMAND = "deeptrader backtest --html b.html";
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe("the page of a backtest", () => {
  it("has each headline with its interval or why there is none, what holding came to, and how it is defined", async () => {
    const page = await backtestPage(drawnBacktest({ trades: 40, markets: 4 }), COMMAND);
    for (const words of [
      "Sharpe ratio",
      "−0.20 to 1.00",
      "under 30 trades: no interval",
      "mean over deviation of daily returns",
      "buy and hold",
      "largest drawdown",
      "By weekday of the entry",
      "Below the highest equity so far",
      "closes up to",
      "800.00 USDT fees (10 bps a side; 2 markets have their own), 5 bps slippage a side",
    ])
      expect([words, page.includes(words)]).toEqual([words, true]);
  });

  it("says on top that prices are invented where they are, and not where they are not", async () => {
    expect(await backtestPage(drawnBacktest({ trades: 3, markets: 1 }), COMMAND)).toContain(
      "SIMULATED – invented prices",
    );
    const real = await backtestPage(drawnBacktest({ trades: 3, markets: 1, simulated: false }), COMMAND);
    expect(real).not.toContain("SIMULATED");
  });

  it("shows the names, tags, rules and reasons of a user's files as text", async () => {
    const page = await backtestPage(drawnBacktest({ trades: 5, markets: 2, words: HOSTILE }), HOSTILE);
    expect(page).not.toContain("<script>alert");
    expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)");
    expect(count(page, /<script/g)).toBe(1);
  });

  it("names no file and no address that a browser would fetch", async () => {
    const page = await backtestPage(drawnBacktest({ trades: 5, markets: 2 }), COMMAND);
    expect(page).not.toMatch(/(src|href)="(?!#)|url\(|@import/);
  });

  it("can be made of a run without a trade", async () => {
    const page = await backtestPage(drawnBacktest({ trades: 0, markets: 2 }), COMMAND);
    expect(page).toContain("No trade is drawn.");
  });
});

describe("what was typed", () => {
  it("can be typed again", () => {
    expect(typedCommand(["node", "deeptrader", "backtest", "--rule", `two "words" of Tom's, $7`, "--seed", "7"])).toBe(
      `deeptrader backtest --rule 'two "words" of Tom'\\''s, $7' --seed 7`,
    );
  });
});
