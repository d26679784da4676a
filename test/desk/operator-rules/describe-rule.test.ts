import { describe, expect, it } from "vitest";
import { describeRule, type RuleDesk } from "#desk/operator-rules/describe-rule.ts";
import type { OperatorRule, RuleScope } from "#schemas/operator-rule.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";

const SYMBOLS = [
  "DOGE/USDT",
  "DOGE/EUR",
  "BTC/USDT",
  "PEPE/USDT",
  "ETH/BTC",
] as readonly string[] as readonly MarketSymbol[];

const deskOn = (timeframe: Timeframe, symbols = SYMBOLS): RuleDesk =>
  ({
    quote: "USDT",
    config: { timeframe },
    markets: new Map(symbols.map((symbol) => [symbol, testMarket(symbol)])),
  }) as unknown as RuleDesk;

const never = (scope: RuleScope): OperatorRule => ({ type: "no-entries", scope, when: { kind: "always" } });
const textOf = (rule: OperatorRule, timeframe: Timeframe = "5m") => describeRule(deskOn(timeframe), rule).text;

describe("what is said of a rule", () => {
  it("names the markets in the settlement currency that it covers, and says that no other is", () => {
    const pets = never({ kind: "group", name: "pets", assets: ["DOGE", "PEPE", "WIF"], asOf: null });
    expect(describeRule(deskOn("5m"), pets)).toEqual({
      text: "No entries in pets; what is held stays until its own exit. Of the desk's 3 USDT markets it covers DOGE/USDT, PEPE/USDT; no other. pets are DOGE PEPE WIF, by your own list: a token that is not in it is not covered.",
      enforced: true,
      covers: ["DOGE/USDT", "PEPE/USDT"],
    });
    expect(textOf(never({ kind: "markets", pattern: "D*/*" }))).toContain("it covers DOGE/USDT; no other.");
    expect(textOf(never({ kind: "all" }))).toBe("No entries in any market; what is held stays until its own exit.");
    expect(describeRule(deskOn("5m"), never({ kind: "strategy", strategyId: "a" })).covers).toHaveLength(3);
  });

  it("counts what is too much to be named", () => {
    const many = Array.from({ length: 14 }, (_, n) => `C${n}/USDT` as MarketSymbol);
    const { text } = describeRule(deskOn("5m", many), never({ kind: "markets", pattern: "*/USDT" }));
    expect(text).toContain("C7/USDT and 2 more; no other.");
  });

  it("says where long candles leave no slot outside a window", () => {
    const night: OperatorRule = {
      type: "no-hold-over",
      scope: { kind: "all" },
      when: { kind: "hours", from: "22:00", to: "06:00" },
      hoursBefore: 0,
    };
    expect(textOf(night, "1d")).toContain("On 1d candles that bars every entry");
    expect(textOf(night, "4h")).not.toContain("every entry");
    expect(textOf({ ...night, hoursBefore: 12 }, "4h")).toContain("On 4h candles that bars every entry");
    expect(textOf({ ...night, when: { kind: "weekend" } }, "1d")).not.toContain("every entry");
  });

  it.each<[OperatorRule, string]>([
    [
      {
        type: "no-hold-over",
        scope: { kind: "all" },
        when: { kind: "weekdays", days: ["sat", "sun"] },
        hoursBefore: 2,
      },
      "Nothing in any market is held over Saturdays and Sundays (00:00 to 24:00 UTC): no entries then or in the 2 hours before, and what is held is sold at the last slot before.",
    ],
    [
      { type: "max-entries", scope: { kind: "all" }, per: "week", count: 1 },
      "At most 1 entry a week in any market, counted from Monday 00:00 UTC.",
    ],
    [
      { type: "max-positions", scope: { kind: "all" }, count: 2 },
      "At most 2 positions in any market open or on order; what is over it stays until its own exit.",
    ],
    [
      { type: "max-exposure", scope: { kind: "all" }, pct: 2.5 },
      "At most 2.5 % of equity in any market after an entry; what grows over it stays until its own exit.",
    ],
    [
      { type: "max-stake", scope: { kind: "all" }, limit: { pct: 1 } },
      "At most 1 % of equity an entry in any market; a larger one is made smaller.",
    ],
    [
      { type: "no-entries", scope: { kind: "all" }, when: { kind: "hours", from: "22:00", to: "06:00" } },
      "No entries in any market from 22:00 to 06:00 UTC each day; what is held stays until its own exit.",
    ],
    [{ type: "note", text: "be careful" }, "A note, not enforced: be careful"],
  ])("is one sentence of what it does: %j", (rule, text) => {
    expect(textOf(rule)).toBe(text);
  });
});
