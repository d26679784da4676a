// Floor 4. The source `compute`: one figure from two facts. The model does no arithmetic; amounts are computed as decimals.

import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { UsageError } from "#schemas/errors.ts";
import { type Fact, FactId } from "#schemas/fact.ts";
import { add, compare, decimalFromNumber, divide, subtract, toNumber } from "#schemas/money.ts";
import { LEVELS } from "#toolkits/fact-check/nouns.ts";

const OPS = ["difference", "ratio", "sum", "percent_change", "percent_of"] as const;
type Op = (typeof OPS)[number];

/** Words for the new fact's label. */
const SAID: Readonly<Record<Op, (a: string, b: string) => string>> = {
  difference: (a, b) => `${a} less ${b}`,
  ratio: (a, b) => `${a} divided by ${b}`,
  sum: (a, b) => `${a} and ${b} together`,
  percent_change: (a, b) => `change from ${a} to ${b} in percent of ${a}`,
  percent_of: (a, b) => `${a} in percent of ${b}`,
};

const NO_FIGURES: ReadonlySet<Fact["unit"]> = new Set(["text", "verdict", "sentence"]);

export const computeSource = () =>
  factSource({
    id: "compute",
    description:
      "Computes one figure from two facts by their ids: difference (a − b), ratio (a ÷ b), sum, percent_change (from a to b), percent_of (a in percent of b). Units must agree.",
    input: z.object({ op: z.enum(OPS), a: FactId, b: FactId }),
    read: async ({ op, a, b }, run) => [computed(op, figure(a, run), figure(b, run))],
  });

/** A known fact with a figure, as decimal text. */
interface Figure {
  readonly fact: Fact;
  readonly decimal: string;
}

/** @throws UsageError for an id that was not given, and for a fact that is no figure or is not known */
function figure(id: string, { known }: Pick<SourceRun, "known">): Figure {
  const fact = known(id);
  if (fact === null)
    throw refused(`There is no fact ${id}.`, "an id that a tool has given", "Read the fact first, then use its id.");
  if (NO_FIGURES.has(fact.unit))
    throw refused(`${id} is ${fact.unit}, no figure.`, "two facts with figures", "Use it as it stands.");
  if (fact.value === null)
    throw refused(`The value of ${id} is not known.`, "two known figures", "Say that it is not known.");
  return { fact, decimal: typeof fact.value === "number" ? decimalFromNumber(fact.value) : fact.value };
}

function computed(op: Op, a: Figure, b: Figure): NewFact {
  const [x, y] = likened(a.fact, b.fact);
  if (x.unit !== y.unit || x.currency !== y.currency)
    throw refused(
      `${x.id} is ${unitWords(x)} and ${y.id} is ${unitWords(y)}.`,
      "two facts of one unit and currency",
      "Choose facts that can be compared.",
    );
  if (op === "sum" && x.unit === "time")
    throw refused("Two times have no sum.", "amounts, percentages or durations", "Ask for their difference.");
  const isRelative = op === "ratio" || op === "percent_change" || op === "percent_of";
  const divisor = op === "percent_change" ? a.decimal : b.decimal;
  if (isRelative && (x.unit === "time" || compare(divisor, "0") === 0))
    throw refused(
      x.unit === "time" ? "Times have no ratio." : "It would be divided by zero.",
      "a figure other than zero to divide by",
      "Use difference.",
    );
  return {
    ...shared(x, y),
    ...result(op, { ...a, fact: x }, { ...b, fact: y }),
    label: SAID[op](nameOf(x), nameOf(y)),
  };
}

/** A bare figure of the operator ("3000") has no unit of its own: it is meant in the other's. */
function likened(x: Fact, y: Fact): readonly [Fact, Fact] {
  const isBare = ({ kind, unit }: Fact): boolean => kind === "operator" && unit === "index";
  const as = (fact: Fact, { kind, unit, currency }: Fact): Fact => ({ ...fact, kind, unit, currency });
  if (isBare(x) === isBare(y)) return [x, y];
  return isBare(x) ? [as(x, y), y] : [x, as(y, x)];
}

const unitWords = ({ unit, currency }: Fact): string => (currency === null ? unit : `${unit} in ${currency}`);
const nameOf = ({ id, label }: Fact): string => `${id} (${label})`;

/** What both are of; the older of their times. */
function shared(x: Fact, y: Fact): Partial<NewFact> {
  const both = <T>(one: T, other: T): T | null => (one === other ? one : null);
  const times = [x.asOfMs, y.asOfMs].filter((time) => time !== null);
  return {
    market: both(x.market, y.market),
    timeframe: both(x.timeframe, y.timeframe),
    window: both(x.window, y.window),
    strategyId: both(x.strategyId, y.strategyId),
    asOfMs: times.length === 0 ? null : Math.min(...times),
    recordId: `${x.id} ${y.id}`,
  };
}

function result(op: Op, { fact: x, decimal: a }: Figure, { fact: y, decimal: b }: Figure) {
  const kind = x.kind === y.kind ? x.kind : "statistic";
  switch (op) {
    case "sum":
      return { kind, unit: x.unit, currency: x.currency, value: valueIn(x, add(a, b)) };
    case "difference":
      // The time between two times is a duration.
      if (x.unit === "time") return { kind: "duration", unit: "duration", value: toNumber(subtract(a, b)) } as const;
      return { kind: differenceKind(x, y), unit: x.unit, currency: x.currency, value: valueIn(x, subtract(a, b)) };
    case "ratio":
      return { kind: "statistic", unit: "ratio", value: toNumber(divide(a, b)) } as const;
    case "percent_change":
      return { kind: "change", unit: "pct", value: toNumber(divide(subtract(b, a), a)) * 100 } as const;
    case "percent_of":
      return { kind: "statistic", unit: "pct", value: toNumber(divide(a, b)) * 100 } as const;
  }
}

/** Between two prices lies a distance, between two figures of one kind a change; else it is just a figure. */
const differenceKind = (x: Fact, y: Fact): Fact["kind"] =>
  LEVELS.has(x.kind) && LEVELS.has(y.kind)
    ? "distance"
    : x.kind === y.kind && x.unit !== "count"
      ? "change"
      : "statistic";

/** A number where it was one, a decimal where it was money. */
const valueIn = ({ value }: Fact, decimal: string): number | string =>
  typeof value === "number" ? toNumber(decimal) : decimal;

const refused = (was: string, expected: string, remedy: string): UsageError =>
  new UsageError({ was, expected, remedy });
