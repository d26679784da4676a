// Floor 4, live. An order goes to a venue → what paper would have got for it, by the same quote and the paper venue's own rule, into the
// journal beside it. Nothing waits for it, and where it cannot be had nothing is written.
import { isPassing } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import { decimalFromNumber, type Price } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, Timeframe, UnixMs } from "#schemas/units.ts";
import { priceAtQuote } from "#toolkits/execution/match-quote.ts";
import { type Quote, readReference } from "#toolkits/execution/paper-feed.ts";
import { targetHeld } from "#toolkits/execution/protection.ts";
import { noMarketOf } from "#toolkits/market/judge-quote.ts";
import { positionOf } from "#toolkits/portfolio/positions.ts";
import type { Account } from "../account/account.ts";

/** A quote that comes later after the order, ms, is not the one that the order met. */
const LATEST_MS = 5_000;

interface BesideDesk {
  readonly marketData: MarketData;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly account: Pick<Account, "portfolio" | "append">;
  readonly clock: Pick<Clock, "now">;
  readonly config: { readonly timeframe: Timeframe };
}

export class BesideLive {
  readonly #desk: BesideDesk;
  readonly #underWay = new Set<Promise<void>>();

  constructor(desk: BesideDesk) {
    this.#desk = desk;
  }

  /** Told just before an order leaves: the quote is asked for at the same moment. A stop has its trigger in the journal. */
  readonly sending = (order: Order, options: CallOptions): void => {
    if (order.role === "stop-loss") return;
    const target = order.role === "take-profit" ? this.#targetOf(order) : null;
    // Whatever keeps it from being known holds up no order; a store that fails ends the next slot with the same error.
    const reading = this.#read(order, target, options).catch(() => {});
    this.#underWay.add(reading);
    void reading.then(() => this.#underWay.delete(reading));
  };

  /** Resolves once what was sent by now is written, or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #read(order: Order, target: Price | null, options: CallOptions): Promise<void> {
    const { account, clock } = this.#desk;
    const sentMs = clock.now();
    let quote: Quote;
    try {
      quote = await this.#quoteOf(order, sentMs, options);
    } catch (error) {
      if (!isPassing(error)) throw error;
      return;
    }
    if (clock.now() - sentMs > LATEST_MS) return;
    const row = besideOf(order, quote, { target, sentMs, nowMs: clock.now(), tickSize: this.#tickOf(order) });
    if (row !== null) await account.append([row], options);
  }

  /** The ticker first: what the order is compared with is as old as the order. */
  async #quoteOf({ symbol }: Order, nowMs: UnixMs, options: CallOptions): Promise<Quote> {
    const { marketData, config } = this.#desk;
    const tickers = marketData.tickers({ symbols: [symbol], nowMs }, options);
    const reference = readReference({ marketData, timeframe: config.timeframe, nowMs }, symbol, options);
    const [[ticker], close] = await Promise.all([tickers, reference]);
    return { ticker, reference: close };
  }

  #tickOf({ symbol }: Order): string | null {
    return this.#desk.markets.get(symbol)?.tickSize ?? null;
  }

  /** On paper a target rests at its price. */
  #targetOf(order: Order): Price | null {
    const { account, markets, clock } = this.#desk;
    const portfolio = account.portfolio();
    const position = positionOf(portfolio, order);
    if (position === undefined) return order.limitPrice;
    return targetHeld(portfolio, position, { targets: "desk", nowMs: clock.now(), markets }) ?? order.limitPrice;
  }
}

function besideOf(
  order: Order,
  quote: Quote,
  at: {
    readonly target: Price | null;
    readonly sentMs: UnixMs;
    readonly nowMs: UnixMs;
    readonly tickSize: string | null;
  },
): JournalEvent | null {
  const { target, sentMs, nowMs, tickSize } = at;
  if (tickSize === null) return null;
  const { clientOrderId, symbol, role, side } = order;
  const about = { type: "paper-beside", atMs: sentMs, clientOrderId, symbol, role, side } as const;
  const { ticker } = quote;
  const isMarket = ticker !== undefined && noMarketOf(ticker, nowMs) === null;
  const seen = {
    bid: isMarket ? (decimalFromNumber(ticker.bid) as Price) : null,
    ask: isMarket ? (decimalFromNumber(ticker.ask) as Price) : null,
  };
  if (role === "take-profit") return { ...about, ...seen, price: target, reason: "" };
  const met = priceAtQuote(order, { ...quote, nowMs, tickSize });
  switch (met.status) {
    case "fills":
      return { ...about, ...seen, price: met.price, reason: "" };
    case "no-price":
      return { ...about, ...seen, price: null, reason: met.reason };
    case "beyond-limit":
      return {
        ...about,
        ...seen,
        price: null,
        reason: `the ask of ${met.price} is above its limit of ${order.limitPrice}`,
      };
  }
}
