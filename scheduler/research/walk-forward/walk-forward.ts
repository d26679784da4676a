// Floor 5. The walk-forward test: per fold, parameters chosen on the training part by a search, then one run of the test part with a
// fresh account. The rounds of all folds are run together, in an order that does not hang on how many run at once.
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Outcome, Variation } from "#schemas/research.ts";
import { DAY_MS } from "#schemas/units.ts";
import type { SlotSpan } from "#schemas/walk-forward.ts";
import type { Values } from "#toolkits/search/dimension.ts";
import type { Search } from "#toolkits/search/search.ts";
import type { ResearchBench } from "../research-bench.ts";
import { chainOutcomes } from "./chain-outcomes.ts";
import type { Fold } from "./folds.ts";

export interface WalkForwardInput {
  readonly strategyId: string;
  readonly configured: Values;
  readonly folds: readonly Fold[];
  /** In each fold. */
  readonly trials: number;
  /** Larger is better; null: so few trades or days tell nothing. */
  readonly objective: (outcome: Outcome) => number | null;
  /** A fresh one for each fold. */
  readonly search: (fold: number) => Search;
}

export interface FoldResult {
  readonly fold: Fold;
  readonly values: Values;
  /** No trial was better than the configured parameters. */
  readonly isConfigured: boolean;
  /** That were run. */
  readonly trials: number;
  readonly inSample: Outcome;
  readonly inSampleObjective: number | null;
  readonly outOfSample: Outcome;
  readonly outOfSampleObjective: number | null;
}

export interface WalkForwardRun {
  readonly folds: readonly FoldResult[];
  /** The test parts, chained. */
  readonly outOfSample: Outcome;
  readonly efficiency: number | null;
}

export interface WalkForwardOptions extends CallOptions {
  readonly onProgress?: (runs: number, of: number) => void;
}

/** Trials of a fold between two tellings: a constant, so that a search that learns learns the same on any machine. */
const ROUND = 16;

interface Choice {
  readonly values: Values;
  readonly objective: number | null;
  readonly outcome: Outcome;
}

/** @throws StrategyError where a rule fails or a parameter does not fit; the signal's reason */
export async function runWalkForward(
  bench: ResearchBench,
  input: WalkForwardInput,
  { signal, onProgress }: WalkForwardOptions,
): Promise<WalkForwardRun> {
  const { folds, objective } = input;
  const perTrial = folds.reduce((sum, { train }) => sum + train.length, 0);
  const of = perTrial * input.trials + folds.length;
  let done = 0;
  const onDone = (): void => onProgress?.(++done, of);
  const run = (variations: readonly Variation[]) => bench.run(variations, { signal, onDone });

  const chosen = await chooseAll(input, run);
  const tests = await run(folds.map(({ test }, k) => variationOf(input, test, (chosen[k] as Chosen).best.values)));
  const results = folds.map((fold, k): FoldResult => {
    const { best, trials } = chosen[k] as Chosen;
    const outOfSample = tests[k] as Outcome;
    return {
      fold,
      values: best.values,
      isConfigured: isSame(best.values, input.configured),
      trials,
      inSample: best.outcome,
      inSampleObjective: best.objective,
      outOfSample,
      outOfSampleObjective: objective(outOfSample),
    };
  });
  return { folds: results, outOfSample: chainOutcomes(tests), efficiency: efficiencyOf(results) };
}

interface Chosen {
  readonly best: Choice;
  readonly trials: number;
}

type Run = (variations: readonly Variation[]) => Promise<readonly Outcome[]>;

async function chooseAll(input: WalkForwardInput, run: Run): Promise<readonly Chosen[]> {
  const { folds, trials, objective } = input;
  const searches = folds.map((_, k) => input.search(k));
  const best: (Choice | null)[] = folds.map(() => null);
  const tried = folds.map(() => 0);
  for (;;) {
    const rounds = searches.map((search, k) => search.ask(Math.min(ROUND, trials - (tried[k] ?? 0))));
    const variations = rounds.flatMap((round, k) =>
      round.flatMap((values) => (folds[k] as Fold).train.map((span) => variationOf(input, span, values))),
    );
    if (variations.length === 0) break;
    const outcomes = (await run(variations)).values();
    for (const [k, round] of rounds.entries()) {
      const results = round.map((values): Choice => {
        const outcome = chainOutcomes((folds[k] as Fold).train.map(() => outcomes.next().value as Outcome));
        return { values, outcome, objective: objective(outcome) };
      });
      searches[k]?.tell(results);
      tried[k] = (tried[k] ?? 0) + results.length;
      best[k] = [...(best[k] === null || best[k] === undefined ? [] : [best[k]]), ...results].reduce(better);
    }
  }
  return best.map((choice, k) => ({ best: choice as Choice, trials: tried[k] ?? 0 }));
}

/** The earlier of equals: configured parameters are tried first. */
const better = (a: Choice, b: Choice): Choice =>
  b.objective !== null && (a.objective === null || b.objective > a.objective) ? b : a;

const variationOf = ({ strategyId }: WalkForwardInput, span: SlotSpan, values: Values): Variation =>
  Variation.parse({ ...span, parameters: { [strategyId]: values } });

const isSame = (a: Values, b: Values): boolean => Object.keys(a).every((name) => a[name] === b[name]);

/**
 * Growth a day out of sample over growth a day in sample, both compounded over all folds (Pardo, The Evaluation and Optimization of
 * Trading Strategies, 2008, ch. 11, with logarithmic returns so that folds add up). Null where in sample nothing was earned.
 */
function efficiencyOf(folds: readonly FoldResult[]): number | null {
  const perDay = (
    of: (fold: FoldResult) => { readonly outcome: Outcome; readonly spans: readonly SlotSpan[] },
  ): number => {
    let [growth, days] = [0, 0];
    for (const { outcome, spans } of folds.map(of)) {
      growth += Math.log(Math.max(Number.MIN_VALUE, outcome.finalEquity / outcome.startingCash));
      days += spans.reduce((sum, { firstSlotMs, lastSlotMs }) => sum + (lastSlotMs - firstSlotMs) / DAY_MS, 0);
    }
    return growth / days;
  };
  const inSample = perDay(({ inSample: outcome, fold }) => ({ outcome, spans: fold.train }));
  const outOfSample = perDay(({ outOfSample: outcome, fold }) => ({ outcome, spans: [fold.test] }));
  return inSample > 0 && Number.isFinite(outOfSample) ? outOfSample / inSample : null;
}
