// Floor 2, portfolio. Journal events → the trades that are finished: one entry with all its exits each, in however many
// orders and fills. A trade ends when nothing that can be sold is left of it. Trades of two strategies in one market are two.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Fill } from "#schemas/order.ts";
import { type ClosedTrade, type PositionKey, positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";
import { valueOfFee } from "./coin-fees.ts";
import { Trade } from "./trade.ts";
import { TradeReasons } from "./trade-reasons.ts";

export class TradeFold {
  /** The newest trade of each strategy and market, finished or not. */
  readonly #newest = new Map<PositionKey, Trade>();
  readonly #closed: Trade[] = [];
  readonly #reasons = new TradeReasons();

  /** @returns the trade that the event ended; a later fill may still change its profit, so it is to be read at once */
  take(event: JournalEvent): Trade | null {
    this.#reasons.take(event);
    if (event.type === "fill") return this.#fill(event.fill);
    if (event.type === "dust") return this.#dust(event);
    if (event.type === "write-off") return this.#writeOff(event);
    if (event.type === "coins-out") return this.#coinsOut(event);
    if (event.type === "coin-fee") return this.#coinFee(event);
    return null;
  }

  /** In the order in which they ended. */
  closed(): readonly ClosedTrade[] {
    return this.#closed.map((trade) => trade.finished());
  }

  #fill(fill: Fill): Trade | null {
    const key = positionKey(fill);
    const newest = this.#newest.get(key);
    let trade = newest;
    if (fill.side === "buy" && (newest === undefined || newest.isClosed)) {
      trade = new Trade(fill, this.#reasons.tagOf(fill));
      if (newest?.isSoldOut() === false) trade.takeOver(newest, fill);
      this.#newest.set(key, trade);
    }
    trade?.take(fill, this.#reasons.exitReasonOf(fill));
    return trade?.isSoldOut() === true ? this.#close(trade) : null;
  }

  /** A part of an entry that is too small to sell has not been left: that trade goes on. */
  #dust(of: StrategyMarket): Trade | null {
    const trade = this.#newest.get(positionKey(of));
    return trade?.hasExits() === true ? this.#close(trade) : null;
  }

  #writeOff(of: StrategyMarket & { readonly atMs: UnixMs }): Trade | null {
    const trade = this.#newest.get(positionKey(of));
    if (trade === undefined) return null;
    trade.writeOff(of.atMs);
    return this.#close(trade);
  }

  #coinsOut(event: Extract<JournalEvent, { type: "coins-out" }>): Trade | null {
    const trade = this.#newest.get(positionKey(event));
    if (trade === undefined) return null;
    trade.coinsOut(event.quantity, event.atMs);
    return trade.isSoldOut() ? this.#close(trade) : null;
  }

  #coinFee(event: Extract<JournalEvent, { type: "coin-fee" }>): Trade | null {
    const value = valueOfFee(event);
    if (value === null || event.price === null) return null;
    this.#newest.get(positionKey(event))?.payFee(value);
    let ended: Trade | null = null;
    for (const paid of event.from) {
      const trade = this.#newest.get(positionKey(paid));
      trade?.payWith(paid.quantity, event.price, event.atMs);
      if (trade?.isSoldOut() === true) ended = this.#close(trade) ?? ended;
    }
    return ended;
  }

  #close(trade: Trade): Trade | null {
    if (trade.isClosed) return null;
    trade.isClosed = true;
    this.#closed.push(trade);
    return trade;
  }
}
