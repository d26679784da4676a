// Floor 2. A folder of candle files → one immutable replay market, read whole and checked before anything runs on it.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError, DataFormatError, UnknownNameError } from "#schemas/errors.ts";
import { hashOf, sha256Hex } from "#schemas/hash.ts";
import { FULL_WARMUP_CANDLES, WARMUP_ROWS } from "#schemas/indicator.ts";
import { type CandleSeries, candleColumns, type Market } from "#schemas/market.ts";
import {
  type MarketSymbol,
  splitSymbol,
  type Timeframe,
  timeframeMs,
  type UnixMs,
  unixMs,
  type VenueId,
} from "#schemas/units.ts";
import { warmupOf } from "../../indicators/warmup.ts";
import { countsAt } from "../../indicators/window.ts";
import { aggregateCandles } from "../aggregate-candles.ts";
import { readCandleFile } from "../files/candle-file.ts";
import type { CandleFile } from "../files/file-names.ts";
import { namesPhrase } from "../nearest-names.ts";
import { onGrid } from "../sessions/redate.ts";
import { type CalendarGiven, calendarOf, type SessionCalendar } from "../sessions/session-calendar.ts";
import { folderFault, listFolder } from "./folder-files.ts";
import { parseFolderRankings, UNIVERSE_FILE } from "./folder-rankings.ts";
import { folderMarket, type MarketFilters, parseMarketsFile } from "./market-filters.ts";
import { parseSecurityRecords } from "./security-records.ts";

/** What a folder holds for one timeframe. */
export type ReplayFolder = Awaited<ReturnType<typeof openReplayFolder>>;

/** Series by timeframe, then market. */
type SeriesRead = Map<Timeframe, Map<MarketSymbol, CandleSeries>>;

/** One pass over every candle file: all are hashed, those of the timeframes are parsed; the first fault is thrown. */
async function readCandleFiles(
  dir: string,
  files: readonly CandleFile[],
  timeframes: readonly Timeframe[],
  options: { readonly signal: AbortSignal },
) {
  const series: SeriesRead = new Map(timeframes.map((timeframe) => [timeframe, new Map()]));
  const digests: (readonly [file: string, sha256: string])[] = [];
  const faults: DataFormatError[] = [];
  for (const entry of files) {
    options.signal.throwIfAborted();
    const path = join(dir, entry.file);
    try {
      const bytes = await readFile(path, options);
      digests.push([entry.file, createHash("sha256").update(bytes).digest("hex")]);
      const ofTimeframe = series.get(entry.timeframe);
      if (ofTimeframe !== undefined) ofTimeframe.set(entry.symbol, await readCandleFile(entry, bytes, options));
    } catch (cause) {
      if (options.signal.aborted) throw options.signal.reason;
      if (!(cause instanceof DataFormatError)) throw folderFault(path, cause);
      faults.push(cause);
    }
  }
  throwFirst(faults);
  return { digests, series };
}

function throwFirst(faults: readonly DataFormatError[]): void {
  const [first, ...others] = faults;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  const files = others.map((fault) => fault.where.replace(/:\d+$/, "")).join(", ");
  throw new DataFormatError({
    where: first.where,
    was: first.message.slice(first.where.length + 2),
    remedy: `${others.length} more faulty: ${files}.`,
    cause: first,
  });
}

/** Most frequent first, ties by name. */
function mostFrequentQuote(symbols: readonly MarketSymbol[]): string {
  const counts = new Map<string, number>();
  for (const symbol of symbols) {
    const { quote } = splitSymbol(symbol);
    counts.set(quote, (counts.get(quote) ?? 0) + 1);
  }
  const [top] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return top?.[0] ?? "";
}

/** Close of the 250th candle, or of the `needRows`th where fewer are needed, whatever holes are among them; null: there are fewer. */
function longEnoughMsOf({ openMs, timeframe }: CandleSeries, needRows: number): UnixMs | null {
  const lastMs = openMs[Math.min(needRows, FULL_WARMUP_CANDLES) - 1];
  return lastMs === undefined ? null : unixMs(lastMs + timeframeMs(timeframe));
}

/**
 * Close of the first candle at which a market's window has `needRows` rows, 250 of them received where it needs so many; null:
 * there is none.
 */
function warmMsOf(series: CandleSeries, needRows: number): UnixMs | null {
  const { openMs, timeframe } = series;
  const lengthMs = timeframeMs(timeframe);
  const received = Math.min(needRows, FULL_WARMUP_CANDLES);
  for (let row = received - 1; row < openMs.length; row++) {
    const atMs = openMs[row] ?? 0;
    if ((atMs - (openMs[0] ?? 0)) / lengthMs + 1 < needRows) continue;
    const rows = countsAt(series, row, Math.max(WARMUP_ROWS, needRows));
    if (rows.received >= received && warmupOf(rows) !== "insufficient") return unixMs(atMs + lengthMs);
  }
  return null;
}

