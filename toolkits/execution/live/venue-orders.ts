// Floor 2, live execution. What differs between exchanges when orders are sent and asked for, and nothing else: one file a venue
// in venues/ makes this of its own REST protocol. Every verb is one request, or as many as its question needs, each sent once.
import type { DecimalText, Price, Quantity } from "#schemas/money.ts";
import type { Order, Side } from "#schemas/order.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { OrderHints } from "./order-hints.ts";

/** Venues whose requests were captured and whose answers are known by a table; any other is refused by name. */
export const LIVE_VENUES = ["binance", "kraken", "okx", "bybit", "coinbase"] as const;
export type LiveVenueId = (typeof LIVE_VENUES)[number];

export interface VenueOrderFacts {
  readonly id: LiveVenueId;
  /** How long after it was sent a request may still be taken, ms, by the venue's rules. A "no such order" before that proves nothing. */
  readonly acceptanceMs: number;
  /** `market`: a touched stop sells at the market. `limit`: the venue has stop-limits only, and the limit lies this far below the trigger. */
  readonly stop: { readonly kind: "market" } | { readonly kind: "limit"; readonly limitBelowPct: number };
  /** A new stop whose trigger the price has passed sells at once. Left out: none is made. */
  readonly passedStop?: "sells";
  /** True where a resting stop reserves the coins that it would sell, so that nothing else can sell them. Where it is not known: true. */
  readonly stopLocksFunds: boolean;
  /** Whether its answer to a new order repeats the client id. */
  readonly echoesClientId: boolean;
  /** Fees are always taken in the quote currency, and its trades name none. Left out: each trade names the coin of its fee. */
  readonly feesIn?: "quote";
}

/** What an order is when it leaves the house. */
export type OrderTerms =
  /** Fills at once at the price or better; what does not fill is canceled. */
  | { readonly type: "limit-ioc"; readonly limitPrice: Price }
  /** Rests until it is canceled. */
  | { readonly type: "limit"; readonly limitPrice: Price }
  | { readonly type: "market" }
  /** Sells once the price is at the trigger or below. */
  | { readonly type: "stop"; readonly triggerPrice: Price };

export interface OrderToPlace {
  /** 32 lower-case hex digits, as the journal has it. */
  readonly clientOrderId: string;
  readonly symbol: MarketSymbol;
  readonly side: Side;
  /** In the base coin. */
  readonly quantity: Quantity;
  readonly terms: OrderTerms;
}

/** Names an order at its venue. Some can be asked for by one of the two ids only. */
export interface OrderRef {
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly symbol: MarketSymbol;
  /** Stops lie in a book of their own at some venues. */
  readonly kind: "plain" | "stop";
  /** It was not sent before; bounds a search through lists. */
  readonly sinceMs: UnixMs;
}

/** Why an order was refused, as far as what follows depends on it. */
export type RefusalCause =
  | "funds"
  /** Step, tick, minimum or maximum. */
  | "filter"
  /** Outside the band of prices that the venue takes. */
  | "price-band"
  /** A stop whose trigger the price has passed. */
  | "would-trigger"
  /** The key, the account or the address may not do it. */
  | "permission"
  /** Too many requests, or orders. */
  | "limit"
  /** The market does not take this order now. */
  | "market-closed"
  /** This machine's clock: the same order is taken once that is right. */
  | "clock"
  | "other";

/** What became of a request to place an order. Nothing but these four, and whatever is not proved is `unresolved`. */
export type Placed =
  | { readonly outcome: "accepted"; readonly venueOrderId: string }
  /** The venue's own code, or HTTP's, that proves that there is no such order. */
  | { readonly outcome: "refused"; readonly cause: RefusalCause; readonly code: string; readonly reason: string }
  /** It may have been taken, or may yet be, until `untilMs` (local time). */
  | { readonly outcome: "unresolved"; readonly reason: string; readonly untilMs: UnixMs }
  /** Nothing left this machine. */
  | { readonly outcome: "not-sent"; readonly reason: string };

/** What became of a request to cancel. */
export type Canceled =
  | { readonly outcome: "canceled" }
  /** The venue says that no such order works any more: filled, canceled before, or never seen. It is to be asked which. */
  | { readonly outcome: "not-working"; readonly reason: string }
  | { readonly outcome: "unresolved" | "not-sent"; readonly reason: string };

