// Floor 2. Strategies by id: add one here and it can be configured.
import { UnknownNameError } from "#schemas/errors.ts";
import { meanReversion } from "./mean-reversion.ts";
import type { Strategy } from "./strategy.ts";

const STRATEGIES: ReadonlyMap<string, Strategy> = new Map([meanReversion].map((strategy) => [strategy.id, strategy]));

/** Ids of all strategies. */
export const strategyIds = (): readonly string[] => [...STRATEGIES.keys()];

/** @throws UnknownNameError, naming the ids there are */
export function strategyById(id: string): Strategy {
  const strategy = STRATEGIES.get(id);
  if (strategy !== undefined) return strategy;
  throw new UnknownNameError({
    was: `There is no strategy ${JSON.stringify(id)}.`,
    expected: `one of: ${strategyIds().join(", ")}`,
    remedy: "Correct the strategy's id in the configuration.",
  });
}
