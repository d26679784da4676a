// Floor 2. Pages of ccxt's candle rows → rows of a range, forming ones left out; their values are judged by `cleanRows`. Page by page from a known
// time on, because "the newest N" means something else at every exchange.
import { z } from "zod";
import { DataFormatError, ProviderError } from "#schemas/errors.ts";
import { toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import type { RawRow } from "../clean-rows.ts";

const Row = z.tuple([z.int().nonnegative(), z.unknown(), z.unknown(), z.unknown(), z.unknown(), z.unknown()]);

export interface PageDeps {
  /** Asks for at most `limit` candles from `sinceMs` on; the answer is as ccxt gave it. */
  readonly ask: (sinceMs: number, limit: number) => Promise<unknown>;
  /** For messages: exchange, symbol and timeframe. */
  readonly name: string;
  readonly lengthMs: number;
  /** The most candles that the exchange gives in one page from `sinceMs` on. */
  readonly pageRowsAt: (sinceMs: number) => number;
  /** An answer that reaches to now ends with the candle that is still forming. */
  readonly showsForming: boolean;
}

const fault = (where: string, was: string, cause?: unknown): DataFormatError =>
  new DataFormatError({
    where,
    was,
    expected: "[openMs, open, high, low, close, volume] with prices above 0 and low <= open, close <= high",
    remedy: "The market is skipped in this slot; check the venue's status page if it lasts.",
    cause,
  });

/** Candles that close at `lastCloseMs` or before; later rows are not looked at. ccxt passes malformed rows through. */
function parsePage(answer: unknown, deps: PageDeps, lastCloseMs: number): PageRow[] {
  const page = z.array(z.unknown()).safeParse(answer);
  if (!page.success) {
    throw new ProviderError({
      was: `${deps.name}: the answer is not a list of candles.`,
      remedy: "Check the network and the venue's status page.",
      cause: page.error,
    });
  }
  return page.data.flatMap((entry, index) => {
    const where = `${deps.name} row ${index + 1}`;
    const row = Row.safeParse(entry);
    if (!row.success) throw fault(where, `not a candle: ${JSON.stringify(entry).slice(0, 120)}.`, row.error);
    const [openMs, open, high, low, close, volume] = row.data;
    if (openMs + deps.lengthMs > lastCloseMs) return [];
    return [{ openMs, open, high, low, close, volume, where }];
  });
}

/** A row whose time is known. */
type PageRow = RawRow & { readonly openMs: number };

interface PagesRead {
  /** Unsorted, and not judged. */
  readonly rows: readonly PageRow[];
  /** From here on they are all there are: what was asked for, or later where the exchange keeps no longer history. */
  readonly askedFromMs: UnixMs;
}

/** All candles that open at or after `fromMs` and close by `lastCloseMs`. */
export async function readFrom(deps: PageDeps, fromMs: UnixMs, lastCloseMs: number): Promise<PagesRead> {
  const rows: PageRow[] = [];
  let askedFromMs = fromMs;
  let cursorMs = Math.ceil(fromMs / deps.lengthMs) * deps.lengthMs;
  while (cursorMs < lastCloseMs) {
    const sinceMs = cursorMs;
    const page = await readPage(deps, sinceMs, lastCloseMs);
    if (page.rows.length === 0) {
      // An exchange may look for `limit` candles' time only: there can be candles after a hole of a whole page.
      cursorMs += page.limit * deps.lengthMs;
      continue;
    }
    rows.push(...page.rows);
    const firstMs = page.rows.reduce((least, row) => Math.min(least, row.openMs), lastCloseMs);
    cursorMs = page.rows.reduce((latest, row) => Math.max(latest, row.openMs), 0) + deps.lengthMs;
    if (firstMs > sinceMs) {
      // It begins late: a hole, or a page that was cut at its beginning. Asking for that part alone tells.
      const older = await readFrom(deps, unixMs(sinceMs), firstMs);
      rows.push(...older.rows);
      // As many as asked for, ending now, and nothing before them: an exchange that has only the newest so many.
      if (older.rows.length === 0 && page.full && cursorMs >= lastCloseMs) askedFromMs = unixMs(firstMs);
    }
    // A page that is not full has ended; but an exchange may cap pages lower than ccxt knows. One candle short is the
    // candle that is not published yet, and not worth a call; but where the forming one is shown, a page without it was cut.
    const mayBeCut = deps.showsForming && !page.reachesNow;
    if (!page.full && !mayBeCut && lastCloseMs - cursorMs <= deps.lengthMs) break;
  }
  return { rows, askedFromMs };
}

/** One page from `sinceMs` on. */
async function readPage(deps: PageDeps, sinceMs: number, lastCloseMs: number) {
  // One more than the range holds: the forming candle, which shows that the page reached the end.
  const limit = Math.min(deps.pageRowsAt(sinceMs), (lastCloseMs - sinceMs) / deps.lengthMs + 1);
  const answer = await deps.ask(sinceMs, limit);
  const all = parsePage(answer, deps, lastCloseMs);
  const rows = all.filter((row) => row.openMs >= sinceMs);
  // Some exchanges give the candle before as well; none gives only what lies farther back.
  const isOfAnotherTime = all.length > 0 && all.every((row) => row.openMs < sinceMs - deps.lengthMs);
  if (isOfAnotherTime) throw otherTime(deps.name, Math.max(...all.map((row) => row.openMs)), sinceMs);
  const raw: readonly unknown[] = Array.isArray(answer) ? answer : [];
  const reachesNow = raw.some((row) => Array.isArray(row) && Number(row[0]) >= lastCloseMs);
  return { rows, limit, full: raw.length >= limit, reachesNow };
}

const otherTime = (name: string, newestMs: number, sinceMs: number): ProviderError =>
  new ProviderError({
    was: `${name}: the answer ends with the candle of ${toIso(newestMs)}.`,
    expected: `candles from ${toIso(sinceMs)} on`,
    remedy: "Check the venue's status page.",
  });
