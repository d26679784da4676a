// One account at a local exchange: what it holds, its orders and trades, and the rules by which a spot exchange takes, locks, fills and
// refuses. It knows no protocol; a venue's file writes what it does in that venue's words. Amounts are decimals throughout.
import { add, compare, isPositive, multiply, roundToIncrement, subtract } from "#schemas/money.ts";
import { type Listing, symbolOf } from "../listings.ts";

export interface Wish {
  readonly clientId: string | null;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly type: "market" | "limit" | "stop" | "stop-limit";
  readonly limitPrice?: string;
  readonly triggerPrice?: string;
  /** Cancels what does not fill at once. */
  readonly ioc?: boolean;
}

export const REFUSALS = [
  "unknown-symbol",
  "market-closed",
  "quantity-step",
  "quantity-minimum",
  "price-tick",
  "price-band",
  "notional-minimum",
  "funds",
  "would-trigger",
  "duplicate-id",
  "no-permission",
] as const;
export type Refused = (typeof REFUSALS)[number];

export interface AccountOrder {
  /** Counts from 1; a venue writes ids of its own form of it. */
  readonly id: number;
  /** As it was moved last. */
  wish: Wish;
  readonly createdMs: number;
  /** The market's price when it was placed or moved. */
  priceThen: string;
  filled: string;
  /** Quote paid or received, before fees. */
  value: string;
  state: "working" | "filled" | "canceled" | "expired";
  /** A stop that was touched: the rest is a market (or limit) order. */
  triggered: boolean;
  updatedMs: number;
  /** No query shows it before that. */
  visibleMs: number;
  /** What it keeps from being used: of the quote for buys, of the base for sells. */
  locked: string;
}

export interface AccountTrade {
  readonly id: number;
  readonly orderId: number;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly feeCurrency: string;
  readonly atMs: number;
  readonly visibleMs: number;
}

export interface KeyRights {
  trade: boolean;
  withdraw: boolean;
  /** Null: never. */
  expiresMs: number | null;
  ipBound: boolean;
}

export interface TradingRules {
  /** What happens to a client id that was seen before: it bars only while its order works, for ever, or the first order is given back. */
  readonly clientIds: "unique-among-open" | "unique" | "first-given-back";
  readonly stopLocksFunds: boolean;
  /** A trigger is not refused for its side: it waits for a fall where it lies below the price of that moment, else for a rise. */
  readonly triggersEitherWay: boolean;
  /** A stop whose trigger the price has passed is taken, and sells at once. */
  readonly passedStopSells: boolean;
  /** In hundredths of a percent, of the value. */
  readonly feeBps: number;
  /** Where the fee of a buy and of a sell is taken; a third coin is taken from its own balance, at its price. */
  readonly feeIn: (side: "buy" | "sell", listing: Listing) => string;
  /** How far from the price a limit or trigger may lie, as a share. */
  readonly priceBand: number;
}

export const USUAL_RULES: TradingRules = {
  clientIds: "unique-among-open",
  stopLocksFunds: true,
  triggersEitherWay: false,
  passedStopSells: false,
  feeBps: 10,
  feeIn: (side, { base, quote }) => (side === "buy" ? base : quote),
  priceBand: 0.8,
};

export interface TradingAccountOptions {
  readonly now: () => number;
  readonly listings: readonly Listing[];
  readonly balances: Readonly<Record<string, string>>;
  readonly accountId?: string;
  readonly rules?: Partial<TradingRules>;
  /** What is bid and asked around a price; left out: everybody trades at the price itself. */
  readonly quoted?: (listing: Listing, price: number) => { readonly bid: number; readonly ask: number };
}

