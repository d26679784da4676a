// Bench. The stress book: 500 assets with a beta each, 50 positions with a stop and a
// target, beside the same path met by the account as a whole, candle by candle.
import { Costs } from "#schemas/config.ts";
import { InvariantError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import { decimalFromNumber, type Money, type Quantity } from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf, type Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { MarketSymbol, MINUTE_MS, splitSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { matchSlot, sendOrders } from "#toolkits/execution/answer.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { exchangeStateOf, SimulatedExchange } from "#toolkits/execution/simulated-exchange.ts";
import { stressOf, stressStartMs } from "#toolkits/execution/stress.ts";
import { pathCandle, pathPrice } from "#toolkits/execution/stress-path.ts";
import { equityOf } from "#toolkits/portfolio/equity.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { type BenchRow, medianOf } from "./rows.ts";

const ASSETS = 500;
const POSITIONS = 50;
const ROUNDS = 100;
const T0_MS = unixMs(Date.UTC(2024, 2, 1));
const NOW_MS = unixMs(T0_MS + MINUTE_MS);
const SHOCK = { movePct: -10, minutes: 60, gapPct: 0 };
const COSTS = Costs.parse({});
const PRICE = 100;

const PLAIN: Bracket = { stopPct: 5, takeProfit: [{ afterMs: 0, gainPct: 10 }], trailing: [], maxHoldMs: null };
const TRAILS: Bracket = { ...PLAIN, trailing: [{ fromGainPct: 2, distancePct: 3 }] };

export async function benchStress(): Promise<readonly BenchRow[]> {
  return [await stressRow("stops that stay", PLAIN), await stressRow("stops that follow", TRAILS)];
}

async function stressRow(what: string, bracket: Bracket): Promise<BenchRow> {
  const symbols = Array.from({ length: ASSETS }, (_, n) => MarketSymbol.parse(`A${n}/USDT`));
  const markets = new Map(symbols.map((symbol) => [symbol, marketOf(symbol)]));
  const marks = new Map(symbols.map((symbol) => [symbol, PRICE]));
  const betas = new Map(symbols.map((symbol, n) => [symbol, { beta: 0.3 + (n % 20) / 10, rows: 288 }] as const));
  const account = new Account(emptyPortfolio({ quote: "USDT", cash: "1000000" as Money }), markets, T0_MS);
  for (const symbol of symbols.slice(0, POSITIONS)) account.send(orderListOf(entryOf(symbol, bracket)));
  account.match(T0_MS, () => ({ openMs: T0_MS, open: PRICE, high: PRICE, low: PRICE, close: PRICE, volume: 1e9 }));
  const portfolio = account.portfolio();
  const answer = () => stressOf({ portfolio, marks, betas, shock: SHOCK, costs: COSTS, markets, nowMs: NOW_MS });
  const replay = () => replayed(portfolio, markets, (symbol) => betas.get(symbol)?.beta ?? 1);
  const { equityAfter, stopsHit } = answer().total;
  const ends = symbols.map(
    (symbol) => [symbol, pathPrice(PRICE, betas.get(symbol)?.beta ?? 1, SHOCK, SHOCK.minutes)] as const,
  );
  if (
    equityAfter !== equityOf(replay(), new Map(ends)) ||
    stopsHit < POSITIONS / 2 ||
    portfolio.positions.size < POSITIONS
  )
    throw new InvariantError({
      was: `The answer (${equityAfter}) is not the replay's.`,
      remedy: "Fix bench/stress-answer.ts.",
    });
  const [answerMs = Number.NaN, replayMs = Number.NaN] = await medianOf(ROUNDS, [answer, replay]);
  process.stderr.write(`stress answer, ${what}: ${answerMs.toFixed(2)} ms (goal 5 ms), ${stopsHit} stops hit\n`);
  return {
    name: `stress answer over ${ASSETS} assets, ${POSITIONS} positions, ${what}: ${answerMs.toFixed(2)} ms`,
    baseline: "the path met by the whole account",
    ratio: replayMs / answerMs,
    unitsPerSecond: 1000 / answerMs,
    unit: "answers",
  };
}

class Account {
  #portfolio: Portfolio;
  readonly #exchange: SimulatedExchange;
  readonly #context: { readonly markets: ReadonlyMap<MarketSymbol, Market>; readonly timeframe: "1m"; nowMs: UnixMs };

  constructor(start: Portfolio, markets: ReadonlyMap<MarketSymbol, Market>, nowMs: UnixMs) {
    this.#portfolio = start;
    this.#context = { markets, timeframe: "1m", nowMs };
    this.#exchange = new SimulatedExchange({ markets, timeframe: "1m", costs: COSTS, restore: exchangeStateOf(start) });
  }

  portfolio(): Portfolio {
    return this.#portfolio;
  }

  take(events: readonly JournalEvent[]): void {
    for (const event of events) this.#portfolio = applyEvent(this.#portfolio, event);
  }

  send(orders: readonly Order[]): void {
    this.take([{ type: "order-list", atMs: this.#context.nowMs, orders: [...orders] }]);
    sendOrders(this.#exchange, this, this.#context);
  }

  match(openMs: UnixMs, candleOf: Parameters<typeof matchSlot>[2]["candleOf"]): void {
    this.#context.nowMs = unixMs(openMs + MINUTE_MS);
    matchSlot(this.#exchange, this, { openMs, candleOf }, this.#context);
  }
}

function replayed(
  portfolio: Portfolio,
  markets: ReadonlyMap<MarketSymbol, Market>,
  betaOf: (symbol: MarketSymbol) => number,
): Portfolio {
  const account = new Account(portfolio, markets, NOW_MS);
  const startMs = stressStartMs(NOW_MS);
  for (let minute = 0; minute < SHOCK.minutes; minute++) {
    const priceOf = (symbol: MarketSymbol, after: number): number => pathPrice(PRICE, betaOf(symbol), SHOCK, after);
    account.match(unixMs(startMs + minute * MINUTE_MS), (symbol) =>
      pathCandle(startMs, priceOf(symbol, minute), priceOf(symbol, minute + 1), minute),
    );
  }
  return account.portfolio();
}

const marketOf = (symbol: MarketSymbol): Market => ({
  symbol,
  ...splitSymbol(symbol),
  active: true,
  ...{ tickSize: "0.01", stepSize: "0.001", minQuantity: "0", maxQuantity: null, minNotional: "5" },
  ...{ feeBps: null, buyFeeIn: "quote", assumed: true },
});

const entryOf = (symbol: MarketSymbol, bracket: Bracket): Order => ({
  clientOrderId: clientOrderIdOf(symbol, "entry", 0),
  decisionId: symbol,
  strategyId: "bench",
  parentId: null,
  symbol,
  ...{ side: "buy", type: "market", role: "entry", generation: 0 },
  quantity: decimalFromNumber(3) as Quantity,
  filledQuantity: "0" as Quantity,
  ...{ limitPrice: null, triggerPrice: null, triggered: false, trails: false, bracket },
  ...{ createdAtMs: T0_MS, activeFromMs: T0_MS, expiresAtMs: NOW_MS, venueOrderId: null },
  ...{ status: "initialized", statusReason: "" },
});
