// Floor 2. Parameters as an author declares them, and values that a user sets → the values that the rules see.
import { z } from "zod";
import { StrategyError } from "#schemas/errors.ts";
import { namesPhrase } from "../market/nearest-names.ts";
import type { ParameterSpec, ParameterSpecs, ParameterValue } from "./define-strategy.ts";
import { NAME, parsed, shown } from "./definition-schema.ts";

const number = z.number("expected a finite number");
const FORM = "expected { default, min, max }, { default, options } or { default: true }";

const Range = z.strictObject(
  { default: number, min: number, max: number, integer: z.boolean("expected true or false").optional() },
  FORM,
);
const Choice = z.strictObject(
  {
    default: z.string("expected a text"),
    options: z.array(z.string("expected texts"), "expected a list of texts").min(1, "expected at least one text"),
  },
  FORM,
);
const Switch = z.strictObject({ default: z.boolean("expected true or false") }, FORM);

/** @throws StrategyError naming a parameter that is badly declared */
export const parameterSpecsOf = (declared: Readonly<Record<string, unknown>>, strategy: string): ParameterSpecs =>
  Object.fromEntries(Object.entries(declared).map(([name, given]) => [name, specOf(name, given, strategy)]));

/** @throws StrategyError naming the parameter: one unknown, or set to a value out of its range */
export function parametersOf(
  specs: ParameterSpecs,
  wanted: Readonly<Record<string, unknown>>,
  strategy: string,
): Readonly<Record<string, ParameterValue>> {
  const known = Object.keys(specs);
  const unknown = Object.keys(wanted).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const expected = known.length === 0 ? "none" : `one of ${namesPhrase(unknown, known)}`;
    throw fault(strategy, unknown, { was: "there is no such parameter.", expected, remedy: "Correct the name." });
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const value = wanted[name] ?? spec.default;
      const expected = misfit(spec, value);
      if (expected === null) return [name, value as ParameterValue];
      throw fault(strategy, name, { was: `${shown(value)}.`, expected, remedy: "Correct the value." });
    }),
  );
}

function specOf(name: string, given: unknown, strategy: string): ParameterSpec {
  if (!NAME.test(name)) {
    const expected = "letters, digits and _, not beginning with a digit";
    throw fault(strategy, name, { was: "the name cannot be used.", expected, remedy: "Choose another name." });
  }
  const within = ["parameters", name];
  const isObject = typeof given === "object" && given !== null;
  if (isObject && "options" in given) return parsed(Choice, given, strategy, within);
  if (isObject && "default" in given && typeof given.default === "boolean")
    return parsed(Switch, given, strategy, within);
  const { integer, ...range } = parsed(Range, given, strategy, within);
  if (range.min <= range.max) return integer === undefined ? range : { ...range, integer };
  throw fault(strategy, name, {
    was: `min is ${range.min} and max is ${range.max}.`,
    expected: "min <= max",
    remedy: "Correct the range.",
  });
}

/** What is expected where the value does not fit; null where it does. */
function misfit(spec: ParameterSpec, value: unknown): string | null {
  if ("options" in spec) {
    return spec.options.some((option) => option === value) ? null : `one of ${spec.options.join(", ")}`;
  }
  if (!("min" in spec)) return typeof value === "boolean" ? null : "true or false";
  const isWhole = spec.integer ?? [spec.default, spec.min, spec.max].every(Number.isInteger);
  const fits =
    typeof value === "number" && value >= spec.min && value <= spec.max && (!isWhole || Number.isInteger(value));
  return fits ? null : `a ${isWhole ? "whole " : ""}number from ${spec.min} to ${spec.max}`;
}

const fault = (
  strategy: string,
  name: string,
  parts: { readonly was: string; readonly expected: string; readonly remedy: string },
): StrategyError => new StrategyError({ strategy, field: `parameters.${name}`, ...parts });
