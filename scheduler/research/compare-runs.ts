// Floor 5. Two finished runs → what differs between them, and whether that may be chance. Pure.
import type { ComparedRun, Comparison } from "#schemas/compare.ts";
import { toNumber } from "#schemas/money.ts";
import type { DayEquity } from "#schemas/performance.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { toIso } from "#schemas/units.ts";
import { blockMean } from "#toolkits/performance/block-mean.ts";
import { MIN_FOR_INTERVAL } from "#toolkits/performance/performance.ts";

export function compareRuns(names: readonly [string, string], a: ComparedRun, b: ComparedRun): Comparison {
  return {
    names,
    settings: settingsOf(a, b),
    sameDecisions: a.decisionsHash === b.decisionsHash,
    decisionsHashes: [a.decisionsHash, b.decisionsHash],
    figures: figuresOf(a, b),
    daily: dailyOf(a, b),
    trades: tradesOf(a, b),
  };
}

const rangeText = ({ metrics: { startMs, endMs } }: ComparedRun): string => `${toIso(startMs)} to ${toIso(endMs)}`;

function settingsOf(a: ComparedRun, b: ComparedRun): Comparison["settings"] {
  const of: readonly (readonly [string, (run: ComparedRun) => string])[] = [
    ["range", rangeText],
    ["venue", ({ venue }) => venue],
    ["settlement currency", ({ quote }) => quote],
    ["cash", ({ startingCash }) => startingCash],
    ["strategies", ({ strategies }) => strategies.join(", ")],
    ["timeframe", ({ timeframe }) => timeframe],
    ["security", ({ security }) => security],
    ["entries", ({ entryStyle }) => entryStyle],
    ["fee a side", ({ metrics }) => `${metrics.feeBps} bps`],
    ["slippage a side", ({ metrics }) => `${metrics.slippageBps} bps`],
    ["rules of yours", ({ rules }) => rules.map(({ words }) => words).join("; ") || "none"],
  ];
  return of.flatMap(([what, read]) => (read(a) === read(b) ? [] : [{ what, a: read(a), b: read(b) }]));
}

function figuresOf(a: ComparedRun, b: ComparedRun): Comparison["figures"] {
  const of: readonly (readonly [string, (run: ComparedRun) => number | null])[] = [
    ["return %", ({ metrics }) => metrics.totalReturnPct],
    ["buy and hold %", ({ metrics }) => metrics.buyAndHoldPct],
    ["max drawdown %", ({ metrics }) => metrics.maxDrawdownPct],
    ["trades closed", ({ metrics }) => metrics.tradesClosed],
    ["win rate %", ({ metrics }) => metrics.winRatePct],
    ["mean trade %", ({ metrics }) => metrics.meanTradePct],
    ["profit factor", ({ metrics }) => metrics.profitFactor],
    ["fees", ({ metrics }) => toNumber(metrics.feesPaid)],
    ["decisions", ({ metrics }) => metrics.decisions],
    ["refusals", ({ metrics }) => metrics.refusals],
  ];
  return of.map(([what, read]) => {
    const [left, right] = [read(a), read(b)];
    return { what, a: left, b: right, difference: left === null || right === null ? null : right - left };
  });
}

/** Return of each day over the equity at the end of the day before, percent; of the first, over the cash. */
function returnsOf({ days, startingCash }: ComparedRun): ReadonlyMap<number, number> {
  let before = toNumber(startingCash);
  return new Map(
    days.map(({ dayStartMs, endEquity }: DayEquity) => {
      const pct = (endEquity / before - 1) * 100;
      before = endEquity;
      return [dayStartMs, pct];
    }),
  );
}

function dailyOf(a: ComparedRun, b: ComparedRun): Comparison["daily"] {
  const [left, right] = [returnsOf(a), returnsOf(b)];
  // The first and last day of a run may be a part of a day, and not the same part in both.
  const isWhole = sharesEnds(a, b);
  const shared = [...left.keys()].filter((day) => right.has(day) && isWhole(day)).sort((x, y) => x - y);
  const differences = shared.map((day) => (right.get(day) ?? Number.NaN) - (left.get(day) ?? Number.NaN));
  const known = {
    days: shared.length,
    leftOut: [left.size - shared.length, right.size - shared.length] as const,
  };
  if (differences.length < 2)
    return { ...known, meanDifferencePct: null, interval95: null, pValue: null, why: "fewer than two days in common" };
  const { mean, interval95, pValue } = blockMean(differences);
  if (differences.every((difference) => difference === 0))
    return { ...known, meanDifferencePct: 0, interval95: null, pValue: null, why: "equal on every day" };
  if (differences.length < MIN_FOR_INTERVAL) {
    const why = `${differences.length} days in common; an interval needs ${MIN_FOR_INTERVAL}`;
    return { ...known, meanDifferencePct: mean, interval95: null, pValue: null, why };
  }
  return { ...known, meanDifferencePct: mean, interval95, pValue, why: null };
}

function sharesEnds(a: ComparedRun, b: ComparedRun): (dayStartMs: number) => boolean {
  const edge = ({ days }: ComparedRun, at: 0 | -1): number | undefined => days.at(at)?.dayStartMs;
  const sameStart = a.metrics.startMs === b.metrics.startMs;
  const sameEnd = a.metrics.endMs === b.metrics.endMs;
  return (day) =>
    (sameStart || (day !== edge(a, 0) && day !== edge(b, 0))) &&
    (sameEnd || (day !== edge(a, -1) && day !== edge(b, -1)));
}

/** By market and candle of the entry; a run of several strategies may have more than one there, which are taken in order. */
function tradesOf(a: ComparedRun, b: ComparedRun): Comparison["trades"] {
  const fromMs = Math.max(a.metrics.startMs, b.metrics.startMs);
  const toMs = Math.min(a.metrics.endMs, b.metrics.endMs);
  const isWithin = ({ entryMs }: ClosedTrade): boolean => entryMs >= fromMs && entryMs <= toMs;
  const keyOf = ({ symbol, entryMs }: ClosedTrade): string => `${symbol} ${entryMs}`;
  const left = a.trades.filter(isWithin);
  const right = Map.groupBy(b.trades.filter(isWithin), keyOf);
  const onlyA: ClosedTrade[] = [];
  const different: Comparison["trades"]["different"][number][] = [];
  let equal = 0;
  for (const trade of left) {
    const there = right.get(keyOf(trade)) ?? [];
    const own = there.findIndex(({ strategyId }) => strategyId === trade.strategyId);
    const [other] = there.splice(Math.max(0, own), 1);
    if (other === undefined) onlyA.push(trade);
    else if (isSame(trade, other)) equal += 1;
    else {
      const { symbol, entryMs, strategyId } = trade;
      different.push({ symbol, entryMs, strategies: [strategyId, other.strategyId], a: trade, b: other });
    }
  }
  const beyond = [a.trades.length - left.length, b.trades.filter((trade) => !isWithin(trade)).length] as const;
  return { equal, different, onlyA, onlyB: [...right.values()].flat(), beyond };
}

/** Whoever made it. */
const isSame = ({ strategyId: _, ...a }: ClosedTrade, { strategyId: __, ...b }: ClosedTrade): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
