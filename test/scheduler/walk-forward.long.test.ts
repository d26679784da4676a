import { describe, expect, it } from "vitest";
import { objectiveOf } from "#scheduler/research/objectives.ts";
import { createLocalBench } from "#scheduler/research/research-bench.ts";
import { cutFolds, layoutOf } from "#scheduler/research/walk-forward/folds.ts";
import { meanWithInterval } from "#scheduler/research/walk-forward/mean-interval.ts";
import { runWalkForward } from "#scheduler/research/walk-forward/walk-forward.ts";
import { count, FULL_COUNT } from "../support/count.ts";
import {
  HELD_CANDLES,
  levelsAsked,
  type MartingaleSettings,
  martingaleWorld,
  searchOf,
  volumeStrategy,
} from "../support/martingale-world.ts";

const signal = new AbortController().signal;

interface Trial extends MartingaleSettings {
  readonly trials: number;
  readonly train: number;
}

/** Parameters chosen in three folds, and the mean trade of the three parts after them. */
async function walked({ trials, train, ...settings }: Trial) {
  const world = martingaleWorld({ markets: 1, ...settings });
  const { strategy } = world;
  const layout = layoutOf(settings.slots, { folds: 3, train, test: null });
  const run = await runWalkForward(
    createLocalBench(world.input),
    {
      strategyId: strategy.id,
      configured: strategy.parameters,
      folds: cutFolds(world, layout, { anchored: false, purge: HELD_CANDLES + 1, embargo: 0 }),
      trials,
      objective: objectiveOf("expectancy", 5),
      search: () => searchOf(strategy, settings.seed),
    },
    { signal },
  );
  return {
    run,
    mean: meanWithInterval(
      run.outOfSample.trades.map(({ returnPct }) => returnPct),
      "trades",
    ),
  };
}

const covers = (interval: readonly [number, number] | null, truth: number): boolean =>
  interval !== null && interval[0] <= truth && truth <= interval[1];

/** 93 to 97 % of 1,000; of fewer what chance allows of 95 % once in some thousand times. */
function expectCoverage(covered: number, of: number): void {
  const slack = FULL_COUNT && of >= 1000 ? 0.02 : 3.3 * Math.sqrt((0.95 * 0.05) / of);
  expect(covered / of).toBeGreaterThanOrEqual(0.95 - slack);
  expect(covered / of).toBeLessThanOrEqual(Math.min(1, 0.95 + slack));
}

describe("the mean trade of a walk-forward test", () => {
  const noise = { slots: 350, train: 40, trials: 2 };

  it("covers 0 on noise without costs as often as its interval says, whatever was chosen", async () => {
    const seeds = count(1000, 20);
    let [covered, told] = [0, 0];
    for (let seed = 1; seed <= seeds; seed++) {
      const { mean } = await walked({ ...noise, seed, strategy: volumeStrategy(300, 600) });
      if (mean.interval95 === null) continue;
      told += 1;
      if (covers(mean.interval95, 0)) covered += 1;
    }
    expect(told).toBe(seeds);
    expectCoverage(covered, told);
  });

  it("covers minus the costs of both sides where there are costs", async () => {
    const seeds = count(100, 10);
    let covered = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const { mean } = await walked({ ...noise, seed: 5000 + seed, strategy: volumeStrategy(300, 600), feeBps: 50 });
      if (covers(mean.interval95, -1)) covered += 1;
    }
    expectCoverage(covered, seeds);
  });

  it("detects what was planted, with its strength inside the interval", async () => {
    const seeds = count(40, 4);
    const drift = 0.006;
    // Four candles of drift; no candle after the four is held.
    const strength = 100 * (Math.exp(HELD_CANDLES * drift) - 1);
    const settings = { slots: 900, markets: 2, train: 180, trials: 2, drift };
    let [detected, covered] = [0, 0];
    for (let seed = 1; seed <= seeds; seed++) {
      const { mean } = await walked({ ...settings, seed, strategy: volumeStrategy(900, 960, 920) });
      if ((mean.interval95?.[0] ?? -1) > 0) detected += 1;
      if (covers(mean.interval95, strength)) covered += 1;
    }
    expect(detected / seeds).toBeGreaterThanOrEqual(0.95);
    expectCoverage(covered, seeds);
  });

  it("comes of parameters that find what was planted", async () => {
    const seeds = count(20, 2);
    const settings = { slots: 420, markets: 3, train: 240, trials: 6, drift: 0.008 };
    let [high, folds] = [0, 0];
    for (let seed = 1; seed <= seeds; seed++) {
      const { run } = await walked({ ...settings, seed });
      const best = Math.max(...levelsAsked(volumeStrategy(), seed, 6).map(({ level }) => Number(level)));
      for (const { values } of run.folds) {
        folds += 1;
        if (values["level"] === best) high += 1;
      }
    }
    // Of six values one sixth would be chance.
    expect(high / folds).toBeGreaterThan(0.5);
  });
});
