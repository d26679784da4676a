// Floor 1. Decisions, refusals, orders and fills → the canonical JSON that `decisionsHash` covers: all fields but the ids and the
// path, in code-unit order. Written out, since these rows are most of what a backtest says and a walk over their keys takes three
// times as long; the test holds each against `canonicalJson`, field by field of its schema.
import type { Decision, Refusal } from "./decision.ts";
import { canonicalJson, numberJson, textJson } from "./hash.ts";
import type { Bracket, Fill, Order } from "./order.ts";

/** Of epoch ms. The rows of one moment stand together: the newest text serves most of them. */
function msJson(ms: number): string {
  if (ms !== newestMs) [newestMs, newestMsText] = [ms, numberJson(ms)];
  return newestMsText;
}

let newestMs = Number.NaN;
let newestMsText = "";

/** Of text or null. */
const orNull = (text: string | null): string => (text === null ? "null" : textJson(text));

export const decisionRow = (d: Decision): string =>
  `{"action":"${d.action}","asOfMs":${msJson(d.asOfMs)},"price":${numberJson(d.price)},"reason":${textJson(d.reason)},"strategyId":${textJson(d.strategyId)},"strength":${numberJson(d.strength)},"symbol":${textJson(d.symbol)},${d.tag === undefined ? "" : `"tag":${textJson(d.tag)},`}"timeframe":"${d.timeframe}"}`;

export const refusalRow = (r: Refusal): string =>
  `{"action":"${r.action}","asOfMs":${msJson(r.asOfMs)},"reason":${textJson(r.reason)},"rule":"${r.rule}","strategyId":${textJson(r.strategyId)},"symbol":${textJson(r.symbol)}}`;

export const orderRow = (o: Order): string =>
  `{"activeFromMs":${msJson(o.activeFromMs)},"bracket":${bracketJson(o.bracket)},"createdAtMs":${msJson(o.createdAtMs)},"expiresAtMs":${o.expiresAtMs === null ? "null" : msJson(o.expiresAtMs)},"filledQuantity":"${o.filledQuantity}","generation":${numberJson(o.generation)},"limitPrice":${orNull(o.limitPrice)},"quantity":"${o.quantity}","role":"${o.role}","side":"${o.side}","status":"${o.status}","statusReason":${textJson(o.statusReason)},"strategyId":${textJson(o.strategyId)},"symbol":${textJson(o.symbol)},"trails":${o.trails},"triggerPrice":${orNull(o.triggerPrice)},"triggered":${o.triggered},"type":"${o.type}"}`;

export const fillRow = (f: Fill): string =>
  `{"atMs":${msJson(f.atMs)},"basis":${textJson(f.basis)},"fee":"${f.fee}","feeCurrency":${textJson(f.feeCurrency)},${f.left === undefined ? "" : `"left":"${f.left}",`}"notional":"${f.notional}","price":"${f.price}","quantity":"${f.quantity}","role":"${f.role}","side":"${f.side}","strategyId":${textJson(f.strategyId)},"symbol":${textJson(f.symbol)}}`;

/** All entries of a strategy share one. */
let newest: { readonly bracket: Bracket; readonly json: string } | null = null;

function bracketJson(bracket: Bracket | null): string {
  if (bracket === null) return "null";
  if (newest?.bracket !== bracket) newest = { bracket, json: canonicalJson(bracket) };
  return newest.json;
}
