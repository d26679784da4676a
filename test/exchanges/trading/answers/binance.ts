// https://developers.binance.com/docs/binance-spot-api-docs/errors and what its servers were seen to send.
import { type AnswerRow, SENT_ID } from "./answer-row.ts";

const order = {
  symbol: "BTCUSDT",
  orderId: 28,
  orderListId: -1,
  clientOrderId: SENT_ID,
  transactTime: 1_507_725_176_595,
};
const said = (code: number, msg: string, status = 400) => ({ status, body: { code, msg } });

export const ANSWERS: readonly AnswerRow[] = [
  { status: 200, body: order, means: "accepted", why: "an id, and our own echoed" },
  { status: 200, body: { ...order, clientOrderId: "another" }, means: "unresolved", why: "another order's answer" },
  { status: 200, body: { ...order, orderId: undefined }, means: "unresolved", why: "no id" },
  { ...said(-1000, "An unknown error occurred while processing the request."), means: "unresolved", why: "unknown" },
  {
    ...said(-1001, "Internal error; unable to process your request. Please try again."),
    means: "unresolved",
    why: "disconnected",
  },
  {
    ...said(-1006, "An unexpected response was received from the message bus. Execution status unknown."),
    means: "unresolved",
    why: "it says so",
  },
  {
    ...said(
      -1007,
      "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
      408,
    ),
    means: "unresolved",
    why: "it says so",
  },
  {
    ...said(-1008, "Server is currently overloaded with other requests.", 503),
    means: "unresolved",
    why: "documented as overload, not as refusal",
  },
  { ...said(-1004, "Server is busy, please wait and try again"), means: "unresolved", why: "unlisted" },
  { ...said(-2010, "Duplicate order sent."), means: "unresolved", why: "there is an order of this id: ours" },
  { ...said(-2010, "Something new."), means: "unresolved", why: "an unlisted text" },
  { ...said(-2021, "Order cancel-replace partially failed."), means: "unresolved", why: "one of two was done" },
  { ...said(-9999, "A code of tomorrow."), means: "unresolved", why: "unlisted" },
  {
    ...said(-1002, "You are not authorized to execute this request.", 401),
    means: "refused",
    cause: "permission",
    why: "key",
  },
  {
    ...said(-1022, "Signature for this request is not valid."),
    means: "refused",
    cause: "permission",
    why: "signature",
  },
  { ...said(-2014, "API-key format invalid.", 401), means: "refused", cause: "permission", why: "key" },
  {
    ...said(-2015, "Invalid API-key, IP, or permissions for action.", 401),
    means: "refused",
    cause: "permission",
    why: "key; ccxt takes it for a rate limit",
  },
  {
    ...said(-1003, "Too much request weight used; current limit is 6000.", 429),
    means: "refused",
    cause: "limit",
    why: "limit",
  },
  {
    ...said(-1015, "Too many new orders; current limit is 100 orders per 10 SECOND."),
    means: "refused",
    cause: "limit",
    why: "limit",
  },
  {
    ...said(-1021, "Timestamp for this request is outside of the recvWindow."),
    means: "refused",
    cause: "clock",
    why: "late or early: not taken",
  },
  { ...said(-1013, "Filter failure: LOT_SIZE"), means: "refused", cause: "filter", why: "filter" },
  { ...said(-1013, "Filter failure: NOTIONAL"), means: "refused", cause: "filter", why: "filter" },
  { ...said(-1013, "Filter failure: MAX_NUM_ALGO_ORDERS"), means: "refused", cause: "filter", why: "filter" },
  { ...said(-1013, "Filter failure: PERCENT_PRICE_BY_SIDE"), means: "refused", cause: "price-band", why: "price" },
  { ...said(-1013, "Filter failure: PRICE_FILTER"), means: "refused", cause: "price-band", why: "price" },
  { ...said(-1013, "Market is closed."), means: "refused", cause: "market-closed", why: "market" },
  {
    ...said(-1111, "Parameter 'quantity' has too much precision."),
    means: "refused",
    cause: "other",
    why: "malformed",
  },
  { ...said(-1102, "Mandatory parameter 'price' was not sent."), means: "refused", cause: "other", why: "malformed" },
  { ...said(-1116, "Invalid orderType."), means: "refused", cause: "other", why: "malformed" },
  { ...said(-1121, "Invalid symbol."), means: "refused", cause: "other", why: "market gone" },
  {
    ...said(-2010, "Account has insufficient balance for requested action."),
    means: "refused",
    cause: "funds",
    why: "funds",
  },
  {
    ...said(-2010, "Order would trigger immediately."),
    means: "refused",
    cause: "would-trigger",
    why: "a stop above the price",
  },
  { ...said(-2010, "Market is closed."), means: "refused", cause: "market-closed", why: "market" },
  {
    ...said(-2010, "This symbol is not permitted for this account."),
    means: "refused",
    cause: "permission",
    why: "account",
  },
  { ...said(-2010, "This action is disabled on this account."), means: "refused", cause: "permission", why: "account" },
  { ...said(-2010, "Order would immediately match and take."), means: "refused", cause: "other", why: "post-only" },
  {
    status: 200,
    body: { code: -2010, msg: "Account has insufficient balance for requested action." },
    means: "refused",
    cause: "funds",
    why: "the code counts, not the status",
  },
];
