// Floor 1. Journal events: append-only, private to one desk and run; everything held is a fold of them.
import { z } from "zod";
import { AccountDifference } from "./account-difference.ts";
import { Proposal, ProposalEnd } from "./act.ts";
import { Alert } from "./alert.ts";
import { Debate, DebateOutcome, debateOfOpinion, isOpinionRow } from "./debate.ts";
import { Decision, Refusal } from "./decision.ts";
import { Decimal, Money, Price, Quantity } from "./money.ts";
import { OperatorRuleRow } from "./operator-rule.ts";
import { FIRST_STRATEGY_ID, Fill, Order, OrderEvent, StrategyIdOfRow } from "./order.ts";
import { PaperBeside } from "./paper-beside.ts";
import { PlanRow } from "./plan.ts";
import { LossState } from "./portfolio.ts";
import { QuarantineKind } from "./question.ts";
import { overrideKey, SecurityOverride } from "./security-trust.ts";
import { LimitName } from "./tightened-limits.ts";
import { Count, MarketSymbol, UnixMs } from "./units.ts";
import { PriceWatchRow } from "./watch.ts";

const at = { atMs: UnixMs };

/** Of the operator's own rows: who, and how many such rows the run had before, so that no two of one moment share an id. */
const word = { by: z.string(), nth: Count.describe("how many such rows the run had before"), reason: z.string() };

const CurrentEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("run-started"),
    ...at,
    cash: Money,
    quote: z.string(),
    venueId: z.string(),
    strategyIds: z.array(z.string()).describe("in the order of the configuration"),
    timeframe: z.string(),
    securityPolicy: z.string(),
  }),
  z.object({ type: z.literal("decision"), ...at, decision: Decision }),
  z.object({ type: z.literal("refusal"), ...at, refusal: Refusal }),
  /** Orders that were made, before any of them is sent: an entry with its children, an exit, or a new generation. */
  z.object({ type: z.literal("order-list"), ...at, orders: z.array(Order).min(1) }),
  /** What happened to an order, and the order after it. Without `event`: a row of an earlier version, its state then. */
  z.object({ type: z.literal("order"), ...at, order: Order, event: OrderEvent.optional() }),
  z.object({ type: z.literal("fill"), ...at, fill: Fill }),
  z.object({ type: z.literal("dust"), ...at, strategyId: StrategyIdOfRow, symbol: MarketSymbol, quantity: Quantity }),
  /** A position whose market has gone, taken out of the account at 0 by the operator; `cost` is what it was bought for. */
  z.object({
    type: z.literal("write-off"),
    ...at,
    strategyId: StrategyIdOfRow,
    symbol: MarketSymbol,
    quantity: Quantity,
    cost: Money,
    reason: z.string(),
  }),
  /**
   * Coins that left a position otherwise than by a sale of the desk: somebody moved or sold them by hand. What they cost leaves the
   * account with them, so that there is neither profit nor loss.
   */
  z.object({
    type: z.literal("coins-out"),
    ...at,
    strategyId: StrategyIdOfRow,
    symbol: MarketSymbol,
    quantity: Quantity,
    cost: Money.describe("what they were bought for, settlement currency"),
    value: Money.describe("at the newest known price, settlement currency"),
    equity: Money.describe("just before, at the newest known prices, settlement currency"),
    ...word,
  }),
  /** A fee that the fill's own market did not pay: in a third coin, or in the coin of a sale that sold all there was. Valued once, at the price of then. */
  z.object({
    type: z.literal("coin-fee"),
    ...at,
    fillId: z.string(),
    strategyId: StrategyIdOfRow.describe("of the fill"),
    symbol: MarketSymbol.describe("of the fill"),
    currency: z.string(),
    amount: Decimal.describe("in it; negative: a rebate"),
    price: Price.nullable().describe(
      "settlement currency per coin; null: the venue has no market of it, and it is in no profit",
    ),
    from: z
      .array(z.object({ strategyId: z.string(), symbol: MarketSymbol, quantity: Quantity }))
      .readonly()
      .describe("positions of the desk that have paid it; the rest came from coins that are not the desk's"),
    equity: Money.describe("of the newest mark before, settlement currency"),
  }),
  /** The operator puts money in, or takes some out: it is the desk's from here on, or no more. No profit, no loss, no drawdown. */
  z.object({
    type: z.literal("allotment"),
    ...at,
    amount: Money.describe("settlement currency; negative: taken out"),
    equity: Money.describe("just before, at the newest known prices, settlement currency"),
    ...word,
  }),
  /** End of one slot's settlement: mark-to-market equity and the loss meter. */
  z.object({ type: z.literal("equity"), ...at, slotMs: UnixMs, equity: Money, loss: LossState }),
  z.object({
    type: z.literal("control"),
    ...at,
    action: z
      .enum(["pause", "resume", "halt", "flatten"])
      .describe("flatten: a pause, and what is held is sold, what would buy canceled, until a resume"),
    cancelsEntries: z.literal(true).optional().describe("of a halt: what would buy is canceled at the venue"),
    strategyId: z
      .string()
      .nullable()
      .default(null)
      .describe("null: it acts on the whole desk, as every control of an earlier version did. A halt always does."),
    ...word,
    by: word.by.optional().describe("rows of earlier versions name nobody and are not numbered"),
    nth: word.nth.optional(),
  }),
  /** No entries of an asset (`SOL`) or a market (`SOL/USDT`), or entries again. */
  z.object({ type: z.literal("block"), ...at, what: z.string(), blocked: z.boolean(), ...word }),
  /** A limit of the gate is tighter than configured; null: it is as configured again. */
  z.object({
    type: z.literal("limit"),
    ...at,
    limit: LimitName,
    value: z.number().nullable().describe("in the units of the configuration"),
    ...word,
  }),
  /** What the operator says of a token beside its sources, or says no more. */
  z.object({
    type: z.literal("security-override"),
    ...at,
    state: z.enum(["set", "lifted"]),
    override: SecurityOverride,
    ...word,
  }),
  /** A working order is to be canceled, and is until it has ended. */
  z.object({
    type: z.literal("cancel"),
    ...at,
    clientOrderId: z.string(),
    symbol: MarketSymbol,
    by: z.string(),
    reason: z.string(),
  }),
  z.object({ type: z.literal("proposal"), ...at, proposal: Proposal }),
  /** In one append with what an approved proposal does. */
  z.object({ type: z.literal("proposal-ended"), ...at, end: ProposalEnd }),
  /** What a model would wait for, checked by code; its entry, if it comes to one, is a decision like any other. */
  PlanRow.extend({ type: z.literal("plan"), ...at }),
  // What follows changes no position and no hash: it says what was told, thought and learned beside the trading.
  z.object({ type: z.literal("alert"), ...at, alert: Alert }),
  /** A channel has taken an alert: it is not sent there again. */
  z.object({ type: z.literal("alert-delivered"), ...at, alertId: z.string(), channel: z.string() }),
  /** The operator has seen everything up to this row of the journal. */
  z.object({ type: z.literal("looked"), ...at, throughSeq: z.int().nonnegative().describe("number of that row") }),
  /** Bought asleep: entries of the closes ahead may be refused or made smaller for it. */
  z.object({ type: z.literal("debate"), ...at, debate: Debate }),
  /** What came of the first entry decision that a debate met. */
  z.object({ type: z.literal("debate-outcome"), ...at, outcome: DebateOutcome }),
  /** What is stored of a kind was found wrong and is not served any more; or is again. */
  z.object({
    type: z.literal("quarantine"),
    ...at,
    kind: QuarantineKind,
    state: z.enum(["begun", "lifted"]),
    detail: z.string(),
  }),
  /** A change of a setting that the LearningCoordinator proposed, and what the operator said. */
  z.object({
    type: z.literal("learning"),
    ...at,
    proposalId: z.string(),
    verdict: z.enum(["accepted", "rejected"]),
    setting: z.string(),
    from: z.string(),
    to: z.string(),
    evidence: z.string(),
  }),
  /** A rule of the operator's own, made or taken away. It binds entries and forces exits from here on. */
  OperatorRuleRow.extend({ type: z.literal("operator-rule"), ...at }),
  /** What the operator wants to be told once: set, taken away, or met. */
  PriceWatchRow.extend({ type: z.literal("price-watch"), ...at }),
  /** Where a venue's account differed from the journal: found by the desk, gone again, or accepted by the operator as it was then. */
  AccountDifference.extend({
    type: z.literal("account-difference"),
    ...at,
    state: z.enum(["found", "gone", "accepted"]),
    by: word.by.describe("`desk` where it was found or has gone"),
    reason: word.reason.describe("why it was accepted; else empty"),
    settled: z
      .boolean()
      .optional()
      .describe("of one that was accepted: the rows after it change the account so that it is none any more"),
  }),
  /** Beside an order that went to a venue: what paper would have got for it. `atMs`: when it was sent. */
  PaperBeside.extend({ type: z.literal("paper-beside"), ...at }),
]);

/** Rows of earlier versions are read as what they meant. */
export const JournalEvent = z.preprocess((value) => upgraded(value), CurrentEvent);
export type JournalEvent = z.infer<typeof CurrentEvent>;

