// Floor 5. What parameters are chosen by, by name: of one run, larger is better, null where so few trades or days tell nothing.
import type { Outcome } from "#schemas/research.ts";

type Objective = (outcome: Outcome) => number | null;

/** Fewer tell nothing of a mean. */
const LEAST_TRADES = 5;
const LEAST_DAYS = 5;

export const OBJECTIVES = {
  /** Mean return of a closed trade over its standard deviation (sample). */
  "trade-sharpe": ({ trades }) => ratio(trades.map(({ returnPct }) => returnPct)),
  /** Mean return of a closed trade, percent. */
  "mean-trade": ({ trades }) =>
    trades.length < LEAST_TRADES ? null : trades.reduce((sum, { returnPct }) => sum + returnPct, 0) / trades.length,
  /** Growth of equity, percent; what is held at the end counts at its last close. */
  return: ({ trades, finalEquity, startingCash }) =>
    trades.length < LEAST_TRADES ? null : 100 * (finalEquity / startingCash - 1),
  /** Mean daily return over its standard deviation (sample), not annualised: every trial has the same days. */
  sharpe: (outcome) => ratio(dailyReturns(outcome)),
  /** Growth of equity over its deepest fall. */
  calmar: ({ trades, finalEquity, startingCash, maxDrawdownPct }) =>
    trades.length < LEAST_TRADES || maxDrawdownPct === 0
      ? null
      : (100 * (finalEquity / startingCash - 1)) / maxDrawdownPct,
} as const satisfies Readonly<Record<string, Objective>>;
export type ObjectiveName = keyof typeof OBJECTIVES;

export const objectiveNamed = (name: ObjectiveName): Objective => OBJECTIVES[name];

function dailyReturns({ days, startingCash }: Outcome): readonly number[] {
  return days.map(({ endEquity }, i) => endEquity / (days[i - 1]?.endEquity ?? startingCash) - 1);
}

function ratio(values: readonly number[]): number | null {
  if (values.length < Math.max(LEAST_TRADES, LEAST_DAYS)) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return variance > 0 ? mean / Math.sqrt(variance) : null;
}
