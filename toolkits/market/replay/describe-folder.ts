// Floor 2. A folder, a timeframe and the currency a desk settles in → market by market what it holds, and how much of it can
// be traded on: for `doctor`, the notes of a start, and what a backtest says it left out.
import { FULL_WARMUP_CANDLES, MIN_CANDLES } from "#schemas/indicator.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { type MarketSymbol, splitSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { warmupOf } from "../../indicators/warmup.ts";
import { countsAt } from "../../indicators/window.ts";
import { firstIndexAbove } from "../../market/closed-candles.ts";
import type { ReplayFolder } from "./folder.ts";

/** Candles by the window that each of them ends; entries need a full one. */
export type WindowCounts = Readonly<ReturnType<typeof windowsOf>>;

type MarketFigures = Readonly<ReturnType<typeof figuresOf>>;

export interface FolderMarket extends MarketFigures {
  /** Why none or not all of it can be entered on; null: from the 250th candle on all of it can. */
  readonly problem: string | null;
}

/** In the folder's order. */
export function describeFolder(
  folder: Pick<ReplayFolder, "symbols" | "series" | "timeframe"> & Partial<Pick<ReplayFolder, "calendar">>,
  quote: string,
): readonly FolderMarket[] {
  return folder.symbols.map((symbol) => {
    const series = folder.series(symbol);
    const figures = figuresOf(series);
    const described = { ...figures, problem: problemOf(figures, series, quote) };
    const { calendar = null } = folder;
    if (calendar === null) return described;
    const { fromMs, toMs } = figures;
    return {
      ...described,
      fromMs: fromMs === null ? null : calendar.toReal(fromMs, "open"),
      toMs: toMs === null ? null : calendar.toReal(toMs, "close"),
    };
  });
}

function figuresOf(series: CandleSeries) {
  const { symbol, openMs } = series;
  const lengthMs = timeframeMs(series.timeframe);
  const candles = openMs.length;
  const holes = openMs.reduce((sum, atMs, row) => sum + (atMs - (openMs[row - 1] ?? atMs) > lengthMs ? 1 : 0), 0);
  const [fromMs, lastMs] = [openMs[0], openMs.at(-1)];
  const grid = fromMs === undefined || lastMs === undefined ? 0 : (lastMs - fromMs) / lengthMs + 1;
  const missing = grid - candles;
  return {
    symbol,
    candles,
    /** Open of the first candle, close of the last; null without candles. */
    fromMs: fromMs === undefined ? null : unixMs(fromMs),
    toMs: lastMs === undefined ? null : unixMs(lastMs + lengthMs),
    /** Runs of missing candles between the first and the last, and the candles missing in them. */
    holes,
    missing,
    /** Share of the grid between the first and the last candle that is missing, 0–1. */
    missingRatio: grid === 0 ? 0 : missing / grid,
    windows: windowsOf(series),
  };
}

/** Of the candles that close from `fromMs` to `toMs`, both included; the windows reach back before them. */
export function windowsOf(
  { openMs, timeframe, fullFrom }: Pick<CandleSeries, "openMs" | "timeframe" | "fullFrom">,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number } = ALL,
) {
  const lengthMs = timeframeMs(timeframe);
  /** Too few: under 250 candles in the window; holed: too many of its newest rows are holes. */
  const counts = { full: 0, tooFew: 0, holed: 0 };
  for (let row = firstIndexAbove(openMs, fromMs - lengthMs - 1); row < openMs.length; row++) {
    const atMs = openMs[row] ?? 0;
    if (atMs + lengthMs > toMs) break;
    const rows = countsAt({ openMs, timeframe, ...(fullFrom === undefined ? {} : { fullFrom }) }, row);
    const warmup = warmupOf(rows);
    if (warmup === "full") counts.full += 1;
    else if (warmup === "insufficient" && rows.received >= MIN_CANDLES) counts.holed += 1;
    else counts.tooFew += 1;
  }
  return counts;
}

const ALL = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

const figure = (count: number): string => count.toLocaleString("en-US");

function problemOf(
  { candles, missing, missingRatio, windows }: MarketFigures,
  { symbol, timeframe, fullFrom = FULL_WARMUP_CANDLES }: CandleSeries,
  quote: string,
): string | null {
  const own = splitSymbol(symbol).quote;
  if (own !== quote) return `quoted in ${own}, not traded: the desk settles in ${quote}`;
  if (candles === 0) return `no ${timeframe} candles`;
  if (candles < fullFrom) return `${candles} candles, entries need ${fullFrom}`;
  // The first 249 of a whole series are its warm-up.
  const lost = candles - windows.full - (fullFrom - 1);
  if (missing === 0 || lost <= 0) return null;
  const share = `${Number((100 * missingRatio).toPrecision(2))} %`;
  return `no entries on ${figure(candles - windows.full)} of ${figure(candles)} candles: ${figure(missing)} are missing (${share})`;
}

/** At most this many markets are named for one reason. */
const NAMED = 6;

/** One line a reason, with the markets that it holds for. */
export function linesByReason(
  markets: readonly { readonly symbol: MarketSymbol; readonly reason: string }[],
): readonly string[] {
  return [...Map.groupBy(markets, ({ reason }) => reason)].map(([reason, same]) => {
    const named = same.slice(0, NAMED).map(({ symbol }) => symbol);
    const more = same.length > NAMED ? ` and ${same.length - NAMED} more` : "";
    return `${named.join(", ")}${more}: ${reason}`;
  });
}

/** The problems for people, one line a reason. */
export const folderNotes = (markets: readonly FolderMarket[]): readonly string[] =>
  linesByReason(markets.flatMap(({ symbol, problem }) => (problem === null ? [] : [{ symbol, reason: problem }])));
