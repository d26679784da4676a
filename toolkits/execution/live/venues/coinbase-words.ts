// Floor 2, live execution. What Coinbase's answers say: its refusals, and its rows of orders, fills and accounts.
// https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api
import { z } from "zod";
import { divide, type Price, type Quantity } from "#schemas/money.ts";
import { Side } from "#schemas/order.ts";
import { type MarketSymbol, splitSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import type { AnswerReading, RefusalRow, SaidError } from "../judge.ts";
import type { RefusalCause, VenueOrder, VenueTrade } from "../venue-orders.ts";
import { Amount, AmountOrNone, Id, ownIdOf, priceOrNull } from "../venue-parts.ts";

/** A reason is the same before the order is made, where it is looked over, and when it is made. */
const reasons = (cause: RefusalCause, names: string): readonly RefusalRow[] =>
  names.split(/\s+/).flatMap((name) => [
    { code: name, cause },
    { code: `PREVIEW_${name}`, cause },
  ]);
const codes = (cause: RefusalCause, names: string): readonly RefusalRow[] =>
  names.split(" ").map((code) => ({ code, cause }));

/**
 * Reasons that the reference of Create Order lists, those of spot orders, and the gateway's codes. DUPLICATE_CLIENT_ORDER_ID says that there
 * is an order of this id, COMMANDER_REJECTED_NEW_ORDER and RISK_PROXY_FAILURE are not explained, INTERNAL and UNKNOWN say nothing: none is here.
 */
const REFUSALS: readonly RefusalRow[] = [
  ...reasons("funds", "INSUFFICIENT_FUND INSUFFICIENT_FUNDS INVALID_LEDGER_BALANCE INSUFFICIENT_LEDGER_BALANCE"),
  ...reasons(
    "filter",
    `INVALID_SIZE_PRECISION INVALID_QUOTE_SIZE_PRECISION INVALID_PRICE_PRECISION INVALID_LIMIT_PRICE_PRECISION
    INVALID_STOP_PRICE_PRECISION INVALID_BASE_SIZE_TOO_SMALL INVALID_BASE_SIZE_TOO_LARGE INVALID_QUOTE_SIZE_TOO_SMALL
    INVALID_QUOTE_SIZE_TOO_LARGE NON_NUMERIC_ORDER_SIZE`,
  ),
  ...reasons(
    "price-band",
    `INVALID_LIMIT_PRICE INVALID_STOP_PRICE INVALID_PRICE_TOO_LARGE LIMIT_PRICE_TOO_FAR_FROM_MARKET BREACHED_PRICE_LIMIT
    LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_BUY LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_SELL`,
  ),
  ...reasons("would-trigger", "STOP_PRICE_ABOVE_LAST_TRADE_PRICE STOP_PRICE_BELOW_LAST_TRADE_PRICE"),
  ...reasons(
    "market-closed",
    `ORDER_ENTRY_DISABLED TRADING_DISABLED PRODUCT_TRADING_HALTED UNTRADABLE_PRODUCT NOT_ALLOWED_BY_MARKET_STATE
    INVALID_NO_LIQUIDITY MISSING_PRODUCT_PRICE_BOOK MISSING_MARKET_TRADE_DATA`,
  ),
  ...reasons(
    "permission",
    "GEOFENCING_RESTRICTION INELIGIBLE_PAIR COMPLIANCE_PURCHASE_LIMIT_EXCEEDED MAX_DAILY_VOLUME_NOTIONAL_BREACHED",
  ),
  { code: "UNSUPPORTED_ORDER_CONFIGURATION", text: /not enabled for trading/i, cause: "permission" },
  ...reasons(
    "other",
    `UNSUPPORTED_ORDER_CONFIGURATION INVALID_ORDER_CONFIG INVALID_SIDE INVALID_PRODUCT_ID INVALID_REQUEST
    INVALID_LIMIT_PRICE_POST_ONLY STOP_PRICE_ABOVE_LIMIT_PRICE STOP_PRICE_BELOW_LIMIT_PRICE MISSING_COMMISSION_RATE
    INVALID_COMMISSION_CONFIGURATION`,
  ),
  { code: "PERMISSION_DENIED", text: /limit only mode/i, cause: "market-closed" },
  { code: "unknown", text: /missing required scopes/i, cause: "permission" },
  { code: "INVALID_ARGUMENT", text: /account is not available/i, cause: "permission" },
  ...codes("permission", "PERMISSION_DENIED UNAUTHENTICATED unauthorized authentication_error invalid_token"),
  ...codes("permission", "expired_token revoked_token invalid_scope invalid_authentication_method"),
  ...codes("limit", "RESOURCE_EXHAUSTED resource_exhausted rate_limit_exceeded"),
  ...codes("other", "INVALID_ARGUMENT NOT_FOUND"),
];

const said = z.string().nullish();
/** An answer about a new order that was not made. */
const NotMade = z.object({
  success: z.literal(false),
  failure_reason: said,
  error_response: z
    .object({
      error: said,
      message: said,
      error_details: said,
      preview_failure_reason: said,
      new_order_failure_reason: said,
    })
    .nullish(),
});
/** What the gateway says before or in place of the service behind it. */
const GatewayError = z.object({ error: z.string().min(1), message: said, error_details: said });
const LimitError = z.object({ errors: z.tuple([z.object({ id: z.string(), message: said })], z.unknown()) });

function errorOf(json: unknown): SaidError | null {
  const notMade = NotMade.safeParse(json).data;
  if (notMade !== undefined) {
    const { error_response: why, failure_reason } = notMade;
    // The last stage speaks first: it knows of an order of the same id. Each fills what it has not to say with UNKNOWN_….
    const stages = [why?.new_order_failure_reason, why?.preview_failure_reason, why?.error, failure_reason];
    const code = stages.find((reason) => reason && !reason.startsWith("UNKNOWN_")) ?? "UNKNOWN_FAILURE_REASON";
    return { code, text: why?.message || why?.error_details || code };
  }
  const gateway = GatewayError.safeParse(json).data;
  if (gateway !== undefined) {
    return { code: gateway.error, text: gateway.message || gateway.error_details || gateway.error };
  }
  const limit = LimitError.safeParse(json).data?.errors[0];
  return limit === undefined ? null : { code: limit.id, text: limit.message || limit.id };
}

const Accepted = z.object({
  success: z.literal(true),
  success_response: z.object({ order_id: Id, client_order_id: z.string() }),
});

export const READING: AnswerReading = {
  error: errorOf,
  refusals: REFUSALS,
  notWorking: [],
  accepted(json) {
    const taken = Accepted.safeParse(json).data?.success_response;
    return taken === undefined ? null : { venueOrderId: taken.order_id, clientOrderId: taken.client_order_id };
  },
};

const CancelAnswer = z.object({ results: z.tuple([z.object({ success: z.boolean(), failure_reason: said })]) });
const cancelResult = (json: unknown) => CancelAnswer.safeParse(json).data?.results[0];

/** Of a cancel. DUPLICATE_CANCEL_REQUEST and the rest say nothing of the order. */
export const CANCEL_READING: AnswerReading = {
  ...READING,
  error(json) {
    const result = cancelResult(json);
    if (result === undefined) return errorOf(json);
    const code = result.failure_reason || "UNKNOWN_CANCEL_FAILURE_REASON";
    return result.success ? null : { code, text: code };
  },
  notWorking: ["UNKNOWN_CANCEL_ORDER", "ORDER_IS_FULLY_FILLED"],
};

/** "Whether the cancel request was submitted successfully": the order may fill until the books have met it. */
export const isCancelTaken = (json: unknown): boolean => cancelResult(json)?.success === true;

export const isNoSuchOrder = (json: unknown): boolean =>
  /order with this orderID was not found/i.test(errorOf(json)?.text ?? "");

/** Why the key may not read. */
export function keyRefusal(json: unknown, status: number): string | null {
  const error = errorOf(json);
  if (error === null) return status === 401 ? "HTTP 401" : null;
  const row = REFUSALS.find(({ code, text }) => code === error.code && (text === undefined || text.test(error.text)));
  return row?.cause === "permission" ? `${error.code} ${error.text}` : null;
}

/** Up to nanoseconds, of which milliseconds are kept. */
const Instant = z.iso.datetime({ offset: true }).transform((text): UnixMs => unixMs(Date.parse(text)));

const STATUSES = {
  PENDING: "working",
  OPEN: "working",
  QUEUED: "working",
  EDIT_QUEUED: "working",
  CANCEL_QUEUED: "working",
  FILLED: "filled",
  CANCELLED: "canceled",
  EXPIRED: "expired",
  FAILED: "rejected",
} as const;
/** Working, and left out of the list of OPEN ones. */
export const IN_BETWEEN = ["PENDING", "QUEUED", "EDIT_QUEUED", "CANCEL_QUEUED"] as const;

const size = AmountOrNone.nullish();
const Configuration = z.object({
  base_size: size,
  limit_price: size,
  stop_price: size,
  stop_trigger_price: size,
  stop_direction: said,
});

const OrderRow = z.object({
  order_id: Id,
  client_order_id: z.string().nullish(),
  product_id: z.string(),
  side: z.string().toLowerCase().pipe(Side),
  status: z.enum(Object.keys(STATUSES) as (keyof typeof STATUSES)[]),
  created_time: Instant,
  filled_size: AmountOrNone.nullish(),
  /** One entry, named by the kind of order. */
  order_configuration: z.record(z.string(), Configuration.nullish()).nullish(),
});

export const OneOrder = z.object({ order: OrderRow }).transform(({ order }) => order);

/** A page of a list. `next`: the cursor of the one after it; null: it was the last. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** What says that there is more, says where; so a list is never taken for whole that is not. */
const Following = z
  .object({ has_next: z.boolean(), cursor: z.string().nullish() })
  .refine(({ has_next, cursor }) => !has_next || !!cursor, "there is more, and no cursor for it")
  .transform(({ has_next, cursor }) => (has_next ? (cursor ?? null) : null));

const NamedRow = z.looseObject({ order_id: Id, client_order_id: z.string().nullish() });
const Orders = z.object({ orders: z.array(NamedRow) });

/** Rows of orders, of those that are wanted: what another's row holds does not matter. @throws ZodError */
export function ordersPage(json: unknown, isWanted: (clientOrderId: string | null) => boolean): Page<CoinbaseOrder> {
  const rows = Orders.parse(json).orders.filter(({ client_order_id }) => isWanted(client_order_id ?? null));
  return { rows: rows.map((row) => OrderRow.parse(row)), next: Following.parse(json) };
}
export type CoinbaseOrder = z.infer<typeof OrderRow>;

export function orderOf(symbol: MarketSymbol, row: CoinbaseOrder): VenueOrder {
  const configuration = Object.values(row.order_configuration ?? {}).find((one) => one != null);
  const filled = row.filled_size ?? "0";
  const triggerPrice = priceOrNull(configuration?.stop_price ?? configuration?.stop_trigger_price ?? "0");
  return {
    venueOrderId: row.order_id,
    clientOrderId: ownIdOf(row.client_order_id),
    symbol,
    side: row.side,
    kind: triggerPrice === null ? "plain" : "stop",
    // Of a foreign order for so much of the quote only what it bought is known.
    quantity: (configuration?.base_size || filled) as Quantity,
    filledQuantity: filled as Quantity,
    status: STATUSES[row.status],
    reason: row.status,
    limitPrice: priceOrNull(configuration?.limit_price ?? "0"),
    triggerPrice,
    ...(configuration?.stop_direction === "STOP_DIRECTION_STOP_UP" ? { waitsForRise: true } : {}),
    createdAtMs: row.created_time,
  };
}

const FillRow = z.object({
  trade_id: Id,
  order_id: Id,
  product_id: z.string(),
  trade_type: z.string(),
  side: z.string().toLowerCase().pipe(Side),
  price: Amount,
  size: Amount,
  /** Of orders for so much of the quote. */
  size_in_quote: z.boolean().default(false),
  commission: AmountOrNone,
  trade_time: Instant,
});
type Fill = z.infer<typeof FillRow>;

const Fills = z.object({ fills: z.array(FillRow), cursor: z.string().nullish() });

/** This list has no `has_next`: it ends where no cursor is given, or nothing comes. @throws ZodError */
export function fillsPage(json: unknown): Page<Fill> {
  const { fills, cursor } = Fills.parse(json);
  return { rows: fills, next: fills.length === 0 ? null : cursor || null };
}

export const tradeOf = (symbol: MarketSymbol, row: Fill): VenueTrade => ({
  tradeId: row.trade_id,
  venueOrderId: row.order_id,
  symbol,
  side: row.side,
  quantity: (row.size_in_quote ? divide(row.size, row.price) : row.size) as Quantity,
  price: row.price as Price,
  fee: row.commission,
  feeCurrency: splitSymbol(symbol).quote,
  atMs: row.trade_time,
});

const held = z.object({ value: Amount });
const AccountRow = z.object({ currency: z.string(), available_balance: held, hold: held });
const Accounts = z.object({ accounts: z.array(AccountRow) });

/** @throws ZodError */
export const accountsPage = (json: unknown): Page<z.infer<typeof AccountRow>> => ({
  rows: Accounts.parse(json).accounts,
  next: Following.parse(json),
});

export const KeyPermissions = z.object({
  can_view: z.boolean(),
  can_trade: z.boolean(),
  can_transfer: z.boolean(),
  portfolio_uuid: z.string().nullish(),
});
