import { expect, it } from "vitest";
import { probabilityOfOverfitting } from "#toolkits/performance/overfitting.ts";
import { count } from "../../support/count.ts";
import { noise } from "../../support/noise.ts";

const SEEDS = count(500, 20);

it("the best of a hundred on noise is overfitted in about half of all splits, and a planted edge in none", () => {
  const of = (edge: number, seeds: number) =>
    Array.from({ length: seeds }, (_, seed) => {
      const trials = Array.from({ length: 100 }, (_, k) =>
        noise(seed * 100 + k, { length: 256, mean: k === 0 ? edge : 0 }),
      );
      return probabilityOfOverfitting(trials)?.probability ?? Number.NaN;
    }).reduce((sum, p) => sum + p / seeds, 0);
  const [onNoise, onEdge] = [of(0, SEEDS), of(0.4, 10)];
  console.info(
    `probability of overfitting ${onNoise.toFixed(3)} on noise (${SEEDS} seeds), ${onEdge.toFixed(3)} on an edge (10)`,
  );
  expect(onNoise).toBeGreaterThanOrEqual(0.45);
  expect(onEdge).toBeLessThan(0.05);
});
