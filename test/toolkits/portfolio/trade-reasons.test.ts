import { describe, expect, it } from "vitest";
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { closedTrades } from "#test/support/folds.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { TradeReasons } from "#toolkits/portfolio/trade-reasons.ts";
import { BTC, makeOrder, msAfter, T0 } from "../../memory/fixtures.ts";
import { buy, sell } from "./fixture.ts";

const ENTRY = "a".repeat(32);
const EXIT = "b".repeat(32);

const decided = (over: Partial<Decision>): JournalEvent => ({
  type: "decision",
  atMs: T0,
  decision: {
    decisionId: "d",
    symbol: BTC,
    timeframe: "5m",
    asOfMs: T0,
    action: "exit",
    strength: 1,
    reason: "",
    strategyId: STRATEGY,
    analysisId: "",
    price: 100,
    path: "recalled",
    ...over,
  },
});
const ordered = (over: Partial<ReturnType<typeof makeOrder>>): JournalEvent => ({
  type: "order-list",
  atMs: T0,
  orders: [makeOrder({ decisionId: "d", symbol: BTC, strategyId: STRATEGY, parentId: null, ...over })],
});
const sold = (role: "exit" | "stop-loss" = "exit") => sell("1", "110", { clientOrderId: EXIT, role, atMs: msAfter(5) });
const reasonAfter = (...events: JournalEvent[]) =>
  closedTrades([buy("1", "100", { clientOrderId: ENTRY }), ...events])[0]?.exitReason;

describe("why a trade was left", () => {
  it.each([
    ["held token turned to block: mint", "token blocked"],
    ['your rule r2, "no weekends": sold', "operator rule"],
    ["closed by the operator: enough", "closed by hand"],
    ["RSI 70 over 65", "exit signal"],
  ])("%j was %j", (reason, name) => {
    expect(reasonAfter(decided({ reason }), ordered({ role: "exit", clientOrderId: EXIT }), sold())).toBe(name);
  });

  it("is its bracket where that did it, whatever was decided before", () => {
    const tagged = decided({ action: "exit", tag: "later" });
    expect(reasonAfter(tagged, sold("stop-loss"))).toBe("stop-loss");
    expect(reasonAfter(tagged, ordered({ role: "exit", parentId: ENTRY, clientOrderId: EXIT }), sold())).toBe(
      "time limit",
    );
  });

  it("is not that of another decision", () => {
    const exit = ordered({ role: "exit", clientOrderId: EXIT });
    expect(reasonAfter(decided({ tag: "mine" }), exit, sold())).toBe("mine");
    expect(reasonAfter(decided({ tag: "other", decisionId: "e" }), exit, sold())).toBe("exit signal");
    expect(reasonAfter(decided({ tag: "other", strategyId: "breakout" }), exit, sold())).toBe("exit signal");
  });
});

it("an entry's tag is its trade's, until the next one", () => {
  const [first, second] = closedTrades([
    decided({ action: "enter", tag: "dip" }),
    ordered({ role: "entry", clientOrderId: ENTRY }),
    buy("1", "100", { clientOrderId: ENTRY }),
    sold(),
    buy("1", "100", { clientOrderId: "c".repeat(32), atMs: msAfter(6) }),
    sell("1", "90", { clientOrderId: "d".repeat(32), atMs: msAfter(7) }),
  ]);
  expect([first?.entryTag, second?.entryTag]).toEqual(["dip", null]);
});

it("is known of the newest 10,000 orders, which have filled or ended long before", () => {
  const reasons = new TradeReasons();
  for (let nth = 1; nth <= 10_001; nth += 1) {
    reasons.take(decided({ action: "enter", tag: `tag ${nth}` }));
    reasons.take(ordered({ role: "entry", clientOrderId: `order ${nth}` }));
  }
  const tags = [1, 2, 10_001].map((nth) => reasons.tagOf({ clientOrderId: `order ${nth}` }));
  expect(tags).toEqual([null, "tag 2", "tag 10001"]);
});
