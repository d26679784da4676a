// Floor 2, execution. An account of its own for one entry that was not made: the same exchange, the same brackets and the same fold as
// those of the account that it was kept from, and nothing of anyone's money.
import type { Costs } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle, Market } from "#schemas/market.ts";
import type { Order, OrderRole } from "#schemas/order.ts";
import type { ClosedTrade, Portfolio } from "#schemas/portfolio.ts";
import type { MarketSymbol, Timeframe, UnixMs } from "#schemas/units.ts";
import { applyEvent } from "../portfolio/portfolio.ts";
import { TradeFold } from "../portfolio/trades.ts";
import { type AccountAtHand, matchSlot, sendOrders } from "./answer.ts";
import type { BracketContext } from "./bracket-orders.ts";
import { orderListOf } from "./bracket-orders.ts";
import type { CandleDetail } from "./candle-detail.ts";
import { exchangeStateOf, SimulatedExchange } from "./simulated-exchange.ts";

export interface ShadowStart {
  readonly market: Market;
  readonly timeframe: Timeframe;
  readonly costs: Costs;
  /** Left out: candles alone tell what came first. */
  readonly detail?: CandleDetail;
  /** Holds nothing; its cash must be more than the entry takes. */
  readonly portfolio: Portfolio;
}

export class ShadowAccount implements AccountAtHand {
  readonly market: Market;
  /** Of the newest fill; `entry` before any. */
  lastRole: OrderRole = "entry";
  readonly #start: ShadowStart;
  readonly #markets: BracketContext["markets"];
  readonly #exchange: SimulatedExchange;
  readonly #trades = new TradeFold();
  #portfolio: Portfolio;

  constructor(start: ShadowStart) {
    const { market, portfolio } = start;
    this.market = market;
    this.#start = start;
    this.#portfolio = portfolio;
    this.#markets = new Map([[market.symbol, market]]);
    this.#exchange = new SimulatedExchange({ ...start, markets: this.#markets, restore: exchangeStateOf(portfolio) });
  }

  portfolio(): Portfolio {
    return this.#portfolio;
  }

  take(events: readonly JournalEvent[]): void {
    for (const event of events) {
      this.#portfolio = applyEvent(this.#portfolio, event);
      this.#trades.take(event);
      if (event.type === "fill") this.lastRole = event.fill.role;
    }
  }

  /** Orders its entry with all that protects it, or its exit. */
  order(order: Order, nowMs: UnixMs): void {
    this.take([{ type: "order-list", atMs: nowMs, orders: [...orderListOf(order)] }]);
    this.send(nowMs);
  }

  /** Sends what it has taken. */
  send(nowMs: UnixMs): void {
    sendOrders(this.#exchange, this, this.#context(nowMs));
  }

  /** The candle that opened at `openMs` and is over now; null: the market had none. */
  match(openMs: UnixMs, candle: Candle | null, nowMs: UnixMs): void {
    const { symbol } = this.market;
    const candleOf = (of: MarketSymbol): Candle | null => (of === symbol ? candle : null);
    matchSlot(this.#exchange, this, { openMs, candleOf }, this.#context(nowMs));
  }

  /** Nothing works and nothing that can be sold is held. */
  isOver(): boolean {
    const { orders, positions } = this.#portfolio;
    return orders.size === 0 && [...positions.values()].every(({ dust }) => dust);
  }

  /** The trade, once it has ended; null before, and where the entry was not filled. */
  trade(): ClosedTrade | null {
    return this.#trades.closed()[0] ?? null;
  }

  #context(nowMs: UnixMs): BracketContext {
    return { markets: this.#markets, timeframe: this.#start.timeframe, nowMs };
  }
}
