// Floor 5. A search run to its end on the bench: asked, run, told, batch by batch, in an order that hangs on nothing but the search. What
// an earlier run of the same search has kept is told again instead of run.
import { InvariantError } from "#schemas/errors.ts";
import type { Trial } from "#schemas/optimize.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Outcome, Variation } from "#schemas/research.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Values } from "#toolkits/search/dimension.ts";
import type { Search } from "#toolkits/search/search.ts";
import { dailyReturns } from "../objectives.ts";
import type { ResearchBench } from "../research-bench.ts";

export interface TrialsInput {
  readonly strategyId: string;
  readonly firstSlotMs: UnixMs;
  readonly lastSlotMs: UnixMs;
  readonly trials: number;
  readonly search: Search;
  readonly objective: (outcome: Outcome) => number | null;
  /** In their order. */
  readonly known: readonly Trial[];
}

export interface TrialsOptions extends CallOptions {
  /** A batch is complete: what of it is new. */
  readonly onBatch: (trials: readonly Trial[]) => Promise<void>;
  /** After each trial that has ended, in no order. */
  readonly onTrial?: (trial: Trial) => void;
}

/** Fewer than were asked for: there was nothing more to try. @throws StrategyError; the signal's reason */
export async function runTrials(
  bench: ResearchBench,
  { strategyId, firstSlotMs, lastSlotMs, trials, search, objective, known }: TrialsInput,
  { onBatch, onTrial, signal }: TrialsOptions,
): Promise<readonly Trial[]> {
  const all: Trial[] = [];
  while (all.length < trials) {
    const asked = search.ask(trials - all.length);
    if (asked.length === 0) break;
    const kept = known.slice(all.length, all.length + asked.length);
    for (const [i, trial] of kept.entries()) requireSame(trial, asked[i] ?? {});
    const wanted = asked.slice(kept.length);
    const trialOf = (index: number, outcome: Outcome): Trial => ({
      trial: all.length + kept.length + index + 1,
      values: wanted[index] ?? {},
      objective: objective(outcome),
      trades: outcome.trades.length,
      returnPct: 100 * (outcome.finalEquity / outcome.startingCash - 1),
      maxDrawdownPct: outcome.maxDrawdownPct,
      dailyReturns: dailyReturns(outcome),
      decisionsHash: outcome.decisionsHash,
    });
    const variations = wanted.map((values) =>
      Variation.parse({ firstSlotMs, lastSlotMs, parameters: { [strategyId]: values } }),
    );
    const onDone = (index: number, outcome: Outcome): void => onTrial?.(trialOf(index, outcome));
    const outcomes = wanted.length === 0 ? [] : await bench.run(variations, { signal, onDone });
    const fresh = outcomes.map((outcome, index) => trialOf(index, outcome));
    if (fresh.length > 0) await onBatch(fresh);
    const batch = [...kept, ...fresh];
    search.tell(batch);
    all.push(...batch);
  }
  return all;
}

/** One search proposes one thing: another in its place was written by something else. */
function requireSame({ trial, values }: Trial, asked: Values): void {
  const names = Object.keys(asked);
  if (names.every((name) => values[name] === asked[name])) return;
  throw new InvariantError({
    was: `Trial ${trial} of the journal is ${JSON.stringify(values)}, and this search proposes ${JSON.stringify(asked)}.`,
    expected: "the journal of this very search",
    remedy: "Choose another --name, or begin again with --restart.",
  });
}
