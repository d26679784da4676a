// https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/create-order : its reasons and examples; the gateway's
// errors as clients of the venue have recorded them, which the reference does not list.
import { type AnswerRow, SENT_ID } from "./answer-row.ts";

const made = {
  success: true,
  failure_reason: "UNKNOWN_FAILURE_REASON",
  order_id: "52cfe5e2-0b29-4c19-a245-a6a773de5030",
  success_response: {
    order_id: "52cfe5e2-0b29-4c19-a245-a6a773de5030",
    product_id: "BTC-USD",
    side: "BUY",
    client_order_id: SENT_ID,
  },
  order_configuration: null,
};

interface Reasons {
  readonly preview?: string;
  readonly newOrder?: string;
  readonly message?: string;
}

/** An answer about an order that was not made; what a stage has not to say is UNKNOWN_…. */
const notMade = (error = "UNKNOWN_FAILURE_REASON", { preview, newOrder, message = "" }: Reasons = {}) => ({
  status: 200,
  body: {
    success: false,
    failure_reason: "UNKNOWN_FAILURE_REASON",
    order_id: "",
    error_response: {
      error,
      message,
      error_details: "",
      preview_failure_reason: preview ?? "UNKNOWN_PREVIEW_FAILURE_REASON",
      ...(newOrder === undefined ? {} : { new_order_failure_reason: newOrder }),
    },
    order_configuration: { sor_limit_ioc: { base_size: "0.01", limit_price: "60000" } },
  },
});
const previewed = (preview: string) => notMade("UNKNOWN_FAILURE_REASON", { preview });
const gateway = (status: number, error: string, message: string) => ({
  status,
  body: { error, error_details: message, message },
});