export class TradingAccount {
  readonly accountId: string;
  readonly rules: TradingRules;
  readonly rights: KeyRights = { trade: true, withdraw: false, expiresMs: null, ipBound: true };
  readonly orders: AccountOrder[] = [];
  readonly trades: AccountTrade[] = [];
  /** Of each order placed from now on queries know nothing for so long, ms. */
  hideMs = 0;
  /** Queries know of no order and no trade before this moment. */
  hiddenUntilMs = 0;
  /** Trades are listed so much later than their order says that it has filled, ms. */
  tradesLateMs = 0;
  /** Share of an order that finds somebody at once; used once each, then 1 again. */
  readonly nextShares: number[] = [];
  /** Why the next orders are refused, one each. */
  readonly nextRefusals: Refused[] = [];
  /** Told of every order that was placed, has filled in part or has ended, after the fact. */
  readonly listeners = new Set<(order: AccountOrder) => void>();
  /** Markets that take no orders. */
  readonly closed = new Set<string>();
  readonly #now: () => number;
  readonly #listings: ReadonlyMap<string, Listing>;
  readonly #quoted: TradingAccountOptions["quoted"];
  readonly #total = new Map<string, string>();
  readonly #prices = new Map<string, string>();
  #lastOrder = 0;
  #lastTrade = 0;
  /** What is to be done once its time has come: requests that the exchange takes late. */
  #later: { readonly atMs: number; readonly work: () => void }[] = [];

  constructor({ now, listings, balances, rules, quoted, accountId = "7001" }: TradingAccountOptions) {
    this.#now = now;
    this.accountId = accountId;
    this.#quoted = quoted;
    this.rules = { ...USUAL_RULES, ...rules };
    this.#listings = new Map(listings.map((one) => [symbolOf(one), one]));
    for (const [currency, amount] of Object.entries(balances)) this.#total.set(currency, amount);
    for (const one of listings)
      this.#prices.set(symbolOf(one), roundToIncrement(String(one.price), one.tickSize, "down"));
  }

  listingOf(symbol: string): Listing | undefined {
    return this.#listings.get(symbol);
  }

  priceOf(symbol: string): string {
    return this.#prices.get(symbol) ?? "0";
  }

  /** The market is at this price now: touched stops sell, limits that were reached fill. */
  setPrice(symbol: string, price: string): void {
    this.settle();
    this.#prices.set(symbol, price);
    for (const order of this.orders) if (order.wish.symbol === symbol) this.#meet(order);
  }

  /** Runs what has come due. Called before every request. */
  settle(): void {
    const due = this.#later.filter(({ atMs }) => atMs <= this.#now());
    this.#later = this.#later.filter(({ atMs }) => atMs > this.#now());
    for (const { work } of due) work();
  }

  doLater(atMs: number, work: () => void): void {
    this.#later.push({ atMs, work });
  }

  deposit(currency: string, amount: string): void {
    this.#total.set(currency, add(this.total(currency), amount));
  }

  total(currency: string): string {
    return this.#total.get(currency) ?? "0";
  }