/** When a market is warm in every timeframe that is needed; infinite: never. */
function warmMsOfAll(needs: WarmNeeds, seriesOf: (timeframe: Timeframe) => CandleSeries, msOf = warmMsOf): number {
  const moments = [...needs].map(([timeframe, rows]) => msOf(seriesOf(timeframe), rows));
  return moments.reduce<number>((latest, ms) => Math.max(latest, ms ?? Number.POSITIVE_INFINITY), 0);
}

/** Rows that a window must have to be warm, by timeframe. */
export type WarmNeeds = ReadonlyMap<Timeframe, number>;

function rangeOf(
  all: Iterable<CandleSeries>,
  {
    quote,
    dir,
    ...warm
  }: { readonly quote: string; readonly dir: string } & Record<
    "warmMs" | "longEnoughMs",
    (symbol: MarketSymbol) => number
  >,
) {
  const quotes = Map.groupBy(
    [...all].filter(({ openMs }) => openMs.length > 0),
    ({ symbol }) => splitSymbol(symbol).quote,
  );
  const ofQuote = quotes.get(quote);
  if (ofQuote === undefined) {
    throw new DataFolderError({
      was: `${dir} has no candles of this timeframe quoted in ${quote}.`,
      expected: `one of ${[...quotes.keys()].sort().join(", ")}`,
      remedy: "Choose one of them with --quote, or another --timeframe.",
    });
  }
  const earliest = (msOf: (symbol: MarketSymbol) => number) => Math.min(...ofQuote.map(({ symbol }) => msOf(symbol)));
  const warmMs = earliest(warm.warmMs);
  // Where every market is full of holes, the run begins all the same, and says of each candle why it is not traded.
  const firstMs = Number.isFinite(warmMs) ? warmMs : earliest(warm.longEnoughMs);
  return {
    /** Close of the earliest candle at which a market is warm in every timeframe; null where none has the candles. */
    warmStartMs: Number.isFinite(firstMs) ? unixMs(firstMs) : null,
    /** Close of the newest candle: where one-shots stand. */
    lastCloseMs: unixMs(Math.max(...ofQuote.map(({ checkedThroughMs }) => checkedThroughMs))),
  };
}

function requireCandles(
  dir: string,
  files: readonly CandleFile[],
  timeframe: Timeframe,
  finer: Timeframe | undefined,
): void {
  if (files.some((file) => file.timeframe === timeframe || file.timeframe === finer)) return;
  const others = [...new Set(files.map((file) => file.timeframe))].sort();
  throw new DataFolderError({
    was: others.length === 0 ? `${dir} holds no candle file.` : `${dir} holds no ${timeframe} candles.`,
    expected: `files such as BTC-USDT-${timeframe}.csv or BTC_USDT-${timeframe}.feather`,
    remedy:
      others.length === 0
        ? "Give a folder of candles with --data DIR."
        : `It has ${others.join(", ")}: choose one with --timeframe, or add files.`,
  });
}

async function readSideFile(dir: string, file: string): Promise<string> {
  try {
    return await readFile(join(dir, file), "utf8");
  } catch (cause) {
    throw folderFault(join(dir, file), cause);
  }
}

/**
 * Reads and checks a whole folder. Every file of the timeframe, and of the higher ones that are asked for, is parsed; the
 * others are listed and hashed. A market without a file of a higher timeframe has its candles put together from shorter ones; one without
 * a file of the timeframe itself from those of a finer one, where one is asked for.
 * @throws DataFolderError where there is nothing to run on; DataFormatError with `FILE:LINE` for the first fault.
 */
