import { describe, expect, it } from "vitest";
import type { ResearchBench } from "#scheduler/research/research-bench.ts";
import { checkRandomEntries } from "#scheduler/research/validate/random-entries.ts";
import { checkTradeOrder } from "#scheduler/research/validate/trade-order.ts";
import { type Outcome, Variation } from "#schemas/research.ts";
import { signal } from "./world.ts";

const base = Variation.parse({ firstSlotMs: 0, lastSlotMs: 300_000 * 999 });

/** An outcome with so many trades, each of 100 USDT that gained `pct` after fees. */
const outcomeOf = (gains: readonly number[], openGains: readonly number[] = []): Outcome =>
  ({
    trades: gains.map((pct, i) => ({ pnl: String(pct), quantity: "1", entryPrice: "100", exitMs: i })),
    startingCash: 1000,
    openAtEnd: openGains.length,
    finalEquity: [...gains, ...openGains].reduce((sum, gain) => sum + gain, 1000),
    slots: 1000,
  }) as unknown as Outcome;

/** Random run `seed` has as many trades as its chance says, of 8,000 closes, each with the gain that `gainOf` says. */
function fakeBench(gainOf: (seed: number) => number) {
  const asked: number[] = [];
  const bench: ResearchBench = {
    lanes: 1,
    run: async (variations, { onDone }) =>
      variations.map(({ entries }, i) => {
        if (entries?.kind !== "random") throw new Error("only random entries are asked for");
        asked.push(entries.chance);
        const outcome = outcomeOf(
          Array.from({ length: Math.round(entries.chance * 8000) }, () => gainOf(entries.seed)),
        );
        onDone?.(i, outcome);
        return outcome;
      }),
    close: async () => {},
  };
  return { bench, asked };
}

const asItIs = outcomeOf(Array.from({ length: 40 }, () => 0.5));
const given = { asItIs, markets: 4, runs: 99, seed: 0, quote: "USDT" };
const options = { signal, onDone: () => {} };

describe("random entries", () => {
  it("are as many as the strategy's, and the p-value counts those that do as well, and the run itself", async () => {
    const { bench } = fakeBench((seed) => (seed < 4 ? 0.5 : -0.1));
    const { check, figures } = await checkRandomEntries(bench, base, given, options);
    expect(figures).toMatchObject({ runs: 99, trades: 40, pValue: 5 / 100 });
    expect(figures?.profitPerEntry).toBeCloseTo(0.5, 12);
    expect(Math.abs((figures?.meanTrades ?? 0) / 40 - 1)).toBeLessThanOrEqual(0.1);
    expect(figures?.randomMean).toBeCloseTo((4 * 0.5 - 95 * 0.1) / 99, 12);
    expect(check).toMatchObject({ state: "passed", flags: [] });
    expect(check.seen[1]).toBe("p = 0.050: few of 99 random runs do as well");
  });

  it("are not told from a rule that is no better: doubtful, not failed", async () => {
    const { check, figures } = await checkRandomEntries(
      fakeBench((seed) => (seed < 60 ? 0.6 : 0)).bench,
      base,
      given,
      options,
    );
    expect(figures?.pValue).toBeCloseTo(61 / 100, 12);
    expect(check.state).toBe("passed");
    expect(check.flags).toEqual(["the entries are not told from random ones"]);
  });

  it("count what is still held at its last close: exits that let gains run leave the best entries open", async () => {
    const open = outcomeOf(
      Array.from({ length: 38 }, () => -0.1),
      [1.9, 1.9],
    );
    const { figures } = await checkRandomEntries(
      fakeBench(() => 0.01).bench,
      base,
      { ...given, asItIs: open },
      options,
    );
    expect(figures?.profitPerEntry).toBeCloseTo(0, 12);
    expect(figures?.pValue).toBe(1);
  });

  it("are not drawn for under ten trades", async () => {
    const few = { ...given, asItIs: outcomeOf([1, 2, 3]) };
    const { check, figures } = await checkRandomEntries(fakeBench(() => 0).bench, base, few, options);
    expect({ state: check.state, figures }).toEqual({ state: "not-run", figures: null });
  });
});

describe("the order of the trades", () => {
  it("is doubtful where the run's drawdown is smaller than nearly all other orders give", () => {
    const wavy = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 6 : -5.5));
    const { check, figures } = checkTradeOrder(outcomeOf(wavy), 1);
    expect(figures?.drawdownPct).toBeLessThan(figures?.shuffled.p5 ?? 0);
    expect(check.flags[0]).toContain("smaller than 95 % of other orders");
    expect(checkTradeOrder(outcomeOf([1]), 1).check.state).toBe("not-run");
  });
});
