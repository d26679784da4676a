// Floor 2, live execution. An order of the journal → what the venue is asked about it, and how its answers are found.
import { multiply } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import { fillIdOf, type OrderRef, type VenueOrder, type VenueOrders, type VenueTrade } from "./venue-orders.ts";

/** Before an order was journaled it cannot have been sent; the venue's clock may differ by this much, ms. */
const SINCE_MARGIN_MS = 60_000;

type ExecutionFill = Extract<ExecutionReport, { type: "fill" }>["fill"];

export interface QuestionParts {
  readonly orders: VenueOrders;
  readonly portfolio: () => Portfolio;
  readonly now: () => UnixMs;
}

export class VenueQuestions {
  readonly #orders: VenueOrders;
  readonly #portfolio: () => Portfolio;
  readonly #now: () => UnixMs;

  constructor({ orders, portfolio, now }: QuestionParts) {
    this.#orders = orders;
    this.#portfolio = portfolio;
    this.#now = now;
  }

  ask(order: Order, options: CallOptions): Promise<VenueOrder | null> {
    return this.#orders.ask(this.refOf(order), options);
  }

  refOf(order: Order): OrderRef {
    const { clientOrderId, venueOrderId, symbol, type, parentId } = order;
    const nowMs = this.#now();
    // A stop that was moved is at the venue since the first one of its bracket.
    const { createdAtMs } = this.#portfolio().brackets.get(parentId ?? "")?.entry ?? order;
    // Journaled in what is the future now: the clock was set back meanwhile, and when it was sent is not known.
    const sinceMs = createdAtMs > nowMs ? nowMs - DAY_MS : createdAtMs - SINCE_MARGIN_MS;
    const kind = type === "stop-market" ? "stop" : "plain";
    return { clientOrderId, venueOrderId, symbol, kind, sinceMs: unixMs(sinceMs) };
  }

  async tradesOf(order: Order, options: CallOptions): Promise<readonly VenueTrade[]> {
    const { venueOrderId, symbol, createdAtMs } = order;
    const sinceMs = unixMs(Math.min(this.refOf(order).sinceMs, createdAtMs - SINCE_MARGIN_MS));
    const all = await this.#orders.trades({ symbol, sinceMs }, options);
    return all.filter((trade) => trade.venueOrderId === venueOrderId);
  }

  fillReport({ clientOrderId, symbol, side, role }: Order, trade: VenueTrade) {
    const { quantity, price, fee, feeCurrency, atMs } = trade;
    const fillId = fillIdOf(this.#orders.facts.id, trade);
    const fill = { fillId, clientOrderId, symbol, side, role, quantity, price, fee, feeCurrency, atMs };
    const notional = multiply(quantity, price) as ExecutionFill["notional"];
    return { type: "fill", atMs, fill: { ...fill, notional, basis: this.#orders.facts.id } } as const;
  }
}
