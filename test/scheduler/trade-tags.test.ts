import { describe, expect, it } from "vitest";
import { runVariation } from "#scheduler/research/run-variation.ts";
import { StrategyError } from "#schemas/errors.ts";
import { Variation } from "#schemas/research.ts";
import { rsi } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { researchWorld } from "../support/research-world.ts";

const { signal } = new AbortController();

/** Enters under RSI 40 and leaves over 55, with these tags. */
const tagged = (enter: string | undefined, exit?: string, held?: string) => {
  const because = "RSI";
  const withTag = (tag: string | undefined) => (tag === undefined ? { because } : { because, tag });
  const definition = defineStrategy({
    id: "tagged",
    indicators: { rsi: rsi(14) },
    enter: ({ now }) => now.rsi < 40 && withTag(enter),
    exit: ({ now }) => now.rsi > 55 && withTag(exit),
    ...(held === undefined
      ? {}
      : { exitHeld: (_: unknown, { candles }: { candles: number }) => candles > 6 && withTag(held) }),
    bracket: { stopPct: 1, targetPct: 1, maxHoldCandles: 12 },
  });
  return compileStrategy(definition, { file: null });
};

async function run(strategy: ReturnType<typeof tagged>) {
  const { input, firstSlotMs, lastSlotMs } = await researchWorld({ strategies: [strategy], slots: 1200 });
  return runVariation(input, Variation.parse({ firstSlotMs, lastSlotMs }), { signal });
}

describe("what a strategy tags", () => {
  it("is what its trades are summed up by, and changes nothing else of them", async () => {
    const [plain, named] = [await run(tagged(undefined)), await run(tagged("dip", "recovered", "too long"))];
    expect(plain.trades.length).toBeGreaterThan(20);
    expect(new Set(plain.trades.map(({ entryTag }) => entryTag))).toEqual(new Set([null]));
    const plainReasons = new Set(plain.trades.map(({ exitReason }) => exitReason));
    expect(plainReasons).toEqual(new Set(["stop-loss", "take-profit", "exit signal", "time limit"]));
    expect(new Set(named.trades.map(({ entryTag }) => entryTag))).toEqual(new Set(["dip"]));
    const reasons = new Set(named.trades.map(({ exitReason }) => exitReason));
    expect(reasons).toEqual(new Set(["stop-loss", "take-profit", "recovered", "too long"]));
    const alike = await run(tagged("dip", "recovered"));
    const without = (trades: typeof plain.trades) => trades.map(({ entryTag: _, exitReason: __, ...trade }) => trade);
    expect(without(alike.trades)).toEqual(without(plain.trades));
  });

  it.each(["", "x".repeat(41), "two\nlines"])("is refused where it is no short line: %j", async (tag) => {
    await expect(run(tagged(tag))).rejects.toThrow(StrategyError);
    await expect(run(tagged(tag))).rejects.toThrow(/a tag of 1 to 40 characters/);
  });
});
