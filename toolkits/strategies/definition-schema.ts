// Floor 2. The form of a strategy as an author writes it, and what is said where it has another: the field, what it is, and
// what was expected.
import { z } from "zod";
import { EntryStyle } from "#schemas/config.ts";
import { StrategyError } from "#schemas/errors.ts";
import { Timeframe } from "#schemas/units.ts";
import { namesPhrase } from "../market/nearest-names.ts";

/** How a parameter or an indicator may be called. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,39}$/;
const MAX_LOOK_BACK = 50;
const MAX_STARTUP = 100_000;

type Given = (...given: readonly never[]) => unknown;
const rule = z.custom<Given>(
  (value) => typeof value === "function",
  "expected a function of the values: ({ now }) => …",
);
const anything = z.unknown();
const pct = (max: number) => {
  const expected = `expected a number above 0, at most ${max}`;
  return z.number(expected).gt(0, expected).max(max, expected);
};
const whole = (min: number, max: number) => {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z.int(expected).min(min, expected).max(max, expected);
};
const timeframe = z.enum(Timeframe.options, `expected one of ${Timeframe.options.join(", ")}`);
const orderStyles = EntryStyle.options;

/** An indicator as its constructor gives it. */
export const IndicatorGiven = z.object(
  {
    indicator: z.string(),
    settings: z.record(z.string(), z.union([z.number(), z.string()])),
    timeframe: timeframe.nullable(),
  },
  "expected an indicator of deeptrader, such as ema(50)",
);

export const BracketGiven = z.strictObject(
  {
    stopPct: pct(99).optional(),
    targetPct: pct(10_000).nullable().optional(),
    roi: z
      .record(
        z.string().regex(/^\d+$/, "expected minutes"),
        z.number("expected a gain in percent").min(-100),
        "expected gains by minutes: { 0: 5, 60: 2 }",
      )
      .optional(),
    trailing: z
      .array(
        z.strictObject(
          {
            fromGainPct: z.number("expected a number from 0").min(0, "expected a number from 0"),
            distancePct: pct(99),
          },
          "expected { fromGainPct, distancePct }",
        ),
        "expected a list: [{ fromGainPct: 2, distancePct: 1 }]",
      )
      .optional(),
    maxHoldCandles: whole(1, 1_000_000).optional(),
  },
  "expected percentages such as { stopPct: 5, targetPct: 10 }",
);

/** The parts that are functions of the parameters, and the parameters, are looked at apart. */
export const DefinitionGiven = z.strictObject(
  {
    id: z
      .string("expected a text such as ema-cross")
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "expected 1-40 of a-z, 0-9 and -"),
    title: z.string("expected a text").max(200, "expected at most 200 characters").optional(),
    timeframes: z.array(timeframe, 'expected a list such as ["1h"]').optional(),
    parameters: z
      .record(z.string(), anything, "expected an object: { fast: { default: 12, min: 2, max: 50 } }")
      .optional(),
    indicators: z.custom((value) => value !== undefined, "expected indicators by name: { fast: ema(12) }"),
    lookBack: whole(0, MAX_LOOK_BACK).default(1),
    startupCandles: whole(0, MAX_STARTUP).default(0),
    enter: rule,
    exit: rule.optional(),
    exitHeld: rule.optional(),
    describe: rule.optional(),
    bracket: anything.optional(),
    stake: z.strictObject({ entryPct: pct(100) }, "expected { entryPct: 2 }").optional(),
    orderStyle: z.enum(orderStyles, `expected one of ${orderStyles.join(", ")}`).optional(),
  },
  "expected a strategy: export default defineStrategy({ … })",
);
export type DefinitionGiven = z.infer<typeof DefinitionGiven>;

const FIELDS = Object.keys(DefinitionGiven.shape);

/** The value as `schema` has it. @throws StrategyError naming the field */
export function parsed<T>(schema: z.ZodType<T>, given: unknown, strategy: string, within: readonly string[] = []): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  if (first?.code === "unrecognized_keys") {
    const [name = ""] = first.keys;
    throw new StrategyError({
      strategy,
      field: [...within, ...first.path, name].map(String).join("."),
      was: "there is no such field.",
      ...(within.length + first.path.length === 0 ? { expected: `one of ${namesPhrase(name, FIELDS, 5)}` } : {}),
      remedy: "Correct the name, or leave it out.",
    });
  }
  const path = first?.path ?? [];
  const text = first?.message ?? "";
  const isOurs = text.startsWith("expected ");
  throw new StrategyError({
    strategy,
    field: [...within, ...path].map(String).join("."),
    was: isOurs ? `${shown(valueAt(given, path))}.` : `${shown(valueAt(given, path))}: ${text}.`,
    ...(isOurs ? { expected: text.slice("expected ".length) } : {}),
    remedy: path.length + within.length === 0 ? "Correct the file." : "Correct the field.",
  });
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    given,
  );
}

const MOST_SHOWN = 80;

/** `it is 5`, `it is missing`, `it is a function`. */
export function shown(value: unknown): string {
  if (value === undefined) return "it is missing";
  if (typeof value === "function") return "it is a function";
  if (value instanceof Promise) return "it is a promise";
  return `it is ${textOf(value)}`;
}

/** A value of an author's as one short line. */
export function textOf(value: unknown): string {
  const text =
    typeof value === "object" && value !== null
      ? jsonOf(value)
      : typeof value === "string"
        ? JSON.stringify(value)
        : String(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

function jsonOf(value: object): string {
  try {
    return JSON.stringify(value) ?? "an object";
  } catch {
    return "an object";
  }
}
