// Markets, orders and candles for settlement, and a venue whose candles are written down in the test.
import { Costs } from "#schemas/config.ts";
import type { Candle, Market, Ticker } from "#schemas/market.ts";
import type { Money, Price, Quantity } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs, type VenueId } from "#schemas/units.ts";
import { type MatchInput, matchCandle } from "#toolkits/execution/match-candle.ts";

export const T0 = 1_700_000_100_000;
export const STEP_MS = 300_000;
/** Open time of the n-th candle. */
export const at = (n: number): UnixMs => unixMs(T0 + n * STEP_MS);
export const BTC = "BTC/USDT" as MarketSymbol;
export const ETH = "ETH/USDT" as MarketSymbol;
export const signal = new AbortController().signal;

export const marketOf = (symbol: MarketSymbol, change: Partial<Market> = {}): Market => ({
  symbol,
  base: symbol.slice(0, symbol.indexOf("/")),
  quote: "USDT",
  active: true,
  tickSize: "0.01",
  stepSize: "0.001",
  minQuantity: "0",
  maxQuantity: null,
  minNotional: "5",
  feeBps: null,
  buyFeeIn: "quote",
  assumed: true,
  ...change,
});

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
  parentId: null,
  symbol: BTC,
  side: "buy",
  kind: "market",
  role: "entry",
  quantity: "2" as Quantity,
  filledQuantity: "0" as Quantity,
  limitPrice: null,
  triggerPrice: null,
  triggered: false,
  bracket: { stopPct: 10, targetPct: 20 },
  createdAtMs: at(0),
  workingFromMs: at(0),
  expiresAtMs: at(1),
  status: "open",
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
    role: "stop",
    kind: "stop",
    triggerPrice: triggerPrice as Price,
    ...change,
  });

export const targetOrder = (limitPrice: string, change: Partial<Order> = {}): Order =>
  entryOrder({
    ...sale,
    clientOrderId: "d".repeat(32),
    parentId: "e".repeat(32),
    role: "target",
    kind: "target",
    limitPrice: limitPrice as Price,
    ...change,
  });

export const costs = Costs.parse({});
export const free = Costs.parse({ feeBps: 0, slippageBps: 0 });

type Given = Partial<Omit<MatchInput, "cash" | "held">> & { readonly cash?: string; readonly held?: string };

export const settle = ({ cash = "10000", held = "0", ...given }: Given) =>
  matchCandle({
    orders: [],
    candle: flat(0, 100),
    timeframe: "5m",
    market: marketOf(BTC),
    costs: free,
    ...given,
    cash: cash as Money,
    held: held as Quantity,
  });

export type FakeVenue = MarketData & {
  readonly asked: { readonly symbol: MarketSymbol; readonly count: number }[];
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
    markets: async () => [marketOf(BTC), marketOf(ETH)],
    async candles({ symbol, timeframe, nowMs, count }) {
      venue.asked.push({ symbol, count });
      if (venue.down.has(symbol)) throw new Error(`${symbol} is down`);
      const closed = (candles[symbol] ?? []).filter((c) => c.openMs + timeframeMs(timeframe) <= nowMs - graceMs);
      const rows = closed.slice(-count);
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
        checkedThroughMs: nowMs,
      };
    },
    async tickers({ symbols, nowMs }) {
      if (symbols.some((symbol) => venue.down.has(symbol))) throw new Error("tickers are down");
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