export async function openReplayFolder(
  path: string,
  options: {
    readonly timeframe: Timeframe;
    readonly higher?: readonly Timeframe[];
    readonly finer?: Timeframe;
    readonly signal: AbortSignal;
  },
) {
  const { timeframe, higher = [], finer, signal } = options;
  const longer = [...new Set([timeframe, ...higher])];
  const timeframes = finer === undefined ? longer : [...longer, finer];
  const listed = await listFolder(path).catch((cause: unknown) => {
    throw folderFault(path, cause);
  });
  const { dir } = listed;
  requireCandles(dir, listed.candleFiles, timeframe, finer);
  const { digests, series: read } = await readCandleFiles(dir, listed.candleFiles, timeframes, { signal });
  const series = read.get(timeframe) ?? new Map<MarketSymbol, CandleSeries>();
  const made = finer === undefined ? [] : putTogether(series, read.get(finer) ?? new Map(), timeframe);
  const texts = new Map<string, string>();
  for (const file of listed.sideFiles) texts.set(file, await readSideFile(dir, file));

  const symbols = [...new Set(listed.candleFiles.map((file) => file.symbol))].sort();
  const symbolsWithCandles = [...series.keys()].sort();
  const marketsText = texts.get("markets.json");
  const { markets: said, calendar: given } =
    marketsText === undefined ? NOTHING_SAID : parseMarketsFile("markets.json", marketsText);
  const calendar = given === undefined ? null : putOnGrid(given, read, options);
  const securityText = texts.get("security.json");
  const rankingsText = texts.get(UNIVERSE_FILE);
  const digest = hashOf([...digests, ...[...texts].map(([file, text]) => [file, sha256Hex(text)])], 12);
  const lastCloseMs = unixMs(Math.max(...[...series.values()].map((one) => one.checkedThroughMs)));

  const onGridMs = (atMs: number): UnixMs => calendar?.toGrid(atMs) ?? unixMs(atMs);
  const filters = new Map(said.map((one) => [one.symbol, one]));
  const markets: readonly Market[] = Object.freeze(
    symbols.map((symbol) => folderMarket(symbol, filters.get(symbol), series.get(symbol)?.open[0] ?? null)),
  );
  const unread = new Set(listed.candleFiles.map((file) => file.timeframe).filter((one) => !timeframes.includes(one)));
  const seriesOf = (symbol: MarketSymbol, asked: Timeframe = timeframe): CandleSeries => {
    const ofTimeframe = read.get(asked) ?? new Map<MarketSymbol, CandleSeries>();
    const found = ofTimeframe.get(symbol);
    if (found !== undefined) return found;
    if (asked !== timeframe && asked !== finer) {
      if (unread.has(asked) || timeframeMs(asked) < timeframeMs(timeframe)) throw notOpened(dir, timeframes, asked);
      const made = aggregateCandles(seriesOf(symbol), asked);
      read.set(asked, ofTimeframe.set(symbol, made));
      return made;
    }
    if (symbols.includes(symbol)) return withoutRows(symbol, asked);
    throw new UnknownNameError({
      was: `${symbol} is not in ${dir}.`,
      expected: `one of ${namesPhrase(symbol, symbols)}`,
      remedy: "Name a market of the folder.",
    });
  };
  const withoutRows = (symbol: MarketSymbol, asked: Timeframe): CandleSeries => {
    const columns = candleColumns(() => new Float64Array(0));
    return { symbol, timeframe: asked, ...columns, notes: [], askedFromMs: unixMs(0), checkedThroughMs: lastCloseMs };
  };
  return Object.freeze({
    dir,
    /** `replay:` and 12 hex digits of SHA-256 over the names and contents of all candle files, markets.json, security.json and universe.json. */
    venueId: `replay:${digest}` as VenueId,
    timeframe,
    /** All markets of the folder, whatever their timeframe, in alphabetical order. */
    symbols,
    /** Those with candles of this timeframe. */
    symbolsWithCandles,
    /** The only or most frequent quote among the files of this timeframe; ties go to the alphabet. */
    defaultQuote: mostFrequentQuote(symbolsWithCandles),
    /** What was left out of the folder, for people. Notes on candles are in their series. */
    notes: [
      ...listed.notes,
      ...otherTimeframes(listed.candleFiles, timeframes),
      ...longer.slice(1).flatMap((one) => aggregatedNote(one, timeframe, listed.candleFiles, symbolsWithCandles)),
      ...(made.length === 0 ? [] : [putTogetherNote(made, timeframe, finer)]),
      ...strangers(said, symbols),
    ],
    /** The venue's sessions, on whose grid all times of this folder then stand; null: it trades without a break. */
    calendar,
    securityRecords: (securityText === undefined ? [] : parseSecurityRecords("security.json", securityText)).map(
      (record) => ({ ...record, observedAtMs: onGridMs(record.observedAtMs) }),
    ),
    /** From universe.json, oldest first; empty without one. */
    rankings: (rankingsText === undefined ? [] : parseFolderRankings(rankingsText)).map((ranking) => ({
      ...ranking,
      seenAtMs: onGridMs(ranking.seenAtMs),
    })),
    /** Every market of `symbols`, from markets.json or by stated assumption. */
    markets: () => markets,
    /**
     * The whole series, of a higher timeframe too: the folder's own, else put together from whole candles of this one. Without
     * rows where the market has no file of this timeframe. @throws UnknownNameError, also for a timeframe it was not opened for
     */
    series: seriesOf,
    /**
     * What can be traded in one settlement currency. @param needs 250 rows of the folder's timeframe unless more is said
     * @throws DataFolderError where it has no candles of this timeframe
     */
    range: (quote: string, needs: WarmNeeds = new Map()) => {
      const rows = Math.max(FULL_WARMUP_CANDLES, needs.get(timeframe) ?? 0);
      const all: WarmNeeds = new Map([...needs, [timeframe, Math.min(rows, calendar?.warmupSessions ?? rows)]]);
      const msOf = (rule: typeof warmMsOf) => (symbol: MarketSymbol) =>
        warmMsOfAll(all, (one) => seriesOf(symbol, one), rule);
      return rangeOf(series.values(), {
        quote,
        dir,
        warmMs: msOf(warmMsOf),
        longEnoughMs: msOf(longEnoughMsOf),
      });
    },
  });
}

