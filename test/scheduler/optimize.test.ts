import { describe, expect, it } from "vitest";
import { dailyReturns, OBJECTIVE_NAMES, objectiveNamed, objectiveOf } from "#scheduler/research/objectives.ts";
import { judgeTrials } from "#scheduler/research/optimize/judge-trials.ts";
import { runTrials } from "#scheduler/research/optimize/run-trials.ts";
import { createLocalBench, type ResearchBench } from "#scheduler/research/research-bench.ts";
import type { Trial } from "#schemas/optimize.ts";
import { Variation } from "#schemas/research.ts";
import { openStream } from "#toolkits/market/simulated/random.ts";
import { createSearch } from "#toolkits/search/search.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { researchWorld } from "../support/research-world.ts";

const { signal } = new AbortController();
const TRIALS = 27;
const { parameterSpecs: space, parameters: first } = shippedStrategy("mean-reversion");

const world = await researchWorld({ assets: 2, slots: 1000 });
const { firstSlotMs, lastSlotMs } = world;
const bench = createLocalBench(world.input);

async function searched(known: readonly Trial[], on: ResearchBench = bench) {
  const written: Trial[] = [];
  const all = await runTrials(
    on,
    {
      strategyId: "mean-reversion",
      firstSlotMs,
      lastSlotMs,
      trials: TRIALS,
      search: createSearch({ kind: "tpe", space, first, seed: 3, most: TRIALS }),
      objective: objectiveOf("return", 1),
      known,
    },
    { signal, onBatch: async (batch) => void written.push(...batch) },
  );
  return { all, written };
}

describe("a search on the bench", () => {
  it("is the same from any trial that was kept on, and runs only the others", async () => {
    const { all, written } = await searched([]);
    expect(written).toEqual(all);
    expect(all.map(({ trial }) => trial)).toEqual(Array.from({ length: TRIALS }, (_, i) => i + 1));
    expect(all[0]?.values).toEqual(first);
    for (const kept of [2, 23, TRIALS]) {
      const resumed = await searched(all.slice(0, kept));
      expect(resumed.all).toEqual(all);
      expect(resumed.written).toEqual(all.slice(kept));
    }
    const other = all.map((trial) =>
      trial.trial === 5 ? { ...trial, values: { ...trial.values, oversold: 0 } } : trial,
    );
    await expect(searched(other)).rejects.toThrow("Trial 5 of the journal is");
  });

  it("does not hang on which run of a batch ends first", async () => {
    const backwards: ResearchBench = {
      ...bench,
      async run(variations, { onDone, ...options }) {
        const outcomes = (await bench.run(variations.toReversed(), options)).toReversed();
        for (const index of [...outcomes.keys()].toReversed()) {
          const outcome = outcomes[index];
          if (outcome !== undefined) onDone?.(index, outcome);
        }
        return outcomes;
      },
    };
    expect((await searched([], backwards)).all).toEqual((await searched([])).all);
  });
});

describe("objectives", () => {
  it("are all told of a run with trades, and none under the fewest trades asked for", async () => {
    const [outcome] = await bench.run([Variation.parse({ firstSlotMs, lastSlotMs })], { signal });
    if (outcome === undefined) throw new Error("no outcome");
    const day = dailyReturns(outcome);
    const growth = day.reduce((product, r) => product * (1 + r), 1);
    expect(growth).toBeCloseTo((outcome.days.at(-1)?.endEquity ?? 0) / outcome.startingCash, 12);
    for (const name of OBJECTIVE_NAMES) {
      expect(objectiveOf(name, 1)(outcome), name).toEqual(expect.any(Number));
      expect(objectiveOf(name, outcome.trades.length + 1)(outcome), name).toBeNull();
    }
    expect(() => objectiveNamed("sharp")).toThrow(
      "one of sharpe, sqn, calmar, return, sortino, drawdown, expectancy, profit-factor. Correct --objective.",
    );
  });
});

/** Trials of 60 days; the first `good` earn `edge` daily standard deviations a day. */
function trialsOf(count: number, edge: number, good: number): [Trial, ...Trial[]] {
  const make = (index: number): Trial => {
    const { normal } = openStream([7, "trial", index]);
    const drift = index < good ? edge : 0;
    const dailyReturns = Array.from({ length: 60 }, () => 0.01 * (normal() + drift));
    return {
      trial: index + 1,
      values: { oversold: 1 + (index % 50), overbought: 50 + (index % 49) },
      objective: dailyReturns.reduce((sum, r) => sum + r, 0),
      trades: 40,
      returnPct: 1,
      maxDrawdownPct: 1,
      dailyReturns,
      decisionsHash: String(index),
    };
  };
  return [make(0), ...Array.from({ length: count - 1 }, (_, i) => make(i + 1))];
}

describe("what is said of a winner", () => {
  it("warns of one that is the best of noise, and not of one with an edge that luck does not give", () => {
    const noise = judgeTrials(trialsOf(100, 0, 0), space);
    expect(noise.luck.deflatedSharpe).toBeLessThan(0.95);
    expect(noise.luck.overfitting?.probability).toBeGreaterThan(0.3);
    expect(noise.warnings.join("\n")).toMatch(/^The best of 100 trials is no better than luck makes it/);
    // What is printed as the best of noise is about what the best of this noise shows.
    const { mean = 0, high95 = 0 } = noise.luck.bestOfNoise ?? {};
    expect(noise.luck.sharpe).toBeGreaterThan(0.6 * mean);
    expect(noise.luck.sharpe).toBeLessThan(1.3 * high95);
    const edge = judgeTrials(trialsOf(100, 1, 5), space);
    expect(edge.warnings).toEqual([]);
    expect(edge.luck.deflatedSharpe).toBeGreaterThan(0.99);
    expect(edge.luck.overfitting?.probability).toBeLessThan(0.1);
    expect(edge.winner?.trial).toBeLessThanOrEqual(5);
    expect(edge.best.map(({ objective }) => objective)).toEqual(
      edge.best.map(({ objective }) => objective).toSorted((a, b) => (b ?? 0) - (a ?? 0)),
    );
    expect(edge.neighbours).toMatchObject({ trials: 10 });
  });

  it("has no winner where no trial could be told, and no warning of luck over days that are not there", () => {
    const blind = trialsOf(20, 0, 0).map((trial) => ({ ...trial, objective: null }));
    const judged = judgeTrials([...blind] as unknown as [Trial, ...Trial[]], space);
    expect(judged.winner).toBeNull();
    expect(judged.warnings).toEqual(["No trial closed enough trades to be told: there is no winner."]);
    const short = trialsOf(20, 0, 0).map((trial) => ({ ...trial, trades: 2, dailyReturns: [0.01] }));
    const { luck, warnings } = judgeTrials([...short] as unknown as [Trial, ...Trial[]], space);
    expect(luck).toMatchObject({ days: 1, sharpe: null, bestOfNoise: null, deflatedSharpe: null, overfitting: null });
    expect(warnings).toEqual([
      "The days of the winner are all alike, or too few: luck cannot be ruled out.",
      "The winner closed 2 trades: under 30 say little.",
    ]);
  });
});
