// Floor 5. The strategy beside itself with entries at random closes and the same exits: whether its rule finds better moments than
// chance does.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Outcome, Variation } from "#schemas/research.ts";
import type { RandomEntries, ValidationCheck } from "#schemas/validation.ts";
import type { ResearchBench } from "../research-bench.ts";
import { counted, notRun, passed } from "./check.ts";
import { quantile } from "./reshuffle-trades.ts";

/** Under so many, a mean says nothing. */
const LEAST_TRADES = 10;
/** Runs from which the chance is measured, each time. */
const TRIED = 4;
const ROUNDS = 4;
const CLOSE_ENOUGH = 0.1;

export interface AgainstChance {
  readonly check: ValidationCheck;
  readonly figures: RandomEntries | null;
}

/** @param markets about as many as may be entered at a close */
export async function checkRandomEntries(
  bench: ResearchBench,
  base: Variation,
  given: {
    readonly asItIs: Outcome;
    readonly markets: number;
    readonly runs: number;
    readonly seed: number;
    readonly quote: string;
  },
  options: CallOptions & { readonly onDone: () => void },
): Promise<AgainstChance> {
  const { asItIs, markets, runs, seed, quote } = given;
  const trades = asItIs.trades.length;
  const own = profitPerEntry(asItIs);
  if (own === null || trades < LEAST_TRADES)
    return {
      check: notRun(
        "random-entries",
        `${counted(trades, "closed trade")}: under ${LEAST_TRADES} a mean says nothing`,
        "Choose a longer range or more markets.",
      ),
      figures: null,
    };
  const withChance = (chance: number, i: number): Variation => ({
    ...base,
    entries: { kind: "random", seed: seed * 100_003 + i, chance },
  });
  let chance = Math.min(1, trades / (asItIs.slots * Math.max(1, markets)));
  for (let round = 0; round < ROUNDS; round++) {
    const tried = await bench.run(
      Array.from({ length: TRIED }, (_, i) => withChance(chance, -1 - i - round * TRIED)),
      { signal: options.signal },
    );
    const mean = meanOf(tried.map((outcome) => outcome.trades.length));
    if (Math.abs(mean / trades - 1) <= CLOSE_ENOUGH) break;
    chance = Math.min(1, mean === 0 ? chance * 4 : (chance * trades) / mean);
  }
  const outcomes = await bench.run(
    Array.from({ length: runs }, (_, i) => withChance(chance, i)),
    options,
  );
  const means = outcomes.flatMap((outcome) => profitPerEntry(outcome) ?? []);
  if (means.length === 0) return { check: notRun("random-entries", "no random run entered anything"), figures: null };
  const figures: RandomEntries = {
    runs: means.length,
    chance,
    trades,
    meanTrades: meanOf(outcomes.map((outcome) => outcome.trades.length)),
    profitPerEntry: own,
    randomMean: meanOf(means),
    random5: quantile(means, 0.05),
    random95: quantile(means, 0.95),
    // Phipson & Smyth 2010: the run itself is one of those that chance may give.
    pValue: (1 + means.filter((mean) => mean >= own).length) / (1 + means.length),
  };
  return { check: checkOf(figures, quote), figures };
}

/**
 * Of all entries, those that are still held as well: an exit that lets gains run leaves the best ones open at the end, and closed trades
 * alone would tell runs apart that are equal. Settlement currency; null: nothing was entered.
 */
function profitPerEntry({ trades, openAtEnd, finalEquity, startingCash }: Outcome): number | null {
  const entries = trades.length + openAtEnd;
  return entries === 0 ? null : (finalEquity - startingCash) / entries;
}

function checkOf(f: RandomEntries, quote: string): ValidationCheck {
  const isRare = f.pValue <= 0.05;
  return passed(
    "random-entries",
    [
      `profit an entry ${money(f.profitPerEntry)} ${quote}, ${f.trades} trades closed; with random entries ${money(f.randomMean)} (5–95 %: ${money(f.random5)} to ${money(f.random95)}), ${f.meanTrades.toFixed(0)} trades a run`,
      `p = ${f.pValue.toFixed(3)}: ${isRare ? "few" : "many"} of ${f.runs} random runs do as well${f.pValue > 0.5 ? ", most of them better" : ""}`,
    ],
    isRare
      ? {}
      : {
          flags: ["the entries are not told from random ones"],
          toDo: "Take the result for that of the exits and the market until the entries do better than chance.",
        },
  );
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const money = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
