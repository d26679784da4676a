// Floor 5. Checks → one paragraph: what failed, what was seen, and what none of it proves.
import type { RandomEntries, ValidationCheck } from "#schemas/validation.ts";

/** What no check of a past run can say, and what these do not look for. */
const UNPROVEN =
  "This does not prove that the strategy will earn anything: parameters that were fitted to these very candles, a market that changes, and fills worse than the assumed ones are not seen here (walk-forward and paper trading are for that), nor is a file that is written to deceive these checks.";

export function verdictOf(
  strategy: string,
  checks: readonly ValidationCheck[],
  { randomEntries, quote }: { readonly randomEntries: RandomEntries | null; readonly quote: string },
): string {
  const wrong = checks.filter(({ state }) => state === "failed");
  const skipped = checks.filter(({ state }) => state === "not-run");
  const flags = checks.flatMap((check) => check.flags);
  const parts =
    wrong.length > 0
      ? [
          `${strategy} fails ${wrong.length} of ${checks.length} checks (${wrong.map(({ name }) => name).join("; ")}): what a backtest says of it cannot be relied on until that is mended.`,
        ]
      : [
          `${strategy} passes: in the runs made here its decisions hang on nothing but the candles that had closed, and they can be repeated.`,
          ...(randomEntries === null ? [] : [chanceText(randomEntries, quote)]),
          ...(flags.length === 0 ? [] : [`What should make one doubt its result: ${flags.join("; ")}.`]),
        ];
  const left = skipped.length === 0 ? [] : [`Not run: ${skipped.map(({ name }) => name).join("; ")}.`];
  return [...parts, ...left, UNPROVEN].join(" ");
}

const chanceText = ({ pValue, runs, profitPerEntry }: RandomEntries, quote: string): string =>
  `Its profit an entry, ${profitPerEntry.toFixed(3).replace("-", "−")} ${quote}, ${pValue <= 0.05 ? "is better than" : "cannot be told from"} that of ${runs} runs with random entries and the same exits (p = ${pValue.toFixed(3)}).`;