/** What became of a request to move a stop. `asked`: it was taken up; what the order is now is to be asked. */
export type MoveAsked =
  | { readonly outcome: "asked" }
  | { readonly outcome: "refused" | "unresolved" | "not-sent"; readonly reason: string };

/** An order in the venue's words. */
export interface VenueOrder {
  readonly venueOrderId: string;
  /** Null where the venue has none, or one that is not of our form: a foreign order. */
  readonly clientOrderId: string | null;
  readonly symbol: MarketSymbol;
  readonly side: Side;
  readonly kind: OrderRef["kind"];
  readonly quantity: Quantity;
  readonly filledQuantity: Quantity;
  /** `working` also where it has filled in part; `canceled` also where what is left was canceled after a part was filled. */
  readonly status: "working" | "filled" | "canceled" | "expired" | "rejected";
  /** The venue's word for the status, for people. */
  readonly reason: string;
  readonly limitPrice: Price | null;
  readonly triggerPrice: Price | null;
  /** A trigger that sells once the price has risen to it: nothing that protects. Left out where it is none, or none is known of. */
  readonly waitsForRise?: true;
  readonly createdAtMs: UnixMs;
}

export interface VenueTrade {
  /** Unique at the venue within the market. */
  readonly tradeId: string;
  /** The id that the order was accepted with: of a stop its own, also where the venue sells by another order that the stop made. */
  readonly venueOrderId: string;
  readonly symbol: MarketSymbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  /** Negative: a rebate. */
  readonly fee: DecimalText;
  readonly feeCurrency: string;
  readonly atMs: UnixMs;
}

/** By which the journal takes a trade once. */
export const fillIdOf = (venue: LiveVenueId, { symbol, tradeId }: Pick<VenueTrade, "symbol" | "tradeId">): string =>
  `${venue}:${symbol}:${tradeId}`;

export interface VenueBalance {
  readonly free: DecimalText;
  /** Reserved by resting orders. */
  readonly used: DecimalText;
}

/** What the key may do, and whose it is. */
export interface KeyCheck {
  /** The venue's name for the account; null: it tells none. */
  readonly accountId: string | null;
  readonly mayTrade: boolean;
  /** Null: the venue does not say. */
  readonly mayWithdraw: boolean | null;
  /** Null: it does not expire, or the venue does not say. */
  readonly expiresAtMs: UnixMs | null;
  /** Null: the venue does not say. */
  readonly boundToAddress: boolean | null;
}

/** Of a verb that changes something at the venue. */
export interface SendOptions extends CallOptions {
  /** Asked at the last moment before the request leaves: why it may not; null: it may. Left out: it may always. */
  readonly barred?: () => string | null;
}

/** @throws in every verb but `place`, `cancel` and `moveStop`: ProviderError where nothing readable came back, ProviderRefusedError where the key may not */
export interface VenueOrders {
  readonly facts: VenueOrderFacts;
  place(order: OrderToPlace, options: SendOptions): Promise<Placed>;
  cancel(ref: OrderRef, options: SendOptions): Promise<Canceled>;
  /** Changes the trigger of a stop that rests, under the ids that it has, so that it is never gone. Left out: the venue cannot. */
  moveStop?(ref: OrderRef, triggerPrice: Price, options: SendOptions): Promise<MoveAsked>;
  /** The venue's word on one order; null: it says that it has none of that id. */
  ask(ref: OrderRef, options: CallOptions): Promise<VenueOrder | null>;
  /** All that works on spot, stops included, whoever sent it. */
  open(options: CallOptions): Promise<readonly VenueOrder[]>;
  /** Of one market from a time on, oldest first, whoever made them. */
  trades(
    query: { readonly symbol: MarketSymbol; readonly sinceMs: UnixMs },
    options: CallOptions,
  ): Promise<readonly VenueTrade[]>;
  /** By currency; those of which nothing is held may be left out. */
  balances(options: CallOptions): Promise<ReadonlyMap<string, VenueBalance>>;
  checkKey(options: CallOptions): Promise<KeyCheck>;
  /** Its own socket. Left out: the venue tells nothing by itself, and is asked. */
  readonly hints?: OrderHints;
}

/** Names an order by the venue's id: some venues number the orders of each market by itself. */
export const venueKeyOf = ({ symbol, venueOrderId }: Pick<Order, "symbol" | "venueOrderId">): string =>
  `${symbol} ${venueOrderId ?? ""}`;
