// Floor 5. A strategy that is told other names and other times of the same candles: rules that look at prices say the same, rules
// that know what became of a market or a day do not.
import { DAY_MS, type MarketSymbol } from "#schemas/units.ts";
import type { RuleAt, Strategy } from "#toolkits/strategies/strategy.ts";
import type { Pass } from "./pass.ts";

/** So long is the calendar's own period between 1901 and 2099: day, month, weekday and leap days are as they were. */
export const CALENDAR_MS = 10_227 * DAY_MS;

/** @param markets all that there are, in an order of their own */
export function relabelled(
  strategy: Strategy,
  { rotateNames, laterMs }: Pass["relabel"],
  markets: readonly MarketSymbol[],
): Strategy {
  if (!rotateNames && laterMs === 0) return strategy;
  const names = new Map(markets.map((symbol, i) => [symbol as string, rotateNames ? nextOf(markets, i) : symbol]));
  const { rule } = strategy;
  const shown = (at: RuleAt): RuleAt => ({
    now: at.now,
    ago: at.ago,
    parameters: at.parameters,
    symbol: names.get(at.symbol) ?? at.symbol,
    openMs: at.openMs + laterMs,
  });
  const { exit, exitHeld, describe } = rule;
  return {
    ...strategy,
    rule: {
      enter: (at) => rule.enter(shown(at)),
      exit: exit === null ? null : (at) => exit(shown(at)),
      exitHeld:
        exitHeld === null
          ? null
          : (at, held) => exitHeld(shown(at), { ...held, openedAtMs: held.openedAtMs + laterMs }),
      describe: describe === null ? null : (at) => describe(shown(at)),
    },
  };
}

/** Far away in the list: those that stand side by side may be alike. */
function nextOf(markets: readonly MarketSymbol[], i: number): MarketSymbol {
  const place = (i + Math.max(1, Math.floor(markets.length / 2))) % markets.length;
  return markets[place] as MarketSymbol;
}
