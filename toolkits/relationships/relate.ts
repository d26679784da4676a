// Floor 2, relationships. Returns up to a full hour → which markets count as one bet, and what hangs on the leader. Pure;
// desk and backtest call the same function. Why so, and with which numbers: docs/adr/0015-clusters.md.
import type { Cluster, Relationships } from "#schemas/relationship.ts";
import type { MarketSymbol, Timeframe, UnixMs } from "#schemas/units.ts";
import { linkOf, type ReturnLine, returnLine } from "./correlation.ts";

/** From this correlation on two markets count as linked. */
export const LINKED_CORRELATION = 0.75;
/** Pairs looked at between two pauses: about a millisecond. */
const PAIRS_PER_STEP = 4096;

export interface RelateAt {
  readonly hourMs: UnixMs;
  readonly timeframe: Timeframe;
  /** All markets in question, most liquid first: the first is the leader. */
  readonly order: readonly MarketSymbol[];
  /** Left out: 0.75. */
  readonly linkedCorrelation?: number;
}

/**
 * Greedy complete linkage in the order of liquidity: a market joins the first cluster with all of whose members it is
 * linked, else it founds one; clusters of one are left out. A market without returns is alone. `labels` stay empty:
 * returns know no names.
 * @param returns by market, as `returnsUpTo` gives them: each ends at the same hour
 */
export function relate(returns: ReadonlyMap<MarketSymbol, Float64Array>, at: RelateAt): Relationships {
  const work = relating(returns, at);
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** As `relate`, with a pause after every few thousand pairs, so that thousands of markets hold nothing up. */
export async function relateInSteps(
  returns: ReadonlyMap<MarketSymbol, Float64Array>,
  at: RelateAt,
  pause: () => Promise<void>,
): Promise<Relationships> {
  const work = relating(returns, at);
  let step = work.next();
  while (step.done !== true) {
    await pause();
    step = work.next();
  }
  return step.value;
}

interface Group {
  readonly lines: ReturnLine[];
  minCorrelation: number;
}

function* relating(
  returns: ReadonlyMap<MarketSymbol, Float64Array>,
  { hourMs, timeframe, order, linkedCorrelation = LINKED_CORRELATION }: RelateAt,
): Generator<void, Relationships> {
  const [leader = null] = order;
  const groups: Group[] = [];
  const linkedToLeader: MarketSymbol[] = [];
  let leaderLine: ReturnLine | null = null;
  let pairs = 0;
  for (const symbol of order) {
    if (pairs >= PAIRS_PER_STEP) {
      pairs = 0;
      yield;
    }
    const own = returns.get(symbol);
    const line = own === undefined ? null : returnLine(symbol, own);
    if (line === null) continue;
    if (symbol === leader) leaderLine = line;
    else if (leaderLine !== null && linkOf(leaderLine, line, linkedCorrelation) !== null) linkedToLeader.push(symbol);
    let joined = false;
    for (const group of groups) {
      const lowest = lowestWith(group, line, linkedCorrelation);
      pairs += 1;
      if (lowest === null) continue;
      group.lines.push(line);
      group.minCorrelation = Math.min(group.minCorrelation, lowest);
      pairs += group.lines.length;
      joined = true;
      break;
    }
    if (!joined) groups.push({ lines: [line], minCorrelation: 1 });
  }
  return { hourMs, timeframe, leader, clusters: groups.flatMap(clusterOfGroup), linkedToLeader, labels: {} };
}

/** Lowest correlation with a group's members; null at the first of them with whom it is not linked. */
function lowestWith(group: Group, line: ReturnLine, threshold: number): number | null {
  let lowest = 1;
  for (const member of group.lines) {
    const correlation = linkOf(member, line, threshold);
    if (correlation === null) return null;
    lowest = Math.min(lowest, correlation);
  }
  return lowest;
}

/** Six decimals: what is written down is to be the same on every machine. */
function clusterOfGroup({ lines, minCorrelation }: Group): Cluster[] {
  const [first] = lines;
  if (first === undefined || lines.length < 2) return [];
  const members = lines.map(({ symbol }) => symbol);
  return [{ id: first.symbol, members, minCorrelation: Math.round(minCorrelation * 1e6) / 1e6 }];
}
