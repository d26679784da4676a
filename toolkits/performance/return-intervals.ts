// Floor 2, performance. Days of equity in their order → 95 % intervals of what a year of them is judged by.
import { blockLengthOf } from "./block-length.ts";
import { blockIntervals, type Interval, type Resample } from "./bootstrap.ts";

/** A day against the equity that it began with, 1: where it ended, its lowest and highest, and its deepest fall from a high of its own. */
export interface DayPath {
  readonly end: number;
  readonly low: number;
  readonly high: number;
  /** 0 to 1. */
  readonly fall: number;
}

export type ReturnHeadline =
  | "totalReturnPct"
  | "cagrPct"
  | "volatilityPct"
  | "sharpe"
  | "sortino"
  | "calmar"
  | "maxDrawdownPct";

/**
 * Percent where the name says so. Blocks are as long as returns or their sizes hang together, the longer of the two. The drawdown of a
 * resample counts what fell inside its days.
 * @param days at least 6
 */
export function returnIntervals(
  days: readonly DayPath[],
  periodsPerYear: number,
): Readonly<Record<ReturnHeadline, Interval | null>> {
  const column = (of: (day: DayPath) => number): Float64Array => Float64Array.from(days, of);
  const path = {
    ends: column(({ end }) => end),
    lows: column(({ low }) => low),
    highs: column(({ high }) => high),
    falls: column(({ fall }) => fall),
  };
  const returns = path.ends.map((end) => end - 1);
  const blockLength = Math.max(blockLengthOf(returns), blockLengthOf(returns.map(Math.abs)));
  const statistics = (resample: Resample) => statisticsOf(path, resample, periodsPerYear);
  const [totalReturnPct, cagrPct, volatilityPct, sharpe, sortino, calmar, maxDrawdownPct] = blockIntervals(
    days.length,
    blockLength,
    statistics,
  );
  return {
    totalReturnPct: totalReturnPct ?? null,
    cagrPct: cagrPct ?? null,
    volatilityPct: volatilityPct ?? null,
    sharpe: sharpe ?? null,
    sortino: sortino ?? null,
    calmar: calmar ?? null,
    maxDrawdownPct: maxDrawdownPct ?? null,
  };
}

type Path = Readonly<Record<"ends" | "lows" | "highs" | "falls", Float64Array>>;

function statisticsOf(
  { ends, lows, highs, falls }: Path,
  resample: Resample,
  periodsPerYear: number,
): readonly number[] {
  const { starts, blockLength, length } = resample;
  let [wealth, peak, deepest, sum, squares, lossSquares] = [1, 1, 0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const block = (i / blockLength) | 0;
    const place = ((starts[block] ?? 0) + i - block * blockLength) % length;
    const end = ends[place] ?? 1;
    const under = 1 - (wealth * (lows[place] ?? 1)) / peak;
    const inside = falls[place] ?? 0;
    if (under > deepest) deepest = under;
    if (inside > deepest) deepest = inside;
    const high = wealth * (highs[place] ?? 1);
    if (high > peak) peak = high;
    wealth *= end;
    const change = end - 1;
    sum += change;
    squares += change * change;
    if (change < 0) lossSquares += change * change;
  }
  const mean = sum / length;
  const sd = Math.sqrt(Math.max(0, (squares - length * mean * mean) / (length - 1)));
  const cagr = wealth ** (periodsPerYear / length) - 1;
  const perYear = Math.sqrt(periodsPerYear);
  return [
    (wealth - 1) * 100,
    cagr * 100,
    sd * perYear * 100,
    (mean / sd) * perYear,
    (mean / Math.sqrt(lossSquares / length)) * perYear,
    cagr / deepest,
    deepest * 100,
  ];
}
