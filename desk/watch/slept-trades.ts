// Floor 4. Journal rows → what was bought, sold and earned since a look, by market: stops apart from all else. Pure.

import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import { add, type Money, ZERO_MONEY } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import { type ClosedTrade, type PositionKey, positionKey } from "#schemas/portfolio.ts";
import { splitSymbol } from "#schemas/units.ts";
import { TradeFold } from "#toolkits/portfolio/trades.ts";
import { signedText } from "./alert-text.ts";

/** What a subject has to say, and the rows it says it from; null: nothing. */
export type SleptSubject = { readonly words: string; readonly rows: readonly JournalRow[] } | null;

/** Markets named; the others are summed up. */
const MARKETS_NAMED = 6;

type FillRow = JournalRow & { readonly event: Extract<JournalEvent, { type: "fill" }> };

interface NewTrade {
  readonly trade: ClosedTrade;
  readonly rows: readonly JournalRow[];
}

/** `2 stops hit: ETH −12.30, SOL −4.10 USDT`. */
export function stopsLine(rows: readonly JournalRow[], sinceSeq: number, quote: string): SleptSubject {
  const hit = newTrades(rows, sinceSeq).filter(({ trade }) => trade.exitRole === "stop-loss");
  if (hit.length === 0) return null;
  const words = `${hit.length} ${hit.length === 1 ? "stop" : "stops"} hit: ${profitsText(hit)} ${quote}`;
  return { words, rows: unique(hit.flatMap((trade) => trade.rows)) };
}

/** `Sold in 3 trades: ETH +3.20, SOL −0.40 USDT after fees`, stops left out. */
export function soldLine(rows: readonly JournalRow[], sinceSeq: number, quote: string): SleptSubject {
  const sold = newTrades(rows, sinceSeq).filter(({ trade }) => trade.exitRole !== "stop-loss");
  if (sold.length === 0) return null;
  const words = `Sold in ${sold.length} ${sold.length === 1 ? "trade" : "trades"}: ${profitsText(sold)} ${quote} after fees`;
  return { words, rows: unique(sold.flatMap((trade) => trade.rows)) };
}

/** `Bought in 3 fills: BTC, SOL`. A line of its own: a profit is not made of purchases that are still held. */
export function boughtLine(rows: readonly JournalRow[], sinceSeq: number): SleptSubject {
  const bought = fillsOf(rows).filter(({ seq, event }) => seq > sinceSeq && event.fill.side === "buy");
  if (bought.length === 0) return null;
  const fills = `${bought.length} ${bought.length === 1 ? "fill" : "fills"}`;
  return { words: `Bought in ${fills}: ${boughtText(bought.map(({ event }) => event.fill))}`, rows: bought };
}

const fillsOf = (rows: readonly JournalRow[]): readonly FillRow[] =>
  rows.filter((row): row is FillRow => row.event.type === "fill");

/** Trades whose end is news, each with the rows that its profit is made of: fills and dust of its strategy and market, to its end. */
function newTrades(rows: readonly JournalRow[], sinceSeq: number): readonly NewTrade[] {
  const fold = new TradeFold();
  const before = new Map<PositionKey, JournalRow[]>();
  return rows.flatMap((row) => {
    const { event } = row;
    const key = heldBy(event);
    if (key !== null) {
      const own = before.get(key) ?? [];
      own.push(row);
      before.set(key, own);
    }
    const ended = fold.take(event);
    if (ended === null || row.seq <= sinceSeq) return [];
    const trade = ended.finished();
    const own = before.get(positionKey(trade)) ?? [];
    // From the end: what was sold long ago is not gone through again for each trade.
    const begin = own.findLastIndex((r) => r.event.type === "fill" && r.event.fill.fillId === ended.from.fillId);
    return [{ trade, rows: own.slice(begin) }];
  });
}

function heldBy(event: JournalEvent): PositionKey | null {
  if (event.type === "fill") return positionKey(event.fill);
  if (event.type === "coin-fee") return positionKey(event);
  return event.type === "dust" || event.type === "write-off" || event.type === "coins-out" ? positionKey(event) : null;
}

function profitsText(trades: readonly NewTrade[]): string {
  const byBase = new Map<string, Money>();
  for (const { trade } of trades) {
    const { base } = splitSymbol(trade.symbol);
    byBase.set(base, add(byBase.get(base) ?? ZERO_MONEY, trade.pnl));
  }
  const sorted = [...byBase].sort(([a, x], [b, y]) => Math.abs(Number(y)) - Math.abs(Number(x)) || (a < b ? -1 : 1));
  const named = sorted.slice(0, MARKETS_NAMED).map(([base, pnl]) => `${base} ${signedText(pnl)}`);
  const others = sorted.slice(MARKETS_NAMED);
  const sum = others.reduce((total, [, pnl]) => add(total, pnl), ZERO_MONEY);
  return [...named, ...(others.length === 0 ? [] : [`${others.length} more ${signedText(sum)}`])].join(", ");
}

function boughtText(fills: readonly Fill[]): string {
  const bases = [...new Set(fills.map(({ symbol }) => splitSymbol(symbol).base))];
  const more = bases.length - MARKETS_NAMED;
  return `${bases.slice(0, MARKETS_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const unique = (rows: readonly JournalRow[]): readonly JournalRow[] => [...new Set(rows)];
