// https://www.okx.com/docs-v5/en/#error-code-rest-api-public and what its servers were seen to send: an order's own code stands in its
// row as sCode, beside "1" for the whole answer; what is turned away before that has a code of the whole answer only.
import { type AnswerRow, SENT_ID } from "./answer-row.ts";

const row = { clOrdId: SENT_ID, ordId: "312269865356374016", tag: "", ts: "1695190491421", sCode: "0", sMsg: "" };
const taken = (change: Readonly<Record<string, unknown>> = {}) => ({
  status: 200,
  body: { code: "0", msg: "", data: [{ ...row, ...change }], inTime: "1695190491421339", outTime: "1695190491423240" },
});
/** Of the order. */
const said = (sCode: string, sMsg: string, status = 200) => ({
  status,
  body: { code: "1", msg: "All operations failed", data: [{ clOrdId: SENT_ID, ordId: "", sCode, sMsg, tag: "" }] },
});
/** Of the whole answer. */
const turnedAway = (code: string, msg: string, status = 200) => ({ status, body: { code, msg, data: [] } });

export const ANSWERS: readonly AnswerRow[] = [
  { ...taken(), means: "accepted", why: "an id, and our own echoed" },
  { ...taken({ clOrdId: "another" }), means: "unresolved", why: "another order's answer" },
  { ...taken({ clOrdId: "" }), means: "unresolved", why: "no client id: it is not known whose answer it is" },
  { ...taken({ ordId: "" }), means: "unresolved", why: "no id" },
  { status: 200, body: { code: "0", msg: "", data: [] }, means: "unresolved", why: "taken, and no order in it" },
  { status: 200, body: { code: "0", msg: "", data: [row, row] }, means: "unresolved", why: "two orders for one" },
  { status: 200, body: { code: "0", msg: "" }, means: "unresolved", why: "cut to the envelope" },
  { status: 200, body: { code: "2", msg: "", data: [row] }, means: "unresolved", why: "partly: of one order?" },
  { ...turnedAway("1", "Operation failed."), means: "unresolved", why: "no code of the order" },
  {
    ...said("51149", "Order timed out. Please try again.", 500),
    means: "unresolved",
    why: "it says so: neither success nor failure; ccxt calls it an error",
  },
  { ...said("51149", "Order timed out. Please try again."), means: "unresolved", why: "the same beside HTTP 200" },
  { ...said("51054", "Request timed out. Please try again.", 500), means: "unresolved", why: "timed out" },
  {
    ...turnedAway("50004", "API endpoint request timeout.", 400),
    means: "unresolved",
    why: "it says so: does not mean that the request was successful or failed",
  },
  {
    ...turnedAway("50001", "Service temporarily unavailable. Please try again later.", 503),
    means: "unresolved",
    why: "it stopped, before or after",
  },
  { ...turnedAway("50013", "Systems are busy. Please try again later.", 429), means: "unresolved", why: "busy" },
  { ...turnedAway("50026", "System error. Try again later", 500), means: "unresolved", why: "system error" },
  { ...turnedAway("50005", "API endpoint is inactive or unavailable.", 410), means: "unresolved", why: "unlisted" },
  {
    ...said("51016", "Client order ID already exists."),
    means: "unresolved",
    why: "there is an order of this id: ours",
  },
  { ...said("51065", "algoClOrdId already exists."), means: "unresolved", why: "there is a stop of this id: ours" },
  { ...said("51068", "algoClOrdId already exists"), means: "unresolved", why: "there is a stop of this id: ours" },
  { ...said("51011", "Order ID already exists."), means: "unresolved", why: "there is an order of this id" },
  { ...turnedAway("50071", "clOrdId already exists"), means: "unresolved", why: "there is an order of this id: ours" },
  { ...turnedAway("50042", "Repeated request"), means: "unresolved", why: "the first may have been taken" },
  { ...said("59999", "A code of tomorrow."), means: "unresolved", why: "unlisted" },
  { ...turnedAway("99999", "A code of tomorrow.", 403), means: "unresolved", why: "unlisted, whatever the status" },
  { status: 500, body: taken().body, means: "unresolved", why: "an order beside 5xx" },
  { status: 408, body: { msg: "timeout" }, means: "unresolved", why: "JSON without a code: ccxt calls it an error" },
  {
    ...said("51008", "Order failed. Insufficient USDT balance in account"),
    means: "refused",
    cause: "funds",
    why: "funds; the code counts, not the status 200",
  },
  { ...said("51008_1000", "Insufficient USDT balance"), means: "refused", cause: "funds", why: "with its kind" },
  { ...said("51131", "Insufficient balance."), means: "refused", cause: "funds", why: "funds" },
  {
    ...said("51119", "Order placement failed due to insufficient balance. "),
    means: "refused",
    cause: "funds",
    why: "funds",
  },
  {
    ...said("51020", "Your order should meet or exceed the minimum order amount."),
    means: "refused",
    cause: "filter",
    why: "minimum",
  },
  {
    ...said("51121", "Order quantity must be a multiple of the lot size."),
    means: "refused",
    cause: "filter",
    why: "step",
  },
  {
    ...said("51202", "Market order amount exceeds the maximum amount."),
    means: "refused",
    cause: "filter",
    why: "max",
  },
  {
    ...said("51150", "The precision of the number of trades or the price exceeds the limit."),
    means: "refused",
    cause: "filter",
    why: "step or tick",
  },
  {
    ...said("51006", "Order price is not within the price limit (max buy price: 2, min sell price: 1)"),
    means: "refused",
    cause: "price-band",
    why: "band",
  },
  {
    ...said("51137", "The highest price limit for buy orders is 2."),
    means: "refused",
    cause: "price-band",
    why: "band",
  },
  {
    ...said("51138", "The lowest price limit for sell orders is 1."),
    means: "refused",
    cause: "price-band",
    why: "band",
  },
  {
    ...said("51280", "SL trigger price cannot be higher than the last price."),
    means: "refused",
    cause: "would-trigger",
    why: "a stop above the price",
  },
  {
    ...said("51278", "SL trigger price cannot be lower than the last price."),
    means: "refused",
    cause: "would-trigger",
    why: "a stop below the price, of a buy",
  },
  { ...turnedAway("50111", "Invalid OK-ACCESS-KEY.", 401), means: "refused", cause: "permission", why: "key" },
  { ...turnedAway("50113", "Invalid signature.", 401), means: "refused", cause: "permission", why: "signature" },
  {
    ...turnedAway("50105", "Request header OK-ACCESS-PASSPHRASE incorrect.", 401),
    means: "refused",
    cause: "permission",
    why: "password",
  },
  {
    ...turnedAway("50110", "Your IP 1.2.3.4 is not included in your API key's IP whitelist.", 401),
    means: "refused",
    cause: "permission",
    why: "address",
  },
  {
    ...turnedAway("50120", "This API key doesn't have permission to use this function"),
    means: "refused",
    cause: "permission",
    why: "read-only key",
  },
  {
    ...turnedAway("50101", "APIKey does not match current environment.", 401),
    means: "refused",
    cause: "permission",
    why: "a key of the demo at the real place, or the other way",
  },
  {
    ...said("51010", "The current account mode does not support this API interface. "),
    means: "refused",
    cause: "permission",
    why: "account mode",
  },
  {
    ...said("51155", "You can't trade this pair or borrow this crypto due to local compliance restrictions. "),
    means: "refused",
    cause: "permission",
    why: "law",
  },
  { ...said("51024", "Trading account is blocked."), means: "refused", cause: "permission", why: "account" },
  { ...turnedAway("50011", "Too Many Requests", 429), means: "refused", cause: "limit", why: "limit" },
  { ...turnedAway("50011", "Rate limit reached."), means: "refused", cause: "limit", why: "limit beside HTTP 200" },
  {
    ...said("50061", "You've reached the maximum order rate limit for this account."),
    means: "refused",
    cause: "limit",
    why: "limit",
  },
  {
    ...said("51261", "Each user can hold up to 20 pending stop orders at the same time."),
    means: "refused",
    cause: "limit",
    why: "stops",
  },
  { ...said("51022", "Contract suspended."), means: "refused", cause: "market-closed", why: "market" },
  { ...said("51087", "Listing canceled for this crypto"), means: "refused", cause: "market-closed", why: "market" },
  {
    ...said("51124", "You can only place limit orders during call auction."),
    means: "refused",
    cause: "market-closed",
    why: "auction",
  },
  {
    ...said("51507", "You can only place market orders for this crypto at least 5 minutes after its listing."),
    means: "refused",
    cause: "market-closed",
    why: "new listing",
  },
  {
    ...turnedAway("50102", "Timestamp request expired.", 401),
    means: "refused",
    cause: "clock",
    why: "late: not taken",
  },
  { ...turnedAway("51000", "Parameter tdMode error", 400), means: "refused", cause: "other", why: "malformed" },
  { ...said("51000", "Parameter tdMode error "), means: "refused", cause: "other", why: "malformed, of the order" },
  { ...said("51001", "Instrument ID doesn't exist."), means: "refused", cause: "other", why: "market gone" },
  { ...turnedAway("50002", "JSON syntax error", 400), means: "refused", cause: "other", why: "malformed" },
];
