// Floor 6, metrics. What a metric is: one row of a table, from which Prometheus text, docs/metrics.md and the checks of dashboard
// and rules are made.
import type { DecimalText } from "#schemas/money.ts";

export interface Sample {
  readonly value: number;
  /** Of each label the row names, a value from a bounded set: never what someone has typed. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Head of a row. `total` counts up; what can go down again is a gauge. */
export interface MetricHead {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  /** Of its value: seconds, ratio (0–1), bytes, USD, quote (settlement currency) or what is counted. */
  readonly unit: string;
  readonly labels: readonly string[];
  /** What it means, in one sentence. */
  readonly meaning: string;
}

/** A figure of the desk's documents. What is not known has no sample. */
export interface FigureRow<Source> extends MetricHead {
  readonly type: "gauge" | "counter";
  /** Where the same figure stands: a command, and the fields of its document. */
  readonly from: string;
  read(source: Source): readonly Sample[];
}

/** A figure without a label; null: it is not known. */
export const one = (value: number | null | undefined): readonly Sample[] => labelled({}, value);

export const labelled = (labels: Sample["labels"], value: number | null | undefined): readonly Sample[] =>
  value === null || value === undefined || Number.isNaN(value) ? [] : [{ labels, value }];

/** Counts by name → one sample each. */
export const byName = (label: string, counts: Readonly<Partial<Record<string, number>>>): readonly Sample[] =>
  Object.entries(counts).flatMap(([name, count]) => labelled({ [label]: name }, count));

/** Of a fixed set 1 for those that hold, 0 for the others: a query finds each name at any time. */
export const ofSet = (label: string, names: readonly string[], holds: (name: string) => boolean): readonly Sample[] =>
  names.map((name) => ({ labels: { [label]: name }, value: holds(name) ? 1 : 0 }));

/** Percent as documents have it → ratio; null stays null. */
export const ratioOf = (pct: number | null | undefined): number | null =>
  pct === null || pct === undefined ? null : pct / 100;

/** Money as documents have it → float64: for curves, not for sums. */
export const amountOf = (money: DecimalText | string | null | undefined): number | null =>
  money === null || money === undefined ? null : Number(money);

export const secondsOf = (ms: number | null | undefined): number | null =>
  ms === null || ms === undefined ? null : ms / 1000;
