// Floor 2, execution. The paper venue: the Execution port over market data alone. Orders rest in its own book and are
// settled on closed candles by the same function as in the backtest; on a real venue entries and exits meet the quote.
import type { Costs } from "#schemas/config.ts";
import { ProviderError } from "#schemas/errors.ts";
import { type Market, newestClosed } from "#schemas/market.ts";
import { isPositive } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Execution, ExecutionEvent } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { matchSlot } from "./match-candle.ts";
import { fillAtQuote, meetsQuote } from "./match-quote.ts";
import { MatchingEngine } from "./matching-engine.ts";
import { PaperAccount } from "./paper-account.ts";
import { type Feed, type OnUnsettled, type Quote, readFeed, readQuote } from "./paper-feed.ts";

export interface PaperSettings {
  readonly marketData: MarketData;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly timeframe: Timeframe;
  readonly costs: Costs;
  /** CollectedReports currency. */
  readonly quote: string;
  /** `next-open`: market orders fill at the next candle's open. `quotes`: at bid or ask read after submission. */
  readonly mode: "next-open" | "quotes";
  /** The fold of the journal; orders still `intended` in it count as never sent. */
  readonly restore: { readonly portfolio: Portfolio };
  /**
   * Told of a market that could not be read while others are settled, and of an exit that has no price; it is settled next
   * time. Without it the first failure to read is thrown and nothing is settled.
   */
  readonly onUnsettled?: OnUnsettled;
}

export const createPaperExecution = (settings: PaperSettings): Execution => new PaperExecution(settings);

class PaperExecution implements Execution {
  readonly kind = "paper";
  readonly #settings: PaperSettings;
  readonly #book: PaperAccount;
  /** Close time of the newest candle settled, by market; the restored slot for the others. */
  readonly #settledMs = new Map<MarketSymbol, number>();

  constructor(settings: PaperSettings) {
    this.#settings = settings;
    this.#book = new PaperAccount(settings.restore.portfolio, settings.quote);
  }

