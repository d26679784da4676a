// Floor 2, risk. The gate: a decision and the desk's state in; an order or a named refusal out. Pure, synchronous, and
// the same in backtest, paper and live (law 5).
import { NamingRefusal, type Refusal, type RiskRule } from "#schemas/decision.ts";
import { InvariantError } from "#schemas/errors.ts";
import { compare, ZERO_QUANTITY } from "#schemas/money.ts";
import { clientOrderIdOf, type Order } from "#schemas/order.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { type Draft, draftOrder, entryWindowMs, type SizedDraft } from "./draft.ts";
import type { GateInput } from "./gate-input.ts";
import { largestStake, namedRule } from "./operator-rules/judge.ts";
import { ANY_ORDER, OF_ENTRIES } from "./rules/table.ts";

export type { GateInput } from "./gate-input.ts";

export type GateResult =
  | { readonly accepted: true; readonly order: Order }
  | { readonly accepted: false; readonly refusal: Refusal };

interface Objection {
  readonly rule: RiskRule;
  readonly reason: string;
}

/** The entry that a decision would have been, had no rule objected. */
export interface Unopposed {
  /** Null: it could not have been sent, and `reason` says why. */
  readonly order: Order | null;
  readonly reason: string | null;
  /** How many rules object to it. One: but for that rule it would have been made. */
  readonly objections: number;
}

/** For what a refused entry would have come to: sized, priced and protected as `gate` does it. Asks every rule. */
export function unopposed(input: GateInput): Unopposed {
  const draft = draftOrder(input);
  const objections = OF_ENTRIES.filter(([, judge]) => judge(input, draft) !== null).length;
  if (draft.status !== "sized") return { order: null, reason: draft.reason, objections };
  const judged = withinStake(input, draft);
  if (!("status" in judged)) return { order: null, reason: judged.reason, objections };
  return { order: orderOf(input, judged), reason: null, objections };
}

function firstObjection(input: GateInput, draft: Draft): Objection | null {
  for (const [rule, judge] of input.decision.action === "enter" ? OF_ENTRIES : ANY_ORDER) {
    const reason = judge(input, draft);
    if (reason !== null) return { rule, reason };
  }
  return null;
}

/**
 * An entry that every rule has accepted, made smaller where the operator limits the stake: after all other rules, which judge
 * the usual size, so that such a limit lets nothing through that they bar.
 */
function withinStake(input: GateInput, draft: SizedDraft): SizedDraft | Objection {
  const most = input.decision.action === "enter" ? largestStake(input) : null;
  if (most === null || compare(draft.notional, most.atMost) <= 0) return draft;
  const smaller = draftOrder(input, most.atMost);
  if (smaller.status === "sized") return smaller;
  return { rule: "operator-rule", reason: `${namedRule(most.rule)}: ${smaller.reason}` };
}

/** The candle that opens at the slot; once that is well under way, the next one, so that nothing fills in the past. */
function firstCandleMs({ slotMs, nowMs, decision }: GateInput): UnixMs {
  if (nowMs - slotMs <= entryWindowMs(decision.timeframe)) return slotMs;
  const lengthMs = timeframeMs(decision.timeframe);
  return unixMs(Math.ceil(nowMs / lengthMs) * lengthMs);
}

function orderOf(input: GateInput, draft: SizedDraft): Order {
  const { decision, terms, slotMs, nowMs } = input;
  const entry = decision.action === "enter";
  const lifeMs =
    terms?.entryStyle === "limit-at-quote" ? entryWindowMs(decision.timeframe) : timeframeMs(decision.timeframe);
  const role = entry ? "entry" : "exit";
  return {
    clientOrderId: clientOrderIdOf(decision.decisionId, role, 0),
    decisionId: decision.decisionId,
    strategyId: decision.strategyId,
    parentId: null,
    symbol: decision.symbol,
    side: entry ? "buy" : "sell",
    type: draft.limitPrice === null ? "market" : "limit",
    role,
    generation: 0,
    quantity: draft.quantity,
    filledQuantity: ZERO_QUANTITY,
    limitPrice: draft.limitPrice,
    triggerPrice: null,
    triggered: false,
    trails: false,
    bracket: entry ? (terms?.bracket ?? null) : null,
    createdAtMs: nowMs,
    activeFromMs: entry ? slotMs : firstCandleMs(input),
    expiresAtMs: entry ? unixMs(slotMs + lifeMs) : null,
    venueOrderId: null,
    status: "initialized",
    statusReason: "",
  };
}

const NOT_SIZED: Objection = { rule: "market-filters", reason: "there is no sized order" };

/**
 * Judges one `enter` or `exit`. An exit sells all that its strategy holds, or `exitQuantity` of it, and is stopped only by halt, an invalid price, the venue's
 * filters, or because there is nothing (more) to sell. The first rule that objects is named.
 * @throws InvariantError for a hold, which is not an order.
 */
export function gate(input: GateInput): GateResult {
  const { decision } = input;
  if (decision.action === "hold") {
    throw new InvariantError({
      was: `The gate was asked about a hold of ${decision.symbol}.`,
      expected: "enter or exit",
      remedy: "Count holds before the gate; this is a bug.",
    });
  }
  const draft = draftOrder(input);
  const judged = firstObjection(input, draft) ?? (draft.status === "sized" ? withinStake(input, draft) : NOT_SIZED);
  if ("status" in judged) return { accepted: true, order: orderOf(input, judged) };
  return { accepted: false, refusal: new NamingRefusal(decision, judged.rule, judged.reason) };
}
