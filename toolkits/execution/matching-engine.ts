// Floor 2, execution. One market's orders, cash and holding while they are being settled: every change is an event.
import type { Costs } from "#schemas/config.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Market } from "#schemas/market.ts";
import {
  add,
  compare,
  divide,
  isPositive,
  type Money,
  minOf,
  multiply,
  type Price,
  type Quantity,
  roundQuantity,
  subtract,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { childOrderId, type Fill, isWorking, type Order } from "#schemas/order.ts";
import type { ExecutionEvent } from "#schemas/ports/trading.ts";
import type { UnixMs } from "#schemas/units.ts";
import { cashOfBuy, feeOf } from "../portfolio/fees.ts";
import { effectOfFill } from "../portfolio/fill-effect.ts";
import { stopPriceOf, targetPriceOf } from "../risk/bracket.ts";
import { minEntryNotional } from "../risk/size.ts";

/** Where, when and how far a fill may go. */
export interface FillTerms {
  readonly price: Price;
  /** Most that the market gives, already rounded to the step; null: no bound known. */
  readonly available: Quantity | null;
  readonly basis: string;
  readonly atMs: UnixMs;
  /** Start of the span of time that the fill belongs to; part of the fill's id. */
  readonly spanMs: UnixMs;
}

/** From when the children of an entry may fill. */
export interface ChildrenFrom {
  readonly stopMs: UnixMs;
  readonly targetMs: UnixMs;
}

const remainingOf = (order: Order): Quantity => subtract(order.quantity, order.filledQuantity);

export class MatchingEngine {
  readonly events: ExecutionEvent[] = [];
  readonly #market: Market;
  readonly #costs: Costs;
  readonly #orders = new Map<string, Order>();
  #cash: Money;
  #held: Quantity;

  constructor(state: {
    readonly market: Market;
    readonly costs: Costs;
    readonly orders: readonly Order[];
    readonly cash: Money;
    readonly held: Quantity;
  }) {
    this.#market = state.market;
    this.#costs = state.costs;
    this.#cash = state.cash;
    this.#held = state.held;
    for (const order of state.orders) if (isWorking(order)) this.#orders.set(order.clientOrderId, order);
  }

  get cash(): Money {
    return this.#cash;
  }

  get held(): Quantity {
    return this.#held;
  }

  /** Working orders that answer to `wanted`, as they are now; a copy, so that settling may change them. */
  working(wanted: (order: Order) => boolean = () => true): readonly Order[] {
    return [...this.#orders.values()].filter(wanted);
  }

  isWorking(order: Order): boolean {
    return this.#orders.has(order.clientOrderId);
  }

  /** Replaces or adds an order; one that has ended is no longer here. */
  put(order: Order, atMs: UnixMs): void {
    if (isWorking(order)) this.#orders.set(order.clientOrderId, order);
    else this.#orders.delete(order.clientOrderId);
    this.events.push({ type: "order", atMs, order });
  }

  end(order: Order, status: "canceled" | "expired" | "rejected", statusReason: string, atMs: UnixMs): void {
    this.put({ ...order, status, statusReason }, atMs);
  }

  /**
   * Buys what the cash affords and the market gives; the rest of the order is canceled. A part too small to be sold
   * after its stop is not bought at all. The fill places the resting stop and target at once.
   */
  buy(order: Order, terms: FillTerms, children: ChildrenFrom): void {
    const { price, available, atMs } = terms;
    const wanted = remainingOf(order);
    const meant = minOf(wanted, this.#affordable(price));
    const quantity = available === null ? meant : minOf(meant, available);
    const objection = this.#unbuyable(order, { wanted, meant, quantity, price });
    if (objection !== null) {
      this.end(order, objection.status, objection.reason, atMs);
      return;
    }
    const affordedOnly =
      compare(meant, wanted) < 0 ? `quantity reduced from ${order.quantity} to what the cash affords` : "";
    this.#fill(order, quantity, terms);
    this.#afterFill({ ...order, quantity: add(order.filledQuantity, meant) }, quantity, affordedOnly, atMs);
    this.#protect(order, terms, children);
  }

  /** Sells at most what is held; `rest` says what becomes of a part that the market did not take. */
  sell(order: Order, terms: FillTerms, rest: "cancel" | { readonly keep: Partial<Order> }): void {
    const { available, atMs } = terms;
    const wanted = minOf(remainingOf(order), this.#sellable());
    if (!isPositive(wanted)) {
      this.end(order, "canceled", "nothing is held", atMs);
      return;
    }
    const quantity = available === null ? wanted : minOf(wanted, available);
    const trimmed: Order = { ...order, quantity: add(order.filledQuantity, wanted) };
    if (isPositive(quantity)) this.#fill(order, quantity, terms);
    if (rest === "cancel" || compare(quantity, wanted) === 0) this.#afterFill(trimmed, quantity, "", atMs);
    else this.put({ ...trimmed, ...rest.keep, filledQuantity: add(order.filledQuantity, quantity) }, atMs);
    if (isPositive(quantity)) this.#trimSells(terms.price, atMs);
  }

  #sellable(): Quantity {
    return roundQuantity(this.#held, this.#market.stepSize);
  }

  #affordable(price: Price): Quantity {
    if (!isPositive(this.#cash)) return ZERO_QUANTITY;
    const unitCost = cashOfBuy(price, this.#market, this.#costs);
    return roundQuantity(divide(this.#cash, unitCost), this.#market.stepSize);
  }

  /** Why a buy is not made: its notional must pass the venue's minimum, a reduced one with room for the stop. */
  #unbuyable(
    order: Order,
    buy: { readonly wanted: Quantity; readonly meant: Quantity; readonly quantity: Quantity; readonly price: Price },
  ): { readonly status: "rejected" | "canceled"; readonly reason: string } | null {
    const { base, quote, minNotional } = this.#market;
    const { wanted, meant, quantity, price } = buy;
    const whole = compare(quantity, wanted) === 0;
    const least = whole || order.bracket === null ? minNotional : minEntryNotional(this.#market, order.bracket.stopPct);
    const passes = (amount: Quantity) => isPositive(amount) && compare(multiply(amount, price), least) >= 0;
    if (passes(quantity)) return null;
    if (compare(meant, wanted) < 0 && !passes(meant)) {
      const reason = `insufficient cash: ${this.#cash} ${quote} affords ${meant} of ${wanted} ${base}`;
      return { status: "rejected", reason };
    }
    if (!whole) {
      const reason = `the candle's volume gives ${quantity} of ${wanted} ${base}, too little to be sold again`;
      return { status: "canceled", reason };
    }
    const reason = `${quantity} ${base} at ${price} is below the market's minimum of ${minNotional} ${quote}`;
    return { status: "rejected", reason };
  }

  #fill(order: Order, quantity: Quantity, { price, basis, atMs, spanMs }: FillTerms): void {
    const notional = multiply(quantity, price) as Money;
    const fill: Fill = {
      // An order fills at most once from the same state, so what was filled before numbers its fills.
      fillId: hashOf([order.clientOrderId, spanMs, order.filledQuantity]),
      clientOrderId: order.clientOrderId,
      symbol: order.symbol,
      side: order.side,
      role: order.role,
      quantity,
      price,
      notional,
      ...feeOf(this.#market, this.#costs, { side: order.side, quantity, price }),
      atMs,
      basis,
    };
    const effect = effectOfFill(fill, this.#market.quote);
    this.#cash = add(this.#cash, effect.cash);
    this.#held = add(this.#held, effect.coins);
    this.events.push({ type: "fill", atMs, fill });
  }

  /** Ends an order after its fill: filled, or canceled for the part that the volume did not give. */
  #afterFill(order: Order, quantity: Quantity, reason: string, atMs: UnixMs): void {
    const filledQuantity = add(order.filledQuantity, quantity);
    const done = compare(filledQuantity, order.quantity) === 0;
    const rest = subtract(order.quantity, filledQuantity);
    const statusReason = done ? reason : `the candle's volume gave ${quantity}; the remainder of ${rest} is canceled`;
    this.put({ ...order, filledQuantity, status: done ? "filled" : "canceled", statusReason }, atMs);
  }

  /** The resting stop and target over everything held, dust of earlier trades included. */
  #protect(entry: Order, { price, atMs }: FillTerms, children: ChildrenFrom): void {
    const quantity = this.#sellable();
    if (!isPositive(quantity) || compare(multiply(quantity, price), this.#market.minNotional) < 0) {
      this.events.push({ type: "dust", atMs, symbol: entry.symbol, quantity: this.#held });
      return;
    }
    if (entry.bracket === null) return;
    const { tickSize } = this.#market;
    const child = {
      decisionId: entry.decisionId,
      parentId: entry.clientOrderId,
      symbol: entry.symbol,
      side: "sell",
      quantity,
      filledQuantity: ZERO_QUANTITY,
      triggered: false,
      bracket: null,
      createdAtMs: atMs,
      expiresAtMs: null,
      status: "open",
      statusReason: "",
    } as const;
    const stop: Order = {
      ...child,
      clientOrderId: childOrderId(entry.clientOrderId, "stop"),
      kind: "stop",
      role: "stop",
      limitPrice: null,
      triggerPrice: stopPriceOf(price, entry.bracket.stopPct, tickSize),
      workingFromMs: children.stopMs,
    };
    const target: Order = {
      ...child,
      clientOrderId: childOrderId(entry.clientOrderId, "target"),
      kind: "target",
      role: "target",
      limitPrice: targetPriceOf(price, entry.bracket.targetPct, tickSize),
      triggerPrice: null,
      workingFromMs: children.targetMs,
    };
    this.put(stop, atMs);
    this.put(target, atMs);
  }

  /** After a sale: no working sell is left above what is held; a closed position or dust has none at all. */
  #trimSells(price: Price, atMs: UnixMs): void {
    const sellable = this.#sellable();
    const sells = this.working((order) => order.side === "sell");
    const unsellable = !isPositive(sellable) || compare(multiply(sellable, price), this.#market.minNotional) < 0;
    if (unsellable) {
      const closed = !isPositive(this.#held);
      for (const order of sells)
        this.end(order, "canceled", closed ? "the position is closed" : "the rest is dust", atMs);
      const [symbol, quantity] = [this.#market.symbol, this.#held];
      if (!closed) this.events.push({ type: "dust", atMs, symbol, quantity });
      return;
    }
    for (const order of sells) {
      if (compare(remainingOf(order), sellable) <= 0) continue;
      this.put({ ...order, quantity: add(order.filledQuantity, sellable) }, atMs);
    }
  }
}
