import { describe, expect, it } from "vitest";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { type ResearchWorld, researchWorld } from "#test/support/research-world.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { byEnd, closedOf, FORBIDDEN, shadowed } from "./shadowed.ts";

/** So that several rules refuse. */
const tight = (world: ResearchWorld): ResearchWorld => {
  const { config } = world.input;
  const limits = { ...config.limits, maxExposurePct: 5, maxEntriesPerSlot: 1, cooldownCandles: 50 };
  return { ...world, input: { ...world.input, config: { ...config, limits } } };
};

describe("the shadow of an entry", () => {
  it.each(["mean-reversion", "breakout", "ema-cross"])(
    "that was made is the real trade to the last digit: %s",
    async (id) => {
      const { all, trades, run } = await shadowed(await researchWorld({ strategies: [shippedStrategy(id)], seed: 3 }));
      expect(trades.length).toBeGreaterThan(20);
      expect(byEnd(closedOf(all, null))).toEqual(byEnd(trades));
      const open = all.filter(({ rule, state }) => rule === null && state === "open");
      expect(open).toHaveLength(run.account.portfolio().positions.size);
    },
  );

  it("is there once for each refusal that repeats none, and for no rule that never refused", async () => {
    const { all, run } = await shadowed(tight(await researchWorld()));
    const { byRule } = run.refusals.counts();
    expect(Object.keys(byRule).length).toBeGreaterThan(1);
    const counted = new Map(run.shadows?.repeated);
    for (const { rule } of all) if (rule !== null) counted.set(rule, (counted.get(rule) ?? 0) + 1);
    expect(Object.fromEntries(counted)).toEqual(byRule);
  });

  it("leaves the run as it is without shadows", async () => {
    const world = await researchWorld({ slots: 600 });
    const plain = await shadowed(world, { shadows: false });
    expect(plain.run.shadows).toBeNull();
    expect((await shadowed(world)).run.account.decisionsHash()).toBe(plain.run.account.decisionsHash());
  });

  it("under a rule that forbids all is the trade of the run without the rule, but for its size", async () => {
    const world = await researchWorld({ strategies: [shippedStrategy("ema-cross")], assets: 4, seed: 5 });
    const { config } = world.input;
    // Nothing but the rule stands in the way of any entry.
    const limits = { ...config.limits, cooldownCandles: 0, maxEntriesPerSlot: 100, maxEntriesPerCluster: 100 };
    const wide = { ...world, input: { ...world.input, config: { ...config, limits } } };
    const free = await shadowed(wide);
    const bound = await shadowed(wide, { rules: FORBIDDEN });
    expect(Object.keys(free.run.refusals.counts().byRule)).toEqual([]);
    expect(bound.trades).toEqual([]);
    const shadows = byEnd(closedOf(bound.all, "operator-rule"));
    const real = byEnd(free.trades);
    expect(real.length).toBeGreaterThan(20);
    const where = ({ symbol, entryMs, exitMs, entryPrice, exitPrice, exitRole }: ClosedTrade) => ({
      symbol,
      entryMs,
      exitMs,
      entryPrice,
      exitPrice,
      exitRole,
    });
    expect(shadows.map(where)).toEqual(real.map(where));
    for (const [i, { returnPct }] of shadows.entries()) expect(returnPct).toBeCloseTo(real[i]?.returnPct ?? NaN, 6);
    expect(bound.all.every(({ isAlone }) => isAlone)).toBe(true);
  });
});
