// Floor 2, live execution. Coinbase Advanced Trade, spot. https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders
// An order is asked for by the venue's id alone; by ours it is looked for in lists. A market in USDC has the book of its twin in USD; the
// order stays in the market that it was sent for.
import { ProviderError } from "#schemas/errors.ts";
import { add, multiply, roundPrice, subtract } from "#schemas/money.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { splitSymbol, toIso } from "#schemas/units.ts";
import { readAnswer } from "../http-call.ts";
import { judgeCanceled, judgePlaced } from "../judge.ts";
import type { Canceled, OrderRef, OrderToPlace, VenueBalance, VenueOrder, VenueOrderFacts } from "../venue-orders.ts";
import type { CreateVenueOrders, VenueNames } from "../venue-parts.ts";
import {
  accountsPage,
  CANCEL_READING,
  type CoinbaseOrder,
  fillsPage,
  IN_BETWEEN,
  isCancelTaken,
  isNoSuchOrder,
  KeyPermissions,
  keyRefusal,
  OneOrder,
  orderOf,
  ordersPage,
  type Page,
  READING,
  tradeOf,
} from "./coinbase-words.ts";

/** A request is signed by a token that is taken up to this long after it was made, ms; ccxt makes it as long as is allowed. */
const TOKEN_MS = 120_000;

/**
 * How far below its trigger a stop may sell. It is what the venue takes itself for the stop of a bracket: "a stop limit order is automatically
 * placed with a limit price 5% higher for BUYS and 5% lower for SELLS". A nearer one is jumped over, a farther one meets the price bands.
 */
const LIMIT_BELOW_PCT = 5;

const FACTS: VenueOrderFacts = {
  id: "coinbase",
  acceptanceMs: TOKEN_MS,
  stop: { kind: "limit", limitBelowPct: LIMIT_BELOW_PCT },
  stopLocksFunds: true,
  // Its sandbox gives the same answers whatever is asked.
  echoesClientId: true,
  feesIn: "quote",
};

/** Rows of one answer. */
const PAGE_ROWS = 100;
const PAGE_ACCOUNTS = 250;

/** The venue's clock may be so much behind ours, ms, and a fill may be booked so much after it was made. */
const LIST_MARGIN_MS = 60_000;
const listedSince = (sinceMs: number): string => toIso(Math.max(0, sinceMs - LIST_MARGIN_MS));

const SPOT = { product_type: "SPOT", limit: PAGE_ROWS } as const;
/** The three together are all that works. OPEN cannot be asked for with others, and without a source the orders of the simple page are left out. */
const WORKING = [
  { order_status: IN_BETWEEN },
  { order_status: ["OPEN"] },
  { order_status: ["OPEN"], order_placement_source: "RETAIL_SIMPLE" },
] as const;

