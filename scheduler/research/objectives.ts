// Floor 5. What a run is judged by, by name: larger is better. Null where so few days or trades tell nothing.
import { UsageError } from "#schemas/errors.ts";
import { toNumber } from "#schemas/money.ts";
import type { Outcome } from "#schemas/research.ts";
import { meanOf, sampleSdOf } from "#toolkits/performance/moments.ts";

/** Returns of each UTC day, 0.01 is one percent: of the starting cash on the first, of the day before on the others. */
export function dailyReturns({ days, startingCash }: Pick<Outcome, "days" | "startingCash">): readonly number[] {
  let before = startingCash;
  return days.map(({ endEquity }) => {
    const dayReturn = endEquity / before - 1;
    before = endEquity;
    return dayReturn;
  });
}

const DAYS_PER_YEAR = 365;

const returnPct = ({ finalEquity, startingCash }: Outcome): number => 100 * (finalEquity / startingCash - 1);

function ratioOfDay(outcome: Outcome, spreadOf: (returns: readonly number[]) => number | null): number | null {
  const returns = dailyReturns(outcome);
  const spread = spreadOf(returns);
  return spread === null || spread === 0 ? null : (meanOf(returns) / spread) * Math.sqrt(DAYS_PER_YEAR);
}

/** Root mean square of the losing days, over all days: Sortino & Price 1994, target 0. */
const downside = (returns: readonly number[]): number | null =>
  returns.length < 2 ? null : Math.sqrt(returns.reduce((sum, r) => sum + Math.min(0, r) ** 2, 0) / returns.length);

const pnls = ({ trades }: Outcome): readonly number[] => trades.map(({ pnl }) => toNumber(pnl));

function calmar(outcome: Outcome): number | null {
  const { days, maxDrawdownPct, finalEquity, startingCash } = outcome;
  if (days.length < 2 || maxDrawdownPct === 0) return null;
  const growth = Math.max(0, finalEquity / startingCash);
  return (100 * (growth ** (DAYS_PER_YEAR / days.length) - 1)) / maxDrawdownPct;
}

function profitFactor(outcome: Outcome): number | null {
  const all = pnls(outcome);
  const lost = -all.reduce((sum, pnl) => sum + Math.min(0, pnl), 0);
  return lost === 0 ? null : all.reduce((sum, pnl) => sum + Math.max(0, pnl), 0) / lost;
}

/** Van Tharp's system quality number, of profits per trade. */
function sqn(outcome: Outcome): number | null {
  const all = pnls(outcome);
  const sd = sampleSdOf(all);
  return sd === null || sd === 0 ? null : (Math.sqrt(all.length) * meanOf(all)) / sd;
}

const OBJECTIVES = {
  sharpe: (outcome) => ratioOfDay(outcome, sampleSdOf),
  sortino: (outcome) => ratioOfDay(outcome, downside),
  calmar,
  return: returnPct,
  "profit-factor": profitFactor,
  expectancy: (outcome) => (outcome.trades.length === 0 ? null : meanOf(pnls(outcome))),
  sqn,
  drawdown: ({ maxDrawdownPct }) => -maxDrawdownPct,
} as const satisfies Readonly<Record<string, (outcome: Outcome) => number | null>>;

export type ObjectiveName = keyof typeof OBJECTIVES;
export const OBJECTIVE_NAMES = Object.keys(OBJECTIVES) as readonly ObjectiveName[];

export const isObjective = (name: string): name is ObjectiveName => Object.hasOwn(OBJECTIVES, name);

/** @param minTrades a run that closed fewer cannot be told */
export function objectiveOf(name: ObjectiveName, minTrades: number): (outcome: Outcome) => number | null {
  const of: (outcome: Outcome) => number | null = OBJECTIVES[name];
  return (outcome) => (outcome.trades.length < minTrades ? null : of(outcome));
}

/** @throws UsageError naming all there are */
export function objectiveNamed(name: string): ObjectiveName {
  if (isObjective(name)) return name;
  throw new UsageError({
    was: `There is no objective ${JSON.stringify(name)}.`,
    expected: `one of ${OBJECTIVE_NAMES.join(", ")}`,
    remedy: "Correct --objective.",
  });
}
