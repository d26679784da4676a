// Floor 2, execution. The orders of one market against one closed candle, in three phases: what the paper exchange does at
// the open, within the range, and after a stop was raised by the candle's high. Pure but for the engine given.
import type { Candle, Market } from "#schemas/market.ts";
import {
  add,
  bps,
  compare,
  decimalFromNumber,
  maxOf,
  minOf,
  type Price,
  percent,
  type Quantity,
  roundPrice,
  roundQuantity,
  subtract,
  toNumber,
} from "#schemas/money.ts";
import type { Order, Side } from "#schemas/order.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { slippageBpsOf } from "../portfolio/fees.ts";
import type { FillTerms, MatchingEngine } from "./matching-engine.ts";

/**
 * `open`: exits, rests of touched stops, sales that arrive at the open below it, then entries. `part`: stops, then take-profits, of a
 * shorter candle within. `range`: stops, then take-profits, then entries that expire; so of a stop and a take-profit both touched the stop comes first, and an entry's
 * children meet the candle of their own entry. `trail`: stops that were raised by this candle's high.
 *
 * - market: at the open, slippage against us; a limit entry the same if the open is within its limit, else it expires.
 * - stop: touched at `low <= trigger`; at the worse of open and trigger, with slippage. The take-profit ends at the touch.
 * - take-profit: only when traded through (`high > limit`), at the limit, or at the low of a candle that lies above it:
 *   nothing fills outside the candle but by slippage. One that arrives at the open below it sells at the open.
 * - an order's share of the volume is bounded: the rest of an entry is canceled, that of a sale goes on at the next opens.
 * - a candle without volume fills nothing.
 *
 * A part gives prices and their order alone: volume, times and ids are those of the candle.
 *
 * Reports carry the candle's open time where it happened at the open, else its close time; an expiry its own time.
 */
export type Phase = "open" | "part" | "range" | "trail";

/** The candle of a slot in which nothing was traded: it fills nothing, and lets entries expire. Its prices are not read. */
export const untradedCandle = (openMs: UnixMs): Candle => ({ openMs, open: 1, high: 1, low: 1, close: 1, volume: 0 });

/**
 * False only where matching `order` with `candle` can change nothing; a float comparison for hot loops. Reading a decimal
 * as float64 keeps its order, so `<=` and `>=` never miss a touch.
 */
export function mayFill(order: Order, candle: Candle): boolean {
  if (order.role === "entry" || order.expiresAtMs !== null) return true;
  // A stop raised within a candle has its time inside it.
  if (candle.volume <= 0 || candle.openMs + 1 < order.activeFromMs) return false;
  if (order.type === "market" || order.triggered || order.trails) return true;
  if (order.type === "stop-market") return order.triggerPrice !== null && candle.low <= toNumber(order.triggerPrice);
  return order.limitPrice !== null && candle.high >= toNumber(order.limitPrice);
}

/** A market's candle above `low` and below `high` changes none of its orders. */
export interface QuietRange {
  readonly symbol: MarketSymbol;
  low: number;
  high: number;
  /** Its candles that open from the first of these on and before the second are known to lie within. */
  fromMs: number;
  untilMs: number;
}

/** Of each market that has orders: what `mayFill` says of all of them, as two prices that hold until one of them changes. */
export function quietRanges(orders: Iterable<Order>): ReadonlyMap<MarketSymbol, QuietRange> {
  const ranges = new Map<MarketSymbol, QuietRange>();
  for (const { symbol, role, type, expiresAtMs, triggered, trails, triggerPrice, limitPrice } of orders) {
    const range = ranges.get(symbol) ?? { symbol, low: 0, high: Number.POSITIVE_INFINITY, fromMs: 0, untilMs: 0 };
    ranges.set(symbol, range);
    const isAlwaysAsked = role === "entry" || expiresAtMs !== null || type === "market" || triggered || trails;
    if (isAlwaysAsked) range.low = Number.POSITIVE_INFINITY;
    else if (triggerPrice !== null) range.low = Math.max(range.low, toNumber(triggerPrice));
    else if (limitPrice !== null) range.high = Math.min(range.high, toNumber(limitPrice));
  }
  return ranges;
}

interface Meeting {
  readonly engine: MatchingEngine;
  /** The candle, or the part of it that is met. */
  readonly candle: Candle;
  readonly market: Market;
  /** Most that one order may have of the candle's volume; worked out where one fills. */
  readonly available: () => Quantity;
  readonly openMs: UnixMs;
  readonly closeMs: UnixMs;
  /** Of the part; the same as the two above where the whole candle is met. */
  readonly fromMs: UnixMs;
  readonly untilMs: UnixMs;
  readonly of: (wanted: (order: Order) => boolean) => readonly Order[];
}

