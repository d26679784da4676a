// Floor 6. The flags of `optimize` as typed → what is searched, and how.

import { type ObjectiveName, objectiveNamed } from "#scheduler/research/objectives.ts";
import { UsageError } from "#schemas/errors.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import { isWhole } from "#toolkits/search/dimension.ts";
import { SEARCH_KINDS, type SearchKind } from "#toolkits/search/search.ts";
import type { ParameterSpec, ParameterSpecs } from "#toolkits/strategies/define-strategy.ts";

export interface OptimizeFlags {
  readonly search: SearchKind;
  readonly trials: number;
  readonly objective: ObjectiveName;
  readonly minTrades: number;
  /** Null: named after the strategy. */
  readonly name: string | null;
  readonly restart: boolean;
  /** As typed; null: every parameter, in its declared range. */
  readonly parameters: string | null;
}

const MOST_TRIALS = 100_000;

/** @throws UsageError naming the flag */
export function optimizeFlags(flags: Readonly<Record<string, unknown>>): OptimizeFlags {
  const word = (name: string): string | null => (typeof flags[name] === "string" ? flags[name] : null);
  const search = SEARCH_KINDS.find((kind) => kind === (word("search") ?? "tpe"));
  if (search === undefined) {
    throw new UsageError({
      was: `There is no search ${JSON.stringify(flags["search"])}.`,
      expected: `one of ${SEARCH_KINDS.join(", ")}`,
      remedy: "Correct --search.",
    });
  }
  return {
    search,
    trials: whole("--trials", word("trials"), 200, 1),
    objective: objectiveNamed(word("objective") ?? "sharpe"),
    minTrades: whole("--min-trades", word("minTrades"), 1, 0),
    name: word("name"),
    restart: flags["restart"] === true,
    parameters: word("parameters"),
  };
}

function whole(flag: string, given: string | null, usual: number, least: number): number {
  const value = given === null ? usual : Number(given);
  if (Number.isInteger(value) && value >= least && value <= MOST_TRIALS) return value;
  throw new UsageError({
    was: `${flag} is ${given}.`,
    expected: `a whole number from ${least} to ${MOST_TRIALS.toLocaleString("en-US")}`,
    remedy: "Correct it.",
  });
}

/** `fast,slow:20..60`: those named, in their declared range or a narrower one. @throws UsageError */
export function spaceOf(specs: ParameterSpecs, named: string | null): ParameterSpecs {
  if (named === null) return specs;
  const wanted = named
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return Object.fromEntries(wanted.map((part) => parameterOf(specs, part)));
}

const NARROWED = /^([A-Za-z_]\w*):(-?[\d.]+(?:e-?\d+)?)\.\.(-?[\d.]+(?:e-?\d+)?)$/;

function parameterOf(specs: ParameterSpecs, part: string): readonly [string, ParameterSpec] {
  const [, narrowed, from, to] = NARROWED.exec(part) ?? [];
  const name = narrowed ?? part;
  const spec = specs[name];
  if (spec === undefined) {
    const known = Object.keys(specs);
    throw new UsageError({
      was: `The strategy has no parameter ${JSON.stringify(name)}.`,
      expected: known.length === 0 ? "a strategy with parameters" : `one of ${namesPhrase(name, known)}`,
      remedy: "Correct --parameters.",
    });
  }
  if (narrowed === undefined) return [name, spec];
  const [min, max] = [Number(from), Number(to)];
  if ("min" in spec && spec.min <= min && min <= max && max <= spec.max) {
    const integer = isWhole(spec);
    if (!integer || (Number.isInteger(min) && Number.isInteger(max))) return [name, { ...spec, min, max, integer }];
  }
  throw new UsageError({
    was: `--parameters has ${part}.`,
    expected: "min" in spec ? `a range within ${spec.min}..${spec.max}` : `${name} alone, which is no number`,
    remedy: "Correct it.",
  });
}