function configurationOf({ symbol, quantity, terms }: OrderToPlace, names: VenueNames) {
  switch (terms.type) {
    case "limit-ioc":
      return { sor_limit_ioc: { base_size: quantity, limit_price: terms.limitPrice } };
    case "limit":
      return { limit_limit_gtc: { base_size: quantity, limit_price: terms.limitPrice } };
    case "market":
      return { market_market_ioc: { base_size: quantity } };
    case "stop": {
      const lowest = multiply(terms.triggerPrice, subtract("1", multiply(String(LIMIT_BELOW_PCT), "0.01")));
      return {
        stop_limit_stop_limit_gtc: {
          base_size: quantity,
          limit_price: roundPrice(lowest, names.tickOf(symbol), "sell"),
          stop_price: terms.triggerPrice,
          stop_direction: "STOP_DIRECTION_STOP_DOWN",
        },
      };
    }
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const createCoinbaseOrders: CreateVenueOrders = ({ call, names }) => {
  async function read<T>(
    what: string,
    method: string,
    params: Readonly<Record<string, unknown>>,
    parse: (json: unknown) => T,
    options: CallOptions,
  ): Promise<T> {
    const answer = await call(method, params, options);
    return readAnswer("coinbase", what, answer, { read: parse, refusal: keyRefusal });
  }

  /** To the last page. @throws ProviderError also where the pages go round in a circle */
  async function readAll<Row>(
    what: string,
    method: string,
    params: Readonly<Record<string, unknown>>,
    parse: (json: unknown) => Page<Row>,
    options: CallOptions,
  ): Promise<readonly Row[]> {
    const rows: Row[] = [];
    const seen = new Set<string>();
    for (let from: Readonly<Record<string, unknown>> = {}; ; ) {
      const page = await read(what, method, { ...params, ...from }, parse, options);
      rows.push(...page.rows);
      if (page.next === null) return rows;
      if (seen.has(page.next)) {
        throw new ProviderError({
          was: `coinbase did not give ${what}: its pages do not come to an end.`,
          remedy: "It is asked again; check the venue's status page where this goes on.",
        });
      }
      seen.add(page.next);
      from = { cursor: page.next };
    }
  }

  const listOrders = (
    what: string,
    filter: Readonly<Record<string, unknown>>,
    isWanted: (clientOrderId: string | null) => boolean,
    options: CallOptions,
  ): Promise<readonly CoinbaseOrder[]> =>
    readAll(
      what,
      "v3PrivateGetBrokerageOrdersHistoricalBatch",
      { ...SPOT, ...filter },
      (json) => ordersPage(json, isWanted),
      options,
    );

  /**
   * Those that are open first: one that ends between the two reads is in the second. In no market, since the id is enough and a market
   * may be listed under its twin's name.
   */
  async function findByClientId(ref: OrderRef, options: CallOptions): Promise<VenueOrder | null> {
    const lists = [{ order_status: ["OPEN"] }, { start_date: listedSince(ref.sinceMs) }];
    for (const filter of lists) {
      const isIt = (clientOrderId: string | null): boolean => clientOrderId === ref.clientOrderId;
      const [found] = await listOrders(`the order ${ref.clientOrderId}`, filter, isIt, options);
      if (found !== undefined) return orderOf(ref.symbol, found);
    }
    return null;
  }

  async function findByVenueId(id: string, ref: OrderRef, options: CallOptions): Promise<VenueOrder | null> {
    const answer = await call("v3PrivateGetBrokerageOrdersHistoricalOrderId", { order_id: id }, options);
    if (answer.type === "answer" && isNoSuchOrder(answer.json)) return null;
    const row = readAnswer("coinbase", `the order ${id}`, answer, {
      read: (json) => OneOrder.parse(json),
      refusal: keyRefusal,
    });
    return orderOf(ref.symbol, row);
  }

  /** A cancel that was taken is not done yet. */
  async function endOf(id: string, ref: OrderRef, options: CallOptions): Promise<Canceled> {
    try {
      const order = await findByVenueId(id, ref, options);
      if (order?.status === "canceled") return { outcome: "canceled" };
      const reason = `The cancel was taken; the order is ${order?.reason ?? "not found"}.`;
      return { outcome: order === null || order.status === "working" ? "unresolved" : "not-working", reason };
    } catch (error) {
      return { outcome: "unresolved", reason: `The cancel was taken; ${wordsOf(error)}` };
    }
  }

  return {
    facts: FACTS,
    async place(order, options) {
      const params = {
        client_order_id: order.clientOrderId,
        product_id: names.idOf(order.symbol),
        side: order.side.toUpperCase(),
        order_configuration: configurationOf(order, names),
      };
      const answer = await call("v3PrivatePostBrokerageOrders", params, options);
      return judgePlaced(FACTS, READING, answer, order.clientOrderId);
    },
    async cancel(ref, options) {
      let id = ref.venueOrderId;
      if (id === null) {
        try {
          id = (await findByClientId(ref, options))?.venueOrderId ?? null;
        } catch (error) {
          return { outcome: "not-sent", reason: wordsOf(error) };
        }
        if (id === null) return { outcome: "not-working", reason: "It has no order of this id." };
      }
      const answer = await call("v3PrivatePostBrokerageOrdersBatchCancel", { order_ids: [id] }, options);
      const judged = judgeCanceled(FACTS, CANCEL_READING, answer, isCancelTaken);
      return judged.outcome === "canceled" ? endOf(id, ref, options) : judged;
    },
    ask: (ref, options) =>
      ref.venueOrderId === null ? findByClientId(ref, options) : findByVenueId(ref.venueOrderId, ref, options),
    async open(options) {
      const orders = new Map<string, VenueOrder>();
      for (const filter of WORKING) {
        for (const row of await listOrders("its open orders", filter, () => true, options)) {
          const symbol = names.symbolOf(row.product_id);
          if (symbol !== null) orders.set(row.order_id, orderOf(symbol, row));
        }
      }
      return [...orders.values()];
    },
    async trades({ symbol, sinceMs }, options) {
      const id = names.idOf(symbol);
      const rows = await readAll(
        `trades of ${symbol}`,
        "v3PrivateGetBrokerageOrdersHistoricalFills",
        { product_ids: [id], start_sequence_timestamp: listedSince(sinceMs), limit: PAGE_ROWS },
        fillsPage,
        options,
      );
      return rows
        .toReversed()
        .filter((row) => row.product_id === id && row.trade_type === "FILL" && row.trade_time >= sinceMs)
        .map((row) => tradeOf(symbol, row))
        .sort((a, b) => a.atMs - b.atMs);
    },
    async balances(options) {
      const rows = await readAll(
        "the balances",
        "v3PrivateGetBrokerageAccounts",
        { limit: PAGE_ACCOUNTS },
        accountsPage,
        options,
      );
      const balances = new Map<string, VenueBalance>();
      for (const { currency, available_balance, hold } of rows) {
        // Its own code of a coin may be another than that of our markets.
        const symbol = names.symbolOf(`${currency}-USD`);
        const code = symbol === null ? currency : splitSymbol(symbol).base;
        const { free, used } = balances.get(code) ?? { free: "0", used: "0" };
        balances.set(code, { free: add(free, available_balance.value), used: add(used, hold.value) });
      }
      return balances;
    },
    async checkKey(options) {
      const key = await read(
        "what the key may do",
        "v3PrivateGetBrokerageKeyPermissions",
        {},
        (json) => KeyPermissions.parse(json),
        options,
      );
      return {
        accountId: key.portfolio_uuid || null,
        mayTrade: key.can_view && key.can_trade,
        mayWithdraw: key.can_transfer,
        expiresAtMs: null,
        boundToAddress: null,
      };
    },
  };
};