export const ANSWERS: readonly AnswerRow[] = [
  { status: 200, body: made, means: "accepted", why: "an id, and our own echoed; success is beside an UNKNOWN reason" },
  {
    status: 200,
    body: { ...made, success_response: { ...made.success_response, client_order_id: "ccxt-853bb1f7" } },
    means: "unresolved",
    why: "another order's answer",
  },
  {
    status: 200,
    body: { ...made, success_response: { ...made.success_response, order_id: "" } },
    means: "unresolved",
    why: "no id",
  },
  { status: 200, body: { ...made, success_response: null }, means: "unresolved", why: "success of no order" },
  { status: 200, body: { ...made, success: undefined }, means: "unresolved", why: "it does not say that it was made" },
  { status: 202, body: { success: false }, means: "unresolved", why: "a failure without a reason" },
  { ...notMade(), means: "unresolved", why: "a failure for an unknown reason" },
  {
    ...gateway(500, "INTERNAL", "Internal server error"),
    means: "unresolved",
    why: "the service fell; ccxt takes it for final",
  },
  { ...gateway(500, "UNKNOWN", "Something went wrong"), means: "unresolved", why: "it says so" },
  { ...gateway(500, "unknown", "Something went wrong"), means: "unresolved", why: "it says so" },
  { ...gateway(503, "UNAVAILABLE", "upstream connect error"), means: "unresolved", why: "5xx: execution unknown" },
  { ...gateway(504, "DEADLINE_EXCEEDED", "context deadline exceeded"), means: "unresolved", why: "a timeout" },
  { ...gateway(408, "CANCELLED", "context canceled"), means: "unresolved", why: "the gateway gave up" },
  { ...gateway(409, "ALREADY_EXISTS", "order exists"), means: "unresolved", why: "there is an order: ours" },
  { ...gateway(409, "ABORTED", "conflict"), means: "unresolved", why: "unlisted" },
  { ...gateway(400, "FAILED_PRECONDITION", "not now"), means: "unresolved", why: "unlisted" },
  {
    status: 500,
    body: { errors: [{ id: "internal_server_error", message: "Internal server error" }] },
    means: "unresolved",
    why: "an older envelope; unlisted",
  },
  {
    ...notMade("UNKNOWN_FAILURE_REASON", { newOrder: "DUPLICATE_CLIENT_ORDER_ID" }),
    means: "unresolved",
    why: "there is an order of this id: ours",
  },
  {
    ...notMade("DUPLICATE_CLIENT_ORDER_ID", {
      preview: "PREVIEW_INSUFFICIENT_FUND",
      newOrder: "DUPLICATE_CLIENT_ORDER_ID",
    }),
    means: "unresolved",
    why: "the first order of this id may have taken the money",
  },
  { ...notMade("COMMANDER_REJECTED_NEW_ORDER"), means: "unresolved", why: "not explained by the reference" },
  { ...previewed("PREVIEW_RISK_PROXY_FAILURE"), means: "unresolved", why: "something failed; which, it does not say" },
  { ...notMade("A_REASON_OF_TOMORROW"), means: "unresolved", why: "unlisted" },
  {
    ...notMade("INSUFFICIENT_FUND", {
      preview: "PREVIEW_INSUFFICIENT_FUND",
      message: "Insufficient balance in source account",
    }),
    means: "refused",
    cause: "funds",
    why: "funds; unmapped by ccxt in createOrder",
  },
  { ...previewed("PREVIEW_INSUFFICIENT_FUND"), means: "refused", cause: "funds", why: "funds" },
  { ...notMade("INSUFFICIENT_FUNDS"), means: "refused", cause: "funds", why: "the other spelling" },
  {
    ...notMade("INVALID_SIZE_PRECISION", { message: "Too many decimals in order amount" }),
    means: "refused",
    cause: "filter",
    why: "step",
  },
  { ...previewed("PREVIEW_INVALID_PRICE_PRECISION"), means: "refused", cause: "filter", why: "tick" },
  { ...previewed("PREVIEW_INVALID_BASE_SIZE_TOO_SMALL"), means: "refused", cause: "filter", why: "minimum" },
  { ...previewed("PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL"), means: "refused", cause: "filter", why: "minimum value" },
  { ...previewed("PREVIEW_LIMIT_PRICE_TOO_FAR_FROM_MARKET"), means: "refused", cause: "price-band", why: "price" },
  { ...notMade("INVALID_LIMIT_PRICE"), means: "refused", cause: "price-band", why: "price" },
  {
    ...previewed("PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE"),
    means: "refused",
    cause: "would-trigger",
    why: "a stop above the price",
  },
  { ...previewed("PREVIEW_STOP_PRICE_BELOW_LIMIT_PRICE"), means: "refused", cause: "other", why: "malformed" },
  { ...notMade("ORDER_ENTRY_DISABLED"), means: "refused", cause: "market-closed", why: "market" },
  { ...previewed("PREVIEW_PRODUCT_TRADING_HALTED"), means: "refused", cause: "market-closed", why: "market" },
  {
    ...gateway(403, "PERMISSION_DENIED", "Orderbook is in limit only mode"),
    means: "refused",
    cause: "market-closed",
    why: "recorded: a market order in a limit-only book",
  },
  { ...notMade("INVALID_NO_LIQUIDITY"), means: "refused", cause: "market-closed", why: "an empty book" },
  {
    ...notMade("UNSUPPORTED_ORDER_CONFIGURATION", { message: "source is not enabled for trading" }),
    means: "refused",
    cause: "permission",
    why: "recorded: a key of the wrong kind",
  },
  { ...notMade("UNSUPPORTED_ORDER_CONFIGURATION"), means: "refused", cause: "other", why: "malformed" },
  { ...notMade("INVALID_PRODUCT_ID"), means: "refused", cause: "other", why: "market gone" },
  { ...previewed("PREVIEW_GEOFENCING_RESTRICTION"), means: "refused", cause: "permission", why: "country" },
  {
    ...gateway(403, "PERMISSION_DENIED", "Missing required scopes"),
    means: "refused",
    cause: "permission",
    why: "recorded: a key that may only read",
  },
  {
    ...gateway(403, "unknown", "Missing required scopes"),
    means: "refused",
    cause: "permission",
    why: "recorded: the same without a code",
  },
  { status: 401, body: "Unauthorized\n", means: "refused", cause: "permission", why: "the token is not taken" },
  {
    ...gateway(400, "INVALID_ARGUMENT", "account is not available"),
    means: "refused",
    cause: "permission",
    why: "recorded: no wallet in this currency, or another portfolio",
  },
  { ...gateway(400, "INVALID_ARGUMENT", "side is invalid"), means: "refused", cause: "other", why: "malformed" },
  {
    ...gateway(404, "NOT_FOUND", "valid product_id is required"),
    means: "refused",
    cause: "other",
    why: "market gone",
  },
  {
    status: 429,
    body: { errors: [{ id: "rate_limit_exceeded", message: "Too many requests" }] },
    means: "refused",
    cause: "limit",
    why: "documented",
  },
  {
    ...gateway(429, "RESOURCE_EXHAUSTED", "too many requests"),
    means: "refused",
    cause: "limit",
    why: "the gateway's words for it",
  },
];
