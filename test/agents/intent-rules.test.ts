// The rules of the question grammar as data: each reads its own example, and a fault in the JSON names the rule.
import { describe, expect, it } from "vitest";
import { type GrammarContext, parseQuestion, readQuestion } from "#agents/deep-trader-manager/language/intent.ts";
import { ruleOf } from "#agents/deep-trader-manager/language/intent-kind.ts";
import { compilePattern } from "#agents/deep-trader-manager/language/intent-patterns.ts";
import { type AssetCount, RULES, type Rule } from "#agents/deep-trader-manager/language/intent-rules.ts";
import { simulatedAssets } from "#toolkits/market/simulated/assets.ts";

const symbols = simulatedAssets(1, 50).map((asset) => asset.symbol);
const context: GrammarContext = { symbols, quote: "USDT", defaultTimeframe: "5m" };

function readBy(text: string): Rule | null {
  const reading = readQuestion(text, context);
  if ("status" in reading) return null;
  const assets = reading.words.split(" ").filter((word) => word === "_x").length as AssetCount;
  return ruleOf(reading.words, assets).rule;
}

describe("each rule of the grammar", () => {
  it("has an example that it reads, and no rule before it", () => {
    const misread = RULES.flatMap((rule, at) => {
      const by = rule.example === undefined ? null : readBy(rule.example);
      return by === rule ? [] : [`${at + 1} ${rule.kind}: ${rule.example} -> ${by === null ? "none" : by.kind}`];
    });
    expect(misread).toEqual([]);
  });

  it("gives its kind and figure to its example", () => {
    const wrong = RULES.flatMap(({ kind, figure, example = "" }) => {
      const parsed = parseQuestion(example, context);
      const intent = parsed.status === "parsed" ? parsed.intent : { kind: "cause", figure: undefined };
      return intent.kind === kind && intent.figure === figure ? [] : [`${example} -> ${intent.kind}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe("a pattern of the grammar", () => {
  it("matches whole words where it is a list, and as it stands under `any`", () => {
    expect(compilePattern("p", ["rsi", "atr"]).test("rsis")).toBe(false);
    expect(compilePattern("p", ["rsi", "atr"]).test("the atr")).toBe(true);
    expect(compilePattern("p", { any: ["rsi", "atr"] }).test("rsis")).toBe(true);
  });

  it("puts in fragments, and leaves counts and letter classes alone", () => {
    const fragments = { COINS: "(?:coins?|tokens?)", UP: "(?:up|green)" };
    expect(compilePattern("p", "{COINS} .*{UP}", fragments).source).toBe("(?:coins?|tokens?) .*(?:up|green)");
    expect(compilePattern("p", { any: ["\\p{L}\\d{1,4}"], flags: "u" }, fragments).source).toBe("\\p{L}\\d{1,4}");
  });

  it("is refused by its name where a fragment is missing or the expression is wrong", () => {
    expect(() => compilePattern("order", "{VERB} it")).toThrow(
      "The pattern order of the question grammar names the fragment {VERB}, which is not there. Correct it",
    );
    expect(() => compilePattern("why.json, rule 2 (why)", ["(why"])).toThrow(
      /^The pattern why\.json, rule 2 \(why\) of the question grammar is no regular expression \(.*\)\. Correct it/,
    );
  });
});
