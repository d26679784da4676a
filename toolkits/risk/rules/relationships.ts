// Floor 2, risk. Entry rules on what moves together: three positions in one cluster are one bet, and a falling leader takes
// the others with it.
import { clusterOf } from "#schemas/relationship.ts";
import { type MarketSymbol, splitSymbol, timeframeMs } from "#schemas/units.ts";
import { placesTaken } from "../working.ts";
import { type Rule, shown } from "./rule.ts";

export const clusterCap: Rule = ({ relationships, decision, limits, portfolio }) => {
  const taken = placesTaken(portfolio);
  // Asked first: a backtest works clusters out only when they are read.
  if (taken.length < limits.maxEntriesPerCluster) return null;
  // Once for each strategy: two of one asset are as much as two that move together.
  const takenOf = (symbols: readonly MarketSymbol[]): readonly MarketSymbol[] =>
    symbols.flatMap((symbol) => {
      const { base } = splitSymbol(symbol);
      return taken.filter((place) => place.base === base).map(() => symbol);
    });
  const mayJoin = relationships?.mayJoin?.(decision.symbol, new Set(taken.map(({ base }) => base)));
  if (mayJoin !== undefined && takenOf(mayJoin).length < limits.maxEntriesPerCluster) return null;
  const together = takenOf(clusterOf(relationships, decision.symbol));
  return together.length < limits.maxEntriesPerCluster
    ? null
    : `${together.join(", ")} move with it and are open or on order; the limit is ${limits.maxEntriesPerCluster} per cluster`;
};

export const leaderShock: Rule = ({ leaderHourSigmas, relationships, limits, decision: { timeframe } }) => {
  if (leaderHourSigmas === null || leaderHourSigmas >= -limits.leaderFallSigmas) return null;
  const span = timeframeMs(timeframe) > timeframeMs("1h") ? `one candle of ${timeframe}` : "an hour";
  return `${relationships?.leader ?? "the leader"} fell ${shown(-leaderHourSigmas)} daily standard deviations within ${span}; the limit is ${limits.leaderFallSigmas}`;
};
