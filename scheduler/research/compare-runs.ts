// Floor 5. Two finished runs → what differs between them, and whether that may be chance. Pure.
import { HEADLINE_NAMES, HEADLINES, type HeadlineName, headlinesOf } from "#desk/documents/headlines.ts";
import type { ComparedRun, Comparison } from "#schemas/compare.ts";
import { toNumber } from "#schemas/money.ts";
import type { DayEquity, Headline } from "#schemas/performance.ts";
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
    sleep: null,
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
  const [left, right] = [headlinesOf(a), headlinesOf(b)];
  const headlines = HEADLINE_NAMES.map((name) =>
    figureOf(titleOf(name, a.quote), left.get(name) ?? NOT_KNOWN, right.get(name) ?? NOT_KNOWN),
  );
  const plain: readonly (readonly [string, (run: ComparedRun) => number | null])[] = [
    ["buy and hold %", ({ metrics }) => metrics.buyAndHoldPct],
    ["trades closed", ({ metrics }) => metrics.tradesClosed],
    ["fees", ({ metrics }) => toNumber(metrics.feesPaid)],
    ["decisions", ({ metrics }) => metrics.decisions],
    ["refusals", ({ metrics }) => metrics.refusals],
  ];
  const counted = plain.map(([what, read]) =>
    figureOf(what, { ...NOT_KNOWN, value: read(a) }, { ...NOT_KNOWN, value: read(b) }),
  );
  return [...headlines, ...counted];
}

type Figure = Pick<Headline, "value" | "interval95">;
const NOT_KNOWN: Figure = { value: null, interval95: null };

const figureOf = (what: string, a: Figure, b: Figure): Comparison["figures"][number] => ({
  what,
  a: a.value,
  b: b.value,
  difference: a.value === null || b.value === null ? null : b.value - a.value,
  intervals95: [a.interval95, b.interval95],
});

/** `Sharpe ratio`, `win rate %`, `expectancy of a trade, USDT`. */
function titleOf(name: HeadlineName, quote: string): string {
  const { title, unit } = HEADLINES[name];
  if (unit === "amount") return `${title}, ${quote}`;
  return unit === "ratio" ? title : `${title} %`;
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
