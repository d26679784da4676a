import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { operatorFacts, plainDecimal } from "#desk/answering/sources/operator-facts.ts";
import { Fact } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";

const figures = (question: string, language: Language = "en") =>
  operatorFacts(question, language).map(({ value, unit, currency = null }) => [value, unit, currency]);

describe("the figures of a question", () => {
  it.each<[string, readonly unknown[]]>([
    ["where would 1000 USDT go by your rules", [["1000", "money", "USDT"]]],
    ["how does my book stand after a fall of 10% in BTC?", [[10, "pct", null]]],
    ["put the BTC stop 5 percent away", [[5, "pct", null]]],
    ["a word, please, once ETH is under 3000", [[3000, "index", null]]],
    ["allow 15 positions at once", [[15, "index", null]]],
    ["what does RSI 25 mean here", [[25, "index", null]]],
    [
      "buy $1,500.50 of it, or €20",
      [
        ["1500.50", "money", "USD"],
        ["20", "money", "EUR"],
      ],
    ],
    ["is 10k usdc a lot?", [["10000", "money", "USDC"]]],
    ["a fall of -2.5 %", [[-2.5, "pct", null]]],
    [
      "an RSI of 25: how is it read? And 30:",
      [
        [25, "index", null],
        [30, "index", null],
      ],
    ],
    [
      "BTC at 60000 or at 60000.",
      [
        [60000, "index", null],
        [60000, "index", null],
      ],
    ],
  ])("%s", (question, expected) => expect(figures(question)).toEqual(expected));

  it.each([
    "teh bolinger bands fro solanna, 1hr",
    "BTC, ETH and SOL within 24 hours",
    "at 14:00 on 2024-03-01",
    "the 1st of the 5m candles",
    "what of 1INCH and 1000SATS",
    "version 1.2.3",
    "in the last 3 days, 2 Wochen, 4 horas",
    "today, in three sentences",
  ])("finds none in %j", (question) => expect(figures(question)).toEqual([]));

  it("reads separators as the operator's language does", () => {
    expect(figures("was mache ich mit 1.000 USDT oder 0,5 %?", "de")).toEqual([
      ["1000", "money", "USDT"],
      [0.5, "pct", null],
    ]);
    expect(figures("1.000,75 eur", "es")).toEqual([["1000.75", "money", "EUR"]]);
    expect(figures("0.5 %", "de")).toEqual([[0.5, "pct", null]]);
    expect(figures("1.000 USDT", "en")).toEqual([["1.000", "money", "USDT"]]);
  });

  it("says whose they are, and repeats them as they were written", () => {
    const [fact] = operatorFacts("if it drops 10%?");
    expect(fact).toMatchObject({ kind: "operator", label: 'figure of the operator: "10%"', recordId: "question" });
  });

  it("makes facts of whatever is asked, and never hangs on it", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."0123456789.,%$€-− kKhm:/äUSDTeur"), maxLength: 40 }),
        (text) => {
          for (const fact of operatorFacts(text)) Fact.parse({ ...fact, id: "f1" });
        },
      ),
    );
    expect(operatorFacts("1 ".repeat(5000)).length).toBe(20);
  });

  it("reads back every plain decimal as it stands", () => {
    const digits = fc
      .tuple(fc.nat(999), fc.nat(99))
      .map(([whole, part]) => `${whole}.${String(part).padStart(2, "0")}`);
    fc.assert(fc.property(digits, (text) => plainDecimal(text, "en") === text));
  });
});
