// Floor 2, execution. The journal of a live run → each order that a venue took: what it got, beside the price that it was sent at and
// beside paper.
import type { JournalEvent } from "#schemas/journal.ts";
import { add, compare, type Quantity, toNumber, ZERO_QUANTITY } from "#schemas/money.ts";
import { type Fill, isWorking, type Order } from "#schemas/order.ts";
import type { PaperBeside } from "#schemas/paper-beside.ts";
import { type MarketSymbol, splitSymbol, type UnixMs } from "#schemas/units.ts";
import { keepNewest } from "../portfolio/keep-newest.ts";

export interface MeasuredOrder {
  readonly clientOrderId: string;
  readonly symbol: MarketSymbol;
  readonly role: Order["role"];
  /** Of its first fill; of one that did not fill, when it was journaled. */
  readonly atMs: UnixMs;
  /** Of its quantity, 0 to 1. */
  readonly filledRatio: number;
  /** In quote, before fees. */
  readonly notional: number;
  /**
   * Basis points that its fills were worse than what was bid or asked when it was sent, a stop's than its trigger, a target's than its
   * price; below 0: better. Null: not filled, or that is not known.
   */
  readonly worseBps: number | null;
  /** The same against the middle of bid and ask: what a price of the candles leaves out. Of stops and targets as above. */
  readonly worseThanMidBps: number | null;
  /** Against what paper would have got; null where either did not fill, or it is not known. */
  readonly worseThanPaperBps: number | null;
  /** Whether paper would have filled it; null: not known. */
  readonly fillsOnPaper: boolean | null;
  /** Of its notional; null: not filled, or taken in a third coin. */
  readonly feeBps: number | null;
}

/** Two years of 27 orders a day, some 20 MB. An older one is in no report on costs any more. */
const MOST_FOLLOWED = 20_000;

interface Followed {
  order: Order;
  isTaken: boolean;
  readonly journaledMs: UnixMs;
  readonly fills: Fill[];
  beside: PaperBeside | null;
}

/** Hears a live run's journal, in its order. */
export class OrderCosts {
  readonly #followed = new Map<string, Followed>();

  take(event: JournalEvent): void {
    follow(this.#followed, event);
  }

  /**
   * Oldest order first. An order that works still is not there, nor a stop that was never touched, nor what the venue refused.
   * @param stopSlippageBps that paper assumes for a stop in a market
   */
  measured(stopSlippageBps: (symbol: MarketSymbol) => number): readonly MeasuredOrder[] {
    return [...this.#followed.values()].filter(isOver).map((one) => measured(one, stopSlippageBps(one.order.symbol)));
  }
}

function follow(followed: Map<string, Followed>, event: JournalEvent): void {
  switch (event.type) {
    case "run-started":
      followed.clear();
      return;
    case "order-list":
      for (const order of event.orders)
        followed.set(order.clientOrderId, { order, isTaken: false, journaledMs: event.atMs, fills: [], beside: null });
      keepNewest(followed, MOST_FOLLOWED);
      return;
    case "order": {
      const one = followed.get(event.order.clientOrderId);
      if (one === undefined) return;
      one.order = event.order;
      if (event.event?.type === "accepted") one.isTaken = true;
      // Most stops are never touched, and most targets never sent.
      const cannotCount = one.fills.length === 0 && (!one.isTaken || event.order.role === "stop-loss");
      if (!isWorking(event.order) && cannotCount) followed.delete(event.order.clientOrderId);
      return;
    }
    case "fill": {
      const one = followed.get(event.fill.clientOrderId);
      one?.fills.push(event.fill);
      return;
    }
    case "paper-beside": {
      const one = followed.get(event.clientOrderId);
      if (one !== undefined) one.beside = event;
      return;
    }
    default:
  }
}

function isOver({ order, isTaken, fills }: Followed): boolean {
  const hasEnded = !isWorking(order) || compare(filledOf(fills), order.quantity) >= 0;
  if (order.role === "stop-loss") return fills.length > 0 && hasEnded;
  return (isTaken || fills.length > 0) && hasEnded;
}

/** To the last digit: an order is filled or it is not. */
const filledOf = (fills: readonly Fill[]): Quantity =>
  fills.reduce((sum, { quantity }) => add(sum, quantity), ZERO_QUANTITY);

const sumOf = <T>(all: readonly T[], amount: (one: T) => number): number =>
  all.reduce((sum, one) => sum + amount(one), 0);

function measured({ order, fills, journaledMs, beside }: Followed, stopSlippageBps: number): MeasuredOrder {
  const { clientOrderId, symbol, role, side } = order;
  const filled = filledOf(fills);
  const quantity = toNumber(filled);
  const notional = sumOf(fills, (fill) => toNumber(fill.notional));
  const price = quantity > 0 ? notional / quantity : null;
  const { reference, mid, paper } = pricesOf(order, beside, stopSlippageBps);
  const worse = (than: number | null): number | null =>
    price === null || than === null ? null : ((side === "buy" ? price - than : than - price) / than) * 10_000;
  return {
    clientOrderId,
    symbol,
    role,
    atMs: fills[0]?.atMs ?? journaledMs,
    filledRatio: compare(filled, order.quantity) >= 0 ? 1 : quantity / toNumber(order.quantity),
    notional,
    worseBps: worse(reference),
    worseThanMidBps: worse(mid),
    worseThanPaperBps: worse(paper),
    fillsOnPaper: role === "stop-loss" ? true : beside === null ? null : beside.price !== null,
    feeBps: feeBpsOf(symbol, fills, notional),
  };
}

/** What an order is held against; null: not known. */
function pricesOf({ role, side, triggerPrice }: Order, beside: PaperBeside | null, stopSlippageBps: number) {
  if (role === "stop-loss") {
    const trigger = triggerPrice === null ? null : toNumber(triggerPrice);
    return {
      reference: trigger,
      mid: trigger,
      paper: trigger === null ? null : trigger * (1 - stopSlippageBps / 10_000),
    };
  }
  const paper = beside?.price == null ? null : toNumber(beside.price);
  if (role === "take-profit") return { reference: paper, mid: paper, paper };
  if (beside === null || beside.bid === null || beside.ask === null) return { reference: null, mid: null, paper };
  const [bid, ask] = [toNumber(beside.bid), toNumber(beside.ask)];
  return { reference: side === "buy" ? ask : bid, mid: (bid + ask) / 2, paper };
}

function feeBpsOf(symbol: MarketSymbol, fills: readonly Fill[], notional: number): number | null {
  if (notional <= 0) return null;
  const { base, quote } = splitSymbol(symbol);
  let paid = 0;
  for (const { fee, feeCurrency, price } of fills) {
    if (feeCurrency !== quote && feeCurrency !== base && toNumber(fee) !== 0) return null;
    paid += toNumber(fee) * (feeCurrency === base ? toNumber(price) : 1);
  }
  return (paid / notional) * 10_000;
}
