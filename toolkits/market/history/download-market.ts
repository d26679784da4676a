// Floor 2. A venue's candles of one market → its file in a data folder: only what is missing, piece by piece into a part file, each piece
// overlapping the one before by a candle that must be the same, and at last into the file at one go.
//
// One process at a time writes a market's file and part; another that is to download it waits (market-lock.ts).
// States: nothing · part begun · part grown (frames) · part whole · merged into the file · part removed. A process may die between any
// two: the next begins at the last whole frame, and merging a part again adds nothing.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { DataFormatError } from "#schemas/errors.ts";
import { type CandleColumns, newestClosed } from "#schemas/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import type { CandleFile } from "../files/file-names.ts";
import { askingMs, type DownloadRequest } from "./download-request.ts";
import { firstCandleOf } from "./first-candle.ts";
import { lockMarket, type MarketLock } from "./market-lock.ts";
import { appendFrame, beginPart, type Part, partPath, readPart, removePart, requireVenue } from "./part-file.ts";
import { type CandleSource, patientSource } from "./patient-source.ts";
import { type Conflict, differences, joinRows, mergeRows, rowsWithin, sliceRows } from "./rows.ts";
import { readStored, type StoredMarket, writeStored } from "./stored-market.ts";
import { removeUnfinished } from "./write-whole.ts";

export interface DownloadDeps {
  readonly source: CandleSource;
  readonly dir: string;
  /** Where its candles are, or will be. */
  readonly name: CandleFile;
  readonly now: () => UnixMs;
  readonly sleep: (ms: number, options: CallOptions) => Promise<void>;
  /** Candles of one piece; a process that dies loses at most so many. */
  readonly pieceCandles?: number;
  /** True: all of the range is asked for anew, and the venue's candle is taken where the file's differs. */
  readonly again?: boolean;
}

export interface DownloadProgress {
  readonly doneMs: number;
  readonly ofMs: number;
  readonly candles: number;
}

export interface DownloadOptions extends CallOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Another process downloads the market, and is waited for. */
  readonly onWait?: () => void;
}

export interface Downloaded {
  /** Candles that were not in the file before. */
  readonly added: number;
  /** In the file now; null: the venue has none in this range. */
  readonly stored: StoredMarket | null;
  /** The moment that an earlier, unfinished download was taken up at; null: there was none. */
  readonly resumedAtMs: number | null;
  readonly notes: readonly string[];
}

/** Five pages of a thousand, with the candle before and the one under way. */
const PIECE_CANDLES = 4990;

/**
 * @throws DataFormatError for a candle that the venue gives otherwise than the file or the part has it: nothing is written then;
 * DataFolderError; ProviderError, UnknownNameError; the signal's reason. What was downloaded is kept, and is gone on with.
 */
export async function downloadMarket(
  given: DownloadDeps,
  request: DownloadRequest,
  options: DownloadOptions,
): Promise<Downloaded> {
  const { dir, name, sleep } = given;
  const parts = {
    sleep,
    onWait: () => options.onWait?.(),
    onTakenOver: async () => {
      for (const file of [name.file, partPath("", name.file)]) await removeUnfinished(dir, file);
    },
  };
  await using lock = await lockMarket(dir, name.file, parts, options);
  return await downloadLocked({ ...given, lock, source: patientSource(given.source, given) }, request, options);
}

async function downloadLocked(
  deps: LockedDeps,
  request: DownloadRequest,
  options: DownloadOptions,
): Promise<Downloaded> {
  const { dir, name, source, lock } = deps;
  const notes: string[] = [];
  let stored = (await isThere(join(dir, name.file))) ? await readStored(dir, name, options) : null;
  if (stored?.note) requireVenue(join(dir, name.file), stored.note.venue, source.venue);
  const before = stored?.rows.openMs.length ?? 0;
  let part = await readPart(dir, name.file);
  const resumedAtMs = part === null ? null : part.throughMs;
  for (const done = new Set<number>(); ; ) {
    part ??= await nextPart(deps, request, stored, { done, notes }, options);
    if (part === null) break;
    requireVenue(partPath(dir, name.file), part.range.venue, source.venue);
    done.add(part.range.fromMs);
    const whole = await fillPart(deps, request, stored, part, { ...options, notes });
    stored = await takeIn(deps, stored, whole);
    await lock.requireMine();
    await removePart(dir, name.file);
    part = null;
  }
  return { added: (stored?.rows.openMs.length ?? 0) - before, stored, resumedAtMs, notes };
}

