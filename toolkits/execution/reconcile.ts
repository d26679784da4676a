// Floor 2, execution. What the venue reports, against what the journal holds → journal events; and from the journal alone,
// what is to be sent or canceled next. Pure. What holds, whatever the venue says and how often:
//
//   a report seen twice changes nothing; a fill is taken once, for the strategy whose order it fills
//   what was journaled and not acknowledged is asked for before it is sent again
//   nothing is sent before its list is journaled, no child before its entry's fill gave it a price
//   a newer generation goes out only once the older one is gone
//   an entry that filled unseen gets its children; what filled after its order's end is taken, too
import type { JournalEvent } from "#schemas/journal.ts";
import { compare, subtract, ZERO_QUANTITY } from "#schemas/money.ts";
import { isAtVenue, isWorking, type Order, type VenueFill } from "#schemas/order.ts";
import { isFlattening, type Portfolio } from "#schemas/portfolio.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import type { UnixMs } from "#schemas/units.ts";
import { applyEvent } from "../portfolio/portfolio.ts";
import { isOf, positionOf } from "../portfolio/positions.ts";
import { type BracketContext, childrenForFills, isReplaced, isSellable, trailedStops } from "./bracket-orders.ts";
import { eventOf } from "./order-rows.ts";
import { isAllowed } from "./order-state.ts";

/** What the reports mean for the account, children and dust included; in order, to be journaled at once. */
export function reconcile(
  portfolio: Portfolio,
  reports: readonly ExecutionReport[],
  context: BracketContext,
): readonly JournalEvent[] {
  if (reports.length === 0) return childrenForFills(portfolio, context);
  const events: JournalEvent[] = [];
  let now = portfolio;
  const take = (more: readonly JournalEvent[]): void => {
    for (const event of more) now = applyEvent(now, event);
    events.push(...more);
  };
  for (const report of reports) {
    if (report.type === "range") take(trailedStops(now, report, context.markets));
    else take(news(now, report));
  }
  for (const report of reports) take(dustAfter(now, portfolio, report, context));
  take(childrenForFills(now, context));
  return events;
}

function news(portfolio: Portfolio, report: Exclude<ExecutionReport, { type: "range" }>): readonly JournalEvent[] {
  if (report.type === "fill") {
    const order = portfolio.orders.get(report.fill.clientOrderId) ?? report.ended;
    if (order === undefined || !isNewFill(order, report.fill)) return [];
    return [{ type: "fill", atMs: report.atMs, fill: { ...report.fill, strategyId: order.strategyId } }];
  }
  const order = portfolio.orders.get(report.clientOrderId);
  if (order === undefined || !isAllowed(order, report.event.type)) return [];
  if (report.event.type === "updated") {
    const { quantity, triggered, activeFromMs } = report.event;
    const known = order.quantity === quantity && order.triggered === triggered && order.activeFromMs === activeFromMs;
    // Told again: a venue only ever reduces.
    if (known || activeFromMs < order.activeFromMs || compare(quantity, order.quantity) > 0) return [];
  }
  return [eventOf(order, report.event, report.atMs)];
}

/** What a fill leaves of its order numbers it: one that leaves what is left already was taken before. */
const isNewFill = (order: Order, { left }: VenueFill): boolean =>
  left === undefined || compare(subtract(order.quantity, order.filledQuantity), left) > 0;

/** A position that is left too small to be sold is dust; one that is bought in parts is judged once its entry has ended. */
function dustAfter(
  portfolio: Portfolio,
  before: Portfolio,
  report: ExecutionReport,
  { markets }: BracketContext,
): readonly JournalEvent[] {
  if (report.type === "range") return [];
  const id = report.type === "fill" ? report.fill.clientOrderId : report.clientOrderId;
  const order = before.orders.get(id) ?? (report.type === "fill" ? report.ended : undefined);
  const price = report.type === "fill" ? report.fill.price : before.brackets.get(id)?.entryPrice;
  if (order === undefined || price === undefined || price === null) return [];
  const { strategyId, symbol } = order;
  const position = positionOf(portfolio, order);
  const market = markets.get(symbol);
  if (position === undefined || position.dust || market === undefined) return [];
  const isItsOwn = isOf(order);
  const grows = [...portfolio.orders.values()].some((other) => isItsOwn(other) && other.side === "buy");
  if (grows || isSellable(position.quantity, price, market)) return [];
  return [{ type: "dust", atMs: report.atMs, strategyId, symbol, quantity: position.quantity }];
}

