// Floor 5. The parameters that the folds chose → how far they agree. What holds in every fold is less likely to be chance.
import type { ParameterStability } from "#schemas/walk-forward.ts";
import type { ParameterSpec, ParameterSpecs, ParameterValue } from "#toolkits/strategies/define-strategy.ts";

type Values = Readonly<Record<string, ParameterValue>>;

/** @param chosen fold by fold, at least one */
export const stabilityOf = (specs: ParameterSpecs, chosen: readonly Values[]): readonly ParameterStability[] =>
  Object.entries(specs).map(([name, spec]) => {
    const values = chosen.map((each) => each[name] ?? spec.default);
    return { name, values, mostFrequentRatio: mostFrequent(values), ...spreadOf(spec, values) };
  });

function mostFrequent(values: readonly ParameterValue[]): number {
  const counts = new Map<ParameterValue, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(...counts.values()) / values.length;
}

function spreadOf(spec: ParameterSpec, values: readonly ParameterValue[]) {
  if (!("min" in spec) || spec.max === spec.min) return { spreadRatio: null, deviationRatio: null };
  const range = spec.max - spec.min;
  const places = values.map((value) => (Number(value) - spec.min) / range);
  const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
  const variance = places.reduce((sum, place) => sum + (place - mean) ** 2, 0) / places.length;
  return { spreadRatio: Math.max(...places) - Math.min(...places), deviationRatio: Math.sqrt(variance) };
}
