// Floor 2, performance. A run as plain data → the document of how it did. The same for a backtest, a run of the bench and a running desk.
import { toNumber } from "#schemas/money.ts";
import type { DayEquity, Drawdown, Headline, Performance } from "#schemas/performance.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Interval } from "./bootstrap.ts";
import { definitionsOf } from "./definitions.ts";
import { DrawdownFold } from "./drawdown-fold.ts";
import { freqtradeFigures } from "./freqtrade-compat.ts";
import { returnFigures } from "./return-figures.ts";
import { type DayPath, type ReturnHeadline, returnIntervals } from "./return-intervals.ts";
import { tradeFiguresOf } from "./trade-figures.ts";
import { type TradeHeadline, tradeIntervals } from "./trade-intervals.ts";
import { monthOf, tradeParts } from "./trade-parts.ts";

/** Trades, and days, from which an interval is worth printing. */
export const MIN_FOR_INTERVAL = 30;
/** Days from which growth is told of a year: a few days raised to a year's power are a guess that looks like a figure. */
export const MIN_DAYS_FOR_A_YEAR = 30;
/** Days a year where there is no calendar of sessions. */
export const DAYS_A_YEAR = 365;

/** What a fold over every mark knows; left out where only days are kept. */
export interface MarkedPath {
  maxDrawdownPct(): number;
  drawdowns(): readonly Drawdown[];
  underwater(): Performance["underwater"];
  days(): readonly DayPath[];
}

export interface PerformanceInput {
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
  /** Settlement currency. */
  readonly startingCash: number;
  readonly finalEquity: number;
  readonly trades: readonly ClosedTrade[];
  /** Oldest first. */
  readonly days: readonly DayEquity[];
  readonly slots: number;
  readonly slotsInMarket: number;
  /** Market value of what is held over equity, 0 to 1, summed over all slots. */
  readonly exposureSum: number;
  /** Left out: drawdowns are those of the ends of days. */
  readonly path?: MarkedPath;
  /** Of the deepest one where `path` is left out and it is known; left out: of the ends of days. */
  readonly maxDrawdownPct?: number;
  /** What daily figures are annualised with: 365, or the sessions of a year. Default 365. */
  readonly periodsPerYear?: number;
}

/** @throws InvariantError for equity or profits that are not finite */
export function performanceOf(input: PerformanceInput): Performance {
  const { startMs, endMs, startingCash, trades, days, slots, periodsPerYear = DAYS_A_YEAR } = input;
  const path = input.path ?? pathOfDays(input);
  const maxDrawdownPct = input.maxDrawdownPct ?? path.maxDrawdownPct();
  const ofTrades = tradeFiguresOf(
    trades.map(({ pnl, returnPct, entryMs, exitMs }) => ({
      pnl: toNumber(pnl),
      returnPct,
      holdingMs: exitMs - entryMs,
    })),
  );
  const { winRatePct, meanPct, profitFactor, expectancy, sqn, ...tradeCounts } = ofTrades;
  const share = (part: number): number | null => (slots === 0 ? null : (part / slots) * 100);
  return {
    startMs,
    endMs,
    periodsPerYear,
    headlines: {
      ...returnHeadlines(input, { maxDrawdownPct, periodsPerYear, path: path.days() }),
      ...tradeHeadlines(trades, { winRatePct, meanTradePct: meanPct, profitFactor, expectancy, sqn }),
    },
    trades: tradeCounts,
    timeInMarketPct: share(input.slotsInMarket),
    meanExposurePct: share(input.exposureSum),
    drawdowns: path.drawdowns(),
    underwater: path.underwater(),
    ...tradeParts(trades),
    months: monthReturns(days, startingCash),
    freqtradeCompat: freqtradeFigures({ trades, startMs, endMs, startingCash }),
    definitions: definitionsOf(periodsPerYear),
  };
}

function pathOfDays({ days, startMs, startingCash }: PerformanceInput): MarkedPath {
  const fold = new DrawdownFold();
  fold.begin(startMs, startingCash);
  for (const { dayStartMs, endEquity } of days) fold.mark(dayStartMs, endEquity, dayStartMs);
  return fold;
}

