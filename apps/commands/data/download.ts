// Floor 6. `data download`: candles of a venue into a folder of files, taken up again where an earlier download was cut short.
import { resolve } from "node:path";
import { formatTime } from "#desk/documents/format.ts";
import { systemClock } from "#scheduler/clock.ts";
import { isPassing, UsageError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import { DAY_MS, type MarketSymbol, type Timeframe, unixMs } from "#schemas/units.ts";
import { fileOf, lockFolder, openOrMakeFolder } from "#toolkits/market/history/data-folder.ts";
import {
  type DownloadOptions,
  type DownloadProgress,
  downloadMarket,
} from "#toolkits/market/history/download-market.ts";
import type { CandleSource } from "#toolkits/market/history/patient-source.ts";
import type { ListedFolder } from "#toolkits/market/replay/folder-files.ts";
import type { Io } from "../../io.ts";
import type { AskedMarket } from "../../jobs/ask-downloads.ts";
import { type DownloadResult, marketRow } from "../../jobs/download-job.ts";
import type { ParsedOptions } from "../../options.ts";
import type { Venue } from "../../venues/venue.ts";
import { resolveSymbol } from "../symbols.ts";
import { dataDirOf, formatOf, momentOf, typedSymbols } from "./input.ts";
import { createProgress } from "./progress.ts";

/** How far back it goes where --from is left out. */
const DAYS = 30;

export interface DownloadCall {
  readonly options: ParsedOptions;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly io: Pick<Io, "note" | "progress">;
  readonly signal: AbortSignal;
  /** Opens the venue of the settings. */
  readonly openVenue: () => Promise<Venue>;
}

/** @throws UsageError; DataFolderError. What one market's download throws is told in `failed`, and the others go on. */
export async function download({ options, flags, io, signal, openVenue }: DownloadCall) {
  const { config, explicit } = options;
  const given = dataDirOf(config, "data download");
  refuseInvented(config.venue);
  const format = formatOf(flags, "feather");
  const [from, to] = [momentOf(flags, "from"), momentOf(flags, "to")];
  const clock = systemClock();
  const toMs = unixMs(Math.min(to ?? clock.now(), clock.now()));
  if (from !== null && from >= toMs) throw emptyRange(from, toMs);
  const folder = await openOrMakeFolder(given);
  await using lock = await lockFolder(folder.dir);
  for (const note of folder.notes) io.note(note);
  const venue = await openVenue();
  // Its budget on a server holds a connection, and that the process.
  await using _opened = { [Symbol.asyncDispose]: async () => venue.close?.() };
  const known = folder.candleFiles.filter(({ timeframe }) => timeframe === config.timeframe);
  const symbols = await symbolsOf(venue, {
    flags,
    known,
    assets: explicit.has("assets") ? config.assets : null,
    signal,
  });
  const { timeframe } = config;
  const again = flags["again"] === true;
  const asked = symbols.map((symbol): AskedMarket => {
    const { exists } = fileOf(folder, symbol, timeframe, format);
    const fromMs = from ?? (exists && !again ? toMs : unixMs(toMs - DAYS * DAY_MS));
    return { dir: resolve(folder.dir), mark: lock.mark, format, symbol, fromMs, toMs, again };
  });
  const results: DownloadResult[] = [];
  const show = createProgress(io, process.stderr.isTTY === true);
  const nameOf = (index: number) => `${symbols[index]} ${timeframe} (${index + 1} of ${symbols.length})`;
  const onDone = (index: number, result: DownloadResult): void => {
    results[index] = result;
    io.progress(null);
    for (const line of linesOf(nameOf(index), symbols[index] ?? "", result)) io.note(line);
  };
  if (flags["workers"] === true) {
    const what = `${symbols.length} ${symbols.length === 1 ? "market" : "markets"} of ${timeframe}`;
    const tell = (): void => {
      const done = Object.values(results);
      const candles = done.reduce((sum, one) => sum + ("row" in one ? one.row.candles : 0), 0);
      show({ what, ratio: done.length / asked.length, candles });
    };
    const { downloadOnWorkers } = await import("../../jobs/ask-downloads.ts");
    await downloadOnWorkers(config, asked, io.note, {
      signal,
      onDone: (index, result) => {
        onDone(index, result);
        tell();
      },
    });
    io.progress(null);
  } else {
    const parts = { folder, timeframe, source: venue.marketData, clock, io };
    for (const [index, market] of asked.entries()) {
      const onProgress = ({ doneMs, ofMs, candles }: DownloadProgress) =>
        show({ what: nameOf(index), ratio: ofMs <= 0 ? 1 : doneMs / ofMs, candles });
      onDone(index, await downloadHere(parts, market, { signal, onProgress }));
    }
  }
  const { marketData } = venue;
  return {
    venue: marketData.venue,
    data: folder.dir,
    timeframe,
    toMs,
    markets: results.flatMap((result) => ("row" in result ? [result.row] : [])),
    failed: results.flatMap((result, index) =>
      "error" in result ? [{ symbol: symbols[index] ?? "", error: result.error }] : [],
    ),
    simulated: marketData.simulated,
  };
}

interface HereParts {
  readonly folder: ListedFolder;
  readonly timeframe: Timeframe;
  readonly source: CandleSource;
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly io: DownloadCall["io"];
}

async function downloadHere(
  { folder, timeframe, source, clock, io }: HereParts,
  { symbol, format, fromMs, toMs, again }: AskedMarket,
  options: DownloadOptions,
): Promise<DownloadResult> {
  const { name } = fileOf(folder, symbol, timeframe, format);
  const deps = { source, dir: folder.dir, name, again, now: clock.now, sleep: clock.sleep };
  const onWait = () => io.note(`${symbol}: another process downloads it; it is waited for`);
  try {
    const done = await downloadMarket(deps, { symbol, timeframe, fromMs, toMs }, { ...options, onWait });
    return { row: marketRow(symbol, name.file, done) };
  } catch (error) {
    options.signal.throwIfAborted();
    if (!isPassing(error)) throw error;
    return { error: error.message };
  }
}

function linesOf(what: string, symbol: string, result: DownloadResult): readonly string[] {
  if ("error" in result) return [`${symbol}: ${result.error}`];
  const { added, candles, file, resumedAtMs, notes } = result.row;
  return [
    ...(resumedAtMs === null ? [] : [`${symbol}: went on at ${formatTime(resumedAtMs)} UTC`]),
    ...notes.map((note) => `${symbol}: ${note}`),
    `${what}: ${added.toLocaleString("en-US")} candles added, ${candles.toLocaleString("en-US")} in ${file}`,
  ];
}

/** Those that were named, else the most traded now, else those that the folder has. */
async function symbolsOf(
  venue: Venue,
  {
    flags,
    known,
    assets,
    signal,
  }: {
    readonly flags: DownloadCall["flags"];
    readonly known: ListedFolder["candleFiles"];
    readonly assets: number | null;
    readonly signal: AbortSignal;
  },
): Promise<readonly MarketSymbol[]> {
  const typed = typedSymbols(flags);
  if (typed !== null) return [...new Set(typed.map((name) => resolveSymbol(venue, name)))];
  if (assets !== null) {
    const top = await venue.universe.topAssets({ nowMs: venue.standMs, count: assets }, { signal });
    return top.assets;
  }
  if (known.length > 0) return known.map(({ symbol }) => symbol);
  throw new UsageError({
    was: "No market was named, and the folder has none of this timeframe.",
    expected: "--symbols BTC/USDT,ETH/USDT, or --assets N for the N most traded now",
    remedy: "Add one of them.",
  });
}

function refuseInvented(venue: string): void {
  if (venue !== "sim" && venue !== "replay") return;
  throw new UsageError({
    was: `Venue ${venue} has nothing to download.`,
    expected: "--venue with an exchange, such as binance",
    remedy: venue === "sim" ? "Its prices are invented, which a file would not say." : "Use `deeptrader data import`.",
  });
}

const emptyRange = (fromMs: number, toMs: number): UsageError =>
  new UsageError({
    was: `--from ${formatTime(fromMs)} is not before the end, ${formatTime(toMs)} UTC.`,
    expected: "an earlier moment",
    remedy: "Correct --from or --to.",
  });
