// An account without a store keeps the newest candle's decisions only: in the order of time it says the same as one that keeps all.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decided } from "#desk/account/account-views.ts";
import type { Decision } from "#schemas/decision.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";

const decisionOf = (slot: number, base: string): Decision => ({
  decisionId: `${slot} ${base}`,
  symbol: MarketSymbol.parse(`${base}/USDT`),
  timeframe: "5m",
  asOfMs: unixMs(slot * 300_000),
  action: "enter",
  strength: 0.5,
  reason: "invented",
  strategyId: "test",
  analysisId: "",
  price: 1,
  path: "recalled",
});

describe("decisions of an account without a store", () => {
  it("are known as long as their candle is the newest, as with an account that keeps all", () => {
    const asked = fc.record({ step: fc.constantFrom(0, 0, 0, 1, 2), base: fc.constantFrom("A", "B", "C") });
    let known = 0;
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 30 }), (steps) => {
        const [all, newest] = [new Decided(true), new Decided(false)];
        let slot = 1;
        for (const { step, base } of steps) {
          slot += step;
          const decision = decisionOf(slot, base);
          const isKnown = all.hasDecision(decision);
          expect(newest.hasDecision(decision)).toBe(isKnown);
          expect(newest.has(decision.decisionId)).toBe(isKnown);
          if (isKnown) known += 1;
          for (const one of [all, newest]) one.add(decision);
        }
      }),
    );
    expect(known).toBeGreaterThan(100);
  });

  it("are forgotten after 50,000 later ones, which are those of many hours", () => {
    const all = new Decided(true);
    for (let slot = 1; slot <= 50_001; slot += 1) all.add(decisionOf(slot, "A"));
    expect([1, 2].map((slot) => all.has(`${slot} A`))).toEqual([false, true]);
  });

  it("of an older candle are known to an account that keeps all", () => {
    const all = new Decided(true);
    for (const slot of [1, 2]) all.add(decisionOf(slot, "A"));
    expect(all.hasDecision(decisionOf(1, "A"))).toBe(true);
    expect(all.hasDecision(decisionOf(1, "B"))).toBe(false);
  });
});
