// Floor 2. The strategies that come with the product, by id: a definition in shipped/ and a line here.
import { UnknownNameError } from "#schemas/errors.ts";
import { namesPhrase } from "../market/nearest-names.ts";
import { compileStrategy } from "./compile-strategy.ts";
import meanReversion from "./shipped/mean-reversion.ts";
import type { Strategy } from "./strategy.ts";

const SHIPPED: ReadonlyMap<string, unknown> = new Map([meanReversion].map((one) => [one.id, one]));

/** Ids of all strategies that come with the product. */
export const strategyIds = (): readonly string[] => [...SHIPPED.keys()];

/** @throws UnknownNameError naming the nearest ids; StrategyError where a parameter is wrong */
export function shippedStrategy(id: string, parameters: Readonly<Record<string, unknown>> = {}): Strategy {
  const definition = SHIPPED.get(id);
  if (definition !== undefined) return compileStrategy(definition, { file: null, parameters });
  throw new UnknownNameError({
    was: `There is no strategy ${JSON.stringify(id)}.`,
    expected: `one of: ${namesPhrase(id, strategyIds())}, or the path of a file`,
    remedy: "Correct the strategy's id.",
  });
}
