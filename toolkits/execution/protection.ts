// Floor 2, execution. What a position at a real venue needs now and does not have: a stop for exactly what is held, its target's sale
// where the desk holds the target, and a bounded sale where no stop can be placed. Pure: it says what to journal.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import {
  bps,
  compare,
  divide,
  isPositive,
  maxOf,
  type Price,
  percent,
  type Quantity,
  roundPrice,
  subtract,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { clientOrderIdOf, isWorking, type Order } from "#schemas/order.ts";
import { isFlattening, type OpenBracket, type Portfolio, type Position } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { orderQuantity } from "../market/order-size.ts";
import { leavingQuantity, openPositions } from "../portfolio/positions.ts";
import { stopPriceOf, targetPriceOf } from "../risk/bracket.ts";
import {
  type BracketContext,
  bracketOfPosition,
  candleOpenMs,
  childIn,
  isSellable,
  placed,
  takeProfitAt,
} from "./bracket-orders.ts";

export interface ProtectionContext extends BracketContext {
  /** What somebody pays now, in quote; null: not known. */
  readonly bidOf: (symbol: MarketSymbol) => Price | null;
  /** The better one of two looks; null: there were not two. */
  readonly steadyBidOf: (symbol: MarketSymbol) => Price | null;
  /** False: something was sold for it, or tried to, just before. */
  readonly maySell: (position: Position) => boolean;
}

/** A stop that was refused so often in a row is not tried again: what it would protect is sold. */
export const STOP_TRIES = 3;
/** An emergency sale takes no less than this below the best bid, percent; without a bid, below where the stop was to be. */
const EMERGENCY_BELOW_PCT = 2;
const EMERGENCY_BLIND_PCT = 5;
/** A bid so far below a stop that still rests, percent: it was jumped over, or its limit was. The desk sells what it was to sell. */
const JUMPED_OVER_PCT = 5;
/** The desk sells for a target at what it asks, and at least at this below it, basis points: nobody may be left at the price itself. */
const TARGET_SLACK_BPS = 5;

export const TOO_SMALL = "at its stop it would be too small to be sold";
export const NO_BRACKET = "it was bought after its order had ended, and has no stop";
export const NO_STOP = "no stop could be placed";
export const STOP_PASSED = "the price went through its stop";
export const TARGET_REACHED = "its target was reached";
export const FLATTENED = "all is to be sold";

/** What to journal so that everything held is covered; nothing where it is. */
export function protectionDue(portfolio: Portfolio, context: ProtectionContext): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  for (const position of openPositions(portfolio)) {
    const bracket = bracketOfPosition(portfolio, position);
    const event =
      bracket === null
        ? saleWithoutBracket(portfolio, position, context)
        : dueFor(portfolio, position, bracket, context);
    if (event !== null) events.push(event);
  }
  return events;
}

function dueFor(
  portfolio: Portfolio,
  position: Position,
  bracket: OpenBracket,
  context: ProtectionContext,
): JournalEvent | null {
  const { entry, entryPrice, firstFillMs, stopPrice, stopRefusals } = bracket;
  const market = context.markets.get(position.symbol);
  if (market === undefined || entry.bracket === null || entryPrice === null || firstFillMs === null) return null;
  const quantity = orderQuantity(subtract(position.quantity, leavingQuantity(portfolio, position)), market);
  if (!isPositive(quantity)) return null;
  const trigger = maxOf(stopPriceOf(entryPrice, entry.bracket.stopPct, market.tickSize), stopPrice ?? ("0" as Price));
  const { nowMs } = context;
  const activeFromMs = candleOpenMs(nowMs, context.timeframe);
  const standing = context.targets === "desk" ? childIn(portfolio, bracket, "take-profit") : null;
  // One that was sent, or may have been, is selling: it is asked for, and nothing is placed beside it.
  if (standing !== null && standing.status !== "initialized") return null;
  const target = context.maySell(position) ? reached(portfolio, position, context) : null;
  if (target !== null) {
    const limitPrice = roundPrice(subtract<string>(target, bps(target, TARGET_SLACK_BPS)), market.tickSize, "sell");
    if (standing?.limitPrice === limitPrice) return null;
    const sold = { quantity, limitPrice, activeFromMs, statusReason: TARGET_REACHED };
    return placed(bracket, standing, "take-profit", nowMs, sold);
  }
  const stop = childIn(portfolio, bracket, "stop-loss");
  const bid = context.bidOf(position.symbol);
  const sale = (statusReason: string): JournalEvent | null => {
    // One at a time: what it leaves is sold by the next.
    if (childIn(portfolio, bracket, "exit") !== null || !context.maySell(position)) return null;
    const limitPrice = emergencyPrice(quantity, bid, trigger, market);
    if (limitPrice === null) return null;
    return placed(bracket, null, "exit", nowMs, { quantity, type: "limit", limitPrice, activeFromMs, statusReason });
  };
  // At the bid or not at all: while nobody bids, the stop protects it.
  if (bid !== null && isFlattening(portfolio, position.strategyId)) {
    const sold = sale(FLATTENED);
    if (sold !== null) return sold;
  }
  if (stop !== null && isJumpedOver(stop, context.steadyBidOf(position.symbol))) return sale(STOP_PASSED);
  if (stop !== null && stop.status !== "initialized" && covers(stop, quantity)) return null;
  // More may be bought while the entry is under way; what is no more than this can be sold now and could not at its stop.
  if (!isSellable(quantity, trigger, market)) return isWorking(entry) ? null : sale(TOO_SMALL);
  // The entry's own fill prices the stop that was journaled with it.
  if (stop?.status === "initialized") return null;
  if (stopRefusals >= STOP_TRIES) return sale(NO_STOP);
  return placed(bracket, stop, "stop-loss", nowMs, { quantity, triggerPrice: trigger, activeFromMs });
}

