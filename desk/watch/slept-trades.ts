// Floor 4. Journal rows -> what was bought, sold and earned since a look, by market: stops apart from all else. Pure.

import type { JournalEvent, JournalRow } from "#schemas/journal.ts";
import { add, isPositive, type Money, subtract, ZERO_MONEY, ZERO_QUANTITY } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { feeInBase } from "#toolkits/portfolio/fills.ts";
import { closedTrades } from "#toolkits/portfolio/portfolio.ts";
import { signedText } from "./alert-text.ts";
import type { SleptSubject } from "./while-you-slept.ts";

/** Markets named; the others are summed up. */
const MARKETS_NAMED = 6;

type FillRow = JournalRow & { readonly event: Extract<JournalEvent, { type: "fill" }> };

/** A trade whose last fill so far is news, with the fills that its profit is made of. */
interface NewTrade {
  readonly trade: ClosedTrade;
  readonly rows: readonly FillRow[];
}

/** `2 stops hit: ETH −12.30, SOL −4.10 USDT`. */
export function stopsLine(rows: readonly JournalRow[], sinceSeq: number, quote: string): SleptSubject {
  const hit = newTrades(rows, sinceSeq).filter(({ trade }) => trade.exitRole === "stop");
  if (hit.length === 0) return null;
  const words = `${hit.length} ${hit.length === 1 ? "stop" : "stops"} hit: ${profitsText(hit)} ${quote}`;
  return { words, rows: unique(hit.flatMap((trade) => trade.rows)) };
}

/** `Sold in 3 trades: ETH +3.20, SOL −0.40 USDT after fees`, stops left out. */
export function soldLine(rows: readonly JournalRow[], sinceSeq: number, quote: string): SleptSubject {
  const sold = newTrades(rows, sinceSeq).filter(({ trade }) => trade.exitRole !== "stop");
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

/**
 * Trades of which a fill is news. Each cites the fills of its market from the purchase that the position began with: the
 * same profit comes of them alone.
 */
function newTrades(rows: readonly JournalRow[], sinceSeq: number): readonly NewTrade[] {
  const byMarket = new Map<MarketSymbol, FillRow[]>();
  for (const row of fillsOf(rows)) {
    const { symbol } = row.event.fill;
    const known = byMarket.get(symbol);
    if (known === undefined) byMarket.set(symbol, [row]);
    else known.push(row);
  }
  return [...byMarket.values()].flatMap((fills) => newTradesOf(fills, sinceSeq));
}

function newTradesOf(fills: readonly FillRow[], sinceSeq: number): readonly NewTrade[] {
  if ((fills.at(-1)?.seq ?? 0) <= sinceSeq) return [];
  const exits = new Map<string, { readonly fromSeq: number; readonly lastSeq: number }>();
  let held: string = ZERO_QUANTITY;
  let fromSeq = 0;
  for (const { seq, event } of fills) {
    const { side, quantity, clientOrderId } = event.fill;
    if (!isPositive(held)) fromSeq = seq;
    const base = feeInBase(event.fill);
    held = side === "buy" ? add(held, subtract(quantity, base)) : subtract(held, add(quantity, base));
    if (side === "sell") exits.set(clientOrderId, { fromSeq, lastSeq: seq });
  }
  const trades = closedTrades(fills.map(({ event }) => event));
  // Both in the order in which the exits began.
  return [...exits.values()].flatMap(({ fromSeq, lastSeq }, at) => {
    const trade = trades[at];
    if (trade === undefined || lastSeq <= sinceSeq) return [];
    return [{ trade, rows: fills.filter(({ seq }) => seq >= fromSeq && seq <= lastSeq) }];
  });
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
