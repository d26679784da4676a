// Floor 2. What an author wrote → a strategy ready to run. Everything in it is checked, and every fault names the field.
import { z } from "zod";
import { EntryStyle } from "#schemas/config.ts";
import { StrategyError } from "#schemas/errors.ts";
import { hashOf, sha256Hex } from "#schemas/hash.ts";
import { FULL_WARMUP_CANDLES } from "#schemas/indicator.ts";
import { TIMEFRAMES, Timeframe, timeframeMs } from "#schemas/units.ts";
import { indicatorById, resolveSettings } from "../indicators/registry.ts";
import type { SettingValues } from "../indicators/spec.ts";
import { ROW_COLUMNS } from "./columns.ts";
import type { ParameterValue } from "./define-strategy.ts";
import type { Field, IndicatorRun, Rule, Strategy } from "./strategy.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,39}$/;
const MAX_LOOK_BACK = 50;
const MAX_STARTUP = 100_000;

const rule = z.custom<(...given: readonly never[]) => unknown>(
  (value) => typeof value === "function",
  "expected a function",
);
const number = z.number("expected a number");
const pct = (max: number) => {
  const expected = `expected a number above 0, at most ${max}`;
  return z.number(expected).gt(0, expected).max(max, expected);
};
const whole = (min: number, max: number) => {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z.int(expected).min(min, expected).max(max, expected);
};

const Parameter = z.union(
  [
    z
      .strictObject({ default: number, min: number, max: number, integer: z.boolean().optional() })
      .refine((p) => p.min <= p.default && p.default <= p.max, "expected min <= default <= max"),
    z
      .strictObject({ default: z.string(), options: z.array(z.string()).min(1) })
      .refine((p) => p.options.includes(p.default), "expected a default that is one of the options"),
    z.strictObject({ default: z.boolean() }),
  ],
  "expected { default, min, max }, { default, options } or { default: true or false }, with min <= default <= max",
);
type Parameter = z.infer<typeof Parameter>;

const IndicatorGiven = z.object(
  {
    indicator: z.string(),
    settings: z.record(z.string(), z.union([z.number(), z.string()])),
    timeframe: Timeframe.nullable(),
  },
  'expected an indicator such as ema(50), imported from "deeptrader"',
);

const Bracket = z.strictObject({
  stopPct: pct(99).optional(),
  targetPct: pct(10_000).nullable().optional(),
  roi: z.record(z.string().regex(/^\d+$/, "expected minutes"), z.number().min(-100)).optional(),
  trailing: z
    .array(z.strictObject({ fromGainPct: z.number().min(0, "expected a number from 0"), distancePct: pct(99) }))
    .optional(),
  maxHoldCandles: whole(1, 1_000_000).optional(),
});

const Definition = z.strictObject(
  {
    id: z
      .string("expected a text such as ema-cross")
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "expected 1-40 of a-z, 0-9 and -"),
    title: z.string().max(200).optional(),
    timeframes: z.array(Timeframe).optional(),
    parameters: z.record(z.string().regex(NAME, "expected a name of letters, digits and _"), Parameter).optional(),
    indicators: z.union([rule, z.record(z.string(), z.unknown())], "expected an object of indicators"),
    lookBack: whole(0, MAX_LOOK_BACK).default(1),
    startupCandles: whole(0, MAX_STARTUP).default(0),
    enter: rule,
    exit: rule.optional(),
    exitHeld: rule.optional(),
    describe: rule.optional(),
    bracket: z.union([rule, Bracket], "expected percentages such as { stopPct: 5, targetPct: 10 }").optional(),
    stake: z.strictObject({ entryPct: pct(100) }).optional(),
    orderStyle: EntryStyle.optional(),
  },
  "expected a strategy: export default defineStrategy({ … })",
);

