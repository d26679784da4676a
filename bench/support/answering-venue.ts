// Bench. A venue's orders answered at once and in this process: the first entries fill, so that stops rest; every later one ends unfilled.

import { ZERO_QUANTITY } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";
import type {
  OrderToPlace,
  VenueBalance,
  VenueOrder,
  VenueOrders,
  VenueTrade,
} from "#toolkits/execution/live/venue-orders.ts";

export interface AnsweringVenue {
  readonly now: () => UnixMs;
  /** The journal's account: what it says is what this venue says, so that nothing differs. */
  readonly portfolio: () => Portfolio;
  /** Entries up to this many positions fill. */
  readonly positions: number;
  /** Called as an order arrives. */
  readonly onPlaced: (order: OrderToPlace) => void;
}

const FACTS: VenueOrders["facts"] = {
  id: "binance",
  acceptanceMs: 15_000,
  stop: { kind: "market" },
  stopLocksFunds: true,
  echoesClientId: true,
};

export function answeringVenue({ now, portfolio, positions, onPlaced }: AnsweringVenue): VenueOrders {
  const orders = new Map<string, VenueOrder>();
  const trades: VenueTrade[] = [];
  const place = (wish: OrderToPlace): VenueOrder => {
    const { clientOrderId, symbol, side, quantity, terms } = wish;
    const rests = terms.type === "stop";
    const fills = !rests && (side === "sell" || portfolio().positions.size < positions);
    const venueOrderId = `V${orders.size + 1}`;
    const price = "limitPrice" in terms ? terms.limitPrice : null;
    const createdAtMs = now();
    if (fills && price !== null) {
      const fee = { fee: "0", feeCurrency: "USDT" } as Pick<VenueTrade, "fee" | "feeCurrency">;
      trades.push({
        tradeId: `T${trades.length + 1}`,
        venueOrderId,
        symbol,
        side,
        quantity,
        price,
        ...fee,
        atMs: createdAtMs,
      });
    }
    return {
      venueOrderId,
      clientOrderId,
      ...{ symbol, side, quantity },
      kind: rests ? "stop" : "plain",
      filledQuantity: fills ? quantity : ZERO_QUANTITY,
      status: rests ? "working" : fills ? "filled" : "expired",
      reason: "answered at once",
      limitPrice: price,
      triggerPrice: terms.type === "stop" ? terms.triggerPrice : null,
      createdAtMs,
    };
  };
  return {
    facts: FACTS,
    place: async (wish) => {
      onPlaced(wish);
      const order = place(wish);
      orders.set(wish.clientOrderId, order);
      return { outcome: "accepted", venueOrderId: order.venueOrderId };
    },
    cancel: async ({ clientOrderId }) => {
      const order = orders.get(clientOrderId);
      if (order?.status !== "working") return { outcome: "not-working", reason: "it has ended" };
      orders.set(clientOrderId, { ...order, status: "canceled" });
      return { outcome: "canceled" };
    },
    ask: async ({ clientOrderId }) => orders.get(clientOrderId) ?? null,
    open: async () => [...orders.values()].filter(({ status }) => status === "working"),
    trades: async ({ symbol }) => trades.filter((trade) => trade.symbol === symbol),
    balances: async () => {
      const held = portfolio();
      const of = (free: string): VenueBalance => ({ free, used: "0" }) as VenueBalance;
      const balances = new Map([["USDT", of(held.cash)]]);
      for (const { symbol, quantity } of held.positions.values())
        balances.set(symbol.split("/")[0] ?? "", of(quantity));
      return balances;
    },
    checkKey: async () => ({
      accountId: null,
      mayTrade: true,
      mayWithdraw: false,
      expiresAtMs: null,
      boundToAddress: null,
    }),
  };
}
