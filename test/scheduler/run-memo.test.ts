import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLocalBench } from "#scheduler/research/research-bench.ts";
import { runVariation } from "#scheduler/research/run-variation.ts";
import { createRunMemo } from "#scheduler/run-memo.ts";
import { Variation } from "#schemas/research.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { bollinger, ema, rsi } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { researchWorld } from "../support/research-world.ts";

const { signal } = new AbortController();

/** Thresholds, and periods of indicators in two timeframes: the same definition asked for under other names too. */
const strategy = compileStrategy(
  defineStrategy({
    id: "mine",
    parameters: {
      under: { default: 38, min: 20, max: 60 },
      period: { default: 14, min: 2, max: 30 },
      slow: { default: 20, min: 2, max: 60 },
    },
    indicators: ({ period, slow }) => ({
      rsi: rsi(period),
      slow: ema(slow),
      bands: bollinger(20, 2),
      hourly: rsi(period).on("1h"),
    }),
    enter: ({ now, ago, parameters }) =>
      now.rsi < parameters.under && now.hourly < 60 && ago(1).close > now.bands.lower,
    exit: ({ now }) => now.close > now.slow && now.rsi > 55,
  }),
  { file: null },
);
const { input, firstSlotMs, lastSlotMs } = await researchWorld({ assets: 2, slots: 700, strategies: [strategy] });

const runOf = (mine: Readonly<Record<string, number>>, slots = 700): Variation =>
  Variation.parse({
    firstSlotMs,
    lastSlotMs: unixMs(lastSlotMs - (700 - slots) * 300_000) satisfies UnixMs,
    parameters: { mine },
  });

describe("what one run leaves for the next", () => {
  it("changes nothing: each of many runs is as without it, whatever ran before and however little is kept", async () => {
    const anyRun = fc.record({
      under: fc.integer({ min: 20, max: 60 }),
      period: fc.constantFrom(7, 14, 21),
      slow: fc.constantFrom(20, 60),
      slots: fc.constantFrom(300, 700),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRun, { minLength: 2, maxLength: 4 }),
        fc.constantFrom(0, 30_000, 1e9),
        async (runs, columnBytes) => {
          const variations = runs.map(({ slots, ...mine }) => runOf(mine, slots));
          const bench = createLocalBench(input, createRunMemo({ columnBytes, seriesBytes: 4 * columnBytes }));
          const outcomes = await bench.run(variations, { signal });
          for (const [index, variation] of variations.entries())
            expect(outcomes[index]).toEqual(await runVariation(input, variation, { signal }));
        },
      ),
      { numRuns: 6 },
    );
  });

  it("spares a run with other thresholds every row of its indicators, and one with another period all the others", async () => {
    const memo = createRunMemo();
    const bench = createLocalBench(input, memo);
    const computedBy = async (variation: Variation): Promise<number> => {
      const before = memo.columns.rowsComputed;
      await bench.run([variation], { signal });
      return memo.columns.rowsComputed - before;
    };
    const all = await computedBy(runOf({ under: 38 }));
    expect(all).toBeGreaterThan(4 * 2 * 700);
    expect(await computedBy(runOf({ under: 25 }))).toBe(0);
    expect(await computedBy(runOf({ under: 55 }))).toBe(0);
    // A quarter of the columns is new, and no more.
    expect(await computedBy(runOf({ slow: 30 }))).toBe(all / 4);
    expect(memo.columns.rowsShared).toBe(2 * all + 3 * (all / 4));
  });

  it("reads and screens the candles of a market once", async () => {
    let reads = 0;
    const { marketData } = input.venue;
    const counted: typeof marketData = {
      ...marketData,
      candles: (request, options) => {
        reads += 1;
        return marketData.candles(request, options);
      },
    };
    const bench = createLocalBench({ ...input, venue: { ...input.venue, marketData: counted } });
    await bench.run([runOf({})], { signal });
    const first = reads;
    expect(first).toBeGreaterThan(0);
    await bench.run([runOf({ under: 30 }), runOf({ under: 50 })], { signal });
    expect(reads).toBe(first);
  });
});
