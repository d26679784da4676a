// Floor 5. The same rows with the history that the indicators say they need, and with more of it → what differs.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { timeframeMs } from "#schemas/units.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import type { ResearchInput } from "../run-variation.ts";
import type { HistoryDifference, Pass } from "./pass.ts";
import { passedInput } from "./passed-input.ts";
import { eachRow, heard, saidAt, wordOf } from "./read-verdicts.ts";

/** Values are compared at every so many-th row: each costs an object. */
const ROWS_BETWEEN_VALUES = 13;

/** @param factor times the history needed. @throws StrategyError where a rule fails */
export async function readHistory(
  given: ResearchInput,
  pass: Pass,
  factor: number,
  options: CallOptions & { readonly onSlot?: (slotMs: UnixMs) => void },
): Promise<HistoryDifference> {
  const [asked, askedLonger] = [new Set<string>(), new Set<string>()];
  const input = passedInput(given, pass, (strategy) => [
    heard(strategy, asked),
    heard(withHistory(strategy, factor), askedLonger),
  ]);
  const found = { rows: 0, acts: 0, differing: 0 };
  let first: HistoryDifference["first"] = null;
  const ranges = new Map<string, ValueRange>();
  await eachRow(input, options, (track, openMs) => {
    const [rule, longer] = track.rules;
    if (rule === undefined || longer === undefined) return;
    // A word in other figures is the same word here: reasons name values.
    const [a, b] = [saidAt(track, rule, openMs, asked), saidAt(track, longer, openMs, askedLonger)];
    if (Number.isNaN(a) || Number.isNaN(b)) return;
    found.rows += 1;
    if (a !== 0 || b !== 0) found.acts += 1;
    if (wordOf(a) !== wordOf(b)) {
      found.differing += 1;
      first ??= { symbol: track.symbol, openMs, was: wordOf(a), now: wordOf(b) };
    }
    const n = openMs / timeframeMs(track.series.timeframe);
    if (n % ROWS_BETWEEN_VALUES !== 0) return;
    const values = rule.viewAt(n)?.values() ?? {};
    const others = longer.viewAt(n)?.values() ?? {};
    for (const [name, [value]] of Object.entries(values)) {
      const key = `${track.symbol} ${name}`;
      const range = ranges.get(key) ?? new ValueRange(name);
      ranges.set(key, range);
      range.take(value ?? null, others[name]?.[0] ?? null);
    }
  });
  return { ...found, first, fields: byField([...ranges.values()]) };
}

/** How far one value of one market goes, and how far two readings of it are apart. */
class ValueRange {
  readonly name: string;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #apart = 0;

  constructor(name: string) {
    this.name = name;
  }

  take(value: number | null, other: number | null): void {
    if (value === null || other === null) return;
    this.#low = Math.min(this.#low, value);
    this.#high = Math.max(this.#high, value);
    this.#apart = Math.max(this.#apart, Math.abs(value - other));
  }

  get ratio(): number {
    return this.#apart === 0 ? 0 : this.#apart / Math.max(this.#high - this.#low, this.#apart);
  }
}

function byField(ranges: readonly ValueRange[]): HistoryDifference["fields"] {
  const largest = new Map<string, number>();
  for (const { name, ratio } of ranges) largest.set(name, Math.max(ratio, largest.get(name) ?? 0));
  return [...largest].map(([name, ratio]) => ({ name, ratio })).sort((a, b) => b.ratio - a.ratio);
}

const withHistory = (strategy: Strategy, factor: number): Strategy => ({
  ...strategy,
  needRows: strategy.needRows.map((rows) => Math.ceil(rows * factor)),
});