/** Gives the markets that have no file of a timeframe the whole candles that their finer ones make. @returns those markets */
function putTogether(
  series: Map<MarketSymbol, CandleSeries>,
  finer: ReadonlyMap<MarketSymbol, CandleSeries>,
  timeframe: Timeframe,
): readonly MarketSymbol[] {
  const without = [...finer.keys()].filter((symbol) => !series.has(symbol)).sort();
  const lengthMs = timeframeMs(timeframe);
  for (const symbol of without) {
    const own = finer.get(symbol);
    if (own === undefined) continue;
    const whole = aggregateCandles(own, timeframe);
    series.set(symbol, { ...whole, checkedThroughMs: unixMs(Math.floor(own.checkedThroughMs / lengthMs) * lengthMs) });
  }
  return without;
}

function putTogetherNote(symbols: readonly MarketSymbol[], timeframe: Timeframe, finer: Timeframe | undefined): string {
  const who = symbols.length === 1 ? `${symbols[0]} has` : `${symbols.length} markets have`;
  return `${who} no file of ${timeframe} candles: put together from whole ${finer} candles`;
}

const NOTHING_SAID: ReturnType<typeof parseMarketsFile> = { markets: [] };

/**
 * Puts every series that was read on the grid of its venue's sessions.
 * @throws DataFolderError for another timeframe than 1d; DataFormatError for a candle on a day without a session
 */
function putOnGrid(
  given: CalendarGiven,
  read: SeriesRead,
  { timeframe, finer }: { readonly timeframe: Timeframe; readonly finer?: Timeframe },
): SessionCalendar {
  if (timeframe !== "1d" || finer !== undefined) {
    throw new DataFolderError({
      was: `markets.json has a calendar of sessions, and ${finer ?? timeframe} candles were asked for.`,
      expected: "daily candles: a session is one candle",
      remedy: "Use --timeframe 1d, or remove the calendar.",
    });
  }
  const ofTimeframe = read.get(timeframe) ?? new Map<MarketSymbol, CandleSeries>();
  const calendar = calendarOf(given, ofTimeframe.values());
  for (const [symbol, series] of ofTimeframe) {
    ofTimeframe.set(symbol, onGrid(series, calendar, `${symbol} ${timeframe}`));
  }
  return calendar;
}

/** `2 files of 1h candles are not read`, by timeframe. */
const otherTimeframes = (files: readonly CandleFile[], timeframes: readonly Timeframe[]): string[] =>
  [...Map.groupBy(files, (file) => file.timeframe)]
    .filter(([other]) => !timeframes.includes(other))
    .map(([other, same]) => `${same.length} ${same.length === 1 ? "file" : "files"} of ${other} candles: not read`);

/** `2 markets have no file of 1h candles: they are put together from 5m candles`; nothing where all have one. */
function aggregatedNote(
  timeframe: Timeframe,
  base: Timeframe,
  files: readonly CandleFile[],
  symbols: readonly MarketSymbol[],
): string[] {
  const own = new Set(files.filter((file) => file.timeframe === timeframe).map((file) => file.symbol));
  const without = symbols.filter((symbol) => !own.has(symbol));
  if (without.length === 0) return [];
  const who = without.length === 1 ? `${without[0]} has` : `${without.length} markets have`;
  return [`${who} no file of ${timeframe} candles: put together from whole ${base} candles`];
}

const notOpened = (dir: string, timeframes: readonly Timeframe[], timeframe: Timeframe): UnknownNameError =>
  new UnknownNameError({
    was: `${dir} was opened for ${timeframes.join(", ")} candles, not ${timeframe}.`,
    remedy: `Ask for ${timeframes.join(" or ")}, or open the folder with --timeframe ${timeframe}.`,
  });

const strangers = (said: readonly MarketFilters[], symbols: readonly MarketSymbol[]): string[] =>
  said
    .filter((filters) => !symbols.includes(filters.symbol))
    .map((filters) => `markets.json names ${filters.symbol}, which has no candle file; that entry is ignored`);
