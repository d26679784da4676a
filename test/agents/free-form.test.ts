// Free-form questions as words with slots: what may be spelt otherwise, and what must never be taken for the same.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aboutOf, freeFormOf, standsAlone, wordsOf } from "#agents/deep-trader-manager/language/free-form.ts";
import type { MarketSymbol } from "#schemas/units.ts";

const symbols = ["BTC/USDT", "ETH/USDT", "ETH/BTC", "SOL/USDT", "LINK/USDT"] as MarketSymbol[];
const form = (text: string) => freeFormOf(text, { symbols, quote: "USDT" });

describe("the words of a free-form question", () => {
  it.each([
    ["what is going on with BTC", "What is going on with  bitcoin?!"],
    ["what's going on with BTC", "What is going on with BTC …"],
    ["is the 1h chart of ETH worth a look", "Is the 60 min chart of ether worth a look?"],
    ["Lohnt sich ein Blick auf SOL heute", "lohnt sich ein Blick auf solana, heute?"],
  ])("%s is %s", (one, other) => {
    expect(form(one)).not.toBeNull();
    expect(form(other)).toEqual(form(one));
  });

  it.each([
    ["what if BTC falls .5 %", "what if BTC falls 5 %"],
    ["what if BTC moves −5 %", "what if BTC moves 5 %"],
    ["what if BTC moves -5 %", "what if BTC moves +5 %"],
    ["what about ETH/BTC lately", "what about ETH/USDT lately"],
    ["what happened to BTC at 09:30", "what happened to BTC at 09 30"],
    ["what if BTC is above 1.5", "what if BTC is above 15"],
    ["why is BTC up", "why is BTC not up"],
    ["is a > b in BTC", "is a < b in BTC"],
    ["tell me how the 1h of BTC looks", "tell me how the 4h of BTC looks"],
    ["is there a case to buy BTC", "is there a case to sell BTC"],
    ["is there a case to buy BTC", "is there a case to long BTC"],
  ])("%s is not %s", (one, other) => {
    const [first, second] = [form(one), form(other)];
    if (first !== null) expect(first).not.toEqual(second);
  });

  it("a month and a minute are not the same, nor two millions", () => {
    expect(form("how did BTC do over 2M")).toBeNull();
    expect(form("how did BTC do over 2m")).not.toBeNull();
  });

  it("names no market that is not there, and takes none of its own marks from a text", () => {
    expect(form("what is going on with $XYZ")).toBeNull();
    for (const mark of ["\u{e000}", "\u{e001}", "\u{e002}"]) {
      for (let n = 0; n < 3; n++) expect(form(`what is ${mark} going on with BTC`)).toBeNull();
    }
    expect(form("what is {market} going on with BTC")).toBeNull();
  });

  it("gives the words back with their slots filled in", () => {
    const read = form("Should a patient person buy BTC on the 1h chart?");
    expect(read).toMatchObject({ markets: ["BTC/USDT"], timeframes: ["1h"], sides: ["buy"], language: "en" });
    expect(read === null ? "" : wordsOf(read)).toBe("Should a patient person buy BTC/USDT on the 1h chart?");
  });

  it("tells what hangs on the talk before it, and what it is about", () => {
    const read = (text: string) => {
      const free = form(text);
      if (free === null) throw new Error(text);
      return [standsAlone(free), aboutOf(free)];
    };
    expect(read("what is going on with BTC")).toEqual([true, "market"]);
    expect(read("and what is going on with BTC")).toEqual([false, "market"]);
    expect(read("is that good for BTC")).toEqual([false, "market"]);
    expect(read("how nervous is everybody today")).toEqual([true, "all"]);
    expect(read("how nervous should my positions make a person")).toEqual([true, "book"]);
    expect(read("tell a story of BTC and ETH")).toEqual([true, null]);
  });

  it("never throws, whatever is typed, and what it gives has as many slots as marks", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: "binary" }).map((text) => `${text} BTC 1h buy ${text}`),
        ),
        (text) => {
          const read = form(text);
          if (read === null) return;
          const count = (slot: string): number => read.template.split(`{${slot}}`).length - 1;
          expect([count("market"), count("timeframe"), count("side")]).toEqual([
            read.markets.length,
            read.timeframes.length,
            read.sides.length,
          ]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