  used(currency: string): string {
    let used = "0";
    for (const order of this.orders) {
      if (order.state === "working" && this.#lockedIn(order) === currency) used = add(used, order.locked);
    }
    return used;
  }

  free(currency: string): string {
    return subtract(this.total(currency), this.used(currency));
  }

  currencies(): readonly string[] {
    return [...this.#total.keys()].sort();
  }

  place(wish: Wish): AccountOrder | Refused {
    const { clientId } = wish;
    if (clientId !== null) {
      const same = this.orders.filter((order) => order.wish.clientId === clientId);
      const first = same[0];
      if (first !== undefined && this.rules.clientIds === "first-given-back") return first;
      if (first !== undefined && this.rules.clientIds === "unique") return "duplicate-id";
      if (same.some(({ state }) => state === "working")) return "duplicate-id";
    }
    const refused = this.nextRefusals.shift() ?? this.#refusal(wish);
    if (refused !== null) return refused;
    const atMs = this.#now();
    const order: AccountOrder = {
      id: ++this.#lastOrder,
      wish,
      createdMs: atMs,
      priceThen: this.priceOf(wish.symbol),
      updatedMs: atMs,
      visibleMs: atMs + this.hideMs,
      filled: "0",
      value: "0",
      state: "working",
      triggered: false,
      locked: this.#lockOf(wish),
    };
    this.orders.push(order);
    this.#tell(order);
    this.#meet(order);
    const rests = wish.ioc !== true && wish.type !== "market";
    if (!rests && order.state === "working") this.#end(order, "expired");
    return order;
  }

  cancel(order: AccountOrder): "canceled" | "not-working" {
    if (order.state !== "working") return "not-working";
    this.#end(order, "canceled");
    return "canceled";
  }

  /** Another trigger for a stop that waits. */
  move(order: AccountOrder, triggerPrice: string): "moved" | "not-working" | Refused {
    const { symbol } = order.wish;
    if (order.state !== "working" || order.triggered || order.wish.triggerPrice === undefined) return "not-working";
    const listing = this.#listings.get(symbol);
    const market = this.priceOf(symbol);
    const { triggersEitherWay, passedStopSells, priceBand } = this.rules;
    const refused = this.nextRefusals.shift();
    if (refused !== undefined) return refused;
    if (this.closed.has(symbol)) return "market-closed";
    if (compare(roundToIncrement(triggerPrice, listing?.tickSize ?? "1", "down"), triggerPrice) !== 0)
      return "price-tick";
    if (Math.abs(Number(triggerPrice) / Number(market) - 1) > priceBand) return "price-band";
    if (compare(market, triggerPrice) <= 0 && !triggersEitherWay && !passedStopSells) return "would-trigger";
    order.wish = { ...order.wish, triggerPrice };
    order.priceThen = market;
    order.updatedMs = this.#now();
    this.#meet(order);
    return "moved";
  }

  /** A part of a working order that finds somebody now, at its price or the market's; what is left goes on. */
  fill(order: AccountOrder, quantity: string, price = order.wish.limitPrice ?? this.priceOf(order.wish.symbol)): void {
    const { symbol, side } = order.wish;
    const listing = this.#listings.get(symbol);
    if (listing === undefined) throw new Error(`no market ${symbol}`);
    const value = multiply(quantity, price);
    order.filled = add(order.filled, quantity);
    order.value = add(order.value, value);
    const left = subtract(order.wish.quantity, order.filled);
    if (compare(left, "0") < 0) throw new Error("filled more than was ordered");
    order.locked = side === "sell" ? this.#lockedSell(order, left) : multiply(left, order.wish.limitPrice ?? price);
    const sign = side === "buy" ? 1 : -1;
    this.#move(listing.base, sign === 1 ? quantity : `-${quantity}`);
    this.#move(listing.quote, sign === 1 ? `-${value}` : value);
    const feeCurrency = this.rules.feeIn(side, listing);
    const feeOfValue = multiply(value, String(this.rules.feeBps / 10_000));
    const fee =
      feeCurrency === listing.quote
        ? feeOfValue
        : feeCurrency === listing.base
          ? multiply(quantity, String(this.rules.feeBps / 10_000))
          : roundToIncrement(
              String(Number(feeOfValue) / Number(this.priceOf(`${feeCurrency}/${listing.quote}`))),
              "0.00000001",
              "down",
            );
    this.#move(feeCurrency, `-${fee}`);
    const atMs = this.#now();
    this.trades.push({
      id: ++this.#lastTrade,
      orderId: order.id,
      symbol,
      side,
      quantity,
      price,
      fee,
      feeCurrency,
      atMs,
      visibleMs: Math.max(atMs + this.tradesLateMs, order.visibleMs),
    });
    order.updatedMs = atMs;
    if (!isPositive(left)) order.state = "filled";
    this.#tell(order);
  }

  #tell(order: AccountOrder): void {
    for (const listener of this.listeners) listener(order);
  }

  /** Orders that ended before this moment, and their trades, are told of no more. */
  forget(beforeMs: number): void {
    const isKept = ({ state, updatedMs }: AccountOrder): boolean => state === "working" || updatedMs >= beforeMs;
    this.orders.splice(0, this.orders.length, ...this.orders.filter(isKept));
    this.trades.splice(0, this.trades.length, ...this.trades.filter(({ atMs }) => atMs >= beforeMs));
  }

  /** Orders that queries may show now. */
  seenOrders(): readonly AccountOrder[] {
    return this.orders.filter(({ visibleMs }) => Math.max(visibleMs, this.hiddenUntilMs) <= this.#now());
  }

  seenTrades(): readonly AccountTrade[] {
    return this.trades.filter(({ visibleMs }) => Math.max(visibleMs, this.hiddenUntilMs) <= this.#now());
  }

  #move(currency: string, amount: string): void {
    const signed = amount.startsWith("--") ? amount.slice(2) : amount;
    const total = add(this.total(currency), signed);
    if (compare(total, "0") < 0) throw new Error(`${currency} would be ${total}`);
    this.#total.set(currency, total);
  }

  #lockedIn({ wish }: AccountOrder): string {
    const [base = "", quote = ""] = wish.symbol.split("/");
    return wish.side === "sell" ? base : quote;
  }

  #lockedSell({ wish, triggered }: Pick<AccountOrder, "wish" | "triggered">, left: string): string {
    const isStop = wish.type === "stop" || wish.type === "stop-limit";
    return isStop && !triggered && !this.rules.stopLocksFunds ? "0" : left;
  }