/** The least that an emergency's sale takes; null: the venue's filters would not let it be sold at what is bid. */
function emergencyPrice(quantity: Quantity, bid: Price | null, trigger: Price, market: Market): Price | null {
  const { minNotional, tickSize } = market;
  const from = bid ?? trigger;
  const below = percent(from, bid === null ? EMERGENCY_BLIND_PCT : EMERGENCY_BELOW_PCT);
  const bound = roundPrice(subtract<string>(from, below), tickSize, "sell");
  const limitPrice = maxOf(bound, roundPrice(divide(minNotional, quantity), tickSize, "buy"));
  return isSellable(quantity, limitPrice, market) && compare(limitPrice, bid ?? bound) <= 0 ? limitPrice : null;
}

/** Bought by a fill that was told after its entry had ended and its bracket was gone: nothing says where its stop would be. */
function saleWithoutBracket(portfolio: Portfolio, position: Position, context: ProtectionContext): JournalEvent | null {
  const { strategyId, symbol } = position;
  const { nowMs, timeframe } = context;
  const market = context.markets.get(symbol);
  const bid = context.bidOf(symbol);
  if (market === undefined || bid === null || !context.maySell(position)) return null;
  const quantity = orderQuantity(subtract(position.quantity, leavingQuantity(portfolio, position)), market);
  const limitPrice = isPositive(quantity) ? emergencyPrice(quantity, bid, bid, market) : null;
  if (limitPrice === null) return null;
  const decisionId = `without a bracket: ${strategyId} ${symbol} ${nowMs}`;
  const order: Order = {
    clientOrderId: clientOrderIdOf(decisionId, "exit", 0),
    decisionId,
    ...{ strategyId, symbol, quantity, limitPrice },
    ...{ parentId: null, side: "sell", type: "limit", role: "exit", generation: 0 },
    ...{ filledQuantity: ZERO_QUANTITY, triggerPrice: null, triggered: false, trails: false, bracket: null },
    ...{ createdAtMs: nowMs, activeFromMs: candleOpenMs(nowMs, timeframe), expiresAtMs: null, venueOrderId: null },
    ...{ status: "initialized", statusReason: NO_BRACKET },
  };
  return { type: "order-list", atMs: nowMs, orders: [order] };
}

/** One in doubt is asked for first. */
function isJumpedOver({ status, triggerPrice }: Order, bid: Price | null): boolean {
  if (bid === null || triggerPrice === null || (status !== "accepted" && status !== "partially-filled")) return false;
  return compare(bid, subtract<string>(triggerPrice, percent(triggerPrice, JUMPED_OVER_PCT))) < 0;
}

/** For what it still has to sell. One in doubt may be there. */
function covers({ status, quantity, filledQuantity, triggered }: Order, needed: Quantity): boolean {
  if (status === "unresolved" || status === "submitted" || triggered) return true;
  return compare(subtract(quantity, filledQuantity), needed) === 0;
}

/** The price at which the desk sells for the target that it holds; null: it holds none. */
export function targetHeld(
  portfolio: Pick<Portfolio, "brackets">,
  position: Position,
  { targets, nowMs, markets }: Pick<BracketContext, "targets" | "nowMs" | "markets">,
): Price | null {
  const bracket = targets === "desk" ? bracketOfPosition(portfolio, position) : null;
  const market = markets.get(position.symbol);
  const step = bracket === null ? null : takeProfitAt(bracket, nowMs);
  if (bracket === null || bracket.entryPrice === null || step === null || market === undefined) return null;
  return targetPriceOf(bracket.entryPrice, step.gainPct, market.tickSize);
}

/** The target that somebody pays now, where the desk holds it; null: none. */
function reached(portfolio: Portfolio, position: Position, context: ProtectionContext): Price | null {
  const target = targetHeld(portfolio, position, context);
  const bid = context.bidOf(position.symbol);
  return target !== null && bid !== null && compare(bid, target) >= 0 ? target : null;
}

/** What of a position no working stop or sale covers, in base. */
export function uncovered(portfolio: Portfolio, position: Position): Quantity {
  let left = position.quantity;
  for (const order of portfolio.orders.values()) {
    if (order.side !== "sell" || order.symbol !== position.symbol || order.strategyId !== position.strategyId) continue;
    if (order.role === "take-profit" || order.status === "initialized") continue;
    left = subtract(left, subtract(order.quantity, order.filledQuantity));
  }
  return compare(left, ZERO_QUANTITY) > 0 ? left : ZERO_QUANTITY;
}