export interface CompileOptions {
  /** Its file, for messages and `Strategy.file`; null: shipped with the product. */
  readonly file: string | null;
  /** Names the bytes of the file and of all that it imports by path; of a shipped one the text of its rules. */
  readonly sourceDigest?: string;
  /** Instead of the defaults. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** @throws StrategyError naming file and field */
export function compileStrategy(
  given: unknown,
  { file, sourceDigest, parameters: wanted = {} }: CompileOptions,
): Strategy {
  const parsed = Definition.safeParse(given);
  if (!parsed.success) throw faultOf(parsed.error, nameOf(given, file));
  const definition = parsed.data;
  const name = file ?? definition.id;
  const parameters = parametersOf(definition.parameters ?? {}, wanted, name);
  const indicators = called(definition.indicators, parameters, name, "indicators");
  const { runs, fields, definitions } = indicatorsOf(indicators, name);
  const bracket =
    definition.bracket === undefined ? null : bracketOf(called(definition.bracket, parameters, name, "bracket"), name);
  const timeframes = timeframesOf(runs, definition.timeframes, name);
  const rules = ruleOf(definition);
  const needOf = (timeframe: Timeframe | null): number =>
    definition.lookBack + Math.max(1, ...runs.flatMap((run) => (run.timeframe === timeframe ? [run.needRows] : [])));
  const source = sourceDigest ?? sha256Hex(Object.values(rules).map(String).join("\n"));
  return {
    id: definition.id,
    title: definition.title ?? definition.id,
    definitionId: `${definition.id}.${hashOf([definition.id, parameters, source, definitions, definition.lookBack, definition.startupCandles], 16)}`,
    file,
    parameters,
    runs,
    fields,
    outputs: runs.reduce((sum, run) => sum + run.outputs, 0),
    timeframes,
    needRows: [
      Math.max(FULL_WARMUP_CANDLES, definition.startupCandles, needOf(null)),
      ...timeframes.map((timeframe) => needOf(timeframe)),
    ],
    lookBack: definition.lookBack,
    hasExitHeld: rules.exitHeld !== null,
    rule: rules,
    bracket,
    entryPct: definition.stake?.entryPct ?? null,
    orderStyle: definition.orderStyle ?? null,
  };
}

const ruleOf = ({ enter, exit, exitHeld, describe }: z.infer<typeof Definition>): Rule =>
  ({ enter, exit: exit ?? null, exitHeld: exitHeld ?? null, describe: describe ?? null }) as Rule;

function nameOf(given: unknown, file: string | null): string {
  if (file !== null) return file;
  const id = typeof given === "object" && given !== null && "id" in given ? given.id : undefined;
  return typeof id === "string" ? id : "a strategy";
}

function faultOf(error: z.ZodError, strategy: string, within: readonly PropertyKey[] = []): StrategyError {
  const [first] = error.issues;
  const unknown = first?.code === "unrecognized_keys" ? first.keys : [];
  const field = [...within, ...(first?.path ?? []), ...unknown.slice(0, 1)].map(String).join(".");
  const was = unknown.length > 0 ? "there is no such field." : `${first?.message ?? "it is wrong"}.`;
  return new StrategyError({ strategy, field, was, remedy: "Correct the field." });
}

/** A value, or a function of the parameters that gives it. */
function called(given: unknown, parameters: unknown, strategy: string, field: string): unknown {
  if (typeof given !== "function") return given;
  try {
    return given(parameters);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new StrategyError({ strategy, field, was: `it threw: ${text}.`, remedy: "Correct it.", cause });
  }
}

function parametersOf(
  specs: Readonly<Record<string, Parameter>>,
  wanted: Readonly<Record<string, unknown>>,
  strategy: string,
): Readonly<Record<string, ParameterValue>> {
  for (const name of Object.keys(wanted)) {
    if (name in specs) continue;
    const expected = Object.keys(specs).length === 0 ? "none" : `one of ${Object.keys(specs).join(", ")}`;
    throw new StrategyError({
      strategy,
      field: `parameters.${name}`,
      was: "there is no such parameter.",
      expected,
      remedy: "Correct the name.",
    });
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const value = wanted[name] ?? spec.default;
      const expected = misfit(spec, value);
      if (expected === null) return [name, value as ParameterValue];
      throw new StrategyError({
        strategy,
        field: `parameters.${name}`,
        was: `it is ${JSON.stringify(value)}.`,
        expected,
        remedy: "Correct the value.",
      });
    }),
  );
}

/** What is expected where the value does not fit; null where it does. */
function misfit(spec: Parameter, value: unknown): string | null {
  if ("options" in spec)
    return spec.options.some((option) => option === value) ? null : `one of ${spec.options.join(", ")}`;
  if (!("min" in spec)) return typeof value === "boolean" ? null : "true or false";
  const isWhole = spec.integer ?? [spec.default, spec.min, spec.max].every(Number.isInteger);
  const fits =
    typeof value === "number" && value >= spec.min && value <= spec.max && (!isWhole || Number.isInteger(value));
  return fits ? null : `a ${isWhole ? "whole " : ""}number from ${spec.min} to ${spec.max}`;
}

