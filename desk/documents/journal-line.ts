// Floor 4. One journal event → one line of text; nothing is derived that the row does not say.

import { OPERATOR } from "#schemas/act.ts";
import type { Debate, EntryOutcome } from "#schemas/debate.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { subtract } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import type { QuarantineKind } from "#schemas/question.ts";
import { toIso } from "#schemas/units.ts";
import { ruleText } from "#toolkits/risk/operator-rules/text.ts";
import { formatAmount, formatFee } from "./format.ts";
import { overrideText } from "./override-text.ts";
import { planLine } from "./plan-text.ts";
import { ofStrategy } from "./strategy-names.ts";
import { watchText } from "./watch-text.ts";

type Lines = { readonly [T in JournalEvent["type"]]: (event: Extract<JournalEvent, { type: T }>, of: Of) => string };

/** ` (ema-cross)`, or nothing where only one strategy trades. */
type Of = (strategyId: string) => string;

const LINES: Lines = {
  "run-started": (e) =>
    `${e.cash} ${e.quote}, ${e.strategyIds.join(", ")} on ${e.timeframe}, security ${e.securityPolicy}`,
  decision: ({ decision: d }, of) => `${d.action} ${d.symbol}${of(d.strategyId)}: ${d.reason}`,
  refusal: ({ refusal: r }, of) => `${r.action} ${r.symbol}${of(r.strategyId)} refused by ${r.rule}: ${r.reason}`,
  "order-list": ({ orders }, of) => orders.map((order) => orderText(order, of)).join(", "),
  order: ({ order }, of) =>
    `${orderText(order, of)}${leftText(order)}${order.statusReason === "" ? "" : `: ${order.statusReason}`}`,
  fill: ({ fill }, of) =>
    `${fill.role} ${fill.side} ${fill.quantity} ${fill.symbol}${of(fill.strategyId)} at ${formatAmount(fill.price)} (${fill.basis}), fee ${formatFee(fill.fee)} ${fill.feeCurrency}${fill.left === undefined || fill.left === "0" ? "" : `, ${fill.left} left`}`,
  dust: ({ quantity, symbol, strategyId }, of) => `${quantity} ${symbol}${of(strategyId)} is too little to sell`,
  "write-off": ({ quantity, symbol, strategyId, cost, reason }, of) =>
    `${quantity} ${symbol}${of(strategyId)}, bought for ${formatAmount(cost)}, written off at 0: ${reason}`,
  "coin-fee": ({ amount, currency, price, symbol, strategyId, from }, of) =>
    `fee ${formatFee(amount)} ${currency} of ${symbol}${of(strategyId)}${price === null ? ", which no market here prices" : ` at ${formatAmount(price)}`}${from.length === 0 ? "" : `, paid by ${from.map((paid) => `${paid.quantity} ${paid.symbol}${of(paid.strategyId)}`).join(" and ")}`}`,
  "coins-out": ({ quantity, symbol, strategyId, cost, by, reason }, of) =>
    `${quantity} ${symbol}${of(strategyId)}, bought for ${formatAmount(cost)}, left by hand${byText(by)}: ${reason}`,
  allotment: ({ amount, by, reason }) =>
    `${formatAmount(amount.replace("-", ""))} ${amount.startsWith("-") ? "taken out" : "put in"}${byText(by)}: ${reason}`,
  equity: ({ equity }) => `equity ${formatAmount(equity)}`,
  control: ({ action, strategyId, by, reason }) =>
    `${action}${strategyId === null ? "" : ` ${strategyId}`}${byText(by)}: ${reason}`,
  block: ({ what, blocked, by, reason }) => `${blocked ? "block" : "unblock"} ${what}${byText(by)}: ${reason}`,
  limit: ({ limit, value, by, reason }) =>
    `${limit} ${value === null ? "as configured again" : `tightened to ${value}`}${byText(by)}: ${reason}`,
  "security-override": ({ override, state, by, reason }) =>
    `${state === "set" ? overrideText(override) : `lifted: ${overrideText(override)}`}${byText(by)}: ${reason}`,
  cancel: ({ symbol, clientOrderId, by, reason }) =>
    `cancel order ${clientOrderId.slice(0, 8)} of ${symbol}${byText(by)}: ${reason}`,
  proposal: ({ proposal: p }) => `${p.proposalId} proposed by ${p.madeBy}: ${p.lines.join(" ")}`,
  "proposal-ended": ({ end }) =>
    `${end.proposalId} ${end.outcome} by ${end.by}${end.reason === "" ? "" : `: ${end.reason}`}`,
  plan: ({ plan: p, state, why }) =>
    `plan ${p.planId.slice(0, 8)} on ${p.symbol} ${state}${why === "" ? "" : `: ${why}`}, ${planLine(p)}`,
  alert: ({ alert }) => `${alert.kind}: ${alert.text}`,
  "alert-delivered": ({ alertId, channel }) => `${alertId} taken by ${channel}`,
  looked: ({ throughSeq }) => `the operator has seen everything up to #${throughSeq}`,
  debate: ({ debate: d }, of) => `debate on ${d.symbol}${of(d.strategyId)}: ${debateText(d)}`,
  "debate-outcome": ({ outcome: o }) =>
    `debate ${o.debateId.slice(0, 8)}: entry ${o.met}, the whole of it ${OUTCOME_TEXT[o.outcome]}${o.saved === null ? "" : `, saved ${o.saved}`}`,
  quarantine: ({ kind, state, detail }) => `${storedText(kind)}: quarantine ${state}: ${detail}`,
  learning: ({ setting, from, to, verdict, evidence }) => `${setting} ${from} → ${to} ${verdict} (${evidence})`,
  "operator-rule": ({ ruleId, state, rule, by, words }) => `${ruleId} ${state} by ${by}, "${words}": ${ruleText(rule)}`,
  "account-difference": ({ kind, text, state, by, reason }) =>
    `${kind} ${state === "accepted" ? `accepted${byText(by)}: ${text} (${reason})` : `${state}: ${text}`}`,
  "paper-beside": ({ symbol, role, side, price, reason, bid, ask }) =>
    `${symbol} ${role}: paper ${price === null ? `does not fill it: ${reason}` : `${side === "buy" ? "buys" : "sells"} at ${formatAmount(price)}`}${bid === null || ask === null ? "" : ` (bid ${formatAmount(bid)}, ask ${formatAmount(ask)})`}`,
  "price-watch": ({ watchId, state, watch, by }) =>
    `${watchId} ${state === "met" ? "met" : `${state} by ${by}`}: ${watchText(watch)}`,
};

