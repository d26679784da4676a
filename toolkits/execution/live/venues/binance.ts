// Floor 2, live execution. Binance spot. https://developers.binance.com/docs/binance-spot-api-docs/rest-api
import { z } from "zod";
import { ProviderError } from "#schemas/errors.ts";
import type { Price, Quantity } from "#schemas/money.ts";
import { Side } from "#schemas/order.ts";
import { type MarketSymbol, unixMs } from "#schemas/units.ts";
import { readAnswer } from "../http-call.ts";
import { type AnswerReading, judgeCanceled, judgePlaced, type RefusalRow, type SaidError } from "../judge.ts";
import type { OrderTerms, VenueOrder, VenueOrderFacts, VenueTrade } from "../venue-orders.ts";
import { Amount, type CreateVenueOrders, Id, Ms, ownIdOf, priceOrNull, type VenueNames } from "../venue-parts.ts";

/** A request is taken up to this long after its time stamp, ms; and the venue works on it for 10 s at most. */
export const BINANCE_RECV_WINDOW_MS = 5_000;
const WORKS_ON_MS = 10_000;

const FACTS: VenueOrderFacts = {
  id: "binance",
  acceptanceMs: BINANCE_RECV_WINDOW_MS + WORKS_ON_MS,
  stop: { kind: "market" },
  stopLocksFunds: true,
  echoesClientId: true,
};

/**
 * errors.md of the documentation. −1000, −1001, −1006 and −1007 say that the outcome is not known, and "Duplicate order sent." that there is
 * an order of this id: none of them is here.
 */
const REFUSALS: readonly RefusalRow[] = [
  ...["-1002", "-1022", "-1099", "-2008", "-2014", "-2015"].map((code): RefusalRow => ({ code, cause: "permission" })),
  ...["-1003", "-1015"].map((code): RefusalRow => ({ code, cause: "limit" })),
  { code: "-1013", text: /PERCENT_PRICE|PRICE_FILTER/, cause: "price-band" },
  { code: "-1013", text: /Market is closed/i, cause: "market-closed" },
  { code: "-1013", cause: "filter" },
  { code: "-1016", cause: "market-closed" },
  { code: "-1021", cause: "clock" },
  ...[
    ...["-1014", "-1020", "-1100", "-1101", "-1102", "-1103", "-1104", "-1105", "-1106", "-1108", "-1111"],
    ...["-1112", "-1114", "-1115", "-1116", "-1117", "-1118", "-1119", "-1120", "-1121", "-1128", "-1130", "-1131"],
  ].map((code): RefusalRow => ({ code, cause: "other" })),
  { code: "-2010", text: /insufficient balance/i, cause: "funds" },
  { code: "-2010", text: /would trigger immediately/i, cause: "would-trigger" },
  { code: "-2010", text: /market is closed|trading is (disabled|halted)/i, cause: "market-closed" },
  { code: "-2010", text: /not enabled|disabled on this account|not permitted/i, cause: "permission" },
  { code: "-2010", text: /immediately match|not supported|unsupported|price \* qty/i, cause: "other" },
];

const Failure = z.object({ code: z.number().negative(), msg: z.string() });
const Accepted = z.object({ symbol: z.string(), orderId: Id, clientOrderId: z.string() });

const READING: AnswerReading = {
  error(json): SaidError | null {
    const said = Failure.safeParse(json).data;
    return said === undefined ? null : { code: String(said.code), text: said.msg };
  },
  refusals: REFUSALS,
  notWorking: ["-2011"],
  accepted(json) {
    const taken = Accepted.safeParse(json).data;
    return taken === undefined ? null : { venueOrderId: taken.orderId, clientOrderId: taken.clientOrderId };
  },
};

/** −2013: an order of this id does not exist. */
const NO_SUCH_ORDER = "-2013";

