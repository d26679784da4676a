// Sentences of the desk's own inside a model's draft: they end where they end, whatever follows.
import { describe, expect, it } from "vitest";
import { type Fact, Fact as FactSchema, modelText } from "#schemas/fact.ts";
import { checkRun } from "#test/support/check-run.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";

const fact = (id: string, part: Partial<Fact>): Fact =>
  FactSchema.parse({ id, kind: "statement", unit: "sentence", value: "", label: "of a test", ...part });
const FACTS = [
  fact("f1", { value: "No news source is configured." }),
  fact("f2", { value: "BTC/USDT was sold because the stop was hit.", kind: "reason", market: "BTC/USDT" as never }),
  fact("f3", { kind: "rsi", unit: "index", value: 27.4, market: "BTC/USDT" as never, timeframe: "5m" }),
  fact("f4", { kind: "rsi", unit: "index", value: 61.2, market: "ETH/USDT" as never, timeframe: "5m" }),
  fact("f5", { kind: "count-positions", unit: "count", value: 3 }),
  fact("f7", { kind: "risk", unit: "money", value: "-6.76", currency: "USDT" }),
  fact("f8", { kind: "entry", unit: "price", value: "100", currency: "USDT", market: "BTC/USDT" as never }),
  fact("f9", { kind: "pnl", unit: "money", value: "-2", currency: "USDT", market: "BTC/USDT" as never, window: "1d" }),
  fact("f10", { kind: "concentration", unit: "pct", value: 2, market: "BTC/USDT" as never }),
  fact("f11", { kind: "count-orders", unit: "count", value: 4 }),
  fact("f6", { kind: "return", unit: "pct", value: -1.2, window: "1h" }),
];
const shown = (draft: string): string => {
  const result = checkDraft(modelText(draft), FACTS, checkRun());
  return result.status === "stands" ? result.text : `nothing: ${result.dropped[0]?.rule}`;
};

describe("a sentence of the desk's own", () => {
  it.each([
    ["{{f1}} {{f2}}", "No news source is configured. BTC/USDT was sold because the stop was hit."],
    ["{{f2}} BTC has an RSI of {{f3}}.", "BTC/USDT was sold because the stop was hit. BTC has an RSI of 27.4."],
    ["{{f2}}", "BTC/USDT was sold because the stop was hit."],
  ])("stands beside others: %s", (draft, text) => expect(shown(draft)).toBe(text));

  it("makes no figure of two values", () => {
    expect(shown("{{f3}} {{f4}}")).toBe("nothing: edge");
    expect(shown("{{f1}} {{f3}} {{f4}}")).toBe("nothing: edge");
  });
});

describe("words of the desk's trade", () => {
  it.each([
    ["In this scenario {{f5}} stops would be hit.", "In this scenario 3 stops would be hit."],
    ["If all stops are hit, equity changes by {{f7}}.", "If all stops are hit, equity changes by −6.76 USDT."],
    ["The return is {{f6}}, beside that of buy and hold.", "The return is −1.2 %, beside that of buy and hold."],
    ["The average entry price of BTC is {{f8}}.", "The average entry price of BTC is 100 USDT."],
    ["The result of BTC after fees is {{f9}}.", "The result of BTC after fees is −2 USDT."],
    ["The open profit or loss of BTC is {{f9}}.", "The open profit or loss of BTC is −2 USDT."],
    ["The share of equity of BTC is {{f10}}.", "The share of equity of BTC is 2 %."],
    ["The entries filled: {{f11}}.", "The entries filled: 4."],
    ["The return fell {{f6}} over the hour.", "The return fell 1.2 % over the hour."],
  ])("are read as such: %s", (draft, text) => expect(shown(draft)).toBe(text));

  it("names a price as a stop only where it is one", () => {
    expect(shown("The stops are {{f3}} now.")).toBe("nothing: kind");
  });
});
