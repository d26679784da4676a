// A trading account as a venue's orders, without a protocol: its copies of the books lag by as much as it is told, answers are lost
// before or after the fact, and orders that have ended may fill on.
import { type Price, type Quantity, roundToIncrement, subtract } from "#schemas/money.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { unixMs } from "#schemas/units.ts";
import type { AccountOrder, TradingAccount } from "#test/exchanges/trading/trading-account.ts";
import type {
  Canceled,
  OrderRef,
  OrderToPlace,
  Placed,
  VenueOrder,
  VenueOrderFacts,
  VenueOrders,
  VenueTrade,
} from "#toolkits/execution/live/venue-orders.ts";

export const ACCEPTANCE_MS = 2_000;

interface Version {
  readonly atMs: number;
  readonly row: VenueOrder;
}

export class LaggingVenue implements VenueOrders {
  readonly facts: VenueOrderFacts = {
    id: "binance",
    acceptanceMs: ACCEPTANCE_MS,
    stop: { kind: "market" },
    stopLocksFunds: true,
    echoesClientId: true,
  };
  readonly account: TradingAccount;
  /** How old the orders are that it shows, and the trades, ms. */
  ordersLagMs = 0;
  tradesLagMs = 0;
  /** The next request that changes something: its answer is lost, or it never arrives. */
  lost: "answer" | "request" | null = null;
  readonly #now: () => number;
  readonly #tick: () => void;
  readonly #versions = new Map<number, Version[]>();

  /** @param tick a request takes a moment */
  constructor(account: TradingAccount, now: () => number, tick: () => void) {
    this.account = account;
    this.#now = now;
    this.#tick = tick;
  }

  /** Writes down how every order is now. To be called after whatever changes one. */
  note(): void {
    for (const order of this.account.orders) {
      const versions = this.#versions.get(order.id) ?? [];
      const row = rowOf(order);
      const last = versions.at(-1)?.row;
      if (last?.status === row.status && last.filledQuantity === row.filledQuantity) continue;
      this.#versions.set(order.id, [...versions, { atMs: this.#now(), row }]);
    }
  }

  place = async ({ clientOrderId, symbol, side, quantity, terms }: OrderToPlace): Promise<Placed> => {
    const lost = this.#takeLost();
    const untilMs = unixMs(this.#now() + ACCEPTANCE_MS);
    if (lost === "request") return { outcome: "unresolved", reason: "lost", untilMs };
    const placed = this.account.place({
      clientId: clientOrderId,
      symbol,
      side,
      quantity,
      type: terms.type === "limit-ioc" ? "limit" : terms.type,
      ...("limitPrice" in terms ? { limitPrice: terms.limitPrice } : {}),
      ...("triggerPrice" in terms ? { triggerPrice: terms.triggerPrice } : {}),
      ioc: terms.type === "limit-ioc",
    });
    this.note();
    if (lost === "answer") return { outcome: "unresolved", reason: "lost", untilMs };
    return typeof placed === "string"
      ? { outcome: "refused", cause: "other", code: placed, reason: placed }
      : { outcome: "accepted", venueOrderId: String(placed.id) };
  };

  cancel = async (ref: OrderRef): Promise<Canceled> => {
    const lost = this.#takeLost();
    if (lost === "request") return { outcome: "unresolved", reason: "lost" };
    const order = this.account.orders.find(({ wish }) => wish.clientId === ref.clientOrderId);
    const said = order === undefined ? "not-working" : this.account.cancel(order);
    this.note();
    if (lost === "answer") return { outcome: "unresolved", reason: "lost" };
    return said === "canceled" ? { outcome: "canceled" } : { outcome: "not-working", reason: "no such order" };
  };

  ask = async ({ clientOrderId }: OrderRef): Promise<VenueOrder | null> => {
    this.#tick();
    const order = this.account.orders.findLast(({ wish }) => wish.clientId === clientOrderId);
    return order === undefined ? null : this.#shown(order);
  };

  open = async (): Promise<readonly VenueOrder[]> =>
    this.account.orders.flatMap((order) => {
      const row = this.#shown(order);
      return row?.status === "working" ? [row] : [];
    });

  trades = async ({ symbol }: { readonly symbol: MarketSymbol }): Promise<readonly VenueTrade[]> => {
    this.#tick();
    return this.account.trades
      .filter((trade) => trade.symbol === symbol && trade.atMs <= this.#now() - this.tradesLagMs)
      .map(({ id, orderId, quantity, price, atMs, ...trade }) => ({
        ...trade,
        symbol,
        tradeId: String(id),
        venueOrderId: String(orderId),
        quantity: quantity as Quantity,
        price: price as Price,
        atMs: atMs as UnixMs,
      }));
  };

  balances = async () =>
    new Map(
      this.account
        .currencies()
        .map((coin) => [coin, { free: this.account.free(coin), used: this.account.used(coin) }] as const),
    );

  checkKey = async () => ({
    accountId: "7001",
    mayTrade: true,
    mayWithdraw: false,
    expiresAtMs: null,
    boundToAddress: true,
  });

  /** A part of what an order has still to fill, though it may have ended. */
  fillOn(order: AccountOrder, share: number): void {
    const { wish } = order;
    const left = Number(subtract(wish.quantity, order.filled));
    const quantity = roundToIncrement((left * share).toFixed(9), "0.001", "down");
    const [base = ""] = wish.symbol.split("/");
    if (Number(quantity) <= 0) return;
    if (wish.side === "sell" && order.state !== "working" && Number(this.account.free(base)) < Number(quantity)) return;
    const { state } = order;
    this.account.fill(order, quantity);
    if (state !== "working") order.state = state;
    this.note();
  }

  #shown({ id }: AccountOrder): VenueOrder | null {
    const untilMs = this.#now() - this.ordersLagMs;
    return (this.#versions.get(id) ?? []).findLast(({ atMs }) => atMs <= untilMs)?.row ?? null;
  }

  #takeLost() {
    this.#tick();
    const { lost } = this;
    this.lost = null;
    return lost;
  }
}

const rowOf = ({ id, wish, filled, state, createdMs }: AccountOrder): VenueOrder => ({
  venueOrderId: String(id),
  clientOrderId: wish.clientId,
  symbol: wish.symbol as MarketSymbol,
  side: wish.side,
  kind: wish.triggerPrice === undefined ? "plain" : "stop",
  quantity: wish.quantity as Quantity,
  filledQuantity: filled as Quantity,
  status: state,
  reason: state,
  limitPrice: (wish.limitPrice ?? null) as Price | null,
  triggerPrice: (wish.triggerPrice ?? null) as Price | null,
  createdAtMs: createdMs as UnixMs,
});
