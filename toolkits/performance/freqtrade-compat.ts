// Floor 2, performance. A run's figures as freqtrade defines them, under its names, so that two results can be laid side by side. By the
// definitions in freqtrade/data/metrics.py and optimize_reports.py (2024): they count profits of closed trades over starting capital, not
// equity, and divide by whole days where ours divide by trades or days with a return. −100 is its word for "cannot be told".
import { toNumber } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { DAY_MS } from "#schemas/units.ts";
import { meanOf, sampleSdOf, sumOf } from "./moments.ts";

const CANNOT_BE_TOLD = -100;
const PER_YEAR = Math.sqrt(365);

export interface FreqtradeInput {
  readonly trades: readonly ClosedTrade[];
  readonly startMs: number;
  readonly endMs: number;
  readonly startingCash: number;
}

/** Null: freqtrade has no value either. Ratios, not percent. */
export function freqtradeFigures({
  trades,
  startMs,
  endMs,
  startingCash,
}: FreqtradeInput): Record<string, number | null> {
  const profits = trades.toSorted((a, b) => a.exitMs - b.exitMs).map(({ pnl }) => toNumber(pnl));
  const ratios = profits.map((profit) => profit / startingCash);
  const days = Math.max(1, Math.floor((endMs - startMs) / DAY_MS));
  const perDay = sumOf(ratios) / days;
  const won = profits.filter((profit) => profit > 0);
  const lost = profits.filter((profit) => profit < 0);
  const drawdown = relativeDrawdown(profits, startingCash);
  const isNone = trades.length === 0 || startMs === endMs;
  const over = (value: number, divisor: number | null): number =>
    isNone ? 0 : divisor === null || divisor === 0 ? CANNOT_BE_TOLD : value / divisor;
  const sd = sampleSdOf(ratios);
  return {
    profit_total: sumOf(ratios),
    cagr: (1 + sumOf(ratios)) ** (1 / (days / 365)) - 1,
    sharpe: over(perDay * PER_YEAR, populationSd(ratios)),
    sortino: over(perDay * PER_YEAR, populationSd(ratios.filter((ratio) => ratio < 0))),
    calmar: over(perDay * 100 * PER_YEAR, drawdown),
    sqn: trades.length === 0 ? 0 : over(Math.sqrt(ratios.length) * meanOf(ratios), sd),
    profit_factor: lost.length === 0 ? 0 : sumOf(won) / -sumOf(lost),
    ...expectancyOf(profits.length, won, lost),
    winrate: profits.length === 0 ? 0 : won.length / profits.length,
    max_drawdown_account: drawdown,
  };
}

/** Divided by n; null of none. */
function populationSd(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sd = sampleSdOf(values) ?? 0;
  return sd * Math.sqrt((values.length - 1) / values.length);
}

function expectancyOf(count: number, won: readonly number[], lost: readonly number[]) {
  if (count === 0) return { expectancy: 0, expectancy_ratio: 100 };
  const [winRate, loseRate] = [won.length / count, lost.length / count];
  const averageWin = won.length === 0 ? 0 : meanOf(won);
  const averageLoss = lost.length === 0 ? 0 : -meanOf(lost);
  return {
    expectancy: winRate * averageWin - loseRate * averageLoss,
    expectancy_ratio: averageLoss === 0 ? 100 : (1 + averageWin / averageLoss) * winRate - 1,
  };
}

/** At the deepest fall of the balance in money, how deep it was of the balance before it. The start counts as no high until a trade ended. */
function relativeDrawdown(profits: readonly number[], startingCash: number): number {
  let [balance, high, deepest, relative] = [0, Number.NEGATIVE_INFINITY, 0, 0];
  for (const profit of profits) {
    balance += profit;
    high = Math.max(high, balance);
    if (high - balance > deepest) {
      deepest = high - balance;
      relative = deepest / (startingCash + high);
    }
  }
  return relative;
}
