// Floor 2, execution. The paper venue: the Execution port over a simulated exchange and market data alone. Orders rest in the
// exchange and are matched with closed candles; on a real venue entries and exits meet the quote.
import type { Costs } from "#schemas/config.ts";
import { isPassing, ProviderError } from "#schemas/errors.ts";
import { type Candle, isGone, type Market, newestClosed } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Execution, ExecutionReport, ExecutionReports } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { judgeQuote } from "../market/judge-quote.ts";
import type { CandleDetail } from "./candle-detail.ts";
import { fillAtQuote, meetsQuote } from "./match-quote.ts";
import { type Feed, type Quote, readFeed, readQuote } from "./paper-feed.ts";
import { exchangeStateOf, SimulatedExchange, type WithinUntil } from "./simulated-exchange.ts";

export interface PaperSettings {
  readonly marketData: MarketData;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly timeframe: Timeframe;
  readonly costs: Costs;
  /** `next-open`: market orders fill at the next candle's open. `quote`: at bid or ask read after submission. */
  readonly fillsAt: "next-open" | "quote";
  /** Candles at hand, instead of the venue's: nothing is asked then. */
  readonly candleAt?: (symbol: MarketSymbol, openMs: UnixMs) => Candle | null;
  /**
   * Beside `candleAt`: candles that waited for a second word and have it since the one that opens at `openMs`. They are matched
   * first, each at its own prices, as the venue would have done at its time.
   */
  readonly agreedBy?: (openMs: UnixMs) => ReadonlyMap<MarketSymbol, Candle>;
  /** Beside `candleAt`: the same candles, read ahead. */
  readonly withinUntil?: WithinUntil;
  /** Beside `candleAt`: shorter candles, where they decide what happens within one. Left out: none are looked at. */
  readonly detail?: CandleDetail;
  /** Markets that are not waited for, until they answer elsewhere: their orders meet the candles that they missed. Left out: none. */
  readonly isGivenUp?: (symbol: MarketSymbol) => boolean;
  /** Resolves when the read of a market is waited for no longer; left out: every read is waited for. */
  readonly tooLong?: (options: CallOptions) => Promise<void>;
  /** The fold of the journal: what the exchange has of it. Orders in doubt count as never seen. */
  readonly restore: { readonly portfolio: Portfolio };
}

export const createPaperExecution = (settings: PaperSettings): Execution => new PaperExecution(settings);

/** A round of matching that has stopped for an answer, or is to begin. */
interface Round {
  readonly candleOf: (symbol: MarketSymbol, openMs: UnixMs) => Candle | null;
  /** Markets whose candles could be read; null: all. */
  readonly read: Feed["candles"] | null;
  readonly quotes: Feed["quotes"];
  readonly newestMs: UnixMs;
  /** Open times still to match, oldest first. */
  readonly slots: UnixMs[];
  readonly waiting: readonly Order[];
}

class PaperExecution implements Execution {
  readonly kind = "paper";
  readonly capabilities: Execution["capabilities"];
  readonly #settings: PaperSettings;
  readonly #exchange: SimulatedExchange;
  /** Close time of the newest candle matched, by market; the restored slot for the others. */
  readonly #matchedMs = new Map<MarketSymbol, number>();
  #allMatchedMs: number;
  /** Reports that may still be asked for, and the number of those before them. */
  #log: ExecutionReport[] = [];
  #forgotten = 0;
  #round: Round | null = null;
  /** As of so many changes of the orders: the first time at which one meets candles, and at which one runs out. */
  #oldest = { changes: -1, activeFromMs: 0, expiresMs: 0 };
  /** Not told yet: markets that could not be read, and exits that have no price. */
  #unread: ExecutionReports["unread"][number][] = [];

  constructor(settings: PaperSettings) {
    this.#settings = settings;
    this.#allMatchedMs = settings.restore.portfolio.settledThroughMs ?? 0;
    this.capabilities = { fillsAt: settings.fillsAt };
    this.#exchange = new SimulatedExchange({ ...settings, restore: exchangeStateOf(settings.restore.portfolio) });
  }

  fund(amount: Money): void {
    this.#exchange.engine.fund(amount);
  }