function indicatorsOf(given: unknown, strategy: string) {
  const named = z.record(z.string(), z.unknown()).safeParse(given);
  if (!named.success)
    throw new StrategyError({
      strategy,
      field: "indicators",
      was: "it is no object.",
      remedy: "Give names to indicators: { fast: ema(12) }.",
    });
  const runs: IndicatorRun[] = [];
  const fields: Field[] = [];
  const definitions: unknown[] = [];
  const known = new Map<string, IndicatorRun>();
  let column = ROW_COLUMNS.length;
  for (const [name, value] of Object.entries(named.data)) {
    const field = `indicators.${name}`;
    if (!NAME.test(name) || (ROW_COLUMNS as readonly string[]).includes(name)) {
      throw new StrategyError({
        strategy,
        field,
        was: "the name cannot be used.",
        expected: `letters, digits and _, other than ${ROW_COLUMNS.join(", ")}`,
        remedy: "Choose another name.",
      });
    }
    const ref = IndicatorGiven.safeParse(value);
    if (!ref.success) throw faultOf(ref.error, strategy, ["indicators", name]);
    const { spec, settings } = specOf(ref.data, strategy, field);
    const { timeframe } = ref.data;
    const outputs = Object.keys(spec.outputs);
    const same = JSON.stringify([spec.id, settings, timeframe]);
    let run = known.get(same);
    if (run === undefined) {
      const made: IndicatorRun = {
        timeframe,
        kernel: spec.kernel(settings),
        needRows: spec.needRows(settings),
        reads: spec.reads(settings),
        outputs: outputs.length,
        firstColumn: column,
      };
      run = made;
      column += outputs.length;
      known.set(same, run);
      runs.push(run);
    }
    const { firstColumn } = run;
    definitions.push([name, spec.definitionId, settings, timeframe]);
    const isPlain = outputs.length === 1 && outputs[0] === "value";
    for (const [k, output] of outputs.entries())
      fields.push({ name, output: isPlain ? null : output, column: firstColumn + k });
  }
  return { runs, fields, definitions };
}

function specOf(
  { indicator, settings }: { readonly indicator: string; readonly settings: SettingValues },
  strategy: string,
  field: string,
) {
  try {
    const spec = indicatorById(indicator);
    return { spec, settings: resolveSettings(spec, settings) };
  } catch (cause) {
    throw new StrategyError({
      strategy,
      field,
      was: cause instanceof Error ? cause.message : String(cause),
      remedy: "Correct the indicator.",
      cause,
    });
  }
}

function bracketOf(given: unknown, strategy: string) {
  const parsed = Bracket.safeParse(given);
  if (!parsed.success) throw faultOf(parsed.error, strategy, ["bracket"]);
  const { roi, targetPct } = parsed.data;
  if (roi !== undefined && targetPct !== undefined) {
    throw new StrategyError({
      strategy,
      field: "bracket.targetPct",
      was: "`roi` is given as well.",
      expected: "one of the two",
      remedy: "Leave one out.",
    });
  }
  return parsed.data as Strategy["bracket"];
}

/** Higher timeframes read, ascending. */
function timeframesOf(
  runs: readonly IndicatorRun[],
  declared: readonly Timeframe[] | undefined,
  strategy: string,
): readonly Timeframe[] {
  const read = new Set(runs.flatMap(({ timeframe }) => (timeframe === null ? [] : [timeframe])));
  const missing = declared === undefined ? undefined : [...read].find((timeframe) => !declared.includes(timeframe));
  if (missing !== undefined) {
    throw new StrategyError({
      strategy,
      field: "timeframes",
      was: `an indicator reads ${missing}, which is not listed.`,
      remedy: `Add ${missing}, or leave \`timeframes\` out.`,
    });
  }
  return TIMEFRAMES.filter((timeframe) => read.has(timeframe)).sort((a, b) => timeframeMs(a) - timeframeMs(b));
}

/** @throws StrategyError where the strategy reads a timeframe that is not a multiple of the base above it */
export function requireBase(strategy: Strategy, base: Timeframe): void {
  const wrong = strategy.timeframes.find((timeframe) => timeframeMs(timeframe) <= timeframeMs(base));
  if (wrong === undefined) return;
  throw new StrategyError({
    strategy: strategy.file ?? strategy.id,
    field: "timeframes",
    was: `it reads ${wrong}, and the desk's own candles are ${base}.`,
    expected: "higher timeframes only",
    remedy: "Choose a smaller --timeframe.",
  });
}
