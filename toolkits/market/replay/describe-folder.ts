// Floor 2. A folder, a timeframe and the currency a desk settles in -> market by market what it holds, and how much of it can
// be traded on: for `doctor`, the notes of a start, and what a backtest says it left out.
import type { Warmup } from "#schemas/indicator.ts";
import { FULL_WARMUP_CANDLES, WINDOW_CANDLES } from "#schemas/indicator.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { type MarketSymbol, splitSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { warmupOf } from "../../indicators/snapshot.ts";
import { firstIndexAbove } from "../../market/closed-candles.ts";
import type { ReplayFolder } from "./folder.ts";

export interface FolderMarket {
  readonly symbol: MarketSymbol;
  readonly candles: number;
  /** Open of the first candle, close of the last; null without candles. */
  readonly fromMs: UnixMs | null;
  readonly toMs: UnixMs | null;
  /** Runs of missing candles between the first and the last, and the candles missing in them. */
  readonly holes: number;
  readonly missing: number;
  /** Share of the grid between the first and the last candle that is missing, 0–1. */
  readonly missingRatio: number;
  /** How many candles end a window of each kind; entries need a full one. */
  readonly windows: Readonly<Record<Warmup, number>>;
  /** Why none or not all of it can be entered on; null: from the 250th candle on all of it can. */
  readonly problem: string | null;
}

/** In the folder's order. */
export function describeFolder(
  folder: Pick<ReplayFolder, "symbols" | "series" | "timeframe">,
  quote: string,
): readonly FolderMarket[] {
  return folder.symbols.map((symbol) => describeSeries(folder.series(symbol), quote));
}

function describeSeries(series: CandleSeries, quote: string): FolderMarket {
  const { symbol, openMs } = series;
  const lengthMs = timeframeMs(series.timeframe);
  const candles = openMs.length;
  const windows = { full: 0, partial: 0, insufficient: 0 };
  let holes = 0;
  for (const [row, atMs] of openMs.entries()) {
    if (row > 0 && atMs - (openMs[row - 1] ?? atMs) > lengthMs) holes += 1;
    const start = firstIndexAbove(openMs, atMs - WINDOW_CANDLES * lengthMs);
    const received = row - start + 1;
    const length = (atMs - (openMs[start] ?? atMs)) / lengthMs + 1;
    windows[warmupOf({ received, filled: length - received, length })] += 1;
  }
  const [fromMs, lastMs] = [openMs[0], openMs.at(-1)];
  const grid = fromMs === undefined || lastMs === undefined ? 0 : (lastMs - fromMs) / lengthMs + 1;
  const missing = grid - candles;
  const market = {
    symbol,
    candles,
    fromMs: fromMs === undefined ? null : unixMs(fromMs),
    toMs: lastMs === undefined ? null : unixMs(lastMs + lengthMs),
    holes,
    missing,
    missingRatio: grid === 0 ? 0 : missing / grid,
    windows,
  };
  return { ...market, problem: problemOf(market, series, quote) };
}

const figure = (count: number): string => count.toLocaleString("en-US");

function problemOf(
  { candles, missing, missingRatio, windows }: Omit<FolderMarket, "problem">,
  { symbol, timeframe }: CandleSeries,
  quote: string,
): string | null {
  const own = splitSymbol(symbol).quote;
  if (own !== quote) return `quoted in ${own}, not traded: the desk settles in ${quote}`;
  if (candles === 0) return `no ${timeframe} candles`;
  if (candles < FULL_WARMUP_CANDLES) return `${candles} candles, entries need ${FULL_WARMUP_CANDLES}`;
  // The first 249 of a whole series are its warm-up.
  const lost = candles - windows.full - (FULL_WARMUP_CANDLES - 1);
  if (missing === 0 || lost <= 0) return null;
  const share = `${Number((100 * missingRatio).toPrecision(2))} %`;
  return `no entries on ${figure(candles - windows.full)} of ${figure(candles)} candles: ${figure(missing)} are missing (${share})`;
}

/** At most this many markets are named for one reason. */
const NAMED = 6;

/** The problems for people, one line a reason. */
export function folderNotes(markets: readonly FolderMarket[]): readonly string[] {
  const byProblem = Map.groupBy(
    markets.filter(({ problem }) => problem !== null),
    ({ problem }) => problem ?? "",
  );
  return [...byProblem].map(([problem, same]) => {
    const named = same.slice(0, NAMED).map(({ symbol }) => symbol);
    const more = same.length > NAMED ? ` and ${same.length - NAMED} more` : "";
    return `${named.join(", ")}${more}: ${problem}`;
  });
}
