// Floor 4. Which strategies a desk trades by, and where a view names them: wherever there is more than one.
import { UnknownNameError } from "#schemas/errors.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";

interface Trading {
  readonly strategies: ReadonlyMap<string, StrategyTerms>;
  readonly account: { portfolio(): Pick<Portfolio, "positions" | "paused"> };
}

/** Those configured, in their order, and behind them those that still hold something. */
export function strategyIdsOf({ strategies, account }: Trading): readonly string[] {
  const ids = new Set(strategies.keys());
  for (const { strategyId } of account.portfolio().positions.values()) ids.add(strategyId);
  return [...ids];
}

/** ` (ema-cross)` behind what one strategy did or holds; nothing where only one trades. */
export const ofStrategy = (strategyId: string, ids: readonly string[]): string =>
  ids.length > 1 || (ids.length === 1 && ids[0] !== strategyId) ? ` (${strategyId})` : "";

/** The strategy that a control names; null: none was named. @throws UnknownNameError, naming those there are */
export function namedStrategy(desk: Trading, typed: unknown): string | null {
  if (typed === undefined) return null;
  const ids = new Set([...strategyIdsOf(desk), ...desk.account.portfolio().paused]);
  if (typeof typed === "string" && ids.has(typed)) return typed;
  throw new UnknownNameError({
    was: `There is no strategy ${JSON.stringify(typed)} on this desk.`,
    expected: `one of ${[...ids].join(", ")}`,
    remedy: "Correct --strategy, or leave it out to act on all.",
  });
}
