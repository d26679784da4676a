// Markets, orders and candles for settlement, and a venue whose candles are written down in the test.

import { Costs } from "#schemas/config.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle, Market, Ticker } from "#schemas/market.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Fill, Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs, type VenueId } from "#schemas/units.ts";
import { testMarket } from "#test/support/market.ts";
import { ofMarket, STRATEGY } from "#test/support/strategy.ts";
import { matchSlot, sendOrders } from "#toolkits/execution/answer.ts";
import { trailedStops } from "#toolkits/execution/bracket-orders.ts";
import type { AmbiguousCandle, CandleDetail } from "#toolkits/execution/candle-detail.ts";
import { exchangeStateOf, SimulatedExchange } from "#toolkits/execution/simulated-exchange.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { bracketOf } from "#toolkits/risk/bracket.ts";

export const T0 = 1_700_000_100_000;
export const STEP_MS = 300_000;
/** Open time of the n-th candle. */
export const at = (n: number): UnixMs => unixMs(T0 + n * STEP_MS);
export const BTC = "BTC/USDT" as MarketSymbol;
export const ETH = "ETH/USDT" as MarketSymbol;
export const signal = new AbortController().signal;

/** Open, high, low, close of the n-th candle; deep enough that volume bounds nothing unless said. */
export const candle = (
  n: number,
  [open, high, low, close]: readonly [number, number, number, number],
  volume = 1e6,
): Candle => ({ openMs: at(n), open, high, low, close, volume });

export const flat = (n: number, price: number, volume = 1e6): Candle => candle(n, [price, price, price, price], volume);

export const entryOrder = (change: Partial<Order> = {}): Order => ({
  clientOrderId: "e".repeat(32),
  decisionId: "e".repeat(64),
  strategyId: STRATEGY,
  parentId: null,
  symbol: BTC,
  side: "buy",
  type: "market",
  role: "entry",
  generation: 0,
  quantity: "2" as Quantity,
  filledQuantity: "0" as Quantity,
  limitPrice: null,
  triggerPrice: null,
  triggered: false,
  trails: false,
  bracket: bracketOf({ stopPct: 10, targetPct: 20 }),
  createdAtMs: at(0),
  activeFromMs: at(0),
  expiresAtMs: at(1),
  venueOrderId: null,
  status: "initialized",
  statusReason: "",
  ...change,
});

const sale = { side: "sell", bracket: null, expiresAtMs: null } as const;

export const exitOrder = (change: Partial<Order> = {}): Order =>
  entryOrder({ ...sale, clientOrderId: "b".repeat(32), role: "exit", ...change });

export const stopOrder = (triggerPrice: string, change: Partial<Order> = {}): Order =>
  entryOrder({
    ...sale,
    clientOrderId: "c".repeat(32),
    parentId: "e".repeat(32),
    role: "stop-loss",
    type: "stop-market",
    triggerPrice: triggerPrice as Price,
    ...change,
  });

export const targetOrder = (limitPrice: string, change: Partial<Order> = {}): Order =>
  entryOrder({
    ...sale,
    clientOrderId: "d".repeat(32),
    parentId: "e".repeat(32),
    role: "take-profit",
    type: "limit",
    limitPrice: limitPrice as Price,
    ...change,
  });

export const costs = Costs.parse({});
export const free = Costs.parse({ feeBps: 0, slippageBps: 0 });

/** One exchange and its account, moved on candle by candle. */
export class Trial {
  readonly events: JournalEvent[] = [];
  readonly exchange: SimulatedExchange;
  readonly market: Market;
  readonly #markets: ReadonlyMap<MarketSymbol, Market>;
  portfolio: Portfolio;

