// Floor 6. `data download`: candles of a venue into a folder of files, taken up again where an earlier download was cut short.
import { formatTime } from "#desk/documents/format.ts";
import { systemClock } from "#scheduler/clock.ts";
import { DeepTraderError, isPassing, UsageError } from "#schemas/errors.ts";
import { DAY_MS, type MarketSymbol, unixMs } from "#schemas/units.ts";
import { fileOf, lockFolder, openOrMakeFolder } from "#toolkits/market/history/data-folder.ts";
import { type Downloaded, downloadMarket } from "#toolkits/market/history/download-market.ts";
import type { ListedFolder } from "#toolkits/market/replay/folder-files.ts";
import type { Io } from "../../io.ts";
import type { ParsedOptions } from "../../options.ts";
import type { Venue } from "../../venues.ts";
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
  await using _lock = await lockFolder(folder.dir);
  for (const note of folder.notes) io.note(note);
  const venue = await openVenue();
  const known = folder.candleFiles.filter(({ timeframe }) => timeframe === config.timeframe);
  const symbols = await symbolsOf(venue, {
    flags,
    known,
    assets: explicit.has("assets") ? config.assets : null,
    signal,
  });
  const { timeframe } = config;
  const show = createProgress(io, process.stderr.isTTY === true);
  const markets: MarketRow[] = [];
  const failed: { readonly symbol: MarketSymbol; readonly error: string }[] = [];
  for (const [index, symbol] of symbols.entries()) {
    const what = `${symbol} ${timeframe} (${index + 1} of ${symbols.length})`;
    const { name, exists } = fileOf(folder, symbol, timeframe, format);
    const deps = {
      ...{ source: venue.marketData, dir: folder.dir, name, exists, again: flags["again"] === true },
      ...{ now: clock.now, sleep: clock.sleep },
    };
    const fromMs = from ?? (exists && !deps.again ? toMs : unixMs(toMs - DAYS * DAY_MS));
    const onProgress = ({ doneMs, ofMs, candles }: { doneMs: number; ofMs: number; candles: number }) =>
      show({ what, ratio: ofMs <= 0 ? 1 : doneMs / ofMs, candles });
    try {
      const done = await downloadMarket(deps, { symbol, timeframe, fromMs, toMs }, { signal, onProgress });
      const row = marketRow(symbol, name.file, done);
      markets.push(row);
      io.progress(null);
      if (row.resumedAtMs !== null) io.note(`${symbol}: went on at ${formatTime(row.resumedAtMs)} UTC`);
      for (const note of row.notes) io.note(`${symbol}: ${note}`);
      io.note(
        `${what}: ${row.added.toLocaleString("en-US")} candles added, ${row.candles.toLocaleString("en-US")} in ${name.file}`,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DeepTraderError) || !isPassing(error)) throw error;
      failed.push({ symbol, error: error.message });
      io.progress(null);
      io.note(`${symbol}: ${error.message}`);
    }
  }
  const { marketData } = venue;
  return {
    venue: marketData.venue,
    data: folder.dir,
    timeframe,
    toMs,
    markets,
    failed,
    simulated: marketData.simulated,
  };
}

type MarketRow = ReturnType<typeof marketRow>;

const marketRow = (symbol: MarketSymbol, file: string, { added, stored, resumedAtMs, notes }: Downloaded) => ({
  symbol,
  file,
  added,
  candles: stored?.rows.openMs.length ?? 0,
  /** Open of the first candle and of the last; null: the venue has none in this range. */
  fromMs: stored?.rows.openMs[0] ?? null,
  lastMs: stored?.rows.openMs.at(-1) ?? null,
  resumedAtMs,
  notes,
});

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