export type Command =
  | { readonly do: "submit"; readonly order: Order }
  /** `before`: the order that goes out as soon as this one has gone. A stop's end and what follows it are one act. */
  | { readonly do: "cancel"; readonly order: Order; readonly reason: string; readonly before?: string }
  /** A stop that rests becomes the one that is to take its place. */
  | { readonly do: "move"; readonly order: Order; readonly to: Order }
  /** It ends without the venue: it was never sent. */
  | { readonly do: "journal"; readonly event: JournalEvent };

export interface SendingNow {
  readonly nowMs: UnixMs;
  readonly halted: boolean;
  /** Orders whose canceling failed in this round. */
  readonly tried: ReadonlySet<string>;
  /** A resting stop reserves what it would sell: it makes way for another sale before that is sent. Left out: it does not. */
  readonly stopLocks?: boolean;
  /** Orders that a stop has made way for in this round: they go out although the desk was halted meanwhile. Left out: none. */
  readonly begun?: ReadonlySet<string>;
  /** False: what protects comes first, and no entry is sent in this round. Left out: they are. */
  readonly entries?: boolean;
  /** Whether a stop can take another's place by moving it. Left out: none can. */
  readonly mayMove?: (to: Order) => boolean;
}

/**
 * The next thing to do, from the journal alone; null: nothing. Halted, the desk sends nothing: what was decided is canceled
 * unsent, a bracket's children wait.
 */
export function nextCommand(
  portfolio: Portfolio,
  { nowMs, halted, tried, stopLocks = false, begun = NONE, entries = true, mayMove = never }: SendingNow,
): Command | null {
  if (isQuiet(portfolio)) return null;
  for (const order of portfolio.orders.values()) {
    const reason = needlessBecause(portfolio, order);
    if (reason !== null) {
      const event = { type: "canceled", reason } as const;
      if (order.status === "initialized" || order.status === "submitted")
        return { do: "journal", event: eventOf(order, event, nowMs) };
      const mayCancel = !halted || (order.side === "buy" && portfolio.haltCancels);
      if (isAtVenue(order) && mayCancel && !tried.has(order.clientOrderId)) {
        const to = reason === REPLACED ? movedTo(portfolio, order) : null;
        if (to !== null && mayMove(to)) return { do: "move", order, to };
        return { do: "cancel", order, reason, ...successorOf(portfolio, order) };
      }
      continue;
    }
    // `submitted` in the journal: the venue has said that it never saw it.
    if ((order.status !== "initialized" && order.status !== "submitted") || !isReady(order)) continue;
    if (halted && !begun.has(order.clientOrderId)) {
      if (order.parentId !== null) continue;
      const event = { type: "canceled", reason: "halted before it was sent" } as const;
      return { do: "journal", event: eventOf(order, event, nowMs) };
    }
    if (hasOlder(portfolio, order) || (order.side === "buy" && !entries)) continue;
    const others = stopLocks ? salesInTheWay(portfolio, order) : null;
    if (others === null) return { do: "submit", order };
    if (others.length === 0) {
      // What is left of the position has its stop, and the next close decides on that.
      const event = { type: "canceled", reason: "less is held by now" } as const;
      return { do: "journal", event: eventOf(order, event, nowMs) };
    }
    // A stop makes way. Anything else, and whatever is in doubt, may be selling: it is waited for.
    const stop = order.role === "stop-loss" ? undefined : others.find(({ role }) => role === "stop-loss");
    if (others.length > 1 || stop === undefined || !isAtVenue(stop) || tried.has(stop.clientOrderId)) continue;
    return { do: "cancel", order: stop, reason: MAKES_WAY, before: order.clientOrderId };
  }
  if (!halted && entries && tried.size === 0) quiet = portfolio;
  return null;
}

const NONE: ReadonlySet<string> = new Set();

/** The stop that takes the place of one that is canceled for it. */
function successorOf({ orders }: Portfolio, { parentId, role, generation }: Order): { readonly before?: string } {
  if (parentId === null || role !== "stop-loss") return {};
  for (const other of orders.values()) {
    const follows = other.parentId === parentId && other.role === role && other.generation > generation;
    if (follows && other.status === "initialized" && isReady(other)) return { before: other.clientOrderId };
  }
  return {};
}

/**
 * True of an order that no process can have sent: by the journal another has to go before it. What was journaled so when a
 * process died was not sent by it.
 */