/** Percent where the name says so. */
function returnHeadlines(
  { days, startingCash, finalEquity, trades }: PerformanceInput,
  {
    maxDrawdownPct,
    periodsPerYear,
    path,
  }: { readonly maxDrawdownPct: number; readonly periodsPerYear: number; readonly path: readonly DayPath[] },
): Record<ReturnHeadline, Headline> {
  const ends = [startingCash, ...days.map(({ endEquity }) => endEquity)];
  const returns = Float64Array.from(days, ({ endEquity }, i) => endEquity / (ends[i] ?? Number.NaN) - 1);
  const { cagr, volatility, sharpe, sortino } = returnFigures(returns, periodsPerYear);
  const why = whyNoInterval(trades.length) ?? (days.length < MIN_FOR_INTERVAL ? tooFew(days.length, "days") : null);
  const intervals = why === null ? returnIntervals(path, periodsPerYear) : null;
  const headline = (name: ReturnHeadline, value: number | null, whyNot: string): Headline =>
    headlineOf(value, whyNot, intervals?.[name] ?? null, why);
  const noDays = "there is no day yet";
  const isShort = days.length > 0 && days.length < MIN_DAYS_FOR_A_YEAR;
  const short = `${counted(days.length, "days")}: a year's figure needs ${MIN_DAYS_FOR_A_YEAR}`;
  const growth = cagr === null || isShort ? null : cagr * 100;
  return {
    totalReturnPct: headline("totalReturnPct", (finalEquity / startingCash - 1) * 100, noDays),
    cagrPct: headline("cagrPct", growth, isShort ? short : noDays),
    volatilityPct: headline("volatilityPct", volatility === null ? null : volatility * 100, "there are under two days"),
    sharpe: headline("sharpe", sharpe, "daily returns do not vary, or there are under two days"),
    // Of one day it is the same number whatever was lost.
    sortino:
      days.length < 2
        ? headline("sortino", null, "there are under two days")
        : headline("sortino", sortino, "no day has lost"),
    calmar: headline(
      "calmar",
      growth === null || maxDrawdownPct === 0 ? null : growth / maxDrawdownPct,
      isShort ? short : "there was no drawdown",
    ),
    maxDrawdownPct: headline("maxDrawdownPct", maxDrawdownPct, noDays),
  };
}

function tradeHeadlines(
  trades: readonly ClosedTrade[],
  values: Readonly<Record<TradeHeadline, number | null>>,
): Record<TradeHeadline, Headline> {
  const why = whyNoInterval(trades.length);
  const intervals =
    why === null
      ? tradeIntervals(
          trades.map(({ pnl }) => toNumber(pnl)),
          trades.map(({ returnPct }) => returnPct),
        )
      : null;
  const none = "no trade was closed";
  const headline = (name: TradeHeadline, whyNot = none): Headline =>
    headlineOf(values[name], trades.length === 0 ? none : whyNot, intervals?.[name] ?? null, why);
  return {
    winRatePct: headline("winRatePct"),
    meanTradePct: headline("meanTradePct"),
    profitFactor: headline("profitFactor", "no trade has lost"),
    expectancy: headline("expectancy"),
    sqn: headline("sqn", "profits do not vary, or there is one trade"),
  };
}

/** @param whyNot why there is no value, where there is none · @param why why there is no interval at all; null: there may be */
function headlineOf(value: number | null, whyNot: string, interval95: Interval | null, why: string | null): Headline {
  if (value === null) return { value, interval95: null, why: whyNot };
  if (why !== null) return { value, interval95: null, why };
  const isUnbounded = "in too many resamples it cannot be told";
  return { value, interval95, why: interval95 === null ? isUnbounded : null };
}

const whyNoInterval = (trades: number): string | null =>
  trades < MIN_FOR_INTERVAL ? tooFew(trades, "closed trades") : null;

/** Why there is no interval, as `29 closed trades: an interval needs 30`. */
export const tooFew = (count: number, of: Counted): string =>
  `${counted(count, of)}: an interval needs ${MIN_FOR_INTERVAL}`;

type Counted = "closed trades" | "days";
const counted = (count: number, of: Counted): string => `${count} ${count === 1 ? of.slice(0, -1) : of}`;

/** Of equity, by UTC month, each from where the one before ended. */
function monthReturns(days: readonly DayEquity[], startingCash: number): Performance["months"] {
  const ends = new Map(days.map(({ dayStartMs, endEquity }) => [monthOf(dayStartMs), endEquity]));
  let before = startingCash;
  return [...ends].map(([month, end]) => {
    const returnPct = (end / before - 1) * 100;
    before = end;
    return { month, returnPct };
  });
}
