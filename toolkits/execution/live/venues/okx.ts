// Floor 2, live execution. OKX spot. https://www.okx.com/docs-v5/en/#order-book-trading
import { z } from "zod";
import { ProviderError, ProviderRefusedError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { readAnswer } from "../http-call.ts";
import { judgeCanceled, judgeMoved, judgePlaced } from "../judge.ts";
import type { Canceled, OrderRef, OrderToPlace, VenueOrder, VenueOrderFacts, VenueTrade } from "../venue-orders.ts";
import { AmountOrNone, type CreateVenueOrders, Id } from "../venue-parts.ts";
import { okxError, okxKeyRefusal } from "./okx-refusals.ts";
import {
  isCancelTaken,
  madeBy,
  ORDER_READING,
  OrderRow,
  orderOf,
  STOP_READING,
  StopRow,
  stopOf,
  TradeRow,
  tradeOf,
} from "./okx-words.ts";

/** A request is turned away (50102) this long after its time stamp, ms: https://www.okx.com/docs-v5/en/#overview-rest-authentication-making-requests */
const STAMP_HOLDS_MS = 30_000;
/** For how long it may work on one that it took is not documented; a margin of ours, ms. */
const WORKS_ON_MS = 10_000;

const FACTS: VenueOrderFacts = {
  id: "okx",
  acceptanceMs: STAMP_HOLDS_MS + WORKS_ON_MS,
  stop: { kind: "market" },
  // "This type of order will not freeze your free margin in advance" is said of stops; whether that holds for coins on spot was not tried.
  stopLocksFunds: true,
  echoesClientId: true,
};

/** 51603: the order does not exist. */
const NO_SUCH_ORDER = "51603";
/** Most rows that one answer holds. */
const PAGE_ROWS = 100;
/** The quicker list of trades holds three days, ms. */
const RECENT_MS = 2 * 86_400_000;
/** What waits for a price. Icebergs and TWAPs show by the plain orders that they make. */
const STOP_TYPES = ["conditional,oco", "trigger", "move_order_stop"] as const;

const BalanceRow = z.object({
  details: z.array(z.object({ ccy: z.string(), availBal: AmountOrNone, frozenBal: AmountOrNone })),
});
const ConfigRow = z.object({ uid: Id, perm: z.string(), ip: z.string(), acctLv: Id });

/** In the other two every spot order is one on margin: https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-place-order */
const CASH_MODES: ReadonlySet<string> = new Set(["1", "2"]);

type Request = readonly [method: string, params: Readonly<Record<string, unknown>>];

const toPlace = (instId: string, { side, quantity, terms, clientOrderId }: OrderToPlace): Request => {
  const common = { instId, tdMode: "cash", side, sz: quantity, clOrdId: clientOrderId };
  switch (terms.type) {
    case "limit-ioc":
      return ["privatePostTradeOrder", { ...common, ordType: "ioc", px: terms.limitPrice }];
    case "limit":
      return ["privatePostTradeOrder", { ...common, ordType: "limit", px: terms.limitPrice }];
    case "market":
      // Without them a buy is of so much money, and what the balance does not reach for is made smaller in silence.
      return ["privatePostTradeOrder", { ...common, ordType: "market", tgtCcy: "base_ccy", banAmend: true }];
    case "stop":
      // ccxt writes a clOrdId of its own into an order that has none; here it is the old name of algoClOrdId.
      return [
        "privatePostTradeOrderAlgo",
        {
          ...{ ...common, ordType: "conditional", algoClOrdId: clientOrderId },
          ...{ slTriggerPx: terms.triggerPrice, slTriggerPxType: "last", slOrdPx: "-1" },
        },
      ];
  }
};

const idsOf = ({ kind, venueOrderId, clientOrderId }: OrderRef) => {
  const [venue, client] = kind === "stop" ? ["algoId", "algoClOrdId"] : ["ordId", "clOrdId"];
  return venueOrderId === null ? { [client]: clientOrderId } : { [venue]: venueOrderId };
};

/** More than a market's trades since an order that still works. An id that is kept no more is asked for again. */
const KEPT_IDS = 1_000;

export const createOkxOrders: CreateVenueOrders = ({ call, names, now }) => {
  /** Ids of plain orders → the id that their order was accepted with: that of the stop that made them, or their own. It never changes. */
  const acceptedAs = new Map<string, string>();
  const remember = (ordId: string, id: string): void => {
    acceptedAs.set(ordId, id);
    const [oldest] = acceptedAs.keys();
    if (acceptedAs.size > KEPT_IDS && oldest !== undefined) acceptedAs.delete(oldest);
  };

  const rowsOf = <T>(json: unknown, row: z.ZodType<T>): readonly T[] => {
    const said = okxError(json);
    if (said !== null)
      throw new ProviderError({ was: `It said ${said.code} ${said.text}.`, remedy: "It is asked again." });
    return z.object({ data: z.array(row) }).parse(json).data;
  };

  async function rows<T>(
    what: string,
    [method, params]: Request,
    row: z.ZodType<T>,
    options: CallOptions,
  ): Promise<readonly T[]> {
    const answer = await call(method, params, options);
    return readAnswer("okx", what, answer, { read: (json) => rowsOf(json, row), refusal: okxKeyRefusal });
  }

  /** All pages, newest first. */
  async function pages<T>(
    what: string,
    [method, params]: Request,
    row: z.ZodType<T>,
    idOf: (row: T) => string,
    options: CallOptions,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    for (let after: string | null = null; ; ) {
      const from: Readonly<Record<string, string>> = after === null ? {} : { after };
      const page = await rows(what, [method, { ...params, ...from, limit: String(PAGE_ROWS) }], row, options);
      all.push(...page);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_ROWS) return all;
      if (idOf(last) === after)
        throw new ProviderError({ was: `okx gave the same page of ${what} twice.`, remedy: "It is asked again." });
      after = idOf(last);
    }
  }

  /** The one row of an id; null: there is none. */
  async function rowOf<T>(
    what: string,
    [method, params]: Request,
    row: z.ZodType<T>,
    options: CallOptions,
  ): Promise<T | null> {
    const answer = await call(method, params, options);
    if (answer.type === "answer" && okxError(answer.json)?.code === NO_SUCH_ORDER) return null;
    const read = (json: unknown) => rowsOf(json, row);
    return readAnswer("okx", what, answer, { read, refusal: okxKeyRefusal })[0] ?? null;
  }

  const plainOrder = (instId: string, ids: Readonly<Record<string, unknown>>, options: CallOptions) =>
    rowOf("an order", ["privateGetTradeOrder", { instId, ...ids }], OrderRow, options);

  async function askForStop(ref: OrderRef, options: CallOptions): Promise<VenueOrder | null> {
    const row = await rowOf("a stop", ["privateGetTradeOrderAlgo", idsOf(ref)], StopRow, options);
    if (row === null) return null;
    const made: OrderRow[] = [];
    for (const ordId of madeBy(row)) {
      const order = await plainOrder(names.idOf(ref.symbol), { ordId }, options);
      if (order === null) {
        throw new ProviderError({
          was: `okx does not show the order ${ordId} that the stop ${row.algoId} made.`,
          remedy: "It is asked again; look at the order on its page where this goes on.",
        });
      }
      remember(ordId, row.algoId);
      made.push(order);
    }
    return stopOf(ref.symbol, row, made);
  }

  async function ask(ref: OrderRef, options: CallOptions): Promise<VenueOrder | null> {
    if (ref.kind === "stop") return askForStop(ref, options);
    const row = await plainOrder(names.idOf(ref.symbol), idsOf(ref), options);
    return row === null ? null : orderOf(ref.symbol, row);
  }

  /** What a cancel that was taken came to: the order may have filled first. */
  async function afterCancel(ref: OrderRef, options: CallOptions): Promise<Canceled> {
    try {
      const order = await ask(ref, options);
      const reason = `the cancel was taken, and the order is ${order?.reason ?? "not shown"}`;
      if (order === null || order.status === "working") return { outcome: "unresolved", reason };
      return order.status === "canceled" ? { outcome: "canceled" } : { outcome: "not-working", reason };
    } catch (error) {
      return { outcome: "unresolved", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** A trade names the plain order only. What sold is asked for, once each: only an order's details name the stop that made it. */
  async function acceptedIdOf(
    symbol: MarketSymbol,
    { ordId, side }: Pick<z.infer<typeof TradeRow>, "ordId" | "side">,
    options: CallOptions,
  ): Promise<string> {
    const known = acceptedAs.get(ordId);
    if (known !== undefined) return known;
    if (side === "buy") return ordId;
    const order = await plainOrder(names.idOf(symbol), { ordId }, options);
    if (order === null) return ordId;
    const id = orderOf(symbol, order).venueOrderId;
    remember(ordId, id);
    return id;
  }

  return {
    facts: FACTS,
    ask,
    async place(order, options) {
      const reading = order.terms.type === "stop" ? STOP_READING : ORDER_READING;
      const answer = await call(...toPlace(names.idOf(order.symbol), order), options);
      const placed = judgePlaced(FACTS, reading, answer, order.clientOrderId);
      if (placed.outcome === "accepted" && reading === ORDER_READING)
        remember(placed.venueOrderId, placed.venueOrderId);
      return placed;
    },
    async cancel(ref, options) {
      const params = { instId: names.idOf(ref.symbol), ...idsOf(ref) };
      const answer =
        ref.kind === "stop"
          ? await call("privatePostTradeCancelAlgos", [params], options)
          : await call("privatePostTradeCancelOrder", params, options);
      const canceled = judgeCanceled(FACTS, ORDER_READING, answer, isCancelTaken);
      return canceled.outcome === "canceled" ? afterCancel(ref, options) : canceled;
    },
    async moveStop(ref, triggerPrice, options) {
      const params = { instId: names.idOf(ref.symbol), ...idsOf(ref), newSlTriggerPx: triggerPrice, newSlOrdPx: "-1" };
      return judgeMoved(FACTS, STOP_READING, await call("privatePostTradeAmendAlgos", params, options));
    },
    async open(options) {
      const open = new Map<string, VenueOrder>();
      const add = (instId: string, orderIn: (symbol: MarketSymbol) => VenueOrder): void => {
        const symbol = names.symbolOf(instId);
        if (symbol === null) return;
        const order = orderIn(symbol);
        open.set(order.venueOrderId, order);
      };
      // Stops first: one that is touched meanwhile is then seen twice, as the stop and by what it made, and not missed.
      for (const ordType of STOP_TYPES) {
        const request: Request = ["privateGetTradeOrdersAlgoPending", { instType: "SPOT", ordType }];
        const stops = await pages("its stops", request, StopRow, ({ algoId }) => algoId, options);
        for (const row of stops) add(row.instId, (symbol) => stopOf(symbol, row, []));
      }
      const request: Request = ["privateGetTradeOrdersPending", { instType: "SPOT" }];
      const orders = await pages("its open orders", request, OrderRow, ({ ordId }) => ordId, options);
      for (const row of orders) add(row.instId, (symbol) => orderOf(symbol, row));
      return [...open.values()];
    },
    async trades({ symbol, sinceMs }, options) {
      const method = now() - sinceMs < RECENT_MS ? "privateGetTradeFills" : "privateGetTradeFillsHistory";
      const request: Request = [method, { instType: "SPOT", instId: names.idOf(symbol), begin: String(sinceMs) }];
      const rows_ = await pages(`trades of ${symbol}`, request, TradeRow, ({ billId }) => billId, options);
      const trades: VenueTrade[] = [];
      for (const row of rows_.toReversed()) {
        if (row.fillTime >= sinceMs) trades.push(tradeOf(symbol, await acceptedIdOf(symbol, row, options), row));
      }
      return trades;
    },
    async balances(options) {
      const accounts = await rows("the balances", ["privateGetAccountBalance", {}], BalanceRow, options);
      const details = accounts.flatMap((account) => account.details);
      return new Map(details.map(({ ccy, availBal, frozenBal }) => [ccy, { free: availBal, used: frozenBal }]));
    },
    async checkKey(options) {
      const [config] = await rows("the account", ["privateGetAccountConfig", {}], ConfigRow, options);
      if (config === undefined)
        throw new ProviderError({ was: "okx named no account of this key.", remedy: "It is asked again." });
      if (!CASH_MODES.has(config.acctLv)) {
        throw new ProviderRefusedError({
          was: `The okx account ${config.uid} is in a margin mode, where a spot order may borrow.`,
          expected: "spot mode, or futures mode",
          remedy: "Change its mode on okx's page, or use the key of a sub-account in spot mode.",
        });
      }
      const permissions = config.perm.split(",").map((one) => one.trim());
      return {
        accountId: config.uid,
        mayTrade: permissions.includes("trade"),
        mayWithdraw: permissions.includes("withdraw"),
        expiresAtMs: null,
        boundToAddress: config.ip !== "",
      };
    },
  };
};
