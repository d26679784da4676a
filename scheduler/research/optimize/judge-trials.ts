// Floor 5. All trials of a search → its winner, and how much of it luck alone would give.

import type { Optimize, Trial } from "#schemas/optimize.ts";
import { bestOfNoise, deflatedSharpe, sharpeOfPeriod } from "#toolkits/performance/deflated-sharpe.ts";
import { medianOf } from "#toolkits/performance/moments.ts";
import { probabilityOfOverfitting } from "#toolkits/performance/overfitting.ts";
import { dimensionsOf } from "#toolkits/search/dimension.ts";
import type { ParameterSpecs } from "#toolkits/strategies/define-strategy.ts";

const YEAR = Math.sqrt(365);
const SHOWN = 10;
const NEIGHBOURS = 10;
/** What most people would call likely: below it the best of so many is no better than luck makes it. */
const LIKELY = 0.95;
/** Parts that the days are cut into, at most, and days of a part, at least. */
const MOST_PARTS = 16;
const DAYS_OF_PART = 2;

export type Judged = Pick<Optimize, "configured" | "winner" | "best" | "luck" | "neighbours" | "warnings">;

/** @param trials at least one, in the order of asking */
export function judgeTrials(trials: readonly [Trial, ...Trial[]], space: ParameterSpecs): Judged {
  const told = trials.filter(({ objective }) => objective !== null);
  const sorted = told.toSorted((a, b) => (b.objective ?? 0) - (a.objective ?? 0) || a.trial - b.trial);
  const winner = sorted[0] ?? null;
  const luck = luckOf(trials, winner);
  const neighbours = winner === null ? null : neighboursOf(trials, winner, space);
  return {
    configured: rowOf(trials[0]),
    winner: winner === null ? null : rowOf(winner),
    best: sorted.slice(0, SHOWN).map(rowOf),
    luck,
    neighbours,
    warnings: warningsOf(winner, trials, luck, neighbours),
  };
}

const rowOf = ({ dailyReturns: _, ...row }: Trial): Judged["best"][number] => row;

function luckOf(trials: readonly Trial[], winner: Trial | null): Judged["luck"] {
  const returns = winner?.dailyReturns ?? [];
  const sharpes = trials.map(({ dailyReturns }) => sharpeOfPeriod(dailyReturns));
  const deflated = winner === null ? null : deflatedSharpe({ returns, trialSharpes: sharpes });
  const noise = returns.length < 2 ? null : bestOfNoise(trials.length, returns.length);
  const parts = Math.min(MOST_PARTS, 2 * Math.floor(returns.length / DAYS_OF_PART / 2));
  const overfitting =
    parts < 4
      ? null
      : probabilityOfOverfitting(
          trials.map(({ dailyReturns }) => dailyReturns),
          { parts },
        );
  return {
    days: returns.length,
    sharpe: deflated === null ? null : deflated.sharpe * YEAR,
    bestOfNoise: noise === null ? null : { mean: noise.expected * YEAR, high95: noise.high95 * YEAR },
    probabilisticSharpe: deflated?.probabilistic ?? null,
    deflatedSharpe: deflated?.deflated ?? null,
    overfitting:
      overfitting === null ? null : { probability: overfitting.probability, parts, splits: overfitting.splits },
  };
}

/** Of trials that stand next to the winner, each parameter measured by its range; options and switches are equal or not. */
function neighboursOf(trials: readonly Trial[], winner: Trial, space: ParameterSpecs): Judged["neighbours"] {
  const dimensions = dimensionsOf(space);
  const distanceTo = (one: Trial): number =>
    dimensions.reduce((sum, { name, isOrdered, placeOf }) => {
      const [a, b] = [one.values[name], winner.values[name]];
      if (a === undefined || b === undefined || a === b) return sum;
      return sum + (isOrdered ? (placeOf(a) - placeOf(b)) ** 2 : 1);
    }, 0);
  const others = trials
    .filter(({ trial }) => trial !== winner.trial)
    .map((trial) => ({ trial, distance: distanceTo(trial) }))
    .toSorted((a, b) => a.distance - b.distance || a.trial.trial - b.trial.trial)
    .slice(0, NEIGHBOURS);
  if (others.length < NEIGHBOURS) return null;
  // One that could not be told is no support.
  const objectives = others.map(({ trial }) => trial.objective).filter((objective) => objective !== null);
  return {
    trials: others.length,
    medianObjective: objectives.length * 2 < others.length ? null : medianOf(objectives),
  };
}

function warningsOf(
  winner: Trial | null,
  trials: readonly Trial[],
  { deflatedSharpe: deflated, overfitting, days, bestOfNoise: noise, sharpe }: Judged["luck"],
  neighbours: Judged["neighbours"],
): string[] {
  if (winner === null) return ["No trial closed enough trades to be told: there is no winner."];
  const warnings: string[] = [];
  if (deflated === null) warnings.push("The days of the winner are all alike, or too few: luck cannot be ruled out.");
  else if (deflated < LIKELY) {
    warnings.push(
      `The best of ${trials.length} trials is no better than luck makes it: the deflated Sharpe ratio gives ${percent(deflated)} where 95 % would be convincing.`,
    );
  }
  if (overfitting !== null && overfitting.probability > 0.5) {
    warnings.push(
      `What was best in one half of the days was more often below the middle in the other than above it (${percent(overfitting.probability)}): the choice is overfitted.`,
    );
  }
  if (noise !== null && sharpe !== null && sharpe < noise.high95) {
    warnings.push(
      `The best of ${trials.length} trials of pure noise over ${days} days shows a Sharpe ratio of ${noise.mean.toFixed(2)}, and above ${noise.high95.toFixed(2)} one time in twenty; the winner shows ${sharpe.toFixed(2)}.`,
    );
  }
  if (winner.trades < 30) warnings.push(`The winner closed ${winner.trades} trades: under 30 say little.`);
  if (neighbours !== null && neighbours.medianObjective === null)
    warnings.push("Most trials next to the winner could not be told: it stands alone.");
  return warnings;
}

const percent = (ratio: number): string => `${(100 * ratio).toFixed(1)} %`;