  async submit(
    order: Order,
    { nowMs }: { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<readonly ExecutionReport[]> {
    options.signal.throwIfAborted();
    const known = this.#exchange.engine.find(order.clientOrderId);
    if (known !== null) return this.#ofOrder(order.clientOrderId);
    if (this.#meetsCandles(order)) {
      this.#exchange.submit(order, nowMs);
      return this.#keep();
    }
    const quote = await readQuote({ ...this.#settings, nowMs }, order.symbol, options);
    // Asked again: the same order may have come in while the quote was read.
    if (this.#exchange.engine.find(order.clientOrderId) !== null) return this.#ofOrder(order.clientOrderId);
    const judged = judgeQuote({ ...quote, side: order.side, nowMs });
    if (order.side === "buy" && judged.status === "no-price") {
      this.#exchange.engine.refuse(order, { type: "rejected", reason: judged.reason }, nowMs);
    } else {
      this.#exchange.submit(order, nowMs);
      this.#meetQuotes([order], new Map([[order.symbol, quote]]), nowMs);
    }
    return this.#keep();
  }

  async cancel(
    clientOrderId: string,
    at: { readonly nowMs: UnixMs; readonly reason: string },
    { signal }: CallOptions,
  ): Promise<readonly ExecutionReport[]> {
    signal.throwIfAborted();
    this.#exchange.cancel(clientOrderId, at.reason, at.nowMs);
    return this.#keep();
  }

  async order(clientOrderId: string, { signal }: CallOptions): Promise<Order | null> {
    signal.throwIfAborted();
    return this.#exchange.engine.find(clientOrderId);
  }

  async openOrders({ signal }: CallOptions): Promise<readonly Order[]> {
    signal.throwIfAborted();
    return this.#exchange.engine.working();
  }

  async balances({ signal }: CallOptions): Promise<ReadonlyMap<string, string>> {
    signal.throwIfAborted();
    return this.#exchange.engine.balances();
  }

  /** Matching goes on only for a reader who has read everything so far: so an answer meets the candle it is meant for. */
  async reports(
    since: string | null,
    { nowMs }: { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<ExecutionReports> {
    options.signal.throwIfAborted();
    const from = since === null ? 0 : Number(since);
    let more = true;
    if (from >= this.#count()) {
      const begun = this.#round ?? (await this.#begin(nowMs, options));
      options.signal.throwIfAborted();
      // Asked again: another call may have gone on while this one was reading.
      if (from >= this.#count()) {
        this.#round ??= begun;
        more = this.#goOn(nowMs);
      }
    }
    if (from > this.#forgotten) this.#log = this.#log.slice(from - this.#forgotten);
    this.#forgotten = Math.max(this.#forgotten, from);
    const unread = this.#unread;
    if (unread.length > 0) this.#unread = [];
    return { reports: this.#log, cursor: String(this.#count()), more, unread };
  }

  /** With candles at hand it is seen at once that none of them can change an order, which holds for most. */
  isQuiet(since: string | null, { nowMs }: { readonly nowMs: UnixMs }): boolean {
    const { candleAt, timeframe, marketData } = this.#settings;
    if (candleAt === undefined || this.#round !== null || this.#unread.length > 0) return false;
    if (Number(since ?? 0) < this.#count()) return false;
    const newestMs = newestClosed(nowMs, timeframe, marketData.graceMs);
    const isUntouched = (openMs: UnixMs): boolean =>
      !this.#exchange.mayChange(openMs, (symbol) => candleAt(symbol, openMs), this.#meetsCandles);
    const slots = this.#slotsAtHand(newestMs);
    const last = slots.at(-1);
    const hasAgreed = last !== undefined && (this.#settings.agreedBy?.(last).size ?? 0) > 0;
    if (hasAgreed || !slots.every(isUntouched)) return false;
    this.#allMatchedMs = newestMs;
    return true;
  }

  #count(): number {
    return this.#forgotten + this.#log.length;
  }

  #keep(): readonly ExecutionReport[] {
    const reports = this.#exchange.takeReports();
    if (reports.length > 0) this.#log = [...this.#log, ...reports];
    return reports;
  }

  #ofOrder(clientOrderId: string): readonly ExecutionReport[] {
    return this.#log.filter(
      (report) =>
        (report.type === "order" && report.clientOrderId === clientOrderId) ||
        (report.type === "fill" && report.fill.clientOrderId === clientOrderId),
    );
  }

  /** Not of a market that has gone, or is not waited for. */
  #isRead(symbol: MarketSymbol): boolean {
    const { markets, isGivenUp } = this.#settings;
    return !isGone(markets, symbol) && isGivenUp?.(symbol) !== true;
  }

  readonly #meetsCandles = (order: Order): boolean => this.#settings.fillsAt === "next-open" || !meetsQuote(order);

  #matchedThrough(symbol: MarketSymbol): number {
    return this.#matchedMs.get(symbol) ?? this.#allMatchedMs;
  }

  async #begin(nowMs: UnixMs, options: CallOptions): Promise<Round> {
    const { marketData, timeframe } = this.#settings;
    const newestMs = newestClosed(nowMs, timeframe, marketData.graceMs);
    const { candleAt } = this.#settings;
    if (candleAt !== undefined) {
      const slots = this.#slotsAtHand(newestMs);
      const candleOf = this.#afterAgreed(slots, candleAt);
      return { candleOf, read: null, quotes: NO_QUOTES, newestMs, waiting: NO_ORDERS, slots };
    }
    const needed = this.#neededFrom();
    const waiting = this.#exchange.engine.working((order) => !this.#meetsCandles(order) && this.#isRead(order.symbol));
    const feed = await readFeed(
      {
        marketData,
        timeframe,
        nowMs,
        newestMs,
        needed,
        tooLong: this.#settings.tooLong ?? null,
        quoted: [...new Set(waiting.map((order) => order.symbol))].sort(),
        onUnsettled: (symbol, error) => {
          if (!isPassing(error)) throw error;
          this.#unread.push({ symbol, error });
        },
      },
      options,
    );
    const { candles, quotes } = feed;
    const candleOf = (symbol: MarketSymbol, openMs: UnixMs) => candles.get(symbol)?.get(openMs) ?? null;
    const slots = [...candles.values()].flatMap((rows) => [...rows.keys()]);
    return { candleOf, read: candles, quotes, newestMs, waiting, slots: this.#inOrder(slots, newestMs) };
  }

  /** Matches slot after slot until the exchange waits for an answer: true; or until all are done. */
  #goOn(nowMs: UnixMs): boolean {
    const round = this.#round;
    if (round === null) return false;
    const { read, quotes, slots, waiting, candleOf, newestMs } = round;
    const mayMatch = (order: Order): boolean => this.#meetsCandles(order) && (read === null || read.has(order.symbol));
    for (let openMs = slots[0]; openMs !== undefined; openMs = slots[0]) {
      const slotMs = openMs;
      const waits = this.#exchange.advance(slotMs, (symbol) => candleOf(symbol, slotMs), mayMatch);
      this.#keep();
      if (waits) return true;
      slots.shift();
    }
    const lengthMs = timeframeMs(this.#settings.timeframe);
    if (read === null) this.#allMatchedMs = newestMs;
    for (const [symbol, rows] of read ?? []) {
      for (const openMs of rows.keys()) {
        this.#matchedMs.set(symbol, Math.max(this.#matchedThrough(symbol), openMs + lengthMs));
      }
    }
    if (waiting.length > 0) {
      // A stop may have ended or trimmed an exit that waits for a quote: as it is now, not as it was.
      const isWaiting = (order: Order) => waiting.some((other) => other.clientOrderId === order.clientOrderId);
      this.#meetQuotes(this.#exchange.engine.working(isWaiting), quotes, nowMs);
      this.#keep();
    }
    this.#round = null;
    return false;
  }

  #meetQuotes(orders: readonly Order[], quotes: Feed["quotes"], nowMs: UnixMs): void {
    const { engine } = this.#exchange;
    for (const { clientOrderId, symbol } of orders) {
      const order = engine.find(clientOrderId);
      const market = this.#settings.markets.get(symbol);
      if (order === null || market === undefined || !engine.isWorking(order)) continue;
      const quote: Quote = quotes.get(symbol) ?? { ticker: undefined, reference: null };
      const waits = fillAtQuote(engine, order, { ...quote, nowMs, tickSize: market.tickSize });
      if (waits !== null && order.side === "sell") this.#unread.push({ symbol, error: exitWaits(order, waits) });
    }
  }

  /** By market, sorted: open time of the first candle that its orders have not met yet. */
  #neededFrom(): ReadonlyMap<MarketSymbol, number> {
    const lengthMs = timeframeMs(this.#settings.timeframe);
    const from = new Map<MarketSymbol, number>();
    for (const order of this.#exchange.engine.orders()) {
      if (!this.#meetsCandles(order) || !this.#isRead(order.symbol)) continue;
      const openMs = Math.floor(order.activeFromMs / lengthMs) * lengthMs;
      from.set(order.symbol, Math.min(from.get(order.symbol) ?? Number.POSITIVE_INFINITY, openMs));
    }
    const sorted = [...from].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(sorted.map(([symbol, ms]) => [symbol, Math.max(ms, this.#matchedThrough(symbol))]));
  }

  /** Puts what was agreed late before the slot that agreed. */
  #afterAgreed(slots: UnixMs[], candleAt: Round["candleOf"]): Round["candleOf"] {
    const last = slots.at(-1);
    const agreed = last === undefined ? undefined : this.#settings.agreedBy?.(last);
    if (last === undefined || agreed === undefined || agreed.size === 0) return candleAt;
    const all = new Set([...[...agreed.values()].map(({ openMs }) => unixMs(openMs)), ...slots]);
    slots.splice(0, slots.length, ...[...all].sort((a, b) => a - b));
    return (symbol, openMs) => {
      const late = agreed.get(symbol);
      return late?.openMs === openMs ? late : candleAt(symbol, openMs);
    };
  }

  /** Open times that some order has not met yet, oldest first. */
  #slotsAtHand(newestMs: UnixMs): UnixMs[] {
    const lengthMs = timeframeMs(this.#settings.timeframe);
    const { activeFromMs, expiresMs } = this.#oldestOrders();
    const openMs = Math.floor(activeFromMs / lengthMs) * lengthMs;
    const slots: UnixMs[] = [];
    for (let ms = Math.max(openMs, this.#allMatchedMs); ms < newestMs; ms += lengthMs) slots.push(unixMs(ms));
    return expiresMs <= newestMs ? this.#inOrder(slots, newestMs) : slots;
  }

  /** Found once for as long as the orders are the same. */
  #oldestOrders(): { readonly activeFromMs: number; readonly expiresMs: number } {
    const { engine } = this.#exchange;
    const changes = engine.changes();
    if (this.#oldest.changes === changes) return this.#oldest;
    let activeFromMs = Number.POSITIVE_INFINITY;
    let expiresMs = Number.POSITIVE_INFINITY;
    for (const order of engine.orders()) {
      if (order.expiresAtMs !== null) expiresMs = Math.min(expiresMs, order.expiresAtMs);
      if (this.#meetsCandles(order)) activeFromMs = Math.min(activeFromMs, order.activeFromMs);
    }
    this.#oldest = { changes, activeFromMs, expiresMs };
    return this.#oldest;
  }

  /** Open times to match, oldest first: those of the candles read, and those in which an entry runs out unmet. */
  #inOrder(read: Iterable<number>, newestMs: UnixMs): UnixMs[] {
    const lengthMs = timeframeMs(this.#settings.timeframe);
    const slots = [...new Set(read)];
    for (const { expiresAtMs } of this.#exchange.engine.orders()) {
      if (expiresAtMs === null || expiresAtMs > newestMs) continue;
      const openMs = Math.ceil(expiresAtMs / lengthMs) * lengthMs - lengthMs;
      if (!slots.includes(openMs)) slots.push(openMs);
    }
    return slots.sort((a, b) => a - b).map(unixMs);
  }
}

const NO_QUOTES: Feed["quotes"] = new Map();
const NO_ORDERS: readonly Order[] = [];

const exitWaits = ({ quantity }: Order, reason: string): ProviderError =>
  new ProviderError({
    was: `The exit of ${quantity} waits: ${reason}.`,
    remedy: "It is tried again at the next slot.",
  });