const STATUSES = {
  NEW: "working",
  PENDING_NEW: "working",
  PARTIALLY_FILLED: "working",
  PENDING_CANCEL: "working",
  FILLED: "filled",
  CANCELED: "canceled",
  REJECTED: "rejected",
  EXPIRED: "expired",
  EXPIRED_IN_MATCH: "expired",
} as const;

const OrderAnswer = z.object({
  symbol: z.string(),
  orderId: Id,
  clientOrderId: z.string(),
  /** Of a canceled order `clientOrderId` is the cancel's own id. */
  origClientOrderId: z.string().optional(),
  price: Amount,
  origQty: Amount,
  executedQty: Amount,
  status: z.enum(Object.keys(STATUSES) as (keyof typeof STATUSES)[]),
  type: z.string(),
  side: z.string().toLowerCase().pipe(Side),
  stopPrice: Amount.optional(),
  time: Ms,
});

const TradeAnswer = z.object({
  symbol: z.string(),
  id: Id,
  orderId: Id,
  price: Amount,
  qty: Amount,
  commission: Amount,
  commissionAsset: z.string(),
  time: Ms,
  isBuyer: z.boolean(),
});

const AccountAnswer = z.object({
  uid: Id.optional(),
  canTrade: z.boolean(),
  balances: z.array(z.object({ asset: z.string(), free: Amount, locked: Amount })),
});

const Restrictions = z.object({
  enableWithdrawals: z.boolean(),
  enableSpotAndMarginTrading: z.boolean(),
  ipRestrict: z.boolean(),
  tradingAuthorityExpirationTime: Ms.optional(),
});

/** Most rows that one answer holds. */
const PAGE_ROWS = 1000;

const termsOf = (terms: OrderTerms): Readonly<Record<string, string>> => {
  switch (terms.type) {
    case "limit-ioc":
      return { type: "LIMIT", timeInForce: "IOC", price: terms.limitPrice };
    case "limit":
      return { type: "LIMIT", timeInForce: "GTC", price: terms.limitPrice };
    case "market":
      return { type: "MARKET" };
    case "stop":
      return { type: "STOP_LOSS", stopPrice: terms.triggerPrice };
  }
};

const orderOf = (names: VenueNames, row: z.infer<typeof OrderAnswer>): readonly VenueOrder[] => {
  const symbol = names.symbolOf(row.symbol);
  if (symbol === null) return [];
  return [
    {
      venueOrderId: row.orderId,
      clientOrderId: ownIdOf(row.clientOrderId) ?? ownIdOf(row.origClientOrderId),
      symbol,
      side: row.side,
      kind: row.type.startsWith("STOP_LOSS") ? "stop" : "plain",
      quantity: row.origQty as Quantity,
      filledQuantity: row.executedQty as Quantity,
      status: STATUSES[row.status],
      reason: row.status,
      limitPrice: priceOrNull(row.price),
      triggerPrice: priceOrNull(row.stopPrice ?? "0"),
      createdAtMs: row.time,
    },
  ];
};

const unlisted = (name: string): ProviderError =>
  new ProviderError({
    was: `binance has an order in ${name}, which is not in its list of spot markets.`,
    remedy: "The list is read again at the next start; look at the order at the venue.",
  });

const tradeOf = (symbol: MarketSymbol, row: z.infer<typeof TradeAnswer>): VenueTrade => ({
  tradeId: row.id,
  venueOrderId: row.orderId,
  symbol,
  side: row.isBuyer ? "buy" : "sell",
  quantity: row.qty as Quantity,
  price: row.price as Price,
  fee: row.commission,
  feeCurrency: row.commissionAsset,
  atMs: row.time,
});

/** Codes of a key that is wrong, expired, or bound to another address. */
const refusal = (json: unknown, status: number): string | null => {
  const said = READING.error(json);
  if (said === null) return status === 401 ? "HTTP 401" : null;
  const cause = REFUSALS.find(({ code }) => code === said.code)?.cause;
  return cause === "permission" ? `${said.code} ${said.text}` : null;
};

