// Floor 2. What an author wrote → a strategy ready to run. Everything in it is checked, and every fault names the field.
import { StrategyError } from "#schemas/errors.ts";
import { hashOf, sha256Hex } from "#schemas/hash.ts";
import { FULL_WARMUP_CANDLES } from "#schemas/indicator.ts";
import { TIMEFRAMES, type Timeframe, timeframeMs } from "#schemas/units.ts";
import { ROW_COLUMNS } from "../indicators/kernel.ts";
import { indicatorById } from "../indicators/registry.ts";
import { resolveSettings } from "../indicators/settings.ts";
import type { SettingValues } from "../indicators/spec.ts";
import { BracketGiven, DefinitionGiven, IndicatorGiven, NAME, parsed, shown } from "./definition-schema.ts";
import { parameterSpecsOf, parametersOf } from "./parameters.ts";
import type { Field, IndicatorRun, Rule, Strategy, StrategyInfo } from "./strategy.ts";

export interface CompileOptions {
  /** Its file, for messages and `Strategy.file`; null: shipped with the product. */
  readonly file: string | null;
  /** Names the bytes of the file and of all that it imports by path; of a shipped one the text of its rules. */
  readonly sourceDigest?: string;
  /** Instead of the defaults. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** @throws StrategyError naming file and field */
export function compileStrategy(given: unknown, options: CompileOptions): Strategy {
  const { file, sourceDigest, parameters: wanted = {} } = options;
  const definition = parsed(DefinitionGiven, given, nameOf(given, file));
  const name = file ?? definition.id;
  const parameterSpecs = parameterSpecsOf(definition.parameters ?? {}, name);
  const parameters = parametersOf(parameterSpecs, wanted, name);
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
    parameterSpecs,
    retuned: (changed) => compileStrategy(given, { ...options, parameters: changed }),
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

const ruleOf = ({ enter, exit, exitHeld, describe }: DefinitionGiven): Rule =>
  ({ enter, exit: exit ?? null, exitHeld: exitHeld ?? null, describe: describe ?? null }) as Rule;

function nameOf(given: unknown, file: string | null): string {
  if (file !== null) return file;
  const id = typeof given === "object" && given !== null && "id" in given ? given.id : undefined;
  return typeof id === "string" ? id : "a strategy";
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

function indicatorsOf(given: unknown, strategy: string) {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new StrategyError({
      strategy,
      field: "indicators",
      was: `${shown(given)}.`,
      expected: "indicators by name",
      remedy: "Give each a name: { fast: ema(12) }.",
    });
  }
  const runs: IndicatorRun[] = [];
  const fields: Field[] = [];
  const definitions: unknown[] = [];
  const known = new Map<string, IndicatorRun>();
  let column = ROW_COLUMNS.length;
  for (const [name, value] of Object.entries(given)) {
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
    const ref = indicatorGiven(value, strategy, name);
    const { spec, settings } = specOf(ref, strategy, field);
    const { timeframe } = ref;
    const outputs = Object.keys(spec.outputs);
    const same = JSON.stringify([spec.definitionId, settings, timeframe]);
    let run = known.get(same);
    if (run === undefined) {
      const made: IndicatorRun = {
        definition: same,
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

/** @throws StrategyError, also for a constructor that was not called */
function indicatorGiven(value: unknown, strategy: string, name: string) {
  if (typeof value === "function") {
    throw new StrategyError({
      strategy,
      field: `indicators.${name}`,
      was: "it is a function.",
      expected: "an indicator such as ema(50)",
      remedy: "Call it: write ema() for ema.",
    });
  }
  return parsed(IndicatorGiven, value, strategy, ["indicators", name]);
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
  const bracket = parsed(BracketGiven, given, strategy, ["bracket"]);
  const { roi, targetPct } = bracket;
  if (roi !== undefined && targetPct !== undefined) {
    throw new StrategyError({
      strategy,
      field: "bracket.targetPct",
      was: "`roi` is given as well.",
      expected: "one of the two",
      remedy: "Leave one out.",
    });
  }
  return bracket as Strategy["bracket"];
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
export function requireBase(strategy: StrategyInfo, base: Timeframe): void {
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
