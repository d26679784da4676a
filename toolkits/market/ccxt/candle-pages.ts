// Floor 2. Pages of ccxt's candle rows → validated candles of a range, forming ones left out. Page by page from a known
// time on, because "the newest N" means something else at every exchange.
import { z } from "zod";
import { DataFormatError, ProviderError } from "#schemas/errors.ts";
import { Candle } from "#schemas/market.ts";
import type { CandleRow } from "../closed-candles.ts";

const Row = z.tuple([z.int().nonnegative(), z.unknown(), z.unknown(), z.unknown(), z.unknown(), z.unknown()]);

export interface PageDeps {
  /** Asks for at most `limit` candles from `sinceMs` on; the answer is as ccxt gave it. */
  readonly ask: (sinceMs: number, limit: number) => Promise<unknown>;
  /** For messages: exchange, symbol and timeframe. */
  readonly name: string;
  readonly lengthMs: number;
  /** The most candles that the exchange gives in one page. */
  readonly pageLimit: number;
}

/** Pages asked for candles older than the window, for markets with holes; a sparser one is shown with what it has. */
const MAX_OLDER_PAGES = 4;

const fault = (where: string, was: string, cause?: unknown): DataFormatError =>
  new DataFormatError({
    where,
    was,
    expected: "[openMs, open, high, low, close, volume] with prices above 0 and low <= open, close <= high",
    remedy: "The market is skipped in this slot; check the venue's status page if it lasts.",
    cause,
  });

/** Candles that close at `lastCloseMs` or before; later rows are not looked at. ccxt passes malformed rows through. */
function parsePage(answer: unknown, deps: PageDeps, lastCloseMs: number): CandleRow[] {
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
    const candle = Candle.safeParse({ openMs, open, high, low, close, volume });
    if (!candle.success) throw fault(where, `not a candle: ${JSON.stringify(entry).slice(0, 120)}.`, candle.error);
    return [{ ...candle.data, where }];
  });
}

/** All candles with `sinceMs` <= open, closed by `lastCloseMs`; ends where a page brings nothing new. */
async function readForward(deps: PageDeps, sinceMs: number, lastCloseMs: number): Promise<CandleRow[]> {
  const { ask, lengthMs, pageLimit } = deps;
  const rows: CandleRow[] = [];
  let cursorMs = sinceMs;
  while (cursorMs < lastCloseMs) {
    // One more than the range holds: the forming candle, which shows that the page reached the end.
    const limit = Math.min(pageLimit, (lastCloseMs - cursorMs) / lengthMs + 1);
    const answer = await ask(cursorMs, limit);
    const page = parsePage(answer, deps, lastCloseMs).filter((row) => row.openMs >= cursorMs);
    if (page.length === 0) break;
    rows.push(...page);
    cursorMs = page.reduce((latest, row) => Math.max(latest, row.openMs), 0) + lengthMs;
    // A page that is not full has ended; but an exchange may cap pages lower than ccxt knows. One candle short is the
    // candle that is not published yet, and not worth a call.
    const full = Array.isArray(answer) && answer.length >= limit;
    if (!full && lastCloseMs - cursorMs <= lengthMs) break;
  }
  return rows;
}

/** At least the newest `count` candles closed by `lastCloseMs`, where there are so many; unsorted. */
export async function readNewest(deps: PageDeps, lastCloseMs: number, count: number): Promise<readonly CandleRow[]> {
  const { lengthMs, pageLimit } = deps;
  let fromMs = Math.max(0, lastCloseMs - (count + 1) * lengthMs);
  const rows = await readForward(deps, fromMs, lastCloseMs);
  for (let page = 0; page < MAX_OLDER_PAGES && rows.length < count && fromMs > 0; page += 1) {
    const untilMs = fromMs;
    fromMs = Math.max(0, untilMs - pageLimit * lengthMs);
    const answer = await deps.ask(fromMs, pageLimit);
    const older = parsePage(answer, deps, untilMs);
    if (older.length === 0) break;
    rows.push(...older);
  }
  return rows;
}
