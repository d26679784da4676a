// Floor 5. Parameters drawn evenly from their declared ranges, the configured ones first: the same seed draws the same.
import { openStream } from "#toolkits/market/simulated/random.ts";
import type { ParameterSpec, ParameterSpecs, ParameterValue } from "#toolkits/strategies/define-strategy.ts";

export type Values = Readonly<Record<string, ParameterValue>>;

/** Proposes values, hears how they did. What it proposes hangs on its seed and on what it was told, nothing else. */
export interface ParameterSearch {
  /** At most `count`, none twice; none where there is nothing left to try. */
  ask(count: number): readonly Values[];
  /** @param objective larger is better; null: it could not be told */
  tell(results: readonly { readonly values: Values; readonly objective: number | null }[]): void;
}

/** Draws that were made before, in a row, after which the space is taken to be exhausted. */
const MAX_REPEATS = 100;

export function createRandomSearch(specs: ParameterSpecs, configured: Values, seed: number): ParameterSearch {
  const stream = openStream([seed, "random-search"]);
  const seen = new Set<string>();
  const isNew = (values: Values): boolean => {
    const key = JSON.stringify(values);
    return seen.has(key) ? false : seen.add(key) !== undefined;
  };
  const draw = (): Values | null => {
    if (isNew(configured)) return configured;
    for (let tries = 0; tries < MAX_REPEATS; tries++) {
      const values = Object.fromEntries(
        Object.entries(specs).map(([name, spec]) => [name, drawn(spec, stream.uniform())]),
      );
      if (isNew(values)) return values;
    }
    return null;
  };
  return {
    ask(count) {
      const asked: Values[] = [];
      for (let i = 0; i < count; i++) {
        const values = draw();
        if (values === null) break;
        asked.push(values);
      }
      return asked;
    },
    tell: () => {},
  };
}

/** @param uniform in (0, 1) */
function drawn(spec: ParameterSpec, uniform: number): ParameterValue {
  if ("options" in spec) return spec.options[Math.floor(uniform * spec.options.length)] ?? spec.default;
  if (!("min" in spec)) return uniform < 0.5;
  const isWhole = spec.integer ?? [spec.default, spec.min, spec.max].every(Number.isInteger);
  if (!isWhole) return spec.min + uniform * (spec.max - spec.min);
  return spec.min + Math.floor(uniform * (spec.max - spec.min + 1));
}
