import { describe, expect, it } from "vitest";
import { CitingDecision, cites, Decision } from "#schemas/decision.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { unixMs } from "#schemas/units.ts";

const said = {
  decisionId: "d".repeat(64),
  symbol: "BTC/USDT" as MarketSymbol,
  timeframe: "5m",
  asOfMs: unixMs(1_750_000_000_000),
  action: "enter",
  strength: 0.5,
  reason: "RSI 29 is under 30",
  strategyId: "mean-reversion",
  price: 100.5,
  path: "recalled",
} as const;

/** An analysis whose id costs something: it counts how often it was asked. */
function dear(id: string) {
  const state = { asked: 0 };
  const analysis = {
    get id() {
      state.asked += 1;
      return id;
    },
  };
  return { analysis, state };
}

describe("a decision that cites its analysis", () => {
  it("asks for the id only where it is read, and not to see that it was made on this analysis", () => {
    const { analysis, state } = dear("a1");
    const decision = new CitingDecision(said, analysis, () => said.decisionId);
    expect(cites(decision, analysis)).toBe(true);
    expect(state.asked).toBe(0);
    expect(decision.analysisId).toBe("a1");
    expect(state.asked).toBe(1);
  });

  it("cites by id where the analysis is another object, or the decision was read from a journal", () => {
    const { analysis } = dear("a1");
    const decision = new CitingDecision(said, analysis, () => said.decisionId);
    expect(cites(decision, { id: "a1" })).toBe(true);
    expect(cites(decision, { id: "a2" })).toBe(false);
    expect(cites({ ...decision }, analysis)).toBe(true);
    expect(cites({ ...decision }, { id: "a2" })).toBe(false);
  });

  it("is journaled, copied and cloned with the id in its place, as any decision", () => {
    const decision = new CitingDecision(said, { id: "a1" }, () => said.decisionId);
    const { decisionId, symbol, timeframe, asOfMs, action, strength, reason, strategyId, price, path } = said;
    const first = { decisionId, symbol, timeframe, asOfMs, action, strength, reason, strategyId };
    const text = JSON.stringify({ ...first, analysisId: "a1", price, path });
    expect(JSON.stringify(decision)).toBe(text);
    expect(JSON.stringify({ ...decision })).toBe(text);
    expect(JSON.stringify(structuredClone(decision))).toBe(text);
    expect(Decision.parse(decision)).toEqual(JSON.parse(text));
  });
});
