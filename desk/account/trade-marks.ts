// Floor 4. The journal's fills → marks of a chart, each with the reason that was decided on, and why each position was opened: a fold,
// so that a look at a market reads no journal.
import type { JournalEvent } from "#schemas/journal.ts";
import { isPositive } from "#schemas/money.ts";
import { type Fill, isWorking } from "#schemas/order.ts";
import { type PositionKey, positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";

export interface TradeMark
  extends Pick<
    Fill,
    "atMs" | "symbol" | "strategyId" | "side" | "role" | "quantity" | "price" | "basis" | "clientOrderId"
  > {
  /** As decided then; null: it was not decided on (its stop or its target did it), or the journal has no decision of it. */
  readonly reason: string | null;
}

export class TradeMarks {
  readonly #all: TradeMark[] = [];
  readonly #byMarket = new Map<MarketSymbol, TradeMark[]>();
  /** Of decisions of the newest slot that no order was made of. */
  readonly #decided = new Map<string, string>();
  /** By clientOrderId, of entries and of exits that were decided on. */
  readonly #reasons = new Map<string, string>();
  readonly #openedBecause = new Map<PositionKey, string | null>();

  take(event: JournalEvent): void {
    switch (event.type) {
      case "equity":
        this.#decided.clear();
        break;
      case "decision":
        if (event.decision.action !== "hold") this.#decided.set(event.decision.decisionId, event.decision.reason);
        break;
      case "refusal":
        this.#decided.delete(event.refusal.decisionId);
        break;
      case "order-list":
        this.#order(event.orders);
        break;
      case "order":
        if (!isWorking(event.order) && !isPositive(event.order.filledQuantity))
          this.#reasons.delete(event.order.clientOrderId);
        break;
      case "fill":
        this.#fill(event.fill);
        break;
      default:
        break;
    }
  }

  /** In the order of the journal. */
  all(): readonly TradeMark[] {
    return this.#all;
  }

  /** Of one market, in the order of the journal. */
  of(symbol: MarketSymbol): readonly TradeMark[] {
    return this.#byMarket.get(symbol) ?? [];
  }

  /** The reason of the decision behind the newest entry; null: the journal has none. */
  openedBecause(of: StrategyMarket): string | null {
    return this.#openedBecause.get(positionKey(of)) ?? null;
  }

  #order(orders: Extract<JournalEvent, { type: "order-list" }>["orders"]): void {
    for (const { role, clientOrderId, decisionId } of orders) {
      const reason = this.#decided.get(decisionId);
      if (reason !== undefined && reason !== "" && (role === "entry" || role === "exit"))
        this.#reasons.set(clientOrderId, reason);
    }
    for (const { decisionId } of orders) this.#decided.delete(decisionId);
  }

  #fill(fill: Fill): void {
    const { atMs, symbol, strategyId, side, role, quantity, price, basis, clientOrderId } = fill;
    const reason = this.#reasons.get(clientOrderId) ?? null;
    const mark = { atMs, symbol, strategyId, side, role, quantity, price, basis, clientOrderId, reason };
    if (role === "entry") this.#openedBecause.set(positionKey(fill), reason);
    const ofMarket = this.#byMarket.get(symbol) ?? [];
    if (ofMarket.length === 0) this.#byMarket.set(symbol, ofMarket);
    ofMarket.push(mark);
    this.#all.push(mark);
  }
}
