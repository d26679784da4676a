// Floor 2, portfolio. Journal events → the trades that are finished: one entry with all its exits each, in however many
// orders and fills. A trade ends when nothing that can be sold is left of it.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Fill, Order } from "#schemas/order.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { Trade } from "./trade.ts";

/** A trade as it ended, and the fill of its market from which on its profit can be worked out. */
export interface EndedTrade {
  readonly trade: ClosedTrade;
  readonly from: Fill;
}

export class TradeFold {
  /** The newest trade of each market, finished or not. */
  readonly #newest = new Map<MarketSymbol, Trade>();
  readonly #closed: Trade[] = [];
  /** Strategy of each entry, by decision and by order. */
  readonly #strategies = new Map<string, string>();

  /** @returns the trade that the event ended, as it then stood */
  take(event: JournalEvent): EndedTrade | null {
    if (event.type === "fill") return this.#fill(event.fill);
    if (event.type === "dust") return this.#dust(event.symbol);
    if (event.type === "write-off") return this.#writeOff(event.symbol, event.atMs);
    if (event.type === "decision") {
      const { action, decisionId, strategyId } = event.decision;
      if (action === "enter") this.#strategies.set(decisionId, strategyId);
    } else if (event.type === "order-list") for (const order of event.orders) this.#order(order);
    else if (event.type === "order") this.#order(event.order);
    return null;
  }

  #order({ decisionId, clientOrderId }: Order): void {
    const strategyId = this.#strategies.get(decisionId);
    if (strategyId !== undefined) this.#strategies.set(clientOrderId, strategyId);
  }

  /** In the order in which they ended. */
  closed(): readonly ClosedTrade[] {
    return this.#closed.map((trade) => trade.finished());
  }

  #fill(fill: Fill): EndedTrade | null {
    const newest = this.#newest.get(fill.symbol);
    let trade = newest;
    if (fill.side === "buy" && (newest === undefined || newest.isClosed)) {
      trade = new Trade(fill, this.#strategies.get(fill.clientOrderId) ?? null);
      if (newest?.isSoldOut() === false) trade.takeOver(newest, fill);
      this.#newest.set(fill.symbol, trade);
    }
    trade?.take(fill);
    return trade?.isSoldOut() === true ? this.#close(trade) : null;
  }

  /** A part of an entry that is too small to sell has not been left: that trade goes on. */
  #dust(symbol: MarketSymbol): EndedTrade | null {
    const trade = this.#newest.get(symbol);
    return trade?.hasExits() === true ? this.#close(trade) : null;
  }

  #writeOff(symbol: MarketSymbol, atMs: UnixMs): EndedTrade | null {
    const trade = this.#newest.get(symbol);
    if (trade === undefined) return null;
    trade.writeOff(atMs);
    return this.#close(trade);
  }

  #close(trade: Trade): EndedTrade | null {
    if (trade.isClosed) return null;
    trade.isClosed = true;
    this.#closed.push(trade);
    return { trade: trade.finished(), from: trade.from };
  }
}
