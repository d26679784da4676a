import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "#schemas/errors.ts";
import {
  bestOfNoise,
  deflatedSharpe,
  expectedBestSharpe,
  probabilisticSharpe,
  sharpeOfPeriod,
} from "#toolkits/performance/deflated-sharpe.ts";
import { probabilityOfOverfitting } from "#toolkits/performance/overfitting.ts";
import { noise } from "../../support/noise.ts";

// Bailey & López de Prado, "The Deflated Sharpe Ratio" (2014), numerical example: 5 years of daily returns, annualised Sharpe ratio 2.5,
// variance ½ among the (annualised) trials, skewness −3, kurtosis 10.
const PAPER = { sharpe: 2.5 / Math.sqrt(250), periods: 1250, skewness: -3, kurtosis: 10 };
const SD = Math.sqrt(0.5 / 250);

describe("the deflated Sharpe ratio", () => {
  it("is what the paper's example says", () => {
    expect(expectedBestSharpe(100, SD)).toBeCloseTo(0.1132, 4);
    expect(probabilisticSharpe(PAPER, expectedBestSharpe(100, SD))).toBeCloseTo(0.9004, 4);
    expect(probabilisticSharpe(PAPER, expectedBestSharpe(46, SD))).toBeCloseTo(0.9505, 4);
    const normal = { ...PAPER, skewness: 0, kurtosis: 3 };
    expect(probabilisticSharpe(normal, expectedBestSharpe(88, SD))).toBeCloseTo(0.9505, 4);
  });

  it("sinks with every trial more, and without any is the probabilistic one", () => {
    const returns = noise(1, { length: 500, mean: 0.1 });
    const of = (trials: number) =>
      deflatedSharpe({ returns, trialSharpes: [0, 0.05, -0.05, 0.1], independentTrials: trials })?.deflated ??
      Number.NaN;
    const few = deflatedSharpe({ returns, trialSharpes: [sharpeOfPeriod(returns)] });
    expect(few?.deflated).toBe(few?.probabilistic);
    expect(of(10)).toBeLessThan(of(2));
    expect(of(1000)).toBeLessThan(of(10));
  });

  it("hardly ever believes the best of a hundred on noise, and believes an edge", () => {
    const best = (seed: number, mean: number) => {
      const trials = Array.from({ length: 100 }, (_, k) =>
        noise(seed * 1000 + k, { length: 250, mean: k === 50 ? mean : 0 }),
      );
      const trialSharpes = trials.map(sharpeOfPeriod);
      const winner = trialSharpes.reduce<number>((top, s, k) => ((s ?? 0) > (trialSharpes[top] ?? 0) ? k : top), 0);
      return deflatedSharpe({ returns: trials[winner] ?? [], trialSharpes })?.deflated ?? 0;
    };
    const onNoise = Array.from({ length: 40 }, (_, seed) => best(seed, 0));
    expect(onNoise.filter((p) => p > 0.95).length).toBeLessThanOrEqual(4);
    expect(onNoise.filter((p) => p > 0.5).length).toBeGreaterThan(8);
    expect(best(1, 0.4)).toBeGreaterThan(0.95);
  });

  it("says nothing of returns that do not vary", () => {
    expect(deflatedSharpe({ returns: [0.1, 0.1, 0.1], trialSharpes: [0, 0] })).toBeNull();
    expect(deflatedSharpe({ returns: [0.1], trialSharpes: [0, 0] })).toBeNull();
    expect(() => deflatedSharpe({ returns: [0.1, Number.NaN], trialSharpes: [] })).toThrow(/Value 2 of 2/);
  });
});

