// Floor 2, live execution. Kraken spot. https://docs.kraken.com/api/docs/rest-api/add-order : every signed request is a POST of a form,
// with a number that rises (tried-venues.ts); orders are found by our own id in the lists of open and of closed ones.
import { z } from "zod";
import { ProviderError } from "#schemas/errors.ts";
import { add, compare, subtract } from "#schemas/money.ts";
import { type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { readAnswer, type SignedCall } from "../http-call.ts";
import { judgeCanceled, judgeMoved, judgePlaced } from "../judge.ts";
import type { OrderTerms, VenueBalance, VenueOrder, VenueOrderFacts, VenueTrade } from "../venue-orders.ts";
import type { CreateVenueOrders } from "../venue-parts.ts";
import {
  BalanceRow,
  currencyOf,
  FEE_CREDITS,
  isZero,
  KeyInfo,
  keyRefusal,
  LedgerRow,
  OrderRow,
  orderOf,
  READING,
  TradeRow,
  UNKNOWN_ORDER,
} from "./kraken-words.ts";

/** Its engine takes a new order up to its `deadline`: at least 2 s from now and at most 60 s. We name whole seconds. */
const DEADLINE_MS = 6_000;

const FACTS: VenueOrderFacts = {
  id: "kraken",
  acceptanceMs: DEADLINE_MS,
  stop: { kind: "market" },
  passedStop: "sells",
  stopLocksFunds: true,
  echoesClientId: false,
};

/** Most ids that one request for entries of the ledger names. */
const LEDGER_IDS = 20;
/** An order is looked for from so long before it can have been sent, ms: clocks differ. */
const SEARCH_MARGIN_MS = 5 * 60_000;
/** A trade that the ledger does not have by then is told with the fee that the trade itself names, ms. */
const LEDGER_LATE_MS = 60_000;

const termsOf = (terms: OrderTerms): Readonly<Record<string, string>> => {
  switch (terms.type) {
    case "limit-ioc":
      return { ordertype: "limit", timeinforce: "IOC", price: terms.limitPrice };
    case "limit":
      return { ordertype: "limit", timeinforce: "GTC", price: terms.limitPrice };
    case "market":
      return { ordertype: "market" };
    case "stop":
      return { ordertype: "stop-loss", trigger: "last", price: terms.triggerPrice };
  }
};

const secondsOf = (ms: number): number => Math.floor(ms / 1000);
const deadlineAt = (nowMs: UnixMs): string =>
  new Date(secondsOf(nowMs + DEADLINE_MS) * 1000).toISOString().replace(".000Z", "Z");

const resultIn = <T>(result: z.ZodType<T>) => z.object({ result }).transform((answer) => answer.result);
/** How many there are; where it is not said the list is read until nothing comes. */
const Count = z.number().default(Number.POSITIVE_INFINITY);
const OrderRows = z.record(z.string(), OrderRow);
const OpenOrders = resultIn(z.object({ open: OrderRows }));
const Closed = resultIn(z.object({ closed: OrderRows, count: Count }));
const Trades = resultIn(z.object({ trades: z.record(z.string(), TradeRow), count: Count }));
const LedgerRows = resultIn(z.record(z.string(), LedgerRow));
const Canceling = resultIn(z.object({ count: z.number(), pending: z.boolean().optional() }));

interface Page<T> {
  readonly rows: Readonly<Record<string, T>>;
  readonly count: number;
}

/**
 * All rows of a list that is told newest first: what comes in meanwhile moves rows to the next page, and none between two pages.
 * @throws ProviderError where a page brings nothing new, so that the end is not known
 */
async function allRows<T>(page: (offset: number) => Promise<Page<T>>): Promise<ReadonlyMap<string, T>> {
  const all = new Map<string, T>();
  for (let offset = 0; ; ) {
    const { rows, count } = await page(offset);
    const read = Object.entries(rows);
    const before = all.size;
    for (const [id, row] of read) all.set(id, row);
    if (read.length > 0 && all.size === before) {
      throw new ProviderError({ was: "kraken gave one page of a list twice.", remedy: "It is asked again." });
    }
    offset += read.length;
    if (read.length === 0 || offset >= count) return all;
  }
}

type Options = Parameters<SignedCall>[2];
type Ledger = ReadonlyMap<string, LedgerRow>;

export const createKrakenOrders: CreateVenueOrders = ({ call, names, now }) => {
  async function read<T>(
    what: string,
    method: string,
    params: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    options: Options,
  ): Promise<T> {
    const answer = await call(method, params, options);
    return readAnswer("kraken", what, answer, { read: (json) => parsed(json, schema), refusal: keyRefusal });
  }

  /** By its own id, where that is known; undefined: the venue has none of it. */
  async function byVenueId(txid: string, symbol: MarketSymbol, options: Options): Promise<VenueOrder | undefined> {
    const answer = await call("privatePostQueryOrders", { txid }, options);
    const code = answer.type === "answer" ? READING.error(answer.json)?.code : undefined;
    if (code === UNKNOWN_ORDER || code === "EOrder:Invalid order") return undefined;
    const rows = readAnswer("kraken", `the order ${txid}`, answer, {
      read: (json) => parsed(json, resultIn(OrderRows)),
      refusal: keyRefusal,
    });
    const row = rows[txid];
    return row === undefined ? undefined : orderOf(symbol, txid, row);
  }

  async function ledgerOf(rows: readonly TradeRow[], options: Options): Promise<Ledger> {
    const ids = rows.flatMap(({ ledgers }) => ledgers);
    const entries = new Map<string, LedgerRow>();
    for (let from = 0; from < ids.length; from += LEDGER_IDS) {
      const params = { id: ids.slice(from, from + LEDGER_IDS).join(",") };
      const page = await read("the ledger's entries of trades", "privatePostQueryLedgers", params, LedgerRows, options);
      for (const [id, entry] of Object.entries(page)) entries.set(id, entry);
    }
    return entries;
  }

  return {
    facts: FACTS,
    async place(order, options) {
      const params = () => ({
        pair: names.idOf(order.symbol),
        type: order.side,
        volume: order.quantity,
        cl_ord_id: order.clientOrderId,
        // Preferred: where there is no quote the fee is taken elsewhere, and `trades` says so.
        oflags: "fciq",
        ...termsOf(order.terms),
        deadline: deadlineAt(now()),
      });
      const answer = await call("privatePostAddOrder", params, { ...options, urgent: true });
      return judgePlaced(FACTS, READING, answer, order.clientOrderId);
    },
    async cancel({ venueOrderId, clientOrderId }, options) {
      const params = venueOrderId === null ? { cl_ord_id: clientOrderId } : { txid: venueOrderId };
      const answer = await call("privatePostCancelOrder", params, { ...options, urgent: true });
      return judgeCanceled(FACTS, READING, answer, (json) => {
        const done = Canceling.safeParse(json).data;
        // Pending: it may still be filled.
        return done !== undefined && done.count > 0 && done.pending !== true;
      });
    },
    async moveStop({ venueOrderId, clientOrderId }, triggerPrice, options) {
      const id = venueOrderId === null ? { cl_ord_id: clientOrderId } : { txid: venueOrderId };
      const params = () => ({ ...id, trigger_price: triggerPrice, deadline: deadlineAt(now()) });
      return judgeMoved(FACTS, READING, await call("privatePostAmendOrder", params, { ...options, urgent: true }));
    },
    async ask({ venueOrderId, clientOrderId, symbol, sinceMs }, options) {
      const known = venueOrderId === null ? undefined : await byVenueId(venueOrderId, symbol, options);
      if (known !== undefined) return known;
      const named = { cl_ord_id: clientOrderId };
      // Whatever its market is called today, and whether or not the venue heeded the id.
      const find = (rows: Iterable<[string, OrderRow]>): VenueOrder | undefined =>
        [...rows].filter(([, row]) => row.cl_ord_id === clientOrderId).map(([id, row]) => orderOf(symbol, id, row))[0];
      // Open ones first: one that ends meanwhile has been seen, or is among the closed ones.
      const { open } = await read("its open orders", "privatePostOpenOrders", named, OpenOrders, options);
      const working = find(Object.entries(open));
      if (working !== undefined) return working;
      const start = secondsOf(sinceMs - SEARCH_MARGIN_MS);
      const closed = await allRows(async (ofs) => {
        const params = { ...named, start, closetime: "open", ofs };
        const page = await read("its closed orders", "privatePostClosedOrders", params, Closed, options);
        return { rows: page.closed, count: page.count };
      });
      return find(closed) ?? null;
    },
    async open(options) {
      const { open } = await read("its open orders", "privatePostOpenOrders", {}, OpenOrders, options);
      return Object.entries(open).flatMap(([id, row]) => {
        const symbol = names.symbolOf(row.descr.pair);
        return symbol === null ? [] : [orderOf(symbol, id, row)];
      });
    },
    async trades({ symbol, sinceMs }, options) {
      // `start` is exclusive, and in whole seconds.
      const start = secondsOf(sinceMs) - 1;
      const all = await allRows(async (ofs) => {
        const params = { start, ledgers: true, ofs };
        const page = await read(`trades of ${symbol}`, "privatePostTradesHistory", params, Trades, options);
        return { rows: page.trades, count: page.count };
      });
      const rows = [...all]
        .filter(([, row]) => names.symbolOf(row.pair) === symbol && row.time >= sinceMs)
        .sort(([, a], [, b]) => a.time - b.time);
      const ledger = await ledgerOf(
        rows.map(([, row]) => row),
        options,
      );
      const trades: VenueTrade[] = [];
      for (const [tradeId, row] of rows) {
        const fee = feeOf(row, ledger, symbol);
        // The ledger will have it soon; none is told before an earlier one.
        if (fee === null && now() - row.time < LEDGER_LATE_MS) break;
        trades.push({
          tradeId,
          venueOrderId: row.ordertxid,
          symbol,
          side: row.type,
          quantity: row.vol,
          price: row.price,
          ...(fee ?? { fee: row.fee, feeCurrency: quoteOf(symbol) }),
          atMs: row.time,
        });
      }
      return trades;
    },
    async balances(options) {
      const rows = await read(
        "the balances",
        "privatePostBalanceEx",
        {},
        resultIn(z.record(z.string(), BalanceRow)),
        options,
      );
      const balances = new Map<string, VenueBalance>();
      for (const [asset, { balance, hold_trade: used }] of Object.entries(rows)) {
        const currency = currencyOf(asset);
        const before = balances.get(currency) ?? { free: "0", used: "0" };
        // The total of an asset without credit may be below what is held back of it.
        const free = compare(balance, used) > 0 ? subtract(balance, used) : "0";
        balances.set(currency, { free: add(before.free, free), used: add(before.used, used) });
      }
      return balances;
    },
    async checkKey(options) {
      const key = await read("what the key may do", "privatePostGetApiKeyInfo", {}, resultIn(KeyInfo), options);
      const may = new Set(key.permissions);
      return {
        accountId: key.iban ?? null,
        mayTrade: may.has("modify-trades"),
        mayWithdraw: may.has("withdraw-funds"),
        expiresAtMs: key.validUntil > 0 ? unixMs(key.validUntil * 1000) : null,
        boundToAddress: key.ipAllowlist == null ? null : key.ipAllowlist.length > 0,
      };
    },
  };
};

/** @throws ProviderError with what the venue says where the body holds an error */
function parsed<T>(json: unknown, schema: z.ZodType<T>): T {
  const said = READING.error(json);
  if (said !== null) throw new ProviderError({ was: said.text, remedy: "" });
  return schema.parse(json);
}

const quoteOf = (symbol: MarketSymbol): string => symbol.split("/")[1] ?? "";

/** What the ledger took for a trade; null: it does not have all entries yet. Fee credits count only where nothing else was taken. */
function feeOf(
  { ledgers }: TradeRow,
  ledger: Ledger,
  symbol: MarketSymbol,
): Pick<VenueTrade, "fee" | "feeCurrency"> | null {
  const entries = ledgers.flatMap((id) => ledger.get(id) ?? []);
  if (ledgers.length === 0 || entries.length < ledgers.length) return null;
  const taken = entries
    .filter(({ fee }) => !isZero(fee))
    .map(({ asset, fee }) => ({ fee, feeCurrency: currencyOf(asset) }));
  const coins = taken.find(({ feeCurrency }) => feeCurrency !== FEE_CREDITS);
  return coins ?? taken[0] ?? { fee: "0", feeCurrency: quoteOf(symbol) };
}
