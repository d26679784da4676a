// Floor 5. The run as it is beside runs in which one thing is another: a step of each parameter, a candle, the costs.
import { StrategyError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Outcome, Variation } from "#schemas/research.ts";
import { type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import type { SensitivityRow, ValidationCheck } from "#schemas/validation.ts";
import { meanOf } from "#toolkits/performance/moments.ts";
import type { ParameterSpec } from "#toolkits/strategies/define-strategy.ts";
import type { StrategyInfo } from "#toolkits/strategies/strategy.ts";
import type { ResearchBench } from "../research-bench.ts";
import { failed, passed } from "./check.ts";

/** Of a range of numbers that are not whole. */
const STEPS = 20;
export const AS_IT_IS = "as it is";

export interface Change {
  readonly name: string;
  readonly variation: Variation;
}

/** The run as it is first. */
export function changesOf(
  base: Variation,
  { id, parameters, parameterSpecs }: Pick<StrategyInfo, "id" | "parameters" | "parameterSpecs">,
  timeframe: Timeframe,
): readonly Change[] {
  const stepMs = timeframeMs(timeframe);
  const own = Object.entries(parameterSpecs).flatMap(([name, spec]) =>
    neighboursOf(spec, parameters[name]).map((value) => ({
      name: `${name} ${String(parameters[name])} → ${String(value)}`,
      variation: { ...base, parameters: { ...base.parameters, [id]: { ...base.parameters[id], [name]: value } } },
    })),
  );
  return [
    { name: AS_IT_IS, variation: base },
    ...own,
    { name: "entries one candle late", variation: { ...base, entries: { kind: "late", candles: 1 } } },
    { name: "begins one candle later", variation: { ...base, firstSlotMs: unixMs(base.firstSlotMs + stepMs) } },
    { name: "fees × 2", variation: { ...base, feeFactor: 2 * base.feeFactor } },
    { name: "slippage × 3", variation: { ...base, slippageFactor: 3 * base.slippageFactor } },
  ];
}

/** One step down and up, within the range: 1 of whole numbers, a twentieth of the range of others, the neighbours of a word. */
export function neighboursOf(spec: ParameterSpec, value: unknown): readonly (number | string | boolean)[] {
  if ("options" in spec) {
    const at = typeof value === "string" ? spec.options.indexOf(value) : -1;
    if (at < 0) return [];
    return [spec.options[at - 1], spec.options[at + 1]].filter((option) => option !== undefined);
  }
  if (!("min" in spec)) return [value !== true];
  if (typeof value !== "number") return [];
  const { min, max } = spec;
  const isWhole = spec.integer ?? [spec.default, min, max].every(Number.isInteger);
  const step = isWhole ? 1 : (max - min) / STEPS;
  return [value - step, value + step]
    .filter((next) => next >= min && next <= max)
    .map((next) => Number(next.toPrecision(12)));
}

export const rowOf = (change: string, outcome: Outcome, asItIs: Outcome): SensitivityRow => ({
  change,
  returnPct: returnPctOf(outcome),
  trades: outcome.trades.length,
  meanTradePct: meanTradePctOf(outcome),
  flips: Math.sign(returnPctOf(outcome)) * Math.sign(returnPctOf(asItIs)) < 0,
});

export const returnPctOf = ({ finalEquity, startingCash }: Outcome): number => (finalEquity / startingCash - 1) * 100;

/** Null: none was closed. */
const meanTradePctOf = ({ trades }: Pick<Outcome, "trades">): number | null =>
  trades.length === 0 ? null : meanOf(trades.map(({ returnPct }) => returnPct));

export interface Sensitivity {
  readonly check: ValidationCheck;
  readonly rows: readonly SensitivityRow[];
  readonly asItIs: Outcome;
}

/** @throws StrategyError where a rule fails in the run as it is */
export async function checkSensitivity(
  bench: ResearchBench,
  changes: readonly Change[],
  options: CallOptions & { readonly onDone: () => void },
): Promise<Sensitivity> {
  const outcomes = await outcomesOf(bench, changes, options);
  const [asItIs] = outcomes;
  if (asItIs instanceof StrategyError) throw asItIs;
  if (asItIs === undefined) throw new Error("The run as it is comes first.");
  const rows = changes.flatMap(({ name }, i) => {
    const outcome = outcomes[i];
    return outcome === undefined || outcome instanceof StrategyError ? [] : [rowOf(name, outcome, asItIs)];
  });
  const faults = changes.flatMap(({ name }, i) => {
    const fault = outcomes[i];
    return fault instanceof StrategyError ? [`${name}: ${fault.message}`] : [];
  });
  const check = faults.length === 0 ? checkOf(rows) : failed("sensitivity", faults, REMEDY);
  return { check, rows, asItIs };
}

const REMEDY = "Correct the rule so that it answers with every value of its parameters, or narrow their range.";

/** All at once; where one of them fails, one after another. */
async function outcomesOf(
  bench: ResearchBench,
  changes: readonly Change[],
  options: CallOptions & { readonly onDone: () => void },
): Promise<readonly (Outcome | StrategyError)[]> {
  const variations = changes.map(({ variation }) => variation);
  try {
    return await bench.run(variations, options);
  } catch (error) {
    if (!(error instanceof StrategyError)) throw error;
  }
  const outcomes: (Outcome | StrategyError)[] = [];
  for (const variation of variations) {
    try {
      outcomes.push(...(await bench.run([variation], { signal: options.signal })));
    } catch (error) {
      if (!(error instanceof StrategyError)) throw error;
      outcomes.push(error);
    }
  }
  return outcomes;
}

function checkOf(rows: readonly SensitivityRow[]): ValidationCheck {
  const [asItIs, ...changed] = rows;
  const flips = changed.filter(({ flips: does }) => does);
  const returns = changed.map(({ returnPct }) => returnPct);
  const seen = `return ${signed(asItIs?.returnPct ?? 0)}; from ${signed(Math.min(...returns))} to ${signed(Math.max(...returns))} in ${changed.length} runs with one thing changed`;
  if (flips.length === 0) return passed("sensitivity", [seen]);
  return passed("sensitivity", [seen], {
    flags: [`the sign of the return flips with ${flips.map(({ change }) => change).join(", ")}`],
    toDo: "Do not rely on a result whose sign hangs on one of these.",
  });
}

const signed = (pct: number): string => `${pct < 0 ? "−" : "+"}${Math.abs(pct).toFixed(2)} %`;
