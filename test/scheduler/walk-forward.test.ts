import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLocalBench } from "#scheduler/research/research-bench.ts";
import { chainOutcomes } from "#scheduler/research/walk-forward/chain-outcomes.ts";
import { cutFolds, type FoldRules, layoutOf } from "#scheduler/research/walk-forward/folds.ts";
import { stabilityOf } from "#scheduler/research/walk-forward/stability.ts";
import { runWalkForward } from "#scheduler/research/walk-forward/walk-forward.ts";
import { UsageError } from "#schemas/errors.ts";
import type { Outcome } from "#schemas/research.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { levelsAsked, type MartingaleSettings, martingaleWorld, searchOf } from "../support/martingale-world.ts";

const signal = new AbortController().signal;
const RULES: FoldRules = { anchored: false, purge: 4, embargo: 0 };
const SIZES = { folds: 3, train: 70, test: null };
const meanTrade = ({ trades }: Outcome): number | null =>
  trades.length < 2 ? null : trades.reduce((sum, { returnPct }) => sum + returnPct, 0) / trades.length;

async function walked(settings: MartingaleSettings, rules = RULES, sizes = SIZES) {
  const world = martingaleWorld(settings);
  const { strategy } = world;
  const folds = cutFolds(world, layoutOf(settings.slots, sizes), rules);
  const input = {
    strategyId: strategy.id,
    configured: strategy.parameters,
    folds,
    trials: 3,
    objective: meanTrade,
    search: () => searchOf(strategy, 11),
  };
  return runWalkForward(createLocalBench(world.input), input, { signal });
}

