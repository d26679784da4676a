// Floor 2, execution. The working orders of one market and one closed candle in; what the venue would have done out.
import type { Costs } from "#schemas/config.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { Candle, Market } from "#schemas/market.ts";
import {
  add,
  bps,
  compare,
  decimalFromNumber,
  type Money,
  maxOf,
  minOf,
  type Price,
  percent,
  type Quantity,
  roundPrice,
  roundQuantity,
  subtract,
  toNumber,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { Order, Side } from "#schemas/order.ts";
import type { ExecutionEvent } from "#schemas/ports/trading.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { type FillTerms, MatchingEngine } from "./matching-engine.ts";

export interface MatchInput {
  /** Orders of this market; those that do not work are passed over. */
  readonly orders: readonly Order[];
  readonly candle: Candle;
  readonly timeframe: Timeframe;
  readonly market: Market;
  readonly costs: Costs;
  readonly cash: Money;
  /** Position quantity now, dust included. */
  readonly held: Quantity;
}

export interface MatchResult {
  readonly events: readonly ExecutionEvent[];
  /** Orders that still work, children included. */
  readonly orders: readonly Order[];
  readonly cash: Money;
  readonly held: Quantity;
}

/** The candle of a slot in which nothing was traded: it fills nothing, and lets entries expire. Its prices are not read. */
export const untradedCandle = (openMs: UnixMs): Candle => ({ openMs, open: 1, high: 1, low: 1, close: 1, volume: 0 });

/**
 * False only where settling `order` against `candle` can change nothing; a float comparison for hot loops. Reading a
 * decimal as float64 keeps its order, so `<=` and `>=` never miss a touch.
 */
export function mayFill(order: Order, candle: Candle): boolean {
  if (order.role === "entry" || order.expiresAtMs !== null) return true;
  if (candle.volume <= 0 || candle.openMs < order.workingFromMs) return false;
  if (order.kind === "market" || order.triggered) return true;
  if (order.kind === "stop") return order.triggerPrice !== null && candle.low <= toNumber(order.triggerPrice);
  return order.limitPrice !== null && candle.high >= toNumber(order.limitPrice);
}

type Span = Pick<FillTerms, "available" | "spanMs" | "atMs">;

/** A price that slippage moved against us, on the tick, never below one tick. */
function slipped(price: string, side: Side, { costs, market }: MatchInput): Price {
  const slip = bps(price, costs.slippageBps);
  const worse = side === "buy" ? add<string>(price, slip) : subtract<string>(price, slip);
  return maxOf(roundPrice(worse, market.tickSize, side), market.tickSize as Price);
}

/**
 * Settles one candle, in this order: exits at the open, entries at the open, limit entries, stops, targets. So of a stop
 * and a target both touched the stop comes first, and an entry's children meet the candle of their own entry.
 *
 * - market: at the open, slippage against us. An order's share of the volume is bounded; the rest is canceled.
 * - stop: touched at `low <= trigger`; at the worse of open and trigger, with slippage. What the volume does not take goes
 *   out at the next opens (`triggered`); the target ends at the touch: nothing is left naked or sold twice.
 * - limit and target: only when traded through (`low < price`, `high > price`), at the price, without slippage. A limit
 *   entry that expires inside the candle, or its target in the same candle, is not filled: the touch may lie outside.
 * - a candle without volume fills nothing; an entry that its candle did not fill has expired at the close.
 *
 * Events carry the candle's open time where they happened at the open, else its close time; an expiry its own time.
 */
export function matchCandle(input: MatchInput): MatchResult {
  const { candle, timeframe, market, costs } = input;
  const book = new MatchingEngine(input);
  const openMs = unixMs(candle.openMs);
  const closeMs = unixMs(candle.openMs + timeframeMs(timeframe));
  if (candle.volume > 0) {
    const share = percent(decimalFromNumber(candle.volume), costs.maxVolumeSharePct);
    const span = { available: roundQuantity(share, market.stepSize), spanMs: openMs };
    const ready = book.working((order) => order.workingFromMs <= openMs);
    settleOpen(book, ready, { ...span, atMs: openMs }, input, closeMs);
    settleLimitEntries(book, ready, { ...span, atMs: closeMs }, input);
    settleStops(book, { ...span, atMs: closeMs }, input);
    settleTargets(book, { ...span, atMs: closeMs }, input);
  }
  for (const order of book.working((o) => o.expiresAtMs !== null && o.expiresAtMs <= closeMs)) {
    book.end(order, "expired", "no candle filled it in time", order.expiresAtMs ?? closeMs);
  }
  return { events: book.events, orders: book.working(), cash: book.cash, held: book.held };
}

/** The part of a portfolio that settlement needs. */
export interface Holdings {
  readonly cash: Money;
  readonly positions: ReadonlyMap<MarketSymbol, { readonly quantity: Quantity }>;
  readonly orders: ReadonlyMap<string, Order>;
}

export interface MatchSlotInput {
  readonly portfolio: Holdings;
  /** Open time of the candles to settle. */
  readonly openMs: UnixMs;
  readonly timeframe: Timeframe;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly costs: Costs;
  /** The market's candle that opened at `openMs`; null: it has none. */
  readonly candleOf: (symbol: MarketSymbol) => Candle | null;
}

/**
 * Settles the candles of one slot, market after market by symbol, out of one purse. Backtest and paper both come here, so
 * equal candles give equal events.
 * @throws InvariantError for an open order in a market that `markets` does not have.
 */
export function matchSlot(input: MatchSlotInput): readonly ExecutionEvent[] {
  const { portfolio, openMs, timeframe, markets, costs, candleOf } = input;
  const bySymbol = new Map<MarketSymbol, Order[]>();
  for (const order of portfolio.orders.values()) {
    const same = bySymbol.get(order.symbol);
    if (same === undefined) bySymbol.set(order.symbol, [order]);
    else same.push(order);
  }
  const events: ExecutionEvent[] = [];
  let { cash } = portfolio;
  for (const symbol of [...bySymbol.keys()].sort()) {
    const orders = bySymbol.get(symbol) ?? [];
    const candle = candleOf(symbol) ?? untradedCandle(openMs);
    if (!orders.some((order) => mayFill(order, candle))) continue;
    const market = markets.get(symbol);
    if (market === undefined) {
      throw new InvariantError({
        was: `An order works in ${symbol}, which the venue does not list.`,
        expected: "orders in listed markets only",
        remedy: "Cancel it, or bring the market back.",
      });
    }
    const held = portfolio.positions.get(symbol)?.quantity ?? ZERO_QUANTITY;
    const settled = matchCandle({ orders, candle, timeframe, market, costs, cash, held });
    cash = settled.cash;
    events.push(...settled.events);
  }
  return events;
}

const inTime = (order: Order, atMs: UnixMs): boolean => order.expiresAtMs === null || atMs < order.expiresAtMs;

function settleOpen(
  book: MatchingEngine,
  ready: readonly Order[],
  span: Span,
  input: MatchInput,
  closeMs: UnixMs,
): void {
  const terms = (side: Side): FillTerms => ({
    ...span,
    price: slipped(decimalFromNumber(input.candle.open), side, input),
    basis: "next-open",
  });
  for (const order of ready) {
    if (order.side !== "sell" || !book.isWorking(order)) continue;
    if (order.kind === "market") book.sell(order, terms("sell"), "cancel");
  }
  // Asked again: an exit at this open may have ended or trimmed a stop that is on its way out.
  for (const order of book.working((o) => o.triggered && o.workingFromMs <= span.spanMs)) {
    book.sell(order, terms("sell"), { keep: { workingFromMs: closeMs } });
  }
  for (const order of ready) {
    if (order.side !== "buy" || order.kind !== "market" || !inTime(order, span.spanMs)) continue;
    book.buy(order, terms("buy"), { stopMs: span.spanMs, targetMs: span.spanMs });
  }
}

function settleLimitEntries(book: MatchingEngine, ready: readonly Order[], span: Span, { candle }: MatchInput): void {
  for (const order of ready) {
    if (order.side !== "buy" || order.limitPrice === null) continue;
    const wholeCandle = order.expiresAtMs === null || order.expiresAtMs >= span.atMs;
    if (!wholeCandle || compare(decimalFromNumber(candle.low), order.limitPrice) >= 0) continue;
    const terms = { ...span, price: order.limitPrice, basis: "limit" };
    book.buy(order, terms, { stopMs: span.spanMs, targetMs: span.atMs });
  }
}

function settleStops(book: MatchingEngine, span: Span, input: MatchInput): void {
  const low = decimalFromNumber(input.candle.low);
  const open = decimalFromNumber(input.candle.open);
  for (const order of book.working((o) => o.kind === "stop" && !o.triggered && o.workingFromMs <= span.spanMs)) {
    const trigger = order.triggerPrice;
    if (trigger === null || !book.isWorking(order) || compare(low, trigger) > 0) continue;
    for (const other of book.working((o) => o.kind === "target" && o.parentId === order.parentId)) {
      book.end(other, "canceled", "the stop was touched first", span.atMs);
    }
    const basis = compare(open, trigger) < 0 ? "stop-gap" : "stop";
    const price = slipped(minOf(open, trigger), "sell", input);
    book.sell(order, { ...span, price, basis }, { keep: { triggered: true, workingFromMs: span.atMs } });
  }
}

function settleTargets(book: MatchingEngine, span: Span, { candle }: MatchInput): void {
  const isSale = (o: Order) => o.side === "sell" && o.limitPrice !== null && o.workingFromMs <= span.spanMs;
  for (const order of book.working(isSale)) {
    if (order.limitPrice === null || !book.isWorking(order)) continue;
    if (compare(decimalFromNumber(candle.high), order.limitPrice) <= 0) continue;
    const basis = order.kind === "target" ? "target" : "limit";
    book.sell(order, { ...span, price: order.limitPrice, basis }, { keep: { workingFromMs: span.atMs } });
  }
}
