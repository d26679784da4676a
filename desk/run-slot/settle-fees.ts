// Floor 4. Fees in other coins than the fill's own market → journaled with the price of now, and taken from the desk's positions in that
// coin, newest first, as the venue has taken them. Coins of the owner's pay the rest.
import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import {
  type DecimalText,
  decimalFromNumber,
  isPositive,
  type Money,
  minOf,
  type Price,
  type Quantity,
  subtract,
} from "#schemas/money.ts";
import type { DueFee, Portfolio, Position } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, splitSymbol, type UnixMs } from "#schemas/units.ts";
import { isSellable } from "#toolkits/execution/bracket-orders.ts";
import { noMarketOf } from "#toolkits/market/judge-quote.ts";
import { applyEvent } from "#toolkits/portfolio/portfolio.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import type { CoverDesk } from "./cover.ts";

/** One whose price cannot be read now, and that no position pays, waits for the next look. A fee without a market is journaled without a price. */
export async function settleFees(desk: CoverDesk, options: CallOptions): Promise<readonly JournalEvent[]> {
  const { account, clock } = desk;
  if (account.portfolio().dueFees.length === 0) return [];
  const bids = await bidsOf(desk, options);
  const atMs = clock.now();
  const events: JournalEvent[] = [];
  let portfolio = account.portfolio();
  for (const fee of portfolio.dueFees) {
    const row = rowOf(desk, portfolio, fee, bids, atMs);
    if (row === null) continue;
    const rows = [row, ...dustAfter(desk, applyEvent(portfolio, row), row)];
    for (const event of rows) portfolio = applyEvent(portfolio, event);
    events.push(...rows);
  }
  if (events.length > 0) await account.append(events, options);
  return events;
}

type CoinFee = Extract<JournalEvent, { type: "coin-fee" }>;
type Bids = ReadonlyMap<MarketSymbol, Price>;

function rowOf(desk: CoverDesk, portfolio: Portfolio, fee: DueFee, bids: Bids, atMs: UnixMs): CoinFee | null {
  const { currency, amount } = fee;
  const market = marketOf(currency, desk.quote);
  const held = [...portfolio.positions.values()]
    .filter(({ symbol }) => splitSymbol(symbol).base === currency)
    .toSorted((a, b) => b.openedAtMs - a.openedAtMs);
  const price = bids.get(market) ?? held[0]?.averagePrice ?? null;
  if (price === null && desk.markets.has(market)) return null;
  const marked = portfolio.loss?.equity;
  const equity = marked === undefined ? portfolio.cash : (decimalFromNumber(marked) as Money);
  return { type: "coin-fee", atMs, ...fee, price, from: paidBy(held, amount), equity };
}

function paidBy(held: readonly Position[], amount: DecimalText): CoinFee["from"] {
  let left = amount;
  return held.flatMap(({ strategyId, symbol, quantity: there }) => {
    const quantity = minOf<DecimalText>(left, there) as Quantity;
    if (!isPositive(quantity)) return [];
    left = subtract<DecimalText>(left, quantity);
    return [{ strategyId, symbol, quantity }];
  });
}

function dustAfter({ markets }: CoverDesk, portfolio: Portfolio, { atMs, from }: CoinFee): readonly JournalEvent[] {
  return from.flatMap((paid): readonly JournalEvent[] => {
    const [position, market] = [positionOf(portfolio, paid), markets.get(paid.symbol)];
    if (position === undefined || position.dust || market === undefined) return [];
    const { strategyId, symbol, quantity, averagePrice } = position;
    if (isSellable(quantity, averagePrice, market)) return [];
    return [{ type: "dust", atMs, strategyId, symbol, quantity }];
  });
}

async function bidsOf({ account, clock, markets, marketData, quote }: CoverDesk, options: CallOptions): Promise<Bids> {
  const coins = new Set(account.portfolio().dueFees.map(({ currency }) => marketOf(currency, quote)));
  const symbols = [...coins].filter((symbol) => markets.has(symbol));
  if (symbols.length === 0) return new Map();
  try {
    const nowMs = clock.now();
    const tickers = await marketData.tickers({ symbols, nowMs }, options);
    const live = tickers.filter((ticker) => noMarketOf(ticker, nowMs) === null);
    return new Map(live.map(({ symbol, bid }) => [symbol, decimalFromNumber(bid) as Price]));
  } catch (error) {
    if (!isPassing(error)) throw error;
    return new Map();
  }
}

const marketOf = (coin: string, quote: string) => `${coin}/${quote}` as MarketSymbol;
