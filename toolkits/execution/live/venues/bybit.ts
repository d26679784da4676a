// Floor 2, live execution. Bybit spot, API v5, unified account. https://bybit-exchange.github.io/docs/v5/order/create-order
import type { z } from "zod";
import { ProviderError } from "#schemas/errors.ts";
import { compare, type Price, type Quantity, subtract } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { detail } from "../../../market/ccxt/provider-errors.ts";
import { readAnswer } from "../http-call.ts";
import { CLOCK_SKEW_MS, judgeCanceled, judgeMoved, judgePlaced } from "../judge.ts";
import type {
  Canceled,
  OrderRef,
  OrderTerms,
  Placed,
  VenueOrder,
  VenueOrderFacts,
  VenueTrade,
} from "../venue-orders.ts";
import { type CreateVenueOrders, ownIdOf, priceOrNull, type VenueNames } from "../venue-parts.ts";
import {
  BalanceResult,
  KeyResult,
  OrderRow,
  pageOf,
  READING,
  refusal,
  resultOf,
  STATUSES,
  TradeRow,
} from "./bybit-words.ts";

/** A request is taken up to this long after its time stamp, ms. https://bybit-exchange.github.io/docs/v5/guide */
export const BYBIT_RECV_WINDOW_MS = 5_000;
/** Bybit makes orders after it has answered, and says no bound for that; this one is ours, Binance's for the same, ms. */
const WORKS_ON_MS = 10_000;

const FACTS: VenueOrderFacts = {
  id: "bybit",
  acceptanceMs: BYBIT_RECV_WINDOW_MS + WORKS_ON_MS,
  stop: { kind: "market" },
  // Of a `tpslOrder`. A `StopOrder` reserves nothing and is canceled where the coins are gone when it triggers.
  stopLocksFunds: true,
  echoesClientId: true,
};

const SPOT = { category: "spot" } as const;
const WEEK_MS = 7 * 86_400_000;
const ORDERS_A_PAGE = 50;
const TRADES_A_PAGE = 100;
/** More pages than any list of one account has. */
const MOST_PAGES = 10_000;

const termsOf = (terms: OrderTerms): Readonly<Record<string, string>> => {
  switch (terms.type) {
    case "limit-ioc":
      return { orderType: "Limit", timeInForce: "IOC", price: terms.limitPrice };
    case "limit":
      return { orderType: "Limit", timeInForce: "GTC", price: terms.limitPrice };
    case "market":
      return { orderType: "Market", marketUnit: "baseCoin" };
    case "stop":
      return {
        orderType: "Market",
        marketUnit: "baseCoin",
        orderFilter: "tpslOrder",
        triggerPrice: terms.triggerPrice,
      };
  }
};

/** No side of the price is asked for by spot triggers: it follows from the price of the moment. https://github.com/ccxt/ccxt/issues/19000 */
const waitsForRise = ({ side, triggerPrice, basePrice }: OrderRow): boolean => {
  const trigger = priceOrNull(triggerPrice ?? "0");
  const base = priceOrNull(basePrice ?? "0");
  return side === "sell" && trigger !== null && base !== null && compare(trigger, base) >= 0;
};

const orderOf = (names: VenueNames, row: OrderRow): readonly VenueOrder[] => {
  const symbol = names.symbolOf(row.symbol);
  if (symbol === null) return [];
  // Somebody's order by value: how much it is in the base coin is not known before it has filled.
  const quantity = row.marketUnit === "quoteCoin" ? row.cumExecQty : row.qty;
  const why = [row.cancelType, row.rejectReason].filter((word) => word && !/^(UNKNOWN|EC_NoError)$/.test(word));
  return [
    {
      venueOrderId: row.orderId,
      clientOrderId: ownIdOf(row.orderLinkId),
      symbol,
      side: row.side,
      kind: ["", "UNKNOWN"].includes(row.stopOrderType ?? "") ? "plain" : "stop",
      quantity: quantity as Quantity,
      filledQuantity: row.cumExecQty as Quantity,
      status: STATUSES[row.orderStatus],
      reason: [row.orderStatus, ...why].join(" "),
      // The price of a market order is the bound that the venue gave it.
      limitPrice: row.orderType === "Market" ? null : priceOrNull(row.price),
      triggerPrice: priceOrNull(row.triggerPrice ?? "0"),
      ...(waitsForRise(row) ? { waitsForRise: true as const } : {}),
      createdAtMs: row.createdTime,
    },
  ];
};