export const waitsForAnother = (portfolio: Portfolio, order: Order, stopLocks: boolean): boolean =>
  order.status === "initialized" &&
  (hasOlder(portfolio, order) || (stopLocks && salesInTheWay(portfolio, order) !== null));

/** The newest portfolio that left nothing to do. */
let quiet: Portfolio | null = null;

/** Where orders, positions, brackets and what is to be canceled are those that nothing was to be done for, nothing is: asked two or three times a slot. */
const isQuiet = ({ orders, positions, brackets, canceling, flattening, haltCancels }: Portfolio): boolean =>
  quiet?.flattening === flattening &&
  quiet.haltCancels === haltCancels &&
  quiet.orders === orders &&
  quiet.positions === positions &&
  quiet.brackets === brackets &&
  quiet.canceling === canceling;

/** Priced, if it is an order that needs a price. */
export const isReady = ({ type, limitPrice, triggerPrice }: Order): boolean =>
  type === "market" || limitPrice !== null || triggerPrice !== null;

function needlessBecause(portfolio: Portfolio, order: Order): string | null {
  const said = portfolio.canceling.get(order.clientOrderId);
  if (said !== undefined) return said;
  if (order.side === "buy") return noEntryBecause(portfolio, order.strategyId);
  const bracket = order.parentId === null ? undefined : portfolio.brackets.get(order.parentId);
  if (bracket === undefined || !isWorking(bracket.entry)) {
    const position = positionOf(portfolio, order);
    const isGone = position === undefined || position.dust;
    if (isGone && order.status === "initialized" && !isReady(order)) return "its entry was not filled";
    if (isGone) return position === undefined ? "the position is closed" : "the rest is dust";
  }
  const newest = bracket?.generations.get(order.role);
  if (newest !== undefined && newest <= order.generation) return null;
  return isReplaced(order, portfolio.orders.values()) ? REPLACED : null;
}

const REPLACED = "a newer one takes its place";
const never = (): boolean => false;

/** The stop that differs from a resting one by its trigger alone and waits for its place; null: there is none. */
function movedTo(portfolio: Portfolio, { parentId, role, filledQuantity, triggered, quantity }: Order): Order | null {
  if (role !== "stop-loss" || triggered || filledQuantity !== ZERO_QUANTITY) return null;
  const newer = [...portfolio.orders.values()].filter(
    (other) => other.parentId === parentId && other.role === role && other.status === "initialized",
  );
  const to = newer.reduce<Order | null>(
    (last, one) => (last !== null && last.generation > one.generation ? last : one),
    null,
  );
  return to !== null && to.quantity === quantity && to.triggerPrice !== null ? to : null;
}

/** Why nothing may be bought any more, what is under way included; null: it may. */
function noEntryBecause(portfolio: Portfolio, strategyId: string): string | null {
  if (isFlattening(portfolio, strategyId)) return "all is to be sold";
  return portfolio.haltCancels && portfolio.control === "halted" ? "halted, and what would buy is canceled" : null;
}

/** Why a stop was canceled that is placed anew where the sale it made way for does not sell all. */
export const MAKES_WAY = "it makes way for a sale";

/**
 * Orders at the venue, or perhaps there, that may sell what an order would sell; null: there is enough for all of them. None in the way,
 * and yet not enough: it was decided on more than is held now.
 */
function salesInTheWay(portfolio: Portfolio, order: Order): readonly Order[] | null {
  if (order.side === "buy") return null;
  const isItsOwn = isOf(order);
  let free = positionOf(portfolio, order)?.quantity ?? ZERO_QUANTITY;
  const others: Order[] = [];
  for (const other of portfolio.orders.values()) {
    if (other === order || other.side === "buy" || !isItsOwn(other)) continue;
    if (other.status !== "unresolved" && !isAtVenue(other)) continue;
    free = subtract(free, subtract(other.quantity, other.filledQuantity));
    others.push(other);
  }
  return compare(free, subtract(order.quantity, order.filledQuantity)) < 0 ? others : null;
}

/** Whether an older one stands in its place: it is not sent before that is gone. */
function hasOlder({ orders }: Portfolio, { parentId, role, generation }: Order): boolean {
  if (parentId === null || generation === 0) return false;
  for (const other of orders.values()) {
    const isOlder = other.parentId === parentId && other.role === role && other.generation < generation;
    if (isOlder && isWorking(other)) return true;
  }
  return false;
}
