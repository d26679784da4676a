// Floor 5. What a run is judged by, by name: larger is better. Null where so few days or trades tell nothing.
import { UsageError } from "#schemas/errors.ts";
import { toNumber } from "#schemas/money.ts";
import type { Outcome } from "#schemas/research.ts";
import { namesPhrase } from "#toolkits/market/nearest-names.ts";
import { type ReturnFigures, returnFigures } from "#toolkits/performance/return-figures.ts";
import { type TradeFigures, tradeFiguresOf } from "#toolkits/performance/trade-figures.ts";

/** Returns of each UTC day, 0.01 is one percent: of the starting cash on the first, of the day before on the others. */
export function dailyReturns({ days, startingCash }: Pick<Outcome, "days" | "startingCash">): readonly number[] {
  let before = startingCash;
  return days.map(({ endEquity }) => {
    const dayReturn = endEquity / before - 1;
    before = endEquity;
    return dayReturn;
  });
}

const returnsOf = (outcome: Outcome): ReturnFigures => returnFigures(dailyReturns(outcome), outcome.periodsPerYear);

const tradesOf = ({ trades }: Outcome): TradeFigures =>
  tradeFiguresOf(
    trades.map(({ pnl, returnPct, entryMs, exitMs }) => ({
      pnl: toNumber(pnl),
      returnPct,
      holdingMs: exitMs - entryMs,
    })),
  );

/** Growth a year over the deepest fall of every slot, which days alone would smooth. */
function calmar(outcome: Outcome): number | null {
  const { cagr } = returnsOf(outcome);
  const { maxDrawdownPct } = outcome;
  return cagr === null || outcome.days.length < 2 || maxDrawdownPct === 0 ? null : (100 * cagr) / maxDrawdownPct;
}

const OBJECTIVES = {
  sharpe: (outcome) => returnsOf(outcome).sharpe,
  sortino: (outcome) => returnsOf(outcome).sortino,
  calmar,
  return: ({ finalEquity, startingCash }) => 100 * (finalEquity / startingCash - 1),
  "profit-factor": (outcome) => tradesOf(outcome).profitFactor,
  expectancy: (outcome) => tradesOf(outcome).expectancy,
  sqn: (outcome) => tradesOf(outcome).sqn,
  drawdown: ({ maxDrawdownPct }) => -maxDrawdownPct,
} as const satisfies Readonly<Record<string, (outcome: Outcome) => number | null>>;

export type ObjectiveName = keyof typeof OBJECTIVES;
export const OBJECTIVE_NAMES = Object.keys(OBJECTIVES) as readonly ObjectiveName[];

const isObjective = (name: string): name is ObjectiveName => Object.hasOwn(OBJECTIVES, name);

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
    expected: `one of ${namesPhrase(name, OBJECTIVE_NAMES)}`,
    remedy: "Correct --objective.",
  });
}