const tradeOf = (symbol: MarketSymbol, row: TradeRow): VenueTrade => ({
  tradeId: row.execId,
  venueOrderId: row.orderId,
  symbol,
  side: row.side,
  quantity: row.execQty as Quantity,
  price: row.execPrice as Price,
  fee: row.execFee,
  feeCurrency: row.feeCurrency,
  atMs: row.execTime,
});

/** The venue's own where it is known: a stop that was moved has the client's id of the one before. */
const idOf = ({
  venueOrderId,
  clientOrderId,
}: OrderRef): { readonly orderId?: string; readonly orderLinkId?: string } =>
  venueOrderId === null ? { orderLinkId: clientOrderId } : { orderId: venueOrderId };

/** Keys that are bound to addresses do not expire, and say so by the year 1970. */
const expiryOf = (text: string | undefined): UnixMs | null => {
  const ms = Date.parse(text ?? "");
  return ms > 0 ? unixMs(ms) : null;
};

export const createBybitOrders: CreateVenueOrders = ({ call, names, now }) => {
  type Params = Readonly<Record<string, unknown>>;

  async function read<T>(what: string, method: string, params: Params, schema: z.ZodType<T>, options: CallOptions) {
    const answer = await call(method, params, options);
    return readAnswer("bybit", what, answer, { read: (json) => resultOf(json, schema), refusal });
  }

  /** A list to its end, in the venue's order. @throws ProviderError also where it never ends */
  async function readAll<T>(what: string, method: string, params: Params, row: z.ZodType<T>, options: CallOptions) {
    const rows: T[] = [];
    let cursor = "";
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      // ccxt sends it as it came, which is how the venue wants it.
      const asked = { ...SPOT, ...params, ...(cursor === "" ? {} : { cursor }) };
      const page = await read(what, method, asked, pageOf(row), options);
      rows.push(...page.list);
      if (page.list.length === 0 || page.nextPageCursor === "") return rows;
      if (page.nextPageCursor === cursor) break;
      cursor = page.nextPageCursor;
    }
    throw new ProviderError({ was: `bybit did not end its list of ${what}.`, remedy: "It is asked again." });
  }

  /** Times from which to ask so that weeks, the most that one question covers, reach from `sinceMs` to now. */
  function weeksSince(sinceMs: UnixMs): readonly number[] {
    const from: number[] = [sinceMs];
    for (let at = sinceMs + WEEK_MS; at <= now() + CLOCK_SKEW_MS; at += WEEK_MS) from.push(at);
    return from;
  }

  async function find(ref: OrderRef, options: CallOptions): Promise<VenueOrder | null> {
    const what = `the order ${ref.clientOrderId}`;
    const id = idOf(ref);
    const mine = (rows: readonly OrderRow[]): OrderRow | undefined =>
      rows.find(({ orderId, orderLinkId }) => orderId === id.orderId || orderLinkId === id.orderLinkId);
    // Open ones and the newest 500 of the ended; after a restart of the venue the ended are in the history only.
    let row = mine(await readAll(what, "privateGetV5OrderRealtime", id, OrderRow, options));
    for (const startTime of row === undefined ? weeksSince(unixMs(ref.sinceMs - CLOCK_SKEW_MS)) : []) {
      const params = { ...id, startTime, limit: ORDERS_A_PAGE };
      row = mine(await readAll(what, "privateGetV5OrderHistory", params, OrderRow, options));
      if (row !== undefined) break;
    }
    return row === undefined ? null : (orderOf(names, row)[0] ?? null);
  }

  /** Answers to create and cancel say only that a request was taken up; the order itself says what became of it. */
  async function confirmed(ref: OrderRef, options: CallOptions): Promise<VenueOrder | string> {
    try {
      return (await find(ref, options)) ?? "it is not shown yet";
    } catch (error) {
      return error instanceof Error ? detail(error.message) : "no answer";
    }
  }

  async function takeBack(
    ref: OrderRef,
    options: CallOptions,
  ): Promise<{ readonly said: Canceled; readonly order?: VenueOrder }> {
    const params = {
      ...SPOT,
      symbol: names.idOf(ref.symbol),
      ...idOf(ref),
      orderFilter: ref.kind === "stop" ? "tpslOrder" : "Order",
    };
    const answer = await call("privatePostV5OrderCancel", params, options);
    const taken = judgeCanceled(FACTS, READING, answer, (json) => READING.accepted(json) !== null);
    if (taken.outcome !== "canceled") return { said: taken };
    const order = await confirmed(ref, options);
    if (typeof order === "string") {
      return { said: { outcome: "unresolved", reason: `The cancel was taken up; ${order}` } };
    }
    if (order.status === "canceled") return { said: taken, order };
    const outcome = order.status === "working" ? "unresolved" : "not-working";
    return { said: { outcome, reason: `bybit says ${order.reason}` }, order };
  }

  /** A stop whose trigger the price has passed rests as one that waits for a rise: it is taken back. */
  async function checkedStop(
    ref: OrderRef,
    placed: Extract<Placed, { outcome: "accepted" }>,
    untilMs: UnixMs,
    options: CallOptions,
  ): Promise<Placed> {
    const order = await confirmed(ref, options);
    const unresolved = (reason: string): Placed => ({ outcome: "unresolved", reason, untilMs });
    if (typeof order === "string")
      return unresolved(`The stop was taken up; for a fall or a rise is not known: ${order}`);
    if (order.waitsForRise !== true) return placed;
    const reason = `The price was at the trigger ${order.triggerPrice ?? ""} or below, and the stop waited for a rise`;
    const { said, order: after } = await takeBack(ref, options);
    if (said.outcome === "canceled" && after?.filledQuantity === "0")
      return { outcome: "refused", cause: "would-trigger", code: "basePrice", reason };
    return unresolved(`${reason}; taking it back: ${said.outcome === "canceled" ? "a part was sold" : said.reason}`);
  }

  return {
    facts: FACTS,
    async place(order, options) {
      const params = {
        ...SPOT,
        symbol: names.idOf(order.symbol),
        isLeverage: 0,
        side: order.side === "buy" ? "Buy" : "Sell",
        qty: order.quantity,
        orderLinkId: order.clientOrderId,
        ...termsOf(order.terms),
      };
      const answer = await call("privatePostV5OrderCreate", params, options);
      const placed = judgePlaced(FACTS, READING, answer, order.clientOrderId);
      if (placed.outcome !== "accepted" || order.terms.type !== "stop" || answer.type !== "answer") return placed;
      const { clientOrderId, symbol } = order;
      const { sentMs } = answer;
      const ref = { clientOrderId, venueOrderId: placed.venueOrderId, symbol, kind: "stop", sinceMs: sentMs } as const;
      return checkedStop(ref, placed, unixMs(sentMs + FACTS.acceptanceMs + CLOCK_SKEW_MS), options);
    },
    cancel: async (ref, options) => (await takeBack(ref, options)).said,
    async moveStop(ref, triggerPrice, options) {
      const params = { ...SPOT, symbol: names.idOf(ref.symbol), ...idOf(ref), triggerPrice };
      return judgeMoved(FACTS, READING, await call("privatePostV5OrderAmend", params, options));
    },
    /** An order that was canceled without a fill is forgotten by the venue after a day. */
    ask: find,
    async open(options) {
      const params = { openOnly: 0, limit: ORDERS_A_PAGE };
      const rows = await readAll("open orders", "privateGetV5OrderRealtime", params, OrderRow, options);
      const byId = new Map(rows.map((row) => [row.orderId, row]));
      return [...byId.values()].flatMap((row) => orderOf(names, row)).filter(({ status }) => status === "working");
    },
    async trades({ symbol, sinceMs }, options) {
      const byId = new Map<string, VenueTrade>();
      for (const startTime of weeksSince(sinceMs)) {
        const params = { symbol: names.idOf(symbol), startTime, limit: TRADES_A_PAGE };
        const rows = await readAll(`trades of ${symbol}`, "privateGetV5ExecutionList", params, TradeRow, options);
        // Newest first.
        for (const row of rows.toReversed()) byId.set(row.execId, tradeOf(symbol, row));
      }
      return [...byId.values()].sort((a, b) => a.atMs - b.atMs);
    },
    async balances(options) {
      const params = { accountType: "UNIFIED" };
      const { list } = await read("the balances", "privateGetV5AccountWalletBalance", params, BalanceResult, options);
      // What is borrowed is in walletBalance, and is not the account's own.
      return new Map(
        list.flatMap(({ coin: coins }) =>
          coins.map(({ coin, walletBalance, locked, spotBorrow }) => [
            coin,
            { free: subtract<string>(subtract<string>(walletBalance, spotBorrow ?? "0"), locked), used: locked },
          ]),
        ),
      );
    },
    async checkKey(options) {
      const key = await read("what the key may do", "privateGetV5UserQueryApi", {}, KeyResult, options);
      const { Spot = [], Wallet = [] } = key.permissions;
      return {
        accountId: key.userID,
        mayTrade: key.readOnly === 0 && Spot.includes("SpotTrade"),
        mayWithdraw: Wallet.includes("Withdraw"),
        expiresAtMs: expiryOf(key.expiredAt),
        boundToAddress: key.ips === undefined ? null : key.ips.some((ip) => ip !== "*" && ip !== ""),
      };
    },
  };
};
