import { describe, expect, it } from "vitest";
import type { Money, Quantity } from "#schemas/money.ts";
import { type Position, positionKey } from "#schemas/portfolio.ts";
import { unixMs } from "#schemas/units.ts";
import { STRATEGY, TERMS } from "#test/support/strategy.ts";
import { type GateInput, gate } from "#toolkits/risk/gate.ts";
import {
  BTC,
  decision,
  ETH,
  entry,
  held,
  oneCluster,
  onOrder,
  order,
  portfolio,
  position,
  SLOT_MS,
} from "./fixture.ts";

const OTHER = "trend";
const byOther = (symbol: typeof BTC, quantity = "1"): Position => ({
  ...position(symbol, quantity),
  strategyId: OTHER,
});
const beside = (...positions: readonly Position[]): GateInput => ({
  ...entry,
  portfolio: { ...portfolio, positions: held(...positions) },
});
const ruleOf = (input: GateInput) => {
  const result = gate(input);
  return result.accepted ? "accepted" : result.refusal.rule;
};
const FIVE_MINUTES = 300_000;

describe("the gate, with several strategies on one desk", () => {
  it("knows one open position a strategy and asset: held and working ones of another do not bar", () => {
    expect(ruleOf(beside(byOther(BTC)))).toBe("accepted");
    expect(ruleOf(beside(position(BTC, "1")))).toBe("already-open");
    const working = { ...portfolio, orders: onOrder(order({ symbol: BTC, strategyId: OTHER })) };
    expect(ruleOf({ ...entry, portfolio: working })).toBe("accepted");
  });

  it("cools down by strategy", () => {
    const exited = (strategyId: string): GateInput => ({
      ...entry,
      portfolio: {
        ...portfolio,
        lastExitMs: new Map([[positionKey({ strategyId, symbol: BTC }), unixMs(SLOT_MS - FIVE_MINUTES)]]),
      },
    });
    expect(ruleOf(exited(OTHER))).toBe("accepted");
    expect(ruleOf(exited(STRATEGY))).toBe("cooldown");
  });

  it("counts positions of all together, two of one asset as two", () => {
    const limits = { ...entry.limits, maxOpenPositions: 2 };
    expect(ruleOf({ ...beside(byOther(BTC)), limits })).toBe("accepted");
    expect(ruleOf({ ...beside(byOther(BTC), byOther(ETH)), limits })).toBe("max-positions");
    expect(ruleOf({ ...beside(byOther(BTC), { ...byOther(BTC), strategyId: "third" }), limits })).toBe("max-positions");
  });

  it("counts a cluster over all, the same asset of another among them", () => {
    const limits = { ...entry.limits, maxEntriesPerCluster: 2 };
    const taken = { ...beside(byOther(BTC), byOther(ETH)), limits };
    expect(ruleOf({ ...taken, relationships: null })).toBe("accepted");
    expect(ruleOf({ ...taken, relationships: oneCluster([BTC, ETH]) })).toBe("cluster-cap");
    const alone = { ...beside(byOther(BTC), { ...byOther(BTC), strategyId: "third" }), limits };
    expect(gate({ ...alone, relationships: null })).toMatchObject({ refusal: { rule: "cluster-cap" } });
  });

  it("bounds exposure over all, and that of one by its share", () => {
    // 20 % of 10,000 is 2,000; of a share of 25 % it is 500. An entry is 2 % of the share: 50.
    const terms = { ...TERMS, sharePct: 25 };
    expect(gate({ ...entry, terms })).toMatchObject({ accepted: true, order: { quantity: "0.5" } });
    expect(ruleOf({ ...beside(byOther(ETH, "19.5")), terms })).toBe("accepted");
    expect(ruleOf({ ...beside(byOther(ETH, "19.501")), terms })).toBe("exposure");
    expect(ruleOf({ ...beside(position(ETH, "4.5")), terms })).toBe("accepted");
    const over = gate({ ...beside(position(ETH, "4.501")), terms });
    expect(over).toMatchObject({ refusal: { rule: "strategy-share", strategyId: STRATEGY } });
    expect(over.accepted ? "" : over.refusal.reason).toBe(
      `exposure of ${STRATEGY} would be 20.004 % of its 25 % of equity; the limit is 20 %`,
    );
    const working = { ...portfolio, orders: onOrder(order({ quantity: "4.6" as never })) };
    expect(ruleOf({ ...entry, terms, portfolio: working })).toBe("strategy-share");
  });

  it("says what a too small entry was taken from", () => {
    const small = gate({ ...entry, equity: "1000" as Money, terms: { ...TERMS, sharePct: 20, entryPct: 1 } });
    expect(small.accepted ? "" : small.refusal.reason).toMatch(/^1 % of its 20 % of equity buys /);
  });

  it("names the pause of a strategy, and lets it leave", () => {
    const paused = { ...portfolio, paused: new Set([STRATEGY]) };
    const refused = gate({ ...entry, portfolio: paused });
    expect(refused).toMatchObject({ refusal: { rule: "pause" } });
    expect(refused.accepted ? "" : refused.refusal.reason).toBe(
      `${STRATEGY} is paused; no entries of it until \`resume --strategy ${STRATEGY}\``,
    );
    expect(ruleOf({ ...entry, portfolio: { ...portfolio, paused: new Set([OTHER]) } })).toBe("accepted");
    const leaving = { ...paused, positions: held(position(BTC, "2")) };
    expect(ruleOf({ ...entry, portfolio: leaving, decision: { ...decision, action: "exit" } })).toBe("accepted");
  });

  it("sells what the decision's strategy holds and nothing of another, whatever else works", () => {
    const exit: GateInput = {
      ...beside(position(BTC, "2"), byOther(BTC, "3")),
      decision: { ...decision, action: "exit" },
    };
    expect(gate(exit)).toMatchObject({ order: { quantity: "2", strategyId: STRATEGY } });
    const ofOther = { ...exit, decision: { ...exit.decision, strategyId: OTHER }, terms: null };
    expect(gate(ofOther)).toMatchObject({ order: { quantity: "3", strategyId: OTHER } });
    const works = order({ symbol: BTC, side: "sell", role: "exit", strategyId: OTHER });
    const working = onOrder({ ...works, quantity: "3" as Quantity });
    expect(ruleOf({ ...exit, portfolio: { ...exit.portfolio, orders: working } })).toBe("accepted");
    expect(ruleOf({ ...ofOther, portfolio: { ...exit.portfolio, orders: working } })).toBe("position");
    // While a part is being sold, the way out is open for the rest.
    const part = { ...ofOther, portfolio: { ...exit.portfolio, orders: onOrder(works) } };
    expect(gate(part)).toMatchObject({ order: { quantity: "1", strategyId: OTHER } });
  });

  it("enters nothing for a strategy that has no terms", () => {
    expect(ruleOf({ ...entry, terms: null })).toBe("market-filters");
  });
});
