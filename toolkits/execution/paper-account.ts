// Floor 2, execution. What the paper venue holds for one desk: a fold of the execution events it has given out.
import { add, type DecimalText, isPositive, type Money, type Quantity, ZERO_QUANTITY } from "#schemas/money.ts";
import { type Fill, isWorking, type Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { ExecutionEvent } from "#schemas/ports/trading.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { effectOfFill } from "../portfolio/fill-effect.ts";
import type { Holdings } from "./match-candle.ts";

export class PaperAccount {
  readonly #quote: string;
  readonly #working = new Map<string, Order>();
  readonly #ended = new Map<string, Order>();
  readonly #positions = new Map<MarketSymbol, { readonly quantity: Quantity }>();
  #cash: Money;

  /** An `intended` order was never acknowledged: the venue has not seen it, so it is not restored. */
  constructor(portfolio: Portfolio, quote: string) {
    this.#quote = quote;
    this.#cash = portfolio.cash;
    for (const [symbol, { quantity }] of portfolio.positions) this.#positions.set(symbol, { quantity });
    for (const [id, order] of portfolio.orders) if (order.status === "open") this.#working.set(id, order);
  }

  find(clientOrderId: string): Order | null {
    return this.#working.get(clientOrderId) ?? this.#ended.get(clientOrderId) ?? null;
  }

  working(): readonly Order[] {
    return [...this.#working.values()];
  }

  held(symbol: MarketSymbol): Quantity {
    return this.#positions.get(symbol)?.quantity ?? ZERO_QUANTITY;
  }

  /** The book as settlement sees it, with only the orders that answer to `wanted`. */
  holdings(wanted: (order: Order) => boolean): Holdings {
    const orders = new Map([...this.#working].filter(([, order]) => wanted(order)));
    return { cash: this.#cash, positions: this.#positions, orders };
  }

  balances(): ReadonlyMap<string, DecimalText> {
    const amounts = new Map<string, DecimalText>([[this.#quote, this.#cash]]);
    for (const [symbol, { quantity }] of this.#positions) {
      const { base } = splitSymbol(symbol);
      amounts.set(base, add(amounts.get(base) ?? "0", quantity));
    }
    return amounts;
  }

  take(events: readonly ExecutionEvent[]): void {
    for (const event of events) {
      if (event.type === "order") this.#takeOrder(event.order);
      if (event.type === "fill") this.#takeFill(event.fill);
    }
  }

  #takeOrder(order: Order): void {
    if (isWorking(order)) this.#working.set(order.clientOrderId, order);
    else {
      this.#working.delete(order.clientOrderId);
      this.#ended.set(order.clientOrderId, order);
    }
  }

  #takeFill(fill: Fill): void {
    const effect = effectOfFill(fill, this.#quote);
    this.#cash = add(this.#cash, effect.cash);
    const quantity = add(this.held(fill.symbol), effect.coins);
    if (isPositive(quantity)) this.#positions.set(fill.symbol, { quantity });
    else this.#positions.delete(fill.symbol);
  }
}
