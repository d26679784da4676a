// Floor 5. A strategy whose entries are not its own: for what is left of it without its rule.
import { InvariantError } from "#schemas/errors.ts";
import type { EntryChange } from "#schemas/research.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";

export function withEntries(strategy: Strategy, change: EntryChange): Strategy {
  if (change.kind === "random") {
    const { seed, chance } = change;
    const limit = chance * 2 ** 32;
    return {
      ...strategy,
      rule: { ...strategy.rule, enter: (at) => mixed(at.symbol, at.openMs, seed) < limit },
    };
  }
  throw new InvariantError({
    was: `Entries of kind ${change.kind} are not built.`,
    expected: "random",
    remedy: "This is a bug; please report it with the command that led here.",
  });
}

/** 32 bits that hang on market, candle and seed alone: whatever is asked when, the answer is the same. */
function mixed(symbol: string, openMs: number, seed: number): number {
  let hash = (seed ^ 0x9e3779b9) >>> 0;
  const take = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  };
  for (let i = 0; i < symbol.length; i++) take(symbol.charCodeAt(i));
  take(openMs >>> 0);
  take(Math.floor(openMs / 2 ** 32));
  return hash >>> 0;
}
