// Floor 2, search. A parameter as its strategy declares it ↔ a place in (0, 1): of numbers evenly, of integers, options and switches a
// cell for each value.
import type { ParameterSpec, ParameterSpecs, ParameterValue } from "../strategies/define-strategy.ts";

/** What a search proposes: a value for each parameter that is searched. */
export type Values = Readonly<Record<string, ParameterValue>>;

export interface Dimension {
  readonly name: string;
  /** Different values; infinite: a number that need not be whole. */
  readonly count: number;
  /** Values have an order in which neighbours are alike. */
  readonly isOrdered: boolean;
  /** @param place in (0, 1) */
  readonly valueAt: (place: number) => ParameterValue;
  /** The middle of its cell. */
  readonly placeOf: (value: ParameterValue) => number;
}

export const dimensionsOf = (space: ParameterSpecs): readonly Dimension[] =>
  Object.entries(space).map(([name, spec]) => dimensionOf(name, spec));

/** Whether only whole numbers are meant, as the strategy's own check has it. */
export const isWhole = (spec: Extract<ParameterSpec, { readonly min: number }>): boolean =>
  spec.integer ?? [spec.default, spec.min, spec.max].every(Number.isInteger);

function dimensionOf(name: string, spec: ParameterSpec): Dimension {
  if ("options" in spec) return cells(name, spec.options, false);
  if (!("min" in spec)) return cells(name, [false, true], false);
  const { min, max } = spec;
  if (isWhole(spec)) return cells(name, { length: max - min + 1, at: (cell) => min + cell }, true);
  if (min === max) return cells(name, [min], true);
  return {
    name,
    count: Number.POSITIVE_INFINITY,
    isOrdered: true,
    valueAt: (place) => min + place * (max - min),
    placeOf: (value) => (Number(value) - min) / (max - min),
  };
}

interface Cells {
  readonly length: number;
  at(cell: number): ParameterValue | undefined;
}

function cells(name: string, values: Cells, isOrdered: boolean): Dimension {
  const { length } = values;
  const first = values.at(0) ?? false;
  return {
    name,
    count: length,
    isOrdered,
    valueAt: (place) => values.at(Math.min(length - 1, Math.max(0, Math.floor(place * length)))) ?? first,
    placeOf: (value) => {
      const cell = isOrdered ? Number(value) - Number(first) : (values as readonly ParameterValue[]).indexOf(value);
      return (Math.max(0, cell) + 0.5) / length;
    },
  };
}

export const valuesAt = (dimensions: readonly Dimension[], places: ArrayLike<number>): Values =>
  Object.fromEntries(dimensions.map(({ name, valueAt }, i) => [name, valueAt(places[i] ?? 0.5)]));

/** One text for the same values, whatever the order they were named in. */
export const keyOf = (dimensions: readonly Dimension[], values: Values): string =>
  JSON.stringify(dimensions.map(({ name }) => values[name]));
