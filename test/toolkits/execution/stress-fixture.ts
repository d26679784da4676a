// Accounts of several markets and strategies that have really traded, and the same shock met by the account as a whole: one exchange,
// all markets, minute by minute. The path is written down here again, not taken from what is tested.
import type { Costs } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle, Market } from "#schemas/market.ts";
import type { Money, Quantity } from "#schemas/money.ts";
import { type Bracket, clientOrderIdOf, type Fill, type Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { Shock } from "#schemas/stress.ts";
import { type MarketSymbol, MINUTE_MS, unixMs } from "#schemas/units.ts";
import { matchSlot, sendOrders } from "#toolkits/execution/answer.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import { exchangeStateOf, SimulatedExchange } from "#toolkits/execution/simulated-exchange.ts";
import { applyEvent, emptyPortfolio } from "#toolkits/portfolio/portfolio.ts";
import { at, entryOrder, STEP_MS } from "./fixture.ts";

type Markets = ReadonlyMap<MarketSymbol, Market>;
type Candles = ReadonlyMap<MarketSymbol, Candle>;

/** One account of many markets at an exchange of its own. */
export class Account {
  readonly fills: Fill[] = [];
  current: Portfolio;
  readonly #exchange: SimulatedExchange;
  readonly #context: { readonly markets: Markets; readonly timeframe: "1m" | "5m" };

  constructor(start: Portfolio, markets: Markets, costs: Costs, timeframe: "1m" | "5m") {
    this.current = start;
    this.#context = { markets, timeframe };
    this.#exchange = new SimulatedExchange({ markets, timeframe, costs, restore: exchangeStateOf(start) });
  }

  portfolio(): Portfolio {
    return this.current;
  }

  take(events: readonly JournalEvent[]): void {
    for (const event of events) {
      this.current = applyEvent(this.current, event);
      if (event.type === "fill") this.fills.push(event.fill);
    }
  }

  send(orders: readonly Order[], nowMs: number): void {
    this.take([{ type: "order-list", atMs: unixMs(nowMs), orders: [...orders] }]);
    sendOrders(this.#exchange, this, { ...this.#context, nowMs: unixMs(nowMs) });
  }

  match(openMs: number, candles: Candles): void {
    const nowMs = unixMs(openMs + (this.#context.timeframe === "1m" ? MINUTE_MS : STEP_MS));
    const slot = { openMs: unixMs(openMs), candleOf: (symbol: MarketSymbol) => candles.get(symbol) ?? null };
    matchSlot(this.#exchange, this, slot, { ...this.#context, nowMs });
  }
}

export interface Entry {
  readonly symbol: MarketSymbol;
  readonly strategyId: string;
  readonly quantity: string;
  readonly bracket: Bracket;
}

/** Buys everything in the first candle, then meets the others: `candles` are those of a slot each, by market. */
export function traded(
  entries: readonly Entry[],
  candles: readonly Candles[],
  { markets, costs }: { readonly markets: Markets; readonly costs: Costs },
): Portfolio {
  const start = emptyPortfolio({ quote: "USDT", cash: "1000000" as Money });
  const account = new Account(start, markets, costs, "5m");
  for (const [n, { symbol, strategyId, quantity, bracket }] of entries.entries()) {
    const decisionId = `decision ${n}`;
    const order = entryOrder({
      clientOrderId: clientOrderIdOf(decisionId, "entry", 0),
      ...{ decisionId, strategyId, symbol, bracket, quantity: quantity as Quantity },
    });
    account.send(orderListOf(order), at(0));
  }
  for (const [n, slot] of candles.entries()) account.match(at(n), slot);
  return account.current;
}

/** A market's price after so many minutes: the leader's ratio, to the power of the beta. */
export const priceAfter = (price: number, beta: number, { movePct, minutes, gapPct }: Shock, minute: number): number =>
  price * (1 + (gapPct + ((movePct - gapPct) * minute) / minutes) / 100) ** beta;

/** The whole account on that path, from `startMs` on. */
export function replayed(
  portfolio: Portfolio,
  marks: ReadonlyMap<MarketSymbol, number>,
  betaOf: (symbol: MarketSymbol) => number,
  {
    shock,
    markets,
    costs,
    startMs,
  }: { readonly shock: Shock; readonly markets: Markets; readonly costs: Costs; readonly startMs: number },
) {
  const account = new Account(portfolio, markets, costs, "1m");
  for (let minute = 0; minute < shock.minutes; minute++) {
    const openMs = startMs + minute * MINUTE_MS;
    const candles = [...marks].map(([symbol, price]) => {
      const [open, close] = [minute, minute + 1].map((k) => priceAfter(price, betaOf(symbol), shock, k)) as [
        number,
        number,
      ];
      const [high, low] = [Math.max(open, close), Math.min(open, close)];
      return [symbol, { openMs, open, high, low, close, volume: 1e15 }] as const;
    });
    account.match(openMs, new Map(candles));
  }
  const ends = new Map(
    [...marks].map(([symbol, price]) => [symbol, priceAfter(price, betaOf(symbol), shock, shock.minutes)] as const),
  );
  return { portfolio: account.current, fills: account.fills, marks: ends };
}