describe("the best of trials on noise", () => {
  it("is as high as the best of seeded noise is", () => {
    const bests = Array.from({ length: 400 }, (_, seed) =>
      Math.max(
        ...Array.from({ length: 50 }, (_, k) => sharpeOfPeriod(noise(seed * 50 + k, { length: 100 })) ?? Number.NaN),
      ),
    ).sort((a, b) => a - b);
    const { expected, median, high95 } = bestOfNoise(50, 100);
    const mean = bests.reduce((sum, best) => sum + best, 0) / bests.length;
    expect(mean / expected).toBeCloseTo(1, 1);
    expect((bests[200] ?? 0) / median).toBeCloseTo(1, 1);
    expect((bests[380] ?? 0) / high95).toBeCloseTo(1, 1);
  });

  it("is 0 in the mean for one trial, and higher for more", () => {
    expect(bestOfNoise(1, 100)).toMatchObject({ expected: 0, median: expect.closeTo(0, 9) });
    expect(bestOfNoise(1_000_000, 100).expected).toBeGreaterThan(bestOfNoise(1000, 100).expected);
  });
});

describe("the probability of overfitting", () => {
  it("is worked out by hand on four parts", () => {
    // Trial a is best in the first two of four parts and worst in the last two; b is steady.
    const a = [3, 1, 3, 1, -1, -3, -1, -3];
    const b = [1, 0.5, 1, 0.5, 1, 0.5, 1, 0.5];
    // Splits: {1,2}|{3,4}: a (2/√…) against b inside; only there and where both halves mix does the choice differ.
    // b's Sharpe is the same everywhere: 0.75/0.25 = 3. a: first half 2/1 = 2, second −2, mixed 0. So b is best in every half, and
    // best in every other half: never below the middle.
    expect(probabilityOfOverfitting([a, b], { parts: 4 })).toMatchObject({
      probability: 0,
      splits: 6,
      meanRank: 2 / 3,
    });
    // With b's spread ten times as wide (0.75/2.5 = 0.3), a is best inside {1,2} alone, and loses outside; b is best inside {3,4}, and
    // loses outside to a; in the four mixed halves b wins on both sides.
    const wide = [3.25, -1.75, 3.25, -1.75, 3.25, -1.75, 3.25, -1.75];
    expect(probabilityOfOverfitting([a, wide], { parts: 4 })?.probability).toBeCloseTo(2 / 6, 12);
  });

  it("is a half where all trials are the same: nothing was chosen", () => {
    const same = noise(1, { length: 64 });
    expect(probabilityOfOverfitting([same, same, same])).toMatchObject({ probability: 0.5, meanRank: 0.5 });
  });

  it("is near 0 with a planted edge", () => {
    const trials = Array.from({ length: 50 }, (_, k) => noise(k, { length: 480, mean: k === 7 ? 0.3 : 0 }));
    expect(probabilityOfOverfitting(trials)?.probability).toBeLessThan(0.02);
  });

  it("does not hang on the order of the trials, nor on their scale", () => {
    const trials = Array.from({ length: 9 }, (_, k) => noise(k, { length: 40 }));
    const plain = probabilityOfOverfitting(trials, { parts: 8 });
    expect(probabilityOfOverfitting(trials.toReversed(), { parts: 8 })).toEqual(plain);
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1000, noNaN: true }), (scale) => {
        const scaled = probabilityOfOverfitting(
          trials.map((trial) => trial.map((value) => value * scale)),
          { parts: 8 },
        );
        expect(scaled?.probability).toBeCloseTo(plain?.probability ?? Number.NaN, 9);
      }),
      { numRuns: 20 },
    );
  });

  it("says nothing of one trial or of too few periods, and refuses what cannot be split", () => {
    expect(probabilityOfOverfitting([noise(1, { length: 64 })])).toBeNull();
    expect(probabilityOfOverfitting([])).toBeNull();
    expect(probabilityOfOverfitting([noise(1, { length: 31 }), noise(2, { length: 31 })])).toBeNull();
    expect(() => probabilityOfOverfitting([[1, 2], [1]])).toThrow(/has 1 returns/);
    expect(() => probabilityOfOverfitting([[1, Number.NaN]], { parts: 2 })).toThrow(/NaN/);
    expect(() => probabilityOfOverfitting([], { parts: 7 })).toThrow(UsageError);
  });

  it("trials that did nothing are worth 0: better than losing, and none of them is the best alone", () => {
    const idle = new Float64Array(64);
    const losing = noise(3, { length: 64, mean: -1 });
    expect(probabilityOfOverfitting([idle, idle, losing])?.probability).toBe(0);
  });
});