/** What a quarantine is of. */
export const storedText = (kind: QuarantineKind): string =>
  kind === "debate" ? "debates" : `stored answers of kind ${kind}`;

/** Verdict, the judge's probability, and until when it counts. What the roles wrote is not in a line. */
const debateText = ({ verdict, sizeRatio, probability, validUntilMs, judge }: Debate): string =>
  [
    verdict === "shrink" ? `shrink to ${sizeRatio}` : verdict,
    ...(probability === null ? [] : [`${probability.toFixed(2)} that the target comes before the stop`]),
    `counts to ${toIso(validUntilMs)}`,
    `by ${judge.author.model}`,
  ].join(", ");

const OUTCOME_TEXT = {
  stop: "stopped out",
  target: "at its target",
  horizon: "sold at the horizon",
  "not-filled": "not filled",
  unknown: "not known",
} as const satisfies Record<EntryOutcome, string>;

/**
 * One journal event in one line; nothing is derived that the row does not say.
 * @param strategies those that trade: where there are several, each line says whose it is
 */
export const journalLine = (event: JournalEvent, strategies: readonly string[]): string =>
  (LINES[event.type] as (event: JournalEvent, of: Of) => string)(event, (id) => ofStrategy(id, strategies));

/** Nothing for the operator: rows of earlier versions name nobody else. */
const byText = (by: string | undefined): string => (by === undefined || by === OPERATOR ? "" : ` by ${by}`);

function orderText(order: Order, of: Of): string {
  const { status, role, side, quantity, symbol, triggerPrice, limitPrice } = order;
  const at = triggerPrice ?? limitPrice;
  return `${status} ${role} ${side} ${quantity} ${symbol}${of(order.strategyId)}${at === null ? "" : ` at ${formatAmount(at)}`}`;
}

/** What an order that was filled in part has left, or left undone. */
function leftText(order: Order): string {
  const left = subtract(order.quantity, order.filledQuantity);
  if (order.filledQuantity === "0" || left === "0") return "";
  return `, ${left} ${isWorking(order) ? "left" : "not filled"}`;
}
