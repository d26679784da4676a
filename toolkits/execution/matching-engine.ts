// Floor 2, execution. The paper exchange's own state: cash, coins and the orders it holds, for one account. Every change is
// a report. It knows nothing of journals and brackets' rules. There is one balance a coin; sales are reduce-only within it: at
// most what the strategy of the order has bought, so that no order sells the coins of another, and orders that may still sell
// more than is left are reduced as soon as it is.
import type { Costs } from "#schemas/config.ts";
import { InvariantError } from "#schemas/errors.ts";
import { hashOf } from "#schemas/hash.ts";
import type { Market } from "#schemas/market.ts";
import {
  add,
  compare,
  type DecimalText,
  isPositive,
  type Money,
  minOf,
  multiply,
  type Price,
  type Quantity,
  quantityFor,
  roundQuantity,
  subtract,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { isAtVenue, type Order, type OrderEvent, type VenueFill } from "#schemas/order.ts";
import { type Position, type PositionKey, positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import { type MarketSymbol, splitSymbol, type UnixMs } from "#schemas/units.ts";
import { sizeRefusal } from "../market/order-size.ts";
import { cashOfBuy, feeOf } from "../portfolio/fees.ts";
import { effectOfFill } from "../portfolio/fill-effect.ts";
import { minEntryNotional } from "../risk/size.ts";
import { applyOrderEvent } from "./order-state.ts";

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

export interface EngineState {
  readonly quote: string;
  readonly cash: Money;
  /** Coins held, by whose they are. */
  readonly held: readonly VenueHolding[];
  /** As the venue holds them. */
  readonly orders: readonly Order[];
}

export type VenueHolding = Pick<Position, "strategyId" | "symbol" | "quantity">;

const remainingOf = (order: Order): Quantity => subtract(order.quantity, order.filledQuantity);

export class MatchingEngine {
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly costs: Costs;
  readonly #quote: string;
  readonly #orders = new Map<string, Order>();
  readonly #ended = new Map<string, Order>();
  readonly #held: Map<PositionKey, VenueHolding>;
  #cash: Money;
  #reports: ExecutionReport[] = [];
  #fills = 0;
  #changes = 0;

  constructor(state: EngineState, markets: ReadonlyMap<MarketSymbol, Market>, costs: Costs) {
    this.markets = markets;
    this.costs = costs;
    this.#quote = state.quote;
    this.#cash = state.cash;
    this.#held = new Map(state.held.map((holding) => [positionKey(holding), holding]));
    for (const order of state.orders) this.#orders.set(order.clientOrderId, order);
  }

  /** Negative: taken out. */
  fund(amount: Money): void {
    this.#cash = add(this.#cash, amount);
  }

  /** Reports since the last call. */
  takeReports(): readonly ExecutionReport[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  find(clientOrderId: string): Order | null {
    return this.#orders.get(clientOrderId) ?? this.#ended.get(clientOrderId) ?? null;
  }

  /** Orders that it holds and that answer to `wanted`, as they are now; a copy, so that matching may change them. */
  working(wanted: (order: Order) => boolean = () => true): readonly Order[] {
    const orders: Order[] = [];
    for (const order of this.#orders.values()) if (wanted(order)) orders.push(order);
    return orders;
  }

  /** The same, of one market. */
  workingIn(symbol: MarketSymbol, wanted: (order: Order) => boolean): readonly Order[] {
    const orders: Order[] = [];
    for (const order of this.#orders.values()) if (order.symbol === symbol && wanted(order)) orders.push(order);
    return orders;
  }

  /** The same as they stand, without a copy. */
  orders(): Iterable<Order> {
    return this.#orders.values();
  }

  isWorking(order: Order): boolean {
    return this.#orders.has(order.clientOrderId);
  }

  /** What a strategy may sell of a market. */
  heldFor(of: StrategyMarket): Quantity {
    return this.#held.get(positionKey(of))?.quantity ?? ZERO_QUANTITY;
  }

  /** Fills so far, since it was made. */
  fills(): number {
    return this.#fills;
  }

  /** Changes of its orders so far, since it was made. */
  changes(): number {
    return this.#changes;
  }

  balances(): ReadonlyMap<string, DecimalText> {
    const amounts = new Map<string, DecimalText>([[this.#quote, this.#cash]]);
    for (const { symbol, quantity } of this.#held.values()) {
      const { base } = splitSymbol(symbol);
      amounts.set(base, add(amounts.get(base) ?? "0", quantity));
    }
    return amounts;
  }

  /** Takes an order in; its id at the venue is made from ours. */
  accept(order: Order, atMs: UnixMs): void {
    const venueOrderId = `paper-${order.clientOrderId.slice(0, 16)}`;
    this.#orders.set(order.clientOrderId, { ...order, status: "initialized" });
    this.#change(order.clientOrderId, { type: "accepted", venueOrderId }, atMs);
  }

  /** Says no to an order that it has not taken in. */
  refuse(order: Order, event: Extract<OrderEvent, { type: "rejected" | "expired" }>, atMs: UnixMs): void {
    this.#orders.set(order.clientOrderId, { ...order, status: "initialized" });
    this.#change(order.clientOrderId, event, atMs);
  }

  end(order: Order, type: "canceled" | "expired", reason: string, atMs: UnixMs): void {
    if (this.isWorking(order)) this.#change(order.clientOrderId, { type, reason }, atMs);
  }

  /** The range that a market traded in. */
  tell(range: Extract<ExecutionReport, { type: "range" }>): void {
    this.#reports.push(range);
  }

  /**
   * Buys what the cash affords and the market gives; the rest of the order is canceled. A part too small to be sold
   * after its stop is not bought at all.
   */
  buy(order: Order, terms: FillTerms): void {
    const market = this.#marketOf(order);
    const { price, available, atMs } = terms;
    const wanted = remainingOf(order);
    const meant = minOf(wanted, this.#affordable(market, price));
    const quantity = available === null ? meant : minOf(meant, available);
    const objection = this.#unbuyable(order, market, { wanted, meant, quantity, price });
    if (objection !== null) {
      this.end(order, "canceled", objection, atMs);
      return;
    }
    if (compare(meant, wanted) < 0) {
      this.#update(order, { quantity: add(order.filledQuantity, meant) }, "reduced to what the cash affords", atMs);
    }
    this.#fill(order, market, quantity, terms);
    const rest = subtract(meant, quantity);
    if (!isPositive(rest)) return;
    this.end(order, "canceled", `the candle's volume gave ${quantity}; the remainder of ${rest} is canceled`, atMs);
  }

  /** Sells at most what is held; what the market does not take goes on in a candle that opens at `restFromMs` or later. */
  sell(order: Order, terms: FillTerms, restFromMs: UnixMs): void {
    const market = this.#marketOf(order);
    const { available, atMs } = terms;
    const wanted = minOf(remainingOf(order), roundQuantity(this.heldFor(order), market.stepSize));
    if (!isPositive(wanted)) {
      this.end(order, "canceled", "nothing is held", atMs);
      return;
    }
    const quantity = available === null ? wanted : minOf(wanted, available);
    const whole = add(order.filledQuantity, wanted);
    if (compare(whole, order.quantity) < 0) this.#update(order, { quantity: whole }, "no more is held", atMs);
    if (isPositive(quantity)) this.#fill(order, market, quantity, terms);
    const rest = subtract(wanted, quantity);
    const triggered = order.type === "stop-market";
    if (!isPositive(rest) || (!isPositive(quantity) && triggered === order.triggered)) return;
    const reason = `the candle's volume gave ${quantity}; the rest of ${rest} goes on at the next open`;
    this.#update(order, { triggered, activeFromMs: restFromMs }, reason, atMs);
  }

  #marketOf(order: Order): Market {
    const market = this.markets.get(order.symbol);
    if (market !== undefined) return market;
    throw new InvariantError({
      was: `An order works in ${order.symbol}, which the venue does not list.`,
      expected: "orders in listed markets only",
      remedy: "Cancel it, or bring the market back.",
    });
  }

  #affordable(market: Market, price: Price): Quantity {
    if (!isPositive(this.#cash)) return ZERO_QUANTITY;
    return quantityFor(this.#cash, cashOfBuy(price, market, this.costs), market.stepSize);
  }

  /** Why a buy is not made: its notional must pass the venue's minimum, a reduced one with room for the stop. */
  #unbuyable(
    order: Order,
    market: Market,
    buy: { readonly wanted: Quantity; readonly meant: Quantity; readonly quantity: Quantity; readonly price: Price },
  ): string | null {
    const { base, quote, minNotional } = market;
    const { wanted, meant, quantity, price } = buy;
    const whole = compare(quantity, wanted) === 0;
    const least = whole || order.bracket === null ? minNotional : minEntryNotional(market, order.bracket.stopPct);
    const refusal = (amount: Quantity) => sizeRefusal(market, amount, price, least);
    const refused = refusal(quantity);
    if (refused === null) return null;
    if (compare(meant, wanted) < 0 && refusal(meant) !== null) {
      return `insufficient cash: ${this.#cash} ${quote} affords ${meant} of ${wanted} ${base}`;
    }
    return whole ? refused : `the candle's volume gives ${quantity} of ${wanted} ${base}, too little to be sold again`;
  }

  #fill({ clientOrderId }: Order, market: Market, quantity: Quantity, terms: FillTerms): void {
    const order = this.#orders.get(clientOrderId);
    if (order === undefined) return;
    const { price, basis, atMs, spanMs } = terms;
    const { strategyId, symbol, side, role } = order;
    const fill: VenueFill = {
      // An order fills at most once from the same state, so what was filled before numbers its fills.
      fillId: hashOf([clientOrderId, spanMs, order.filledQuantity]),
      clientOrderId,
      symbol,
      side,
      role,
      quantity,
      price,
      notional: multiply(quantity, price) as Money,
      ...feeOf(market, this.costs, { side, quantity, price }),
      atMs,
      basis,
      left: subtract(remainingOf(order), quantity),
    };
    const effect = effectOfFill(fill, this.#quote);
    this.#cash = add(this.#cash, effect.cash);
    const coins = add(this.heldFor(order), effect.coins);
    if (isPositive(coins)) this.#held.set(positionKey(order), { strategyId, symbol, quantity: coins });
    else this.#held.delete(positionKey(order));
    this.#put(applyOrderEvent(order, { type: "filled", quantity }));
    this.#reports.push({ type: "fill", atMs, fill });
    this.#fills += 1;
    if (side === "sell") this.#reduceOthers(order, market, atMs);
  }

  /** Other sales of the same position, where they may sell more than is left of it; what ends with it is left to be ended. */
  #reduceOthers(sold: Order, market: Market, atMs: UnixMs): void {
    const left = roundQuantity(this.heldFor(sold), market.stepSize);
    if (!isPositive(left)) return;
    const { symbol, clientOrderId, strategyId } = sold;
    for (const other of this.workingIn(symbol, (o) => o.side === "sell" && o.clientOrderId !== clientOrderId)) {
      if (other.strategyId !== strategyId) continue;
      if (compare(remainingOf(other), left) <= 0) continue;
      this.#update(other, { quantity: add(other.filledQuantity, left) }, "no more is held", atMs);
    }
  }

  #update({ clientOrderId }: Order, change: Partial<Order>, reason: string, atMs: UnixMs): void {
    const order = this.#orders.get(clientOrderId);
    if (order === undefined) return;
    const { quantity, triggered, activeFromMs } = { ...order, ...change };
    this.#change(clientOrderId, { type: "updated", quantity, triggered, activeFromMs, reason }, atMs);
  }

  #change(clientOrderId: string, event: OrderEvent, atMs: UnixMs): void {
    const order = this.#orders.get(clientOrderId);
    if (order === undefined) return;
    this.#put(applyOrderEvent(order, event));
    this.#reports.push({ type: "order", atMs, clientOrderId, event });
  }

  #put(order: Order): void {
    this.#changes += 1;
    if (isAtVenue(order)) {
      this.#orders.set(order.clientOrderId, order);
      return;
    }
    this.#orders.delete(order.clientOrderId);
    this.#ended.set(order.clientOrderId, order);
  }
}
