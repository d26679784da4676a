// Floor 5. A strategy whose entries are not its own: for what is left of it without its rule, or a candle late.
import type { EntryChange } from "#schemas/research.ts";
import { stageOf } from "#toolkits/strategies/rule-stage.ts";
import type { RuleAt, Strategy } from "#toolkits/strategies/strategy.ts";

export function withEntries(strategy: Strategy, change: EntryChange): Strategy {
  return change.kind === "random" ? atRandom(strategy, change) : late(strategy, change.candles);
}

function atRandom(strategy: Strategy, { seed, chance }: EntryChange & { readonly kind: "random" }): Strategy {
  const limit = chance * 2 ** 32;
  return {
    ...strategy,
    rule: { ...strategy.rule, enter: (at) => mixed(at.symbol, at.openMs, seed) < limit },
  };
}

/** The rule is shown the row of so many candles before; all values are of the window of now, as those that it looks back to. */
function late(strategy: Strategy, candles: number): Strategy {
  const { enter } = strategy.rule;
  const changed: Strategy = {
    ...strategy,
    definitionId: `${strategy.definitionId}.late${candles}`,
    lookBack: strategy.lookBack + candles,
    needRows: strategy.needRows.map((rows, i) => (i === 0 ? rows + candles : rows)),
    rule: { ...strategy.rule, enter: (at) => enter(before(at)) },
  };
  const before = (at: RuleAt): RuleAt => ({
    now: at.ago(candles),
    ago: (back) => at.ago(back >= 0 ? back + candles : back),
    parameters: at.parameters,
    symbol: at.symbol,
    openMs: at.openMs - candles * stageOf(changed).stepMs,
  });
  return changed;
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
