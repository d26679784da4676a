import { describe, expect, it } from "vitest";
import { PLAIN_STYLE } from "#apps/io.ts";
import { rulePricesText, wordOf } from "#apps/text/rule-prices-text.ts";
import { priceRules } from "#desk/documents/rule-prices.ts";
import type { RiskRule } from "#schemas/decision.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { RulePrices, type ShadowTrade } from "#schemas/rule-prices.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";

const AT_MS = Date.UTC(2025, 0, 1);
const SYMBOL = "AAA/USDT" as MarketSymbol;

const trade = (day: number, pnl: number): ClosedTrade => ({
  symbol: SYMBOL,
  strategyId: "s",
  quantity: "1" as Quantity,
  entryMs: unixMs(AT_MS + day * 86_400_000),
  exitMs: unixMs(AT_MS + day * 86_400_000 + 300_000),
  entryPrice: "100" as Price,
  exitPrice: String(100 + pnl) as Price,
  exitRole: "exit",
  exitReason: "exit signal",
  entryTag: null,
  fees: [],
  pnl: String(pnl) as Money,
  returnPct: pnl,
});

const shadow = (rule: RiskRule | null, day: number, pnl: number, change: Partial<ShadowTrade> = {}): ShadowTrade => ({
  rule,
  strategyId: "s",
  symbol: SYMBOL,
  decidedMs: unixMs(AT_MS + day * 86_400_000),
  isAlone: true,
  state: "closed",
  trade: trade(day, pnl),
  pnl: String(pnl) as Money,
  ...change,
});

const none = { exits: new Map(), repeated: new Map() };

describe("the price of a rule", () => {
  it("is minus what its refused entries would have earned: losers are saved, winners cost", () => {
    const shadows = [shadow("cooldown", 1, -3), shadow("cooldown", 2, 1, { isAlone: false }), shadow("exposure", 3, 5)];
    const { rules } = priceRules(shadows, { ...none, byRule: { cooldown: 2, exposure: 1 } }, []);
    expect(rules.map(({ rule, saved, savedAlone, won, alone }) => [rule, saved, savedAlone, won, alone])).toEqual([
      ["cooldown", "2", "3", 1, 1],
      ["exposure", "-5", "-5", 1, 1],
    ]);
    expect(rules.map((price) => wordOf(price, "USDT"))).toEqual(["+2 USDT not lost", "−5 USDT not earned"]);
  });

  it("counts each refusal once, as what became of it; a rule that never refused is absent", () => {
    const rest = { trade: null, pnl: "0" as Money };
    const shadows = [
      shadow("cash", 1, 1),
      shadow("cash", 2, -2, { state: "open", trade: null }),
      shadow("cash", 3, 0, { state: "not-filled", ...rest }),
      shadow("cash", 4, 0, { state: "not-tradable", ...rest }),
    ];
    const refused = {
      byRule: { cash: 9 },
      repeated: new Map([["cash", 3]] as const),
      exits: new Map([["cash", 2]] as const),
    };
    const prices = RulePrices.parse(priceRules(shadows, refused, []));
    expect(prices.rules.map(({ rule }) => rule)).toEqual(["cash"]);
    const [p] = prices.rules;
    expect(p).toMatchObject({
      refused: 9,
      exits: 2,
      repeated: 3,
      notTradable: 1,
      notFilled: 1,
      open: 1,
      closed: 1,
      savedOpen: "2",
    });
    const sum =
      (p?.exits ?? 0) +
      (p?.repeated ?? 0) +
      (p?.notTradable ?? 0) +
      (p?.notFilled ?? 0) +
      (p?.open ?? 0) +
      (p?.closed ?? 0);
    expect(sum).toBe(p?.refused);
  });

  it("has an interval of its mean from 30 trades on, and says why before", () => {
    const of = (count: number) => {
      const shadows = Array.from({ length: count }, (_, day) => shadow("cooldown", day, Math.sin(day * day)));
      return priceRules(shadows, { ...none, byRule: { cooldown: count } }, []).rules[0]?.meanTradePct;
    };
    expect(of(29)).toMatchObject({ interval95: null, why: "29 closed trades: an interval needs 30" });
    const [low, high] = of(30)?.interval95 ?? [1, 0];
    expect(low).toBeLessThan(of(30)?.value ?? 0);
    expect(high).toBeGreaterThan(of(30)?.value ?? 0);
  });

  it("is checked against the trades of the run itself, and a difference is said", () => {
    const made = [trade(1, 4), trade(2, 7)];
    const prices = priceRules(
      [shadow(null, 1, 4), shadow(null, 2, 6), shadow("cash", 3, 1)],
      { ...none, byRule: { cash: 1 } },
      made,
    );
    expect(prices.control).toEqual({ entries: 2, equal: 1 });
    expect(rulePricesText(prices, "USDT", PLAIN_STYLE)).toContain("gives 1 of the 2 closed trades");
  });

  it("of a run without a refusal is no table", () => {
    expect(rulePricesText(priceRules([], { ...none, byRule: {} }, []), "USDT", PLAIN_STYLE)).toContain(
      "No rule refused anything",
    );
  });
});
