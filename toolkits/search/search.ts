// Floor 2, search. Parameters of a strategy and a way of searching them → values to try, none twice. What is proposed hangs on the seed
// and on what was told, never on how many are tried at once or which of them ended first.
import { UsageError } from "#schemas/errors.ts";
import { openStream } from "../market/simulated/random.ts";
import type { ParameterSpecs } from "../strategies/define-strategy.ts";
import { createCmaEs } from "./cma-es.ts";
import { dimensionsOf, keyOf, type Values, valuesAt } from "./dimension.ts";
import { createGrid } from "./grid.ts";
import type { Method, Places } from "./method.ts";
import { createRandom } from "./random.ts";
import { createTpe } from "./tpe.ts";

export const SEARCH_KINDS = ["tpe", "cma-es", "random", "grid"] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export interface Tried {
  readonly values: Values;
  /** Larger is better; null: it could not be told. */
  readonly objective: number | null;
}

export interface Search {
  /** At most `count`, none that was given before; none at all where there is nothing left to try, or it finds nothing new. */
  ask(count: number): readonly Values[];
  /** Everything that the last call gave. */
  tell(results: readonly Tried[]): void;
}

export interface SearchOptions {
  readonly kind: SearchKind;
  /** What is searched: the parameters by name, each with its range or options. */
  readonly space: ParameterSpecs;
  /** Tried before all others; null: nothing is. */
  readonly first: Values | null;
  readonly seed: number;
  /** A grid may have so many points. */
  readonly most: number;
}

/** Batches in a row with nothing new in them, after which the search is over. */
const FRUITLESS = 50;

/** @throws UsageError for a space that this way cannot search */
export function createSearch({ kind, space, first, seed, most }: SearchOptions): Search {
  const dimensions = dimensionsOf(space);
  const method = methodOf(kind, dimensions, { seed, most });
  /** Objective of all that was told, by key. */
  const known = new Map<string, number | null>();
  let batch: readonly { readonly places: Places; readonly values: Values; readonly key: string }[] = [];
  const isFresh = (key: string): boolean => !known.has(key);
  const ask = (count: number): readonly Values[] => {
    if (first !== null && isFresh(keyOf(dimensions, first))) return [first];
    for (let fruitless = 0; fruitless < FRUITLESS; fruitless++) {
      const fresh = new Map(batch.filter(({ key }) => isFresh(key)).map(({ key, values }) => [key, values]));
      if (fresh.size > 0) return [...fresh.values()].slice(0, count);
      if (batch.length > 0)
        method.tell(batch.map(({ places, key }) => ({ places, objective: known.get(key) ?? null })));
      batch = method.next().map((places) => {
        const values = valuesAt(dimensions, places);
        return { places, values, key: keyOf(dimensions, values) };
      });
      if (batch.length === 0) return [];
    }
    return [];
  };
  return {
    ask,
    tell: (results) => {
      for (const { values, objective } of results) known.set(keyOf(dimensions, values), objective);
    },
  };
}

function methodOf(
  kind: SearchKind,
  dimensions: ReturnType<typeof dimensionsOf>,
  { seed, most }: { readonly seed: number; readonly most: number },
): Method {
  if (dimensions.length === 0) {
    throw new UsageError({
      was: "There is no parameter to search.",
      expected: "a strategy with `parameters`",
      remedy: "Declare some in the strategy, or name others with --parameters.",
    });
  }
  const random = openStream([seed, "search", kind]);
  if (kind === "grid") return createGrid(dimensions, most);
  if (kind === "random") return createRandom(dimensions.length, random);
  if (kind === "tpe") return createTpe(dimensions, random);
  const unordered = dimensions.find(({ isOrdered, count }) => !isOrdered && count > 1);
  if (unordered !== undefined) {
    throw new UsageError({
      was: `${unordered.name} is no number, and CMA-ES moves among numbers.`,
      expected: "numbers alone",
      remedy: "Take --search tpe, or name the numbers with --parameters.",
    });
  }
  return createCmaEs(dimensions.length, random);
}