export const createBinanceOrders: CreateVenueOrders = ({ call, names, sandbox }) => {
  async function read<T>(
    what: string,
    method: string,
    params: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    options: Parameters<typeof call>[2],
  ): Promise<T> {
    const answer = await call(method, params, options);
    return readAnswer("binance", what, answer, { read: (json) => schema.parse(json), refusal });
  }

  return {
    facts: FACTS,
    async place(order, options) {
      const params = {
        symbol: names.idOf(order.symbol),
        side: order.side.toUpperCase(),
        quantity: order.quantity,
        newClientOrderId: order.clientOrderId,
        newOrderRespType: "ACK",
        ...termsOf(order.terms),
      };
      return judgePlaced(FACTS, READING, await call("privatePostOrder", params, options), order.clientOrderId);
    },
    async cancel(ref, options) {
      const params = { symbol: names.idOf(ref.symbol), origClientOrderId: ref.clientOrderId };
      const answer = await call("privateDeleteOrder", params, options);
      return judgeCanceled(
        FACTS,
        READING,
        answer,
        (json) => OrderAnswer.shape.status.safeParse((json as { status?: unknown })?.status).data === "CANCELED",
      );
    },
    async ask(ref, options) {
      const params = { symbol: names.idOf(ref.symbol), origClientOrderId: ref.clientOrderId };
      const answer = await call("privateGetOrder", params, options);
      if (answer.type === "answer" && READING.error(answer.json)?.code === NO_SUCH_ORDER) return null;
      const row = readAnswer("binance", `the order ${ref.clientOrderId}`, answer, {
        read: (json) => OrderAnswer.parse(json),
        refusal,
      });
      const [said] = orderOf(names, row);
      // Null would say that there is no such order.
      if (said === undefined) throw unlisted(row.symbol);
      return said;
    },
    async open(options) {
      const rows = await read("its open orders", "privateGetOpenOrders", {}, z.array(OrderAnswer), options);
      return rows.flatMap((row) => orderOf(names, row));
    },
    async trades({ symbol, sinceMs }, options) {
      const trades: VenueTrade[] = [];
      for (let from: Readonly<Record<string, unknown>> = { startTime: sinceMs }; ; ) {
        const params = { symbol: names.idOf(symbol), limit: PAGE_ROWS, ...from };
        const rows = await read(`trades of ${symbol}`, "privateGetMyTrades", params, z.array(TradeAnswer), options);
        trades.push(...rows.map((row) => tradeOf(symbol, row)));
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE_ROWS) return trades;
        // An id bounds a page exactly, where many trades have one time.
        from = { fromId: String(BigInt(last.id) + 1n) };
      }
    },
    async balances(options) {
      const account = await read(
        "the balances",
        "privateGetAccount",
        { omitZeroBalances: true },
        AccountAnswer,
        options,
      );
      return new Map(account.balances.map(({ asset, free, locked }) => [asset, { free, used: locked }]));
    },
    async checkKey(options) {
      const account = await read(
        "the account",
        "privateGetAccount",
        { omitZeroBalances: true },
        AccountAnswer,
        options,
      );
      // Its sandbox has no endpoint for that, and nothing that could be withdrawn.
      if (sandbox) {
        const { uid = null, canTrade: mayTrade } = account;
        return { accountId: uid, mayTrade, mayWithdraw: false, expiresAtMs: null, boundToAddress: null };
      }
      const key = await read("what the key may do", "sapiGetAccountApiRestrictions", {}, Restrictions, options);
      const { tradingAuthorityExpirationTime: expiresMs } = key;
      return {
        accountId: account.uid ?? null,
        mayTrade: account.canTrade && key.enableSpotAndMarginTrading,
        mayWithdraw: key.enableWithdrawals,
        expiresAtMs: expiresMs === undefined ? null : unixMs(expiresMs),
        boundToAddress: key.ipRestrict,
      };
    },
  };
};
