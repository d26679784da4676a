// Questions of the kind "what if BTC falls 10 %": the market, the move and the time, or another question altogether.
import { describe, expect, it } from "vitest";
import { type GrammarContext, parseQuestion } from "#agents/deep-trader-manager/language/intent.ts";
import { intentKey } from "#schemas/question.ts";
import { DeskId, MarketSymbol, VenueId } from "#schemas/units.ts";

const symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "LINK/USDT"].map((symbol) => MarketSymbol.parse(symbol));
const context: GrammarContext = { symbols, quote: "USDT", defaultTimeframe: "5m" };

function shockOf(text: string): readonly unknown[] {
  const parsed = parseQuestion(text, context);
  if (parsed.status !== "parsed") return [parsed.status];
  const { kind, symbol, shock } = parsed.intent;
  return shock === undefined ? [kind] : [symbol, shock.movePct, shock.minutes, shock.gapPct];
}

describe("a stress question", () => {
  it.each([
    ["what if BTC falls 10 %?", ["BTC/USDT", -10, 60, 0]],
    ["stress test", [null, -10, 60, 0]],
    ["run a stress test of my portfolio", [null, -10, 60, 0]],
    ["how much do I lose if the market drops 10 % in an hour", [null, -10, 60, 0]],
    ["How much would we lose if everything dumps 30 percent at once?", [null, -30, 1, -30]],
    ["what happens to my positions if bitcoin crashes by 20% overnight?", ["BTC/USDT", -20, 720, 0]],
    ["What would I lose if BTC crashed 15%?", ["BTC/USDT", -15, 60, 0]],
    ["what if ETH drops 2.5% in 30 minutes?", ["ETH/USDT", -2.5, 30, 0]],
    ["what if BTC rises 8 percent over two hours", ["BTC/USDT", 8, 120, 0]],
    ["what if BTC moves -5 %", ["BTC/USDT", -5, 60, 0]],
    ["what if BTC falls .5 %", ["BTC/USDT", -0.5, 60, 0]],
    ["suppose bitcoin falls 12%: what is left of my book?", ["BTC/USDT", -12, 60, 0]],
    ["if BTC falls 10 %, how much do I lose?", ["BTC/USDT", -10, 60, 0]],
  ])("is read: %s", (text, shock) => {
    expect(shockOf(text)).toEqual(shock);
  });

  it.each([
    ["what if BTC falls 10 % and ETH rises 5 %", "ambiguous"],
    ["what if link falls 10%", "ambiguous"],
    ["what if DOGE falls 10 %", "unparsed"],
    ["what if BTC falls 0 %", "unparsed"],
    ["what if BTC falls -5 %", "unparsed"],
    ["what if BTC falls 100 %", "unparsed"],
    ["how much do I lose if BTC drops 10 percent in 3 days", "unparsed"],
    ["what do I do if BTC drops 10%", "unparsed"],
    ["will BTC fall 10 %", "unparsed"],
    ["what if BTC falls 10 % tomorrow", "unparsed"],
    ["sell everything if BTC falls 10 %", "unparsed"],
  ])("is not made of what is none, or may be another: %s", (text, status) => {
    expect(shockOf(text)).toEqual([status]);
  });

  it("has a key of its own for each move", () => {
    const of = { deskId: DeskId.parse("main"), venueId: VenueId.parse("sim") };
    const texts = [
      "what if BTC falls 5 %",
      "what if BTC falls .5 %",
      "what if BTC rises 5 %",
      "what if BTC falls 5 % in 2 hours",
    ];
    const keys = texts.map((text) => {
      const parsed = parseQuestion(text, context);
      return parsed.status === "parsed" ? intentKey(parsed.intent, of) : parsed.status;
    });
    expect(new Set(keys).size).toBe(texts.length);
  });
});
