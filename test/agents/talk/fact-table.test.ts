import { describe, expect, it } from "vitest";
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { FactTable, factLines } from "#agents/deep-trader-manager/talk/fact-table.ts";

const rsi = (value: number | null): NewFact => ({ kind: "rsi", value, unit: "index", label: "RSI (Wilder, 14)" });

describe("a table of facts", () => {
  it("gives each fact an id of its own, and what is known keeps it", () => {
    const table = new FactTable();
    const [first, again, other] = table.add([rsi(27.4), rsi(27.4), rsi(61.2)]);
    expect([first?.id, again?.id, other?.id]).toEqual(["f1", "f1", "f2"]);
    expect(table.get("f2")?.value).toBe(61.2);
    expect(table.get("f3")).toBeNull();
    expect(table.nextId).toBe(3);
  });

  it("gives no id of an earlier turn again, also one whose fact is forgotten", () => {
    const first = new FactTable();
    const earlier = first.add([rsi(1), rsi(2)]);
    const later = new FactTable(earlier, 9);
    expect(later.add([rsi(3)])[0]?.id).toBe("f9");
    expect(later.get("f2")?.value).toBe(2);
    const many = Array.from({ length: 300 }, (_, i) => rsi(i / 10));
    const bounded = new FactTable(new FactTable().add(many));
    expect(bounded.get("f1")).toBeNull();
    expect(bounded.add([rsi(99)])[0]?.id).toBe("f301");
  });

  it("refuses what is no fact: a market without a quote, a window without a unit, NaN", () => {
    const table = new FactTable();
    for (const wrong of [{ market: "BTC" }, { window: "day" }, { value: Number.NaN }])
      expect(() => table.add([{ ...rsi(1), ...wrong } as NewFact])).toThrow();
    expect(table.all()).toEqual([]);
  });

  it("is read by a model as one line a fact: value, what it is, where and when it is of", () => {
    const facts = new FactTable().add([
      { ...rsi(27.4), market: "ETH/USDT", timeframe: "1h", asOfMs: Date.UTC(2024, 0, 10, 14), rank: "lowest" },
      { kind: "change", value: -4.6, unit: "pct", window: "1d", label: "change over a day", strategyId: "ema-cross" },
      { kind: "cash", value: "9988.71", unit: "money", currency: "USDT", label: "cash" },
      rsi(null),
    ]);
    expect(factLines(facts).split("\n")).toEqual([
      "f1 = 27.4 · RSI (Wilder, 14) · ETH/USDT 1h · lowest of the list · 2024-01-10T14:00Z",
      "f2 = -4.6 % · change over a day · over 1d · strategy ema-cross",
      "f3 = 9988.71 USDT · cash",
      "f4 = not known · RSI (Wilder, 14)",
    ]);
  });
});