/** One phase of one market's candle. */
export function matchCandle(
  engine: MatchingEngine,
  phase: Phase,
  given: {
    readonly symbol: MarketSymbol;
    readonly candle: Candle;
    readonly timeframe: Timeframe;
    readonly mayMatch: (order: Order) => boolean;
    /** A shorter candle within this one; left out: the whole is met. */
    readonly part?: { readonly candle: Candle; readonly timeframe: Timeframe };
  },
): void {
  const { symbol, candle, timeframe, mayMatch, part } = given;
  const market = engine.markets.get(symbol);
  const openMs = unixMs(candle.openMs);
  const closeMs = unixMs(candle.openMs + timeframeMs(timeframe));
  const of: Meeting["of"] = (wanted) => engine.workingIn(symbol, (o) => mayMatch(o) && wanted(o));
  if (market !== undefined && candle.volume > 0) {
    const available = (): Quantity =>
      roundQuantity(percent(decimalFromNumber(candle.volume), engine.costs.maxVolumeSharePct), market.stepSize);
    const fromMs = part === undefined ? openMs : unixMs(part.candle.openMs);
    const untilMs = part === undefined ? closeMs : unixMs(part.candle.openMs + timeframeMs(part.timeframe));
    const met = part?.candle ?? candle;
    MATCH[phase]({ engine, candle: met, market, available, openMs, closeMs, fromMs, untilMs, of });
  }
  if (phase !== "range") return;
  for (const order of of((o) => o.expiresAtMs !== null && o.expiresAtMs <= closeMs)) {
    engine.end(order, "expired", "no candle filled it in time", order.expiresAtMs ?? closeMs);
  }
}

const MATCH: Readonly<Record<Phase, (meeting: Meeting) => void>> = {
  open: matchOpen,
  part: matchRange,
  range: (meeting) => {
    matchRange(meeting);
    reportRange(meeting);
  },
  trail: (meeting) => matchStops(meeting, (order) => order.activeFromMs < meeting.untilMs),
};

function matchRange(meeting: Meeting): void {
  matchStops(meeting, (order) => order.activeFromMs <= meeting.fromMs);
  matchTakeProfits(meeting);
}

/** A price that slippage moved against us, on the tick, never below one tick. */
function slipped(price: string, side: Side, { engine, market }: Meeting): Price {
  const slip = bps(price, slippageBpsOf(market, engine.costs));
  const worse = side === "buy" ? add<string>(price, slip) : subtract<string>(price, slip);
  return maxOf(roundPrice(worse, market.tickSize, side), market.tickSize as Price);
}

function matchOpen(meeting: Meeting): void {
  const { engine, candle, available, openMs, closeMs, of } = meeting;
  const open = decimalFromNumber(candle.open);
  const at = (side: Side): FillTerms => ({
    price: slipped(open, side, meeting),
    available: available(),
    basis: "next-open",
    atMs: openMs,
    spanMs: openMs,
  });
  const ready = (order: Order): boolean => order.activeFromMs <= openMs;
  for (const order of of((o) => ready(o) && o.side === "sell" && o.type === "market")) {
    engine.sell(order, at("sell"), closeMs);
  }
  // Asked again: an exit at this open may have ended a stop that is on its way out.
  for (const order of of((o) => ready(o) && o.triggered)) engine.sell(order, at("sell"), closeMs);
  for (const order of of((o) => o.activeFromMs === openMs && o.side === "sell" && o.type === "limit")) {
    if (order.limitPrice === null || compare(order.limitPrice, open) > 0) continue;
    engine.sell(order, { ...at("sell"), price: maxOf(order.limitPrice, at("sell").price) }, closeMs);
  }
  for (const order of of((o) => ready(o) && o.side === "buy" && (o.expiresAtMs === null || openMs < o.expiresAtMs))) {
    const { limitPrice } = order;
    if (limitPrice === null) engine.buy(order, at("buy"));
    else if (compare(open, limitPrice) > 0) {
      engine.end(order, "expired", `the open of ${open} is above its limit of ${limitPrice}`, openMs);
    } else engine.buy(order, { ...at("buy"), price: minOf(limitPrice, at("buy").price), basis: "limit" });
  }
}

function matchStops(meeting: Meeting, isActive: (order: Order) => boolean): void {
  const { engine, candle, available, openMs, closeMs, fromMs, of } = meeting;
  const low = decimalFromNumber(candle.low);
  const open = decimalFromNumber(candle.open);
  for (const order of of((o) => o.type === "stop-market" && !o.triggered && isActive(o))) {
    const trigger = order.triggerPrice;
    if (trigger === null || compare(low, trigger) > 0) continue;
    for (const other of of((o) => o.type === "limit" && o.side === "sell" && o.parentId === order.parentId)) {
      engine.end(other, "canceled", "the stop was touched first", closeMs);
    }
    // A stop raised within the candle lies below the high it follows: the fall from there passes it.
    const gap = order.activeFromMs <= fromMs && compare(open, trigger) < 0;
    const price = slipped(gap ? open : trigger, "sell", meeting);
    engine.sell(
      order,
      { price, available: available(), basis: gap ? "stop-gap" : "stop", atMs: closeMs, spanMs: openMs },
      closeMs,
    );
  }
}

function matchTakeProfits({ engine, candle, available, openMs, closeMs, fromMs, of }: Meeting): void {
  const [high, low] = [decimalFromNumber(candle.high), decimalFromNumber(candle.low) as Price];
  for (const order of of((o) => o.type === "limit" && o.side === "sell" && o.activeFromMs <= fromMs)) {
    if (order.limitPrice === null || compare(high, order.limitPrice) <= 0) continue;
    const price = maxOf(order.limitPrice, low);
    engine.sell(order, { price, available: available(), basis: "take-profit", atMs: closeMs, spanMs: openMs }, closeMs);
  }
}

function reportRange({ engine, candle, market, closeMs, fromMs, untilMs, of }: Meeting): void {
  if (of((o) => o.trails && !o.triggered && o.activeFromMs < untilMs).length === 0) return;
  const [high, low] = [decimalFromNumber(candle.high) as Price, decimalFromNumber(candle.low) as Price];
  engine.tell({ type: "range", atMs: closeMs, openMs: fromMs, symbol: market.symbol, high, low });
}