  async submit(
    order: Order,
    { nowMs }: { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<readonly ExecutionEvent[]> {
    options.signal.throwIfAborted();
    const known = this.#book.find(order.clientOrderId);
    if (known !== null) return [{ type: "order", atMs: nowMs, order: known }];
    const refused = this.#refuse(order, nowMs);
    if (refused !== null) return this.#commit([{ type: "order", atMs: nowMs, order: refused }]);
    const open: Order = { ...order, status: "open" };
    const acknowledged: ExecutionEvent = { type: "order", atMs: nowMs, order: open };
    if (this.#settings.mode === "next-open" || !meetsQuote(open)) return this.#commit([acknowledged]);
    const quote = await readQuote({ ...this.#settings, nowMs }, open.symbol, options);
    // Asked again: the same order may have come in while the quote was read.
    const meanwhile = this.#book.find(order.clientOrderId);
    if (meanwhile !== null) return [{ type: "order", atMs: nowMs, order: meanwhile }];
    return [...this.#commit([acknowledged]), ...this.#meetQuotes([open], new Map([[open.symbol, quote]]), nowMs)];
  }

  async cancel(
    clientOrderId: string,
    at: { readonly nowMs: UnixMs; readonly reason: string },
    { signal }: CallOptions,
  ): Promise<readonly ExecutionEvent[]> {
    signal.throwIfAborted();
    const order = this.#book.find(clientOrderId);
    if (order === null || !isWorking(order)) return [];
    const canceled: Order = { ...order, status: "canceled", statusReason: at.reason };
    return this.#commit([{ type: "order", atMs: at.nowMs, order: canceled }]);
  }

  async order(clientOrderId: string, { signal }: CallOptions): Promise<Order | null> {
    signal.throwIfAborted();
    return this.#book.find(clientOrderId);
  }

  async openOrders({ signal }: CallOptions): Promise<readonly Order[]> {
    signal.throwIfAborted();
    return this.#book.working();
  }

  async balances({ signal }: CallOptions): Promise<ReadonlyMap<string, string>> {
    signal.throwIfAborted();
    return this.#book.balances();
  }

  async fillsSince({ nowMs }: { readonly nowMs: UnixMs }, options: CallOptions): Promise<readonly ExecutionEvent[]> {
    options.signal.throwIfAborted();
    const { marketData, timeframe } = this.#settings;
    const newestMs = newestClosed(nowMs, timeframe, marketData.graceMs);
    const waiting = this.#book.working().filter((order) => !this.#settlesOnCandles(order));
    const feed = await readFeed(
      {
        marketData,
        timeframe,
        nowMs,
        newestMs,
        needed: this.#neededFrom(),
        quoted: [...new Set(waiting.map((order) => order.symbol))].sort(),
        onUnsettled: this.#settings.onUnsettled ?? rethrow,
      },
      options,
    );
    options.signal.throwIfAborted();
    const events: ExecutionEvent[] = [];
    for (const openMs of this.#slotsOf(feed, newestMs)) events.push(...this.#settle(feed, openMs));
    for (const [symbol, rows] of feed.candles) {
      for (const openMs of rows.keys()) {
        this.#settledMs.set(symbol, Math.max(this.#settledThrough(symbol), openMs + timeframeMs(timeframe)));
      }
    }
    // A stop may have ended or trimmed an exit that waits for a quote: as it is now, not as it was.
    const still = this.#book.working().filter((order) => !this.#settlesOnCandles(order));
    return [...events, ...this.#meetQuotes(still.filter(isIn(waiting)), feed.quotes, nowMs)];
  }

  #commit(events: readonly ExecutionEvent[]): readonly ExecutionEvent[] {
    this.#book.take(events);
    return events;
  }

  #settlesOnCandles(order: Order): boolean {
    return this.#settings.mode === "next-open" || !meetsQuote(order);
  }

  #settledThrough(symbol: MarketSymbol): number {
    return this.#settledMs.get(symbol) ?? this.#settings.restore.portfolio.settledThroughMs ?? 0;
  }

  /** What the venue says no to at once. */
  #refuse(order: Order, nowMs: UnixMs): Order | null {
    const { markets, marketData } = this.#settings;
    if (!markets.has(order.symbol)) {
      return { ...order, status: "rejected", statusReason: `${order.symbol} is not listed at ${marketData.venue}` };
    }
    if (order.side === "sell" && !isPositive(this.#book.held(order.symbol))) {
      return { ...order, status: "rejected", statusReason: "nothing is held" };
    }
    if (order.expiresAtMs !== null && nowMs >= order.expiresAtMs) {
      return { ...order, status: "expired", statusReason: "it came after its time" };
    }
    return null;
  }

  #meetQuotes(
    orders: readonly Order[],
    quotes: ReadonlyMap<MarketSymbol, Quote>,
    nowMs: UnixMs,
  ): readonly ExecutionEvent[] {
    const { markets, costs, timeframe } = this.#settings;
    const events: ExecutionEvent[] = [];
    for (const order of orders) {
      const market = markets.get(order.symbol);
      if (market === undefined) continue;
      const { cash, orders: same } = this.#book.holdings((other) => other.symbol === order.symbol);
      const held = this.#book.held(order.symbol);
      const book = new MatchingEngine({ market, costs, orders: [...same.values()], cash, held });
      const quote = quotes.get(order.symbol) ?? { ticker: undefined, reference: null };
      const waits = fillAtQuote(book, order, { ...quote, nowMs, timeframe, tickSize: market.tickSize });
      if (waits !== null) this.#settings.onUnsettled?.(order.symbol, exitWaits(order, waits));
      events.push(...this.#commit(book.events));
    }
    return events;
  }

  /** By market, sorted: open time of the first candle that its orders have not met yet. */
  #neededFrom(): ReadonlyMap<MarketSymbol, number> {
    const from = new Map<MarketSymbol, number>();
    for (const order of this.#book.working()) {
      if (!this.#settlesOnCandles(order)) continue;
      from.set(order.symbol, Math.min(from.get(order.symbol) ?? Number.POSITIVE_INFINITY, order.workingFromMs));
    }
    const sorted = [...from].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(sorted.map(([symbol, ms]) => [symbol, Math.max(ms, this.#settledThrough(symbol))]));
  }

  /** Open times to settle, oldest first: those of the candles read, and those in which an entry runs out unmet. */
  #slotsOf(feed: Feed, newestMs: UnixMs): readonly UnixMs[] {
    const lengthMs = timeframeMs(this.#settings.timeframe);
    const slots = new Set<number>();
    for (const rows of feed.candles.values()) for (const openMs of rows.keys()) slots.add(openMs);
    for (const { expiresAtMs } of this.#book.working()) {
      if (expiresAtMs === null || expiresAtMs > newestMs) continue;
      slots.add(Math.ceil(expiresAtMs / lengthMs) * lengthMs - lengthMs);
    }
    return [...slots].sort((a, b) => a - b).map(unixMs);
  }

  #settle(feed: Feed, openMs: UnixMs): readonly ExecutionEvent[] {
    const { timeframe, markets, costs } = this.#settings;
    const portfolio = this.#book.holdings((order) => this.#settlesOnCandles(order) && feed.candles.has(order.symbol));
    // A second call may have settled the same candle while this one was reading; doing it again changes nothing.
    const candleOf = (symbol: MarketSymbol) => feed.candles.get(symbol)?.get(openMs) ?? null;
    return this.#commit(matchSlot({ portfolio, openMs, timeframe, markets, costs, candleOf }));
  }
}

const exitWaits = ({ quantity }: Order, reason: string): ProviderError =>
  new ProviderError({
    was: `The exit of ${quantity} waits: ${reason}.`,
    remedy: "It is tried again at the next slot.",
  });

const isIn =
  (orders: readonly Order[]) =>
  (order: Order): boolean =>
    orders.some((other) => other.clientOrderId === order.clientOrderId);

const rethrow: OnUnsettled = (_symbol, error) => {
  throw error;
};
