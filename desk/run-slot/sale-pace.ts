// Floor 4, live. What keeps the sales that cover positions from being made of one broken price, or again and again.
import type { JournalEvent } from "#schemas/journal.ts";
import { maxOf, type Price } from "#schemas/money.ts";
import { type PositionKey, positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";

/** After a target's sale that sold not all, the stop rests for so long before the next, ms. */
const TARGET_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 60_000;

/** A sale that does not end a position is tried again later and later: after 1, 2, 4 … 60 s. Times are monotonic. */
export class SalePace {
  readonly #tried = new Map<PositionKey, { readonly tries: number; readonly nextMs: number }>();

  maySell(of: StrategyMarket, nowMs: number): boolean {
    return nowMs >= (this.#tried.get(positionKey(of))?.nextMs ?? 0);
  }

  /** What is journaled to be sold. */
  note(event: JournalEvent, nowMs: number): void {
    const order = event.type === "order-list" ? event.orders[0] : event.type === "order" ? event.order : undefined;
    if (order === undefined || order.role === "stop-loss") return;
    const tries = (this.#tried.get(positionKey(order))?.tries ?? 0) + 1;
    const waitMs = order.role === "take-profit" ? TARGET_WAIT_MS : Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** (tries - 1));
    this.#tried.set(positionKey(order), { tries, nextMs: nowMs + waitMs });
  }

  /** Forgets what is not held any more. */
  keep(held: readonly StrategyMarket[]): void {
    const keys = new Set(held.map(positionKey));
    for (const key of this.#tried.keys()) if (!keys.has(key)) this.#tried.delete(key);
  }
}

/** Two bids that agree lie so far apart at least, ms of a monotonic clock. */
const APART_MS = 1_000;

export class SteadyBids {
  readonly #before = new Map<MarketSymbol, { readonly bid: Price; readonly atMs: number }>();

  /** The better of this bid and the one of a second and more ago; null: there was none, and one alone proves nothing. */
  take(symbol: MarketSymbol, bid: Price | null, nowMs: number): Price | null {
    if (bid === null) {
      this.#before.delete(symbol);
      return null;
    }
    const before = this.#before.get(symbol);
    if (before !== undefined && nowMs - before.atMs < APART_MS) return null;
    this.#before.set(symbol, { bid, atMs: nowMs });
    return before === undefined ? null : maxOf(before.bid, bid);
  }
}