  #lockOf(wish: Wish): string {
    if (wish.side === "sell") return this.#lockedSell({ wish, triggered: false }, wish.quantity);
    return multiply(wish.quantity, wish.limitPrice ?? this.priceOf(wish.symbol));
  }

  #refusal(wish: Wish): Refused | null {
    const listing = this.#listings.get(wish.symbol);
    if (listing === undefined) return "unknown-symbol";
    if (!this.rights.trade) return "no-permission";
    if (this.closed.has(wish.symbol) || listing.halted) return "market-closed";
    if (compare(roundToIncrement(wish.quantity, listing.stepSize, "down"), wish.quantity) !== 0) return "quantity-step";
    if (compare(wish.quantity, listing.minQuantity) < 0) return "quantity-minimum";
    const market = this.priceOf(wish.symbol);
    for (const price of [wish.limitPrice, wish.triggerPrice]) {
      if (price === undefined) continue;
      if (compare(roundToIncrement(price, listing.tickSize, "down"), price) !== 0) return "price-tick";
      if (Math.abs(Number(price) / Number(market) - 1) > this.rules.priceBand) return "price-band";
    }
    const at = wish.limitPrice ?? wish.triggerPrice ?? market;
    if (compare(multiply(wish.quantity, at), listing.minNotional) < 0) return "notional-minimum";
    const isPassed = wish.triggerPrice !== undefined && wish.side === "sell" && compare(market, wish.triggerPrice) <= 0;
    const { triggersEitherWay, passedStopSells } = this.rules;
    if (isPassed && !triggersEitherWay && !passedStopSells) return "would-trigger";
    if (compare(this.#lockOf(wish), this.free(wish.side === "sell" ? listing.base : listing.quote)) > 0) return "funds";
    return null;
  }

  /** What the price of now does to an order. */
  #meet(order: AccountOrder): void {
    const { wish } = order;
    if (order.state !== "working") return;
    const price = this.priceOf(wish.symbol);
    if (wish.triggerPrice !== undefined && !order.triggered) {
      const isRise = this.rules.triggersEitherWay && compare(order.priceThen, wish.triggerPrice) <= 0;
      if (isRise ? compare(price, wish.triggerPrice) < 0 : compare(price, wish.triggerPrice) > 0) return;
      if (!this.rules.stopLocksFunds && compare(wish.quantity, this.free(wish.symbol.split("/")[0] ?? "")) > 0) {
        order.triggered = true;
        this.#end(order, "canceled");
        return;
      }
      order.triggered = true;
      order.locked = wish.quantity;
    }
    const listing = this.#listings.get(wish.symbol);
    const offered = this.#offered(wish, listing, price);
    const reaches =
      wish.limitPrice === undefined ||
      (wish.side === "buy" ? compare(offered, wish.limitPrice) <= 0 : compare(offered, wish.limitPrice) >= 0);
    if (!reaches) return;
    const share = this.nextShares.shift() ?? 1;
    const left = subtract(wish.quantity, order.filled);
    const quantity =
      share >= 1 ? left : roundToIncrement(String(Number(left) * share), listing?.stepSize ?? "1", "down");
    if (isPositive(quantity)) this.fill(order, quantity, offered);
    // A stop that was touched sells at the market, and no market order rests.
    if (wish.type === "stop" && compare(order.filled, wish.quantity) < 0) this.#end(order, "expired");
  }

  /** What an order of a side meets at a price. */
  #offered({ side }: Wish, listing: Listing | undefined, price: string): string {
    if (this.#quoted === undefined || listing === undefined) return price;
    const { bid, ask } = this.#quoted(listing, Number(price));
    return String(side === "buy" ? ask : bid);
  }

  #end(order: AccountOrder, state: "canceled" | "expired"): void {
    order.state = state;
    order.locked = "0";
    order.updatedMs = this.#now();
    this.#tell(order);
  }
}