describe("folds", () => {
  const setup = fc.record({
    slots: fc.integer({ min: 40, max: 600 }),
    folds: fc.integer({ min: 1, max: 8 }),
    anchored: fc.boolean(),
    purge: fc.integer({ min: 0, max: 12 }),
    embargo: fc.integer({ min: 0, max: 12 }),
  });
  const stepMs = 60_000;
  const cut = ({ slots, folds, ...rules }: FoldRules & { readonly slots: number; readonly folds: number }) => {
    const layout = layoutOf(slots, { folds, train: null, test: null });
    const range = { firstSlotMs: unixMs(0), lastSlotMs: unixMs((slots - 1) * stepMs), stepMs };
    return cutFolds(range, layout, rules);
  };
  const slotsIn = ({ firstSlotMs, lastSlotMs }: { readonly firstSlotMs: number; readonly lastSlotMs: number }) =>
    Array.from({ length: (lastSlotMs - firstSlotMs) / stepMs + 1 }, (_, i) => firstSlotMs / stepMs + i);

  it("keep every training slot `purge` candles before its test, and outside the embargo after each earlier test", () => {
    fc.assert(
      fc.property(setup, (given) => {
        // What leaves no training is refused, which is told below.
        fc.pre(3 * Math.floor(given.slots / (given.folds + 3)) > given.purge + given.folds * given.embargo + 1);
        const folds = cut(given);
        const embargoed = folds.map(({ test }) => test.lastSlotMs / stepMs);
        for (const [k, { train, test }] of folds.entries()) {
          const ends = embargoed.slice(0, k);
          const isApart = (slot: number): boolean =>
            slot < test.firstSlotMs / stepMs - given.purge &&
            ends.every((end) => slot <= end || slot > end + given.embargo);
          expect(train.flatMap(slotsIn).every(isApart)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("have tests that follow one another without a gap to the end of the range", () => {
    fc.assert(
      fc.property(setup, (given) => {
        const folds = cut({ ...given, purge: 0, embargo: 0 });
        const tested = folds.flatMap(({ test }) => slotsIn(test));
        expect(folds).toHaveLength(given.folds);
        expect(tested).toEqual(Array.from(tested, (_, i) => given.slots - tested.length + i));
      }),
      { numRuns: 60 },
    );
  });

  it("train on the range from its start where anchored, and equally long where rolling", () => {
    const lengths = (anchored: boolean) =>
      cut({ slots: 700, folds: 4, anchored, purge: 2, embargo: 0 }).map(({ train }) => train.flatMap(slotsIn).length);
    expect(lengths(true)).toEqual([298, 398, 498, 598]);
    expect(lengths(false)).toEqual([298, 298, 298, 298]);
    const cutUp = cut({ slots: 700, folds: 4, anchored: true, purge: 2, embargo: 10 }).map(({ train }) => train.length);
    expect(cutUp).toEqual([1, 2, 3, 4].map((parts, k) => (k < 2 ? k + 1 - (k > 0 ? 1 : 0) : parts - 1)));
  });

  it("are refused where all three sizes are given, the range is too short, or nothing is left to train on", () => {
    expect(() => layoutOf(1000, { folds: 2, train: 10, test: 10 })).toThrow(UsageError);
    expect(() => layoutOf(20, { folds: null, train: 15, test: 10 })).toThrow(/20 candles/);
    expect(() => cut({ slots: 70, folds: 4, anchored: false, purge: 30, embargo: 0 })).toThrow(/purge of 30/);
    expect(layoutOf(105, { folds: null, train: 50, test: 20 })).toEqual({ folds: 2, train: 50, test: 20, unused: 15 });
  });
});

describe("a walk-forward test", () => {
  const settings = { seed: 5, slots: 190, markets: 1 };

  it("chooses nothing and counts nothing of a fold otherwise when the candles after its test change", async () => {
    const whole = await walked(settings);
    const end = whole.folds[1]?.fold.test.lastSlotMs ?? 0;
    const other = await walked({ ...settings, scrambledFromMs: end });
    expect(other.folds.slice(0, 2)).toEqual(whole.folds.slice(0, 2));
    expect(other.folds[2]?.outOfSample).not.toEqual(whole.folds[2]?.outOfSample);
  });

  it("chooses the same parameters whatever the test's candles are", async () => {
    const whole = await walked(settings);
    const begin = (whole.folds[1]?.fold.test.firstSlotMs ?? 0) - 3_600_000;
    const other = await walked({ ...settings, scrambledFromMs: begin });
    expect(other.folds[1]?.values).toEqual(whole.folds[1]?.values);
    expect(other.folds[1]?.inSample).toEqual(whole.folds[1]?.inSample);
    expect(other.folds[1]?.outOfSample).not.toEqual(whole.folds[1]?.outOfSample);
  });

  it("keeps the best of the training part, and is the same however the runs are spread", async () => {
    const world = martingaleWorld(settings);
    const { strategy } = world;
    const local = createLocalBench(world.input);
    const folds = cutFolds(world, layoutOf(settings.slots, SIZES), { ...RULES, anchored: true, embargo: 5 });
    const input = {
      strategyId: strategy.id,
      configured: strategy.parameters,
      folds,
      trials: 3,
      objective: meanTrade,
      search: () => searchOf(strategy, 11),
    };
    const run = await runWalkForward(local, input, { signal });
    const backwards = {
      ...local,
      run: async (variations: Parameters<typeof local.run>[0], options: Parameters<typeof local.run>[1]) =>
        (await local.run([...variations].reverse(), options)).toReversed(),
    };
    expect(await runWalkForward(backwards, input, { signal })).toEqual(run);
    const [fold] = run.folds;
    const rivals = levelsAsked(strategy, 11, 3);
    const objectives = [];
    for (const values of rivals) {
      const [outcome] = await local.run(
        [{ ...variationOf(fold?.fold.train[0]), parameters: { [strategy.id]: values } }],
        { signal },
      );
      objectives.push(meanTrade(outcome as Outcome));
    }
    expect(fold?.inSampleObjective).toBe(Math.max(...objectives.map((each) => each ?? Number.NEGATIVE_INFINITY)));
    expect(fold?.trials).toBe(3);
  });

  it("stops when told to", async () => {
    const world = martingaleWorld(settings);
    const stop = new AbortController();
    const bench = createLocalBench(world.input);
    const { strategy } = world;
    const running = runWalkForward(
      bench,
      {
        strategyId: strategy.id,
        configured: strategy.parameters,
        folds: cutFolds(world, layoutOf(settings.slots, SIZES), RULES),
        trials: 3,
        objective: meanTrade,
        search: () => searchOf(strategy, 11),
      },
      { signal: stop.signal, onProgress: (done) => done === 2 && stop.abort(new Error("enough")) },
    );
    await expect(running).rejects.toThrow("enough");
  });
});

const variationOf = (span: { readonly firstSlotMs: number; readonly lastSlotMs: number } | undefined) => ({
  firstSlotMs: unixMs(span?.firstSlotMs ?? 0),
  lastSlotMs: unixMs(span?.lastSlotMs ?? 0),
  parameters: {},
  feeFactor: 1,
  slippageFactor: 1,
  markets: null,
  entries: null,
});

describe("test parts as one run", () => {
  const part = (change: Partial<Outcome>): Outcome => ({
    trades: [],
    openAtEnd: 0,
    days: [],
    periodsPerYear: 365,
    startingCash: 100,
    finalEquity: 100,
    maxDrawdownPct: 0,
    slots: 10,
    slotsInMarket: 1,
    exposureSum: 0.5,
    candles: 10,
    decisions: 1,
    refusals: 0,
    buyAndHoldPct: 10,
    decisionsHash: "a",
    ...change,
  });
  const day = (number: number, endEquity: number) => ({ dayStartMs: unixMs(number * DAY_MS), endEquity });

  it("compounds returns, hands a shared day to the later part, and sees a drawdown that runs across them", () => {
    const chained = chainOutcomes([
      part({ days: [day(0, 120), day(1, 110)], finalEquity: 110, maxDrawdownPct: 9 }),
      part({ days: [day(1, 90), day(2, 80)], finalEquity: 80, maxDrawdownPct: 20 }),
      part({ days: [day(3, 150)], finalEquity: 150 }),
    ]);
    expect(chained.finalEquity).toBeCloseTo(100 * 1.1 * 0.8 * 1.5, 10);
    expect(chained.days.map(({ endEquity }) => Math.round(endEquity * 1e6) / 1e6)).toEqual([120, 99, 88, 132]);
    expect(chained.maxDrawdownPct).toBeCloseTo(100 * (1 - 88 / 120), 10);
    expect(chained.buyAndHoldPct).toBeCloseTo(33.1, 10);
    expect(chained.slots).toBe(30);
  });

  it("does not know buy and hold where one part does not", () => {
    expect(chainOutcomes([part({}), part({ buyAndHoldPct: null })]).buyAndHoldPct).toBeNull();
  });
});

describe("stability", () => {
  it("is the spread over the declared range, and how often the commonest value was chosen", () => {
    const specs = {
      level: { default: 5, min: 0, max: 10 },
      trend: { default: "1h", options: ["1h", "4h"] },
    };
    const [level, trend] = stabilityOf(specs, [
      { level: 2, trend: "1h" },
      { level: 2, trend: "4h" },
      { level: 7, trend: "1h" },
      { level: 2, trend: "1h" },
    ]);
    expect(level).toMatchObject({ values: [2, 2, 7, 2], mostFrequentRatio: 0.75 });
    expect(level?.spreadRatio).toBeCloseTo(0.5, 12);
    expect(level?.deviationRatio).toBeCloseTo(Math.sqrt(3 / 16) * 0.5, 12);
    expect(trend).toMatchObject({ mostFrequentRatio: 0.75, spreadRatio: null, deviationRatio: null });
  });
});
