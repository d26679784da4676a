// A backtest with the shadows of its entries.
import { type BacktestRun, runBacktest } from "#scheduler/backtest-driver.ts";
import type { BacktestInput } from "#scheduler/backtest-input.ts";
import type { OperatorRule } from "#schemas/operator-rule.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { ResearchWorld } from "#test/support/research-world.ts";

const signal = new AbortController().signal;

export async function shadowed({ input, ...range }: ResearchWorld, change: Partial<BacktestInput> = {}) {
  const run = await runBacktest({ ...input, ...range, shadows: true, ...change }, { signal });
  return { run, all: run.shadows?.all() ?? [], trades: run.account.statistics().trades() };
}

/** Two that end in one slot end in no order. */
export const byEnd = (trades: readonly ClosedTrade[]): readonly ClosedTrade[] =>
  trades.toSorted((a, b) => a.exitMs - b.exitMs || (a.symbol < b.symbol ? -1 : 1));

export const closedOf = (all: ReturnType<NonNullable<BacktestRun["shadows"]>["all"]>, rule: string | null) =>
  all.filter((shadow) => shadow.rule === rule).flatMap(({ trade }) => trade ?? []);

const NEVER: OperatorRule = { type: "no-entries", scope: { kind: "all" }, when: { kind: "always" } };
export const FORBIDDEN = [{ rule: NEVER, words: "no entries" }];
