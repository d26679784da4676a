// Floor 2. Positions, trades and statistics go by a strategy's id: two of one id on one desk could not be told apart.
import { StrategyError } from "#schemas/errors.ts";
import type { StrategyInfo } from "./strategy.ts";

/** @throws StrategyError naming both where two have one id */
export function refuseTwins(strategies: readonly Pick<StrategyInfo, "id" | "file">[]): void {
  const seen = new Map<string, string>();
  for (const { id, file } of strategies) {
    const name = file ?? "the strategy shipped with the product";
    const other = seen.get(id);
    seen.set(id, name);
    if (other === undefined) continue;
    throw new StrategyError({
      strategy: name,
      field: "id",
      was: `it is ${JSON.stringify(id)}, as that of ${other}.`,
      expected: "an id of its own",
      remedy: "Change the id in one of them, or leave one out.",
    });
  }
}
