// Published functions to search, of five numbers in [0, 1], 0 at their best; and how well a search does on them.
import { createSearch, type SearchKind, type Tried } from "#toolkits/search/search.ts";
import type { ParameterSpecs } from "#toolkits/strategies/define-strategy.ts";

const NAMES = ["a", "b", "c", "d", "e"] as const;
const OPTIMUM = [0.31, 0.72, 0.55, 0.18, 0.64];
const real = { default: 0.5, min: 0, max: 1 };
export const FIVE: ParameterSpecs = Object.fromEntries(NAMES.map((name) => [name, real]));

type Loss = (x: readonly number[]) => number;
const distances = (x: readonly number[]): number[] => x.map((value, i) => value - (OPTIMUM[i] ?? 0));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** De Jong 1975 (F1), moved. */
export const sphere: Loss = (x) => sum(distances(x).map((d) => d * d));
/** De Jong 1975 (F3), moved: flat places as integers have them. */
export const stepped: Loss = (x) => sum(distances(x).map((d) => Math.floor(Math.abs(10 * d) + 0.5) ** 2)) / 100;
/** Rastrigin 1974, moved; about three bumps a parameter. */
export const rastrigin: Loss = (x) =>
  sum(distances(x).map((d) => 4 * d * d + 0.1 * (1 - Math.cos(2 * Math.PI * 3 * d))));
/** Rosenbrock 1960: a curved valley between neighbours. */
export const rosenbrock: Loss = (x) => {
  const y = distances(x).map((d) => 2 * d + 1);
  return sum(y.slice(1).map((next, i) => 100 * (next - (y[i] ?? 0) ** 2) ** 2 + (1 - (y[i] ?? 0)) ** 2)) / 100;
};
/** Two parameters that interact: a narrow ridge across both axes. */
export const ridge: Loss = (x) => {
  const [a = 0, b = 0, ...others] = distances(x);
  return 4 * (a - b) ** 2 + 0.25 * (a + b) ** 2 + sum(others.map((d) => 0.5 * d * d));
};

/** The lowest loss of a search. */
export function best(
  kind: SearchKind,
  loss: Loss,
  { trials, seed }: { readonly trials: number; readonly seed: number },
) {
  const search = createSearch({ kind, space: FIVE, first: null, seed, most: trials });
  let [tried, lowest] = [0, Number.POSITIVE_INFINITY];
  while (tried < trials) {
    const asked = search.ask(trials - tried);
    const results = asked.map((values): Tried => {
      const found = loss(NAMES.map((name) => Number(values[name])));
      lowest = Math.min(lowest, found);
      return { values, objective: -found };
    });
    search.tell(results);
    tried += results.length;
  }
  return lowest;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}