/** A row as documents show it: the event, with its number in the journal of the desk. */
export type NumberedEvent = JournalEvent & { readonly seq: number };

const seq = z.int().positive().describe("number of the row in the journal of the desk, ascending");
// The compiler loses the members of a union that is mapped.
export const NumberedEvent = z.union(
  CurrentEvent.options.map((event: z.ZodObject) => event.extend({ seq })),
) as z.ZodType as z.ZodType<NumberedEvent>;

/** The first row of a run named one strategy; a debate was an opinion. */
function upgraded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("type" in value)) return value;
  if (value.type === "opinion") {
    const { opinion, ...row } = value as Readonly<Record<string, unknown>>;
    return { ...row, type: "debate", debate: debateOfOpinion(opinion) };
  }
  if (value.type !== "run-started") return value;
  if ("strategyIds" in value) return value;
  const { strategyId, ...row } = value as Readonly<Record<string, unknown>>;
  return strategyId === undefined ? value : { ...row, strategyIds: [strategyId] };
}

/** A journal row as stored: the store gives `seq`, ascending within a desk. */
export interface JournalRow {
  readonly seq: number;
  readonly eventId: string;
  readonly event: JournalEvent;
}

/**
 * The identity under which the journal accepts an event once: a decision is journaled once per id, a list once, an
 * order once per state (status, amounts, whether its stop was touched, since when it works), a fill once.
 */
export function journalEventId(event: JournalEvent): string {
  switch (event.type) {
    case "decision":
      return `decision:${event.decision.decisionId}`;
    case "refusal":
      return `refusal:${event.refusal.decisionId}`;
    case "order-list":
      return `order-list:${event.orders[0]?.clientOrderId}`;
    case "order":
      return orderStateId(event);
    case "fill":
      return `fill:${event.fill.fillId}`;
    case "dust":
    case "write-off":
      return `${event.type}:${by(event.strategyId)}${event.symbol}:${event.atMs}`;
    case "coin-fee":
      return `coin-fee:${event.fillId}`;
    case "coins-out":
      return `coins-out:${by(event.strategyId)}${event.symbol}:${event.atMs}:${event.nth}`;
    case "allotment":
      return `allotment:${event.atMs}:${event.nth}`;
    case "equity":
      return `equity:${event.slotMs}`;
    case "run-started":
      return "run-started";
    case "control":
      return `control:${event.action}:${event.strategyId === null ? "" : `${event.strategyId}:`}${event.atMs}${event.nth === undefined ? "" : `:${event.nth}`}`;
    case "block":
      return `block:${event.what}:${event.atMs}:${event.nth}`;
    case "limit":
      return `limit:${event.limit}:${event.atMs}:${event.nth}`;
    case "security-override":
      return `security-override:${overrideKey(event.override)}:${event.atMs}:${event.nth}`;
    case "cancel":
      return `cancel:${event.clientOrderId}`;
    case "proposal":
      return `proposal:${event.proposal.proposalId}`;
    case "proposal-ended":
      return `proposal-ended:${event.end.proposalId}`;
    case "plan":
      return `plan:${event.plan.planId}:${event.state}`;
    case "alert":
      return `alert:${event.alert.alertId}`;
    case "alert-delivered":
      return `alert-delivered:${event.channel}:${event.alertId}`;
    case "looked":
      return `looked:${event.throughSeq}`;
    case "debate":
      return isOpinionRow(event.debate) ? event.debate.debateId : `debate:${event.debate.debateId}`;
    case "debate-outcome":
      return `debate-outcome:${event.outcome.debateId}`;
    case "quarantine":
      return `quarantine:${event.kind}:${event.state}:${event.atMs}`;
    case "learning":
      return `learning:${event.proposalId}:${event.verdict}`;
    case "operator-rule":
      return `operator-rule:${event.ruleId}:${event.state}`;
    case "price-watch":
      return `price-watch:${event.watchId}:${event.state}`;
    case "account-difference":
      return `account-difference:${event.key}:${event.state}:${event.atMs}`;
    case "paper-beside":
      // An order that the venue never saw is sent again.
      return `paper-beside:${event.clientOrderId}:${event.atMs}`;
  }
}

const by = (strategyId: string): string => (strategyId === FIRST_STRATEGY_ID ? "" : `${strategyId}:`);

function orderStateId({ order, event, atMs }: Extract<JournalEvent, { type: "order" }>): string {
  const state = ["order", order.clientOrderId, order.status, order.filledQuantity, order.quantity, order.triggered];
  if (event === undefined) return state.join(":");
  // An order may be in doubt more than once.
  const again = event.type === "unresolved" || event.type === "submitted" ? atMs : order.activeFromMs;
  return [...state, event.type, again].join(":");
}
