import { describe, expect, it } from "vitest";
import { createLocalBench } from "#scheduler/research/research-bench.ts";
import { runVariation } from "#scheduler/research/run-variation.ts";
import { Variation } from "#schemas/research.ts";
import { unixMs } from "#schemas/units.ts";
import { researchWorld } from "../support/research-world.ts";

const signal = new AbortController().signal;

describe("a run of the bench", () => {
  it("is the backtest of the configuration where nothing is varied, and another where anything is", async () => {
    const { input, firstSlotMs, lastSlotMs } = await researchWorld();
    const plain = await runVariation(input, Variation.parse({ firstSlotMs, lastSlotMs }), { signal });
    const again = await runVariation(input, Variation.parse({ firstSlotMs, lastSlotMs }), { signal });
    expect(again).toEqual(plain);
    expect(plain.trades.length).toBeGreaterThan(3);
    const dear = await runVariation(input, Variation.parse({ firstSlotMs, lastSlotMs, feeFactor: 2 }), { signal });
    expect(dear.finalEquity).toBeLessThan(plain.finalEquity);
    const parameters = { "mean-reversion": { oversold: 20 } };
    const strict = await runVariation(input, Variation.parse({ firstSlotMs, lastSlotMs, parameters }), { signal });
    expect(strict.trades.length).toBeLessThan(plain.trades.length);
  });

  it("comes back in the order asked", async () => {
    const { input, firstSlotMs, lastSlotMs } = await researchWorld();
    const shorter = unixMs(lastSlotMs - 86_400_000);
    const bench = createLocalBench(input);
    const outcomes = await bench.run(
      [lastSlotMs, shorter].map((last) => Variation.parse({ firstSlotMs, lastSlotMs: last })),
      { signal },
    );
    expect(outcomes.map(({ slots }) => slots)).toEqual([2016, 2016 - 288]);
  });
});