interface LockedDeps extends DownloadDeps {
  readonly lock: MarketLock;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The next range that is missing, oldest first, as an empty part; null: none is. */
async function nextPart(
  deps: LockedDeps,
  request: DownloadRequest,
  stored: StoredMarket | null,
  { done, notes }: { readonly done: ReadonlySet<number>; readonly notes: string[] },
  options: CallOptions,
): Promise<Part | null> {
  const { source, dir, name, now, lock, again = false } = deps;
  for (const range of missingRanges(deps, request, stored)) {
    if (range.fromMs >= range.toMs || done.has(range.fromMs)) continue;
    const isTail = range.fromMs > (stored?.rows.openMs[0] ?? Infinity);
    const wanted = { ...request, ...range };
    const first = isTail
      ? { fromMs: range.fromMs, askedFromMs: range.fromMs, note: null }
      : await firstCandleOf(source, wanted, askingMs(source, wanted, now()), options);
    if (done.has(first.fromMs) || first.fromMs >= range.toMs) continue;
    if (first.note !== null) notes.push(first.note);
    // Nothing older is to be had than the file has.
    if (!again && first.fromMs === stored?.rows.openMs[0]) continue;
    const { fromMs, askedFromMs } = first;
    await lock.requireMine();
    return beginPart(dir, name.file, { venue: source.venue, askedFromMs, fromMs, toMs: range.toMs });
  }
  return null;
}

function missingRanges(
  { source, now, again = false }: DownloadDeps,
  request: DownloadRequest,
  stored: StoredMarket | null,
) {
  const { timeframe } = request;
  const lengthMs = timeframeMs(timeframe);
  const fromMs = unixMs(Math.ceil(request.fromMs / lengthMs) * lengthMs);
  const closedMs = newestClosed(now(), timeframe, source.graceMs);
  const toMs = unixMs(Math.min(Math.floor(request.toMs / lengthMs) * lengthMs, closedMs));
  const openMs = stored?.rows.openMs;
  const [firstMs, lastMs] = [openMs?.[0], openMs?.at(-1)];
  if (again || firstMs === undefined || lastMs === undefined) return [{ fromMs, toMs }];
  const ranges: { readonly fromMs: UnixMs; readonly toMs: UnixMs }[] = [];
  // The oldest candle of the file is asked for again: it must be the same.
  if (fromMs < (stored?.note?.askedFromMs ?? firstMs)) ranges.push({ fromMs, toMs: unixMs(firstMs + lengthMs) });
  if (lastMs + lengthMs < toMs) ranges.push({ fromMs: unixMs(lastMs + lengthMs), toMs });
  return ranges;
}

async function fillPart(
  deps: LockedDeps,
  request: DownloadRequest,
  stored: StoredMarket | null,
  begun: Part,
  { notes, ...options }: DownloadOptions & { readonly notes: string[] },
): Promise<Part> {
  const { source, dir, name, lock, pieceCandles = PIECE_CANDLES, again = false } = deps;
  const lengthMs = timeframeMs(request.timeframe);
  const { range } = begun;
  let part = begun;
  // The candle before, which the venue must repeat: of the part, else the file's newest where the part goes on behind it.
  let last = newestOf(part.frames) ?? (again ? null : newestOf([rowsWithin(rowsOf(stored), 0, range.fromMs)]));
  const lastMs = last?.openMs[0];
  if (last !== null && lastMs !== undefined && lastMs + lengthMs < part.throughMs) {
    const piece = await readPiece(deps, request, { fromMs: unixMs(lastMs), toMs: unixMs(lastMs + lengthMs) }, options);
    // A clock that was set back: nothing can be said.
    if (piece.throughMs <= lastMs) return part;
    requireSame(deps, request, last, piece.rows);
  }
  const tell = () =>
    options.onProgress?.({
      doneMs: part.throughMs - range.fromMs,
      ofMs: range.toMs - range.fromMs,
      candles: part.frames.reduce((sum, { openMs }) => sum + openMs.length, 0),
    });
  for (tell(); part.throughMs < range.toMs; tell()) {
    options.signal.throwIfAborted();
    const overlap: CandleColumns | null = last?.openMs[0] === part.throughMs - lengthMs ? last : null;
    const fromMs = unixMs(part.throughMs - (overlap === null ? 0 : lengthMs));
    const toMs = unixMs(Math.min(part.throughMs + pieceCandles * lengthMs, range.toMs));
    const { rows, askedFromMs, throughMs } = await readPiece(deps, request, { fromMs, toMs }, options);
    // Not published yet: it is asked for next time.
    if (throughMs <= part.throughMs) break;
    if (askedFromMs > fromMs) notes.push(noLongerKept(source.venue, part.throughMs, askedFromMs));
    else if (overlap !== null) requireSame(deps, request, overlap, rows);
    const fresh = rowsWithin(rows, part.throughMs, throughMs);
    await lock.requireMine();
    await appendFrame(dir, name.file, { rows: fresh, throughMs });
    part = { range, frames: [...part.frames, fresh], throughMs };
    last = newestOf([fresh]) ?? last;
  }
  return part;
}

const rowsOf = (stored: StoredMarket | null): CandleColumns => stored?.rows ?? joinRows([]);

/** The newest row alone; null where there is none. */
function newestOf(frames: readonly CandleColumns[]): CandleColumns | null {
  const rows = frames.findLast(({ openMs }) => openMs.length > 0);
  return rows === undefined ? null : sliceRows(rows, rows.openMs.length - 1, rows.openMs.length);
}

/** One piece, and up to when it is known that there is no more. */
async function readPiece(
  { source, now }: DownloadDeps,
  { symbol, timeframe }: DownloadRequest,
  { fromMs, toMs }: { readonly fromMs: UnixMs; readonly toMs: UnixMs },
  options: CallOptions,
) {
  const nowMs = askingMs(source, { timeframe, toMs }, now());
  const rows = await source.candles({ symbol, timeframe, nowMs, fromMs }, options);
  const throughMs = Math.min(toMs, newestClosed(rows.checkedThroughMs, timeframe, source.graceMs));
  return { rows, askedFromMs: rows.askedFromMs, throughMs };
}

/** The part into the file, at one go. */
async function takeIn(
  { source, dir, name, lock, again = false }: LockedDeps,
  stored: StoredMarket | null,
  { range, frames }: Part,
): Promise<StoredMarket | null> {
  const theirs = joinRows(frames);
  const had = rowsOf(stored);
  if (theirs.openMs.length === 0) return stored;
  // Asked for anew: what the file has of the range is replaced, the rest stays.
  const mine = again ? joinRows([rowsWithin(had, 0, range.fromMs), rowsWithin(had, range.toMs, Infinity)]) : had;
  const { rows, conflicts } = mergeRows(mine, theirs);
  const [conflict] = conflicts;
  if (conflict !== undefined) throw conflictFault(`${name.symbol} ${name.timeframe}`, source.venue, conflict);
  const askedFromMs = Math.min(stored?.note?.askedFromMs ?? had.openMs[0] ?? Infinity, range.askedFromMs);
  // Of a file that somebody else has made it is not known where it is from.
  const next = { rows, note: stored !== null && stored.note === null ? null : { venue: source.venue, askedFromMs } };
  await lock.requireMine();
  await writeStored(dir, name, next);
  return next;
}

function requireSame(
  { source }: DownloadDeps,
  { symbol, timeframe }: DownloadRequest,
  last: CandleColumns,
  rows: CandleColumns,
): void {
  const market = `${symbol} ${timeframe}`;
  const openMs = last.openMs[0] ?? 0;
  if (rows.openMs[0] !== openMs) {
    throw new DataFormatError({
      where: market,
      was: `${source.venue} no longer has the candle ${toIso(openMs)}, which is downloaded.`,
      remedy: REMEDY,
    });
  }
  const [conflict] = differences(last, 0, rows, 0);
  if (conflict !== undefined) throw conflictFault(market, source.venue, conflict);
}

const REMEDY = "Nothing was merged. Download this market with --again to take the venue's candles for the whole range.";

const conflictFault = (market: string, venue: string, { openMs, field, mine, theirs }: Conflict): DataFormatError =>
  new DataFormatError({
    where: market,
    was: `the candle ${toIso(openMs)} has ${field} ${mine} here and ${theirs} at ${venue}.`,
    expected: "the same candle",
    remedy: REMEDY,
  });

const noLongerKept = (venue: string, fromMs: number, toMs: number): string =>
  `${venue} no longer keeps the candles from ${toIso(fromMs)} to ${toIso(toMs)}: they are missing`;
