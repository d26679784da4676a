// Floor 2. A folder of candle files → one immutable replay market, read whole and checked before anything runs on it.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError, DataFormatError, UnknownNameError } from "#schemas/errors.ts";
import { hashOf, sha256Hex } from "#schemas/hash.ts";
import { FULL_WARMUP_CANDLES } from "#schemas/indicator.ts";
import { type CandleSeries, candleColumns, type Market } from "#schemas/market.ts";
import { type MarketSymbol, splitSymbol, type Timeframe, timeframeMs, unixMs, type VenueId } from "#schemas/units.ts";
import { namesPhrase } from "../nearest-names.ts";
import { folderFault, listFolder } from "./folder-files.ts";
import { folderMarket, type MarketFilters, parseMarketFilters } from "./market-filters.ts";
import { type CandleFile, parseCandles } from "./parse-candles.ts";
import { parseSecurityRecords } from "./security-records.ts";

/** What a folder holds for one timeframe. */
export type ReplayFolder = Awaited<ReturnType<typeof openReplayFolder>>;

/** Bytes of a file, counted into its hash on the way. */
async function* hashedBytes(path: string, hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    hash.update(chunk);
    yield chunk;
  }
}

/** One pass over every candle file: all are hashed, those of the timeframe are parsed; the first fault is thrown. */
async function readCandleFiles(
  dir: string,
  files: readonly CandleFile[],
  timeframe: Timeframe,
  options: { readonly signal: AbortSignal },
) {
  const series = new Map<MarketSymbol, CandleSeries>();
  const digests: (readonly [file: string, sha256: string])[] = [];
  const faults: DataFormatError[] = [];
  for (const entry of files) {
    options.signal.throwIfAborted();
    const path = join(dir, entry.file);
    const hash = createHash("sha256");
    try {
      const bytes = hashedBytes(path, hash);
      if (entry.timeframe === timeframe) series.set(entry.symbol, await parseCandles(entry, bytes, options));
      else for await (const _ of bytes) options.signal.throwIfAborted();
    } catch (cause) {
      if (options.signal.aborted) throw options.signal.reason;
      if (!(cause instanceof DataFormatError)) throw folderFault(path, cause);
      faults.push(cause);
    }
    digests.push([entry.file, hash.digest("hex")]);
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

function rangeOf(all: Iterable<CandleSeries>, quote: string, dir: string) {
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
  const warmMs = ofQuote.flatMap(({ openMs, timeframe }) => {
    const fullMs = openMs[FULL_WARMUP_CANDLES - 1];
    return fullMs === undefined ? [] : [fullMs + timeframeMs(timeframe)];
  });
  return {
    /** Close of the earliest candle at which a market has 250 candles; null where none ever has. */
    warmStartMs: warmMs.length === 0 ? null : unixMs(Math.min(...warmMs)),
    /** Close of the newest candle: where one-shots stand. */
    lastCloseMs: unixMs(Math.max(...ofQuote.map(({ checkedThroughMs }) => checkedThroughMs))),
  };
}

function requireCandles(dir: string, files: readonly CandleFile[], timeframe: Timeframe): void {
  if (files.some((file) => file.timeframe === timeframe)) return;
  const others = [...new Set(files.map((file) => file.timeframe))].sort();
  throw new DataFolderError({
    was: others.length === 0 ? `${dir} holds no candle file.` : `${dir} holds no ${timeframe} candles.`,
    expected: `files named BASE-QUOTE-${timeframe}.csv`,
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
 * Reads and checks a whole folder. Every file of the timeframe is parsed; the others are listed and hashed.
 * @throws DataFolderError where there is nothing to run on; DataFormatError with `FILE:LINE` for the first fault.
 */
export async function openReplayFolder(
  dir: string,
  options: { readonly timeframe: Timeframe; readonly signal: AbortSignal },
) {
  const { timeframe, signal } = options;
  const listed = await listFolder(dir).catch((cause: unknown) => {
    throw folderFault(dir, cause);
  });
  requireCandles(dir, listed.candleFiles, timeframe);
  const { digests, series } = await readCandleFiles(dir, listed.candleFiles, timeframe, { signal });
  const texts = new Map<string, string>();
  for (const file of listed.sideFiles) texts.set(file, await readSideFile(dir, file));

  const symbols = [...new Set(listed.candleFiles.map((file) => file.symbol))].sort();
  const symbolsWithCandles = [...series.keys()].sort();
  const marketsText = texts.get("markets.json");
  const said = marketsText === undefined ? [] : parseMarketFilters("markets.json", marketsText);
  const securityText = texts.get("security.json");
  const digest = hashOf([...digests, ...[...texts].map(([file, text]) => [file, sha256Hex(text)])], 12);
  const lastCloseMs = unixMs(Math.max(...[...series.values()].map((one) => one.checkedThroughMs)));

  const filters = new Map(said.map((one) => [one.symbol, one]));
  const markets: readonly Market[] = Object.freeze(
    symbols.map((symbol) => folderMarket(symbol, filters.get(symbol), series.get(symbol)?.open[0] ?? null)),
  );
  const seriesOf = (symbol: MarketSymbol): CandleSeries => {
    const found = series.get(symbol);
    if (found !== undefined) return found;
    if (symbols.includes(symbol)) {
      const columns = candleColumns(() => new Float64Array(0));
      return { symbol, timeframe, ...columns, notes: [], askedFromMs: unixMs(0), checkedThroughMs: lastCloseMs };
    }
    throw new UnknownNameError({
      was: `${symbol} is not in ${dir}.`,
      expected: `one of ${namesPhrase(symbol, symbols)}`,
      remedy: "Name a market of the folder.",
    });
  };
  return Object.freeze({
    dir,
    /** `replay:` and 12 hex digits of SHA-256 over the names and contents of all candle, markets and security files. */
    venueId: `replay:${digest}` as VenueId,
    timeframe,
    /** All markets of the folder, whatever their timeframe, in alphabetical order. */
    symbols,
    /** Those with candles of this timeframe. */
    symbolsWithCandles,
    /** The only or most frequent quote among the files of this timeframe; ties go to the alphabet. */
    defaultQuote: mostFrequentQuote(symbolsWithCandles),
    /** What was left out of the folder, for people. Notes on candles are in their series. */
    notes: [...listed.notes, ...otherTimeframes(listed.candleFiles, timeframe), ...strangers(said, symbols)],
    securityRecords: securityText === undefined ? [] : parseSecurityRecords("security.json", securityText),
    /** Every market of `symbols`, from markets.json or by stated assumption. */
    markets: () => markets,
    /** The whole series; without rows where the market has no file of this timeframe. @throws UnknownNameError */
    series: seriesOf,
    /** What can be traded in one settlement currency. @throws DataFolderError where it has no candles of this timeframe */
    range: (quote: string) => rangeOf(series.values(), quote, dir),
  });
}

/** `2 files of 1h candles are not read`, by timeframe. */
const otherTimeframes = (files: readonly CandleFile[], timeframe: Timeframe): string[] =>
  [...Map.groupBy(files, (file) => file.timeframe)]
    .filter(([other]) => other !== timeframe)
    .map(([other, same]) => `${same.length} ${same.length === 1 ? "file" : "files"} of ${other} candles: not read`);

const strangers = (said: readonly MarketFilters[], symbols: readonly MarketSymbol[]): string[] =>
  said
    .filter((filters) => !symbols.includes(filters.symbol))
    .map((filters) => `markets.json names ${filters.symbol}, which has no candle file; that entry is ignored`);
