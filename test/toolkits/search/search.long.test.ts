// What the searches are worth, as measured before they were chosen: medians over 40 seeds at 200 trials.
import { describe, expect, it } from "vitest";
import type { SearchKind } from "#toolkits/search/search.ts";
import { count } from "../../support/count.ts";
import { best, median, rastrigin, ridge, rosenbrock, sphere, stepped } from "./functions.ts";

const SEEDS = count(40, 7);

describe("at 200 trials", () => {
  // Random 0.057, 0.050, 0.58, 0.48, 0.045; TPE 0.002, 0, 0.05, 0.014, 0.005; CMA-ES 0.0001, 0, 0.003, 0.004, 0.0008.
  it.each([
    ["sphere", sphere, 10, 100],
    ["stepped", stepped, 2.5, 2.5],
    ["Rastrigin", rastrigin, 4, 20],
    ["Rosenbrock", rosenbrock, 8, 10],
    ["ridge", ridge, 4, 10],
  ] as const)("%s: TPE and CMA-ES are this much closer than a random search", (_, loss, tpe, cmaEs) => {
    const lossOf = (kind: SearchKind) =>
      median(Array.from({ length: SEEDS }, (_none, seed) => best(kind, loss, { trials: 200, seed })));
    const random = lossOf("random");
    expect(random).toBeGreaterThan(tpe * lossOf("tpe"));
    expect(random).toBeGreaterThan(cmaEs * lossOf("cma-es"));
  });
});
