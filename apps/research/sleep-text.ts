// Floor 6. What a desk with its sleep cycle took beside the same desk without it, as a table and words.
import { formatFixed } from "#desk/documents/format.ts";
import type { Comparison, SleepWork } from "#schemas/compare.ts";

export interface SleepRow {
  readonly what: string;
  /** A asleep, A at test time, B at test time, and how much more B took in all. */
  readonly cells: readonly [string, string, string, string];
}

export const SLEEP_COLUMNS = ["A asleep", "A test time", "B test time", "B − A in all"] as const;

const WORK = [
  ["provider calls", "providerCalls"],
  ["candles read", "candlesRead"],
  ["indicator evaluations", "indicatorEvaluations"],
  ["records of Khala read", "recordsRead"],
  ["model calls", "modelCalls"],
] as const;

export function sleepRows({ a, b }: SleepWork): readonly SleepRow[] {
  const row = (what: string, of: (side: SleepWork["a"], phase: "sleep" | "test-time") => number): SleepRow => {
    const [asleep, waited, without] = [of(a, "sleep"), of(a, "test-time"), of(b, "test-time")];
    return {
      what,
      cells: [count(asleep), count(waited), count(without), count(of(b, "sleep") + without - asleep - waited)],
    };
  };
  return [
    ...WORK.map(([what, unit]) => row(what, ({ work }, phase) => work[phase][unit])),
    row("analyses made", ({ made }, phase) => made[phase]),
    row("work units", ({ units }, phase) => units[phase]),
  ];
}

const count = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });

/** What the table comes to. */
export function sleepSentences({ sleep, sameDecisions, trades }: Comparison): readonly string[] {
  if (sleep === null) return [];
  const { a, b } = sleep;
  const [waited, without] = [a.units["test-time"], b.units["test-time"]];
  const [all, allWithout] = [a.units.sleep + waited, b.units.sleep + without];
  return [
    ...faultOf({ sameDecisions, trades }),
    `Found fresh in Khala by decisions: A ${hitsText(a)}; B ${hitsText(b)}.`,
    `While a decision waited: ${count(waited)} work units with sleep, ${count(without)} without${timesText(without, waited)}.`,
    `Sleep included: ${count(all)} with, ${count(allWithout)} without${all > allWithout ? ": sleep moved work out of the way of decisions, it did not save any" : ""}.`,
  ];
}

/** Empty where sleep changed nothing that was done. */
export function faultOf({ sameDecisions, trades }: Pick<Comparison, "sameDecisions" | "trades">): readonly string[] {
  const differing = trades.different.length + trades.onlyA.length + trades.onlyB.length;
  return sameDecisions && differing === 0
    ? []
    : [
        `FAULT: sleep changed what was decided (${sameDecisions ? "the hash of decisions is equal" : "the hash of decisions differs"}, ${differing} trades differ). It must not; please report it with this command.`,
      ];
}

function hitsText({ hits, misses }: SleepWork["a"]): string {
  const missed = Object.entries(misses).map(([why, times]) => `${count(times)} ${why}`);
  const sum = hits + Object.values(misses).reduce((total, times) => total + times, 0);
  return `${count(hits)} of ${count(sum)}${missed.length === 0 ? "" : ` (not: ${missed.join(", ")})`}`;
}

const timesText = (more: number, less: number): string =>
  less > 0 && more > less ? `, ${formatFixed(more / less, 1)} times as many` : "";

export const weightsText = ({ weights: w }: SleepWork): string =>
  `A work unit is a stated scale: a provider call ${w.providerCalls}, an indicator evaluation ${w.indicatorEvaluations}, a candle read ${w.candlesRead}, a record read ${w.recordsRead}, a model call ${w.modelCalls}. Counted by the ledger.`;
