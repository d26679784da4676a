// A world and the faults that meet a request → what an exchange shows in its answer: markets, pages of rows, prices. Venues
// write this down in their own shapes.

import type { ListedCoin } from "./coins.ts";
import { type Fault, faultOf } from "./faults.ts";
import type { Listing } from "./listings.ts";
import type { Account } from "./signatures.ts";
import type { TradingAccount } from "./trading/trading-account.ts";
import { coinOf, listedAt, type Quote, quoteAt, type Row, rowAt, type World } from "./world.ts";

const YEAR_MS = 365 * 86_400_000;

export interface PageAsked {
  readonly lengthMs: number;
  /** Bounds of open times, both inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Most rows of the answer. */
  readonly limit: number;
  /** Which end stays where there are more. */
  readonly keep: "oldest" | "newest";
  /** Whether the candle under way is shown; by default yes. */
  readonly forming?: boolean;
}

export interface View {
  /** The venue's clock. */
  readonly nowMs: number;
  readonly listings: readonly Listing[];
  /** Whatever is or was listed, always in the same order: for a venue that numbers its markets. */
  readonly numbered: readonly Listing[];
  /** Rows oldest first, but for a fault that shuffles them. */
  page(listing: Listing, asked: PageAsked): readonly Row[];
  quote(listing: Listing): Quote;
  /** Of the listings, each once. */
  readonly coins: readonly ListedCoin[];
  coin(code: string): ListedCoin;
  readonly account: Account | null;
  readonly trading: TradingAccount | null;
}

const isMissing = (openMs: number, lengthMs: number): boolean => Math.floor(openMs / lengthMs) % 7 === 3;

function honestPage(world: World, one: Listing, asked: PageAsked, shownMs: number, isShown: (row: Row) => boolean) {
  const { lengthMs, limit, keep, forming = true } = asked;
  const lastMs = forming ? shownMs : shownMs - lengthMs;
  const beginMs = Math.ceil(Math.max(asked.fromMs, one.listedMs) / lengthMs) * lengthMs;
  const endMs = Math.floor(Math.min(asked.toMs, lastMs) / lengthMs) * lengthMs;
  const rows: Row[] = [];
  const take = (openMs: number): void => {
    const row = rowAt(world, one, openMs, Math.min(openMs + lengthMs, shownMs));
    if (row !== null && isShown(row)) rows.push(row);
  };
  if (keep === "oldest") {
    for (let openMs = beginMs; openMs <= endMs && rows.length < limit; openMs += lengthMs) take(openMs);
    return rows;
  }
  for (let openMs = endMs; openMs >= beginMs && rows.length < limit; openMs -= lengthMs) take(openMs);
  return rows.reverse();
}

/** The newest candle that is closed, many times too high or too low. */
function spiked(rows: readonly Row[], lengthMs: number, nowMs: number, factor: number): readonly Row[] {
  const newest = rows.findLastIndex((row) => row.openMs + lengthMs <= nowMs);
  return rows.map((row, at) => {
    if (at !== newest) return row;
    const close = Number((row.close * factor).toPrecision(8));
    return { ...row, close, high: Math.max(row.high, close), low: Math.min(row.low, close) };
  });
}

const swapped = <T>(list: readonly T[]): readonly T[] =>
  list.map((each, at) => list[at % 2 === 0 ? at + 1 : at - 1] ?? each);

export function createView(world: World, faults: readonly Fault[], nowMs: number): View {
  const has = (kind: Fault["kind"]): boolean => faults.some((fault) => fault.kind === kind);
  const frozenMs = faultOf(faults, "frozen")?.sinceMs ?? Number.POSITIVE_INFINITY;
  const lateMs = faultOf(faults, "late")?.lateMs ?? 0;
  const spike = faultOf(faults, "spike");
  const shownMs = has("year-old") ? nowMs - YEAR_MS : Math.min(nowMs, frozenMs);
  const listed = listedAt(world, nowMs);

  function page(one: Listing, asked: PageAsked): readonly Row[] {
    const { lengthMs } = asked;
    const isShown = ({ openMs }: Row): boolean => {
      if (has("gaps") && isMissing(openMs, lengthMs)) return false;
      const closeMs = openMs + lengthMs;
      return closeMs > nowMs ? shownMs === nowMs : closeMs + lateMs <= nowMs && closeMs <= shownMs;
    };
    const limit = Math.min(asked.limit, faultOf(faults, "short-pages")?.rows ?? asked.limit);
    const whole = { ...asked, limit };
    const meant = has("year-old") ? { ...whole, fromMs: 0, toMs: shownMs, keep: "newest" as const } : whole;
    let rows: readonly Row[] = honestPage(world, one, meant, shownMs, isShown);
    if (spike !== undefined) rows = spiked(rows, lengthMs, nowMs, spike.factor);
    if (has("duplicates")) rows = rows.flatMap((row) => [row, row]);
    return has("unsorted") ? swapped(rows) : rows;
  }

  function quote(one: Listing): Quote {
    const said = quoteAt(world, one, shownMs);
    return {
      ...said,
      ...(has("no-bid") ? { bid: null, ask: null } : {}),
      ...(has("no-volume") ? { volume: null, turnover: null } : {}),
    };
  }

  const listings = has("duplicates") ? listed.flatMap((one) => [one, one]) : has("unsorted") ? swapped(listed) : listed;
  const coin = (code: string): ListedCoin => coinOf(world, code);
  const codes = new Set(listings.flatMap(({ base, quote: money }) => [base, money]));
  const coins = [...codes].map(coin);
  return {
    nowMs,
    listings,
    numbered: world.listings,
    page,
    quote,
    coins,
    coin,
    account: world.account,
    trading: world.trading,
  };
}