  constructor(
    given: {
      readonly market?: Market;
      readonly costs?: Costs;
      readonly cash?: string;
      /** Bought at 100 before. */
      readonly held?: string;
      readonly orders?: readonly Order[];
      /** Candles of a minute; left out: none are looked at. */
      readonly minutes?: readonly Candle[];
    } = {},
  ) {
    this.market = given.market ?? testMarket(BTC);
    this.#markets = new Map([[BTC, this.market]]);
    const start = emptyPortfolio({ quote: "USDT", cash: (given.cash ?? "10000") as Money });
    const quantity = given.held as Quantity | undefined;
    const position = {
      strategyId: STRATEGY,
      symbol: BTC,
      base: "BTC",
      averagePrice: "100" as Price,
      openedAtMs: at(-1),
    };
    const rest = { stopPrice: null, targetPrice: null, dust: false };
    const positions = new Map(quantity === undefined ? [] : [[ofMarket(BTC), { ...position, ...rest, quantity }]]);
    this.portfolio = { ...start, positions };
    const orders = given.orders ?? [];
    this.exchange = new SimulatedExchange({
      markets: this.#markets,
      timeframe: "5m",
      costs: given.costs ?? free,
      restore: exchangeStateOf(this.portfolio),
      ...(given.minutes === undefined ? {} : { detail: this.#detailOf(given.minutes) }),
    });
    if (orders.length > 0) this.send(orders, at(-1));
  }

  readonly ambiguous: AmbiguousCandle[] = [];
  readonly jumped: Order[] = [];

  #detailOf(minutes: readonly Candle[]): CandleDetail {
    return {
      timeframe: "1m",
      candlesIn: (_, { openMs }) => {
        const parts = minutes.filter((minute) => minute.openMs >= openMs && minute.openMs < openMs + STEP_MS);
        return parts.length === 5 ? parts : null;
      },
      raisedBy: (range) =>
        trailedStops(this.portfolio, range, this.#markets).flatMap((event) =>
          event.type === "order-list" ? event.orders : [],
        ),
      onAmbiguous: (candle) => this.ambiguous.push(candle),
      onJump: (order) => this.jumped.push(order),
    };
  }

  /** Journals orders as one list and sends what may be sent. */
  send(orders: readonly Order[], nowMs: UnixMs): this {
    this.take([{ type: "order-list", atMs: nowMs, orders: [...orders] }]);
    sendOrders(this.exchange, this.#account, { markets: this.#markets, timeframe: "5m", nowMs });
    return this;
  }

  /** Matches candles; returns the fills that they made. */
  match(...candles: readonly Candle[]): readonly Fill[] {
    const before = this.events.length;
    for (const each of candles) {
      const nowMs = unixMs(each.openMs + STEP_MS);
      const slot = { openMs: unixMs(each.openMs), candleOf: () => each };
      matchSlot(this.exchange, this.#account, slot, { markets: this.#markets, timeframe: "5m", nowMs });
    }
    return this.events.slice(before).flatMap((event) => (event.type === "fill" ? [event.fill] : []));
  }

  /** The order of a role as it was journaled last. */
  last(role: Order["role"]): Order | undefined {
    const rows = this.events.flatMap((event) =>
      event.type === "order-list" ? event.orders : event.type === "order" ? [event.order] : [],
    );
    return rows.findLast((order) => order.role === role);
  }

  take(events: readonly JournalEvent[]): void {
    for (const event of events) this.portfolio = applyEvent(this.portfolio, event);
    this.events.push(...events);
  }

  get #account() {
    return { portfolio: () => this.portfolio, take: (events: readonly JournalEvent[]) => this.take(events) };
  }
}

export type FakeVenue = MarketData & {
  readonly asked: { readonly symbol: MarketSymbol; readonly fromMs: number }[];
  /** Set to make calls for these symbols fail. */
  readonly down: Set<MarketSymbol>;
  tickerOf: (symbol: MarketSymbol, nowMs: number) => Ticker | undefined;
};

/** A venue of written candles; `quoteOf` is asked at every tickers call. */
export function fakeVenue(candles: Readonly<Record<string, readonly Candle[]>>, graceMs = 0): FakeVenue {
  const venue: FakeVenue = {
    venueId: "sim:test" as VenueId,
    venue: "sim",
    simulated: true,
    graceMs,
    asked: [],
    down: new Set(),
    tickerOf: () => undefined,
    markets: async () => [testMarket(BTC), testMarket(ETH)],
    async candles({ symbol, timeframe, nowMs, fromMs }) {
      venue.asked.push({ symbol, fromMs });
      if (venue.down.has(symbol)) throw new ProviderError({ was: `${symbol} is down.`, remedy: "Wait." });
      const closed = (candles[symbol] ?? []).filter((c) => c.openMs + timeframeMs(timeframe) <= nowMs - graceMs);
      const rows = closed.filter((c) => c.openMs >= fromMs);
      const column = (pick: (c: Candle) => number) => Float64Array.from(rows, pick);
      return {
        symbol,
        timeframe,
        openMs: column((c) => c.openMs),
        open: column((c) => c.open),
        high: column((c) => c.high),
        low: column((c) => c.low),
        close: column((c) => c.close),
        volume: column((c) => c.volume),
        notes: [],
        askedFromMs: fromMs,
        checkedThroughMs: nowMs,
      };
    },
    turnovers: async () => new Map(),
    async tickers({ symbols, nowMs }) {
      if (symbols.some((symbol) => venue.down.has(symbol)))
        throw new ProviderError({ was: "Tickers are down.", remedy: "Wait." });
      return symbols.flatMap((symbol) => venue.tickerOf(symbol, nowMs) ?? []);
    },
  };
  return venue;
}

export const quoteAt =
  (bid: number, ask: number, ageMs = 0) =>
  (symbol: MarketSymbol, nowMs: number): Ticker => ({
    symbol,
    atMs: nowMs - ageMs,
    bid,
    ask,
    last: bid,
    quoteVolume: null,
  });
