// Floor 4. One journaled decision with what came of it, the account of that moment, and what Khala has of it → the same decided again by
// the functions that decide (`decideSlot`, the gate), and compared.

import { decideSlot, type SlotOutcome } from "#agents/deep-trader-manager/decide.ts";
import { ANALYSIS_DEFINITION_ID } from "#agents/market-analyst/assess.ts";
import { DESK_SALES, type Decision, decisionId, type RiskRule } from "#schemas/decision.ts";
import { canonicalJson } from "#schemas/hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Order } from "#schemas/order.ts";
import type { LossState } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import type { Worth } from "#toolkits/portfolio/equity.ts";
import type { ReceiptCause } from "../documents/receipt-report.ts";
import { withHeldExits } from "../run-slot/held-exits.ts";
import { deciderSettings, situationAt } from "../run-slot/situation.ts";
import type { SlotAnalyses, SlotDesk } from "../run-slot/slot-desk.ts";
import type { Archive, Evidence } from "./evidence.ts";
import { type Terms, termsNow } from "./terms.ts";

/** A decision, and the row that says what came of it. */
export interface JournaledDecision {
  readonly atMs: UnixMs;
  readonly slotMs: UnixMs;
  readonly decision: Decision;
  /** Null: the journal has neither an order nor a refusal of it, nor does it wait for the operator. */
  readonly result: Extract<JournalEvent, { type: "refusal" | "order-list" | "proposal" }> | null;
}

/** The desk as it was: its account folded up to the decision, its clock at that moment. */
export interface MomentDesk extends SlotDesk {
  readonly loss: LossState;
  readonly worth: Worth;
  readonly marks: ReadonlyMap<MarketSymbol, number>;
  /** False: of something held no price is kept, so that what limits add up is not what it was. */
  readonly isPriced: boolean;
}

interface Verdict {
  /** Null: the same to the last digit. */
  readonly cause: ReceiptCause | null;
  readonly text: string;
  readonly isFromStored: boolean;
}

/** What a rule judged by that no record keeps: the halt file, quotes of that second, what moved together. */
const NOT_KEPT: ReadonlySet<RiskRule> = new Set(["halt", "blind", "quote-peg", "leader-shock", "cluster-cap"]);

/** Judged by the venue's list of markets, of which the one of now is at hand: whichever side names them. */
const OF_THE_LIST: ReadonlySet<RiskRule> = new Set(["market-inactive", "market-filters"]);

const SAME: Verdict = { cause: null, text: "", isFromStored: false };

/** @param then by what the desk traded at that moment; null: not kept */
export async function replayDecision(
  desk: MomentDesk,
  archive: Archive,
  journaled: JournaledDecision,
  then: Terms | null,
  options: CallOptions,
): Promise<Verdict> {
  const { decision, atMs } = journaled;
  const by = DESK_SALES.find(({ name, begins }) => name === "closed by hand" && decision.reason.startsWith(begins));
  if (by !== undefined) return differs("person", `${decision.reason}: decided by a person, replayed by nobody`);
  const wrongId = idFault(desk, decision);
  if (wrongId !== null) return differs("unexplained", wrongId);
  const found = await archive.of(decision, atMs, options);
  if ("gone" in found) return differs(found.gone === "pruned" ? "record-pruned" : "unexplained", found.text);
  if (found.fault !== null) {
    const isOtherVersion = found.analysis.definitionId !== ANALYSIS_DEFINITION_ID;
    return differs(isOtherVersion ? "settings-changed" : "unexplained", found.fault);
  }
  const isFromStored = found.rests === "stored";
  const isOtherStrategy = strategyChanged(desk, decision, found, archive, then);
  if (found.reading === null && !isDesksOwn(decision)) {
    const cause = isOtherStrategy ? "strategy-changed" : "record-pruned";
    return {
      cause,
      text: `what ${decision.strategyId} read there is not kept under its present definition`,
      isFromStored,
    };
  }
  const outcome = await decidedAgain(desk, journaled, found, options);
  const difference = compare(journaled, outcome);
  if (difference === null) {
    if (found.rests !== "corrected") return { ...SAME, isFromStored };
    return differs("candle-corrected", "a candle was corrected since; by the candles known then it is the same");
  }
  const cause = causeOf(desk, difference, { isOtherStrategy, then });
  return { cause, text: difference.text, isFromStored };
}

const differs = (cause: ReceiptCause, text: string): Verdict => ({ cause, text, isFromStored: false });

/** The desk's own word needs no reading. */
const isDesksOwn = ({ reason }: Decision): boolean => DESK_SALES.some(({ begins }) => reason.startsWith(begins));

/** The id is made of what was decided: where it is another, the row is not what was written. */
function idFault({ deskId, runId, marketData }: MomentDesk, decision: Decision): string | null {
  const { strategyId, symbol, timeframe, asOfMs, action } = decision;
  const { venueId } = marketData;
  const id = decisionId({ deskId, runId, venueId, strategyId, symbol, timeframe, asOfMs, action });
  return id === decision.decisionId ? null : `${action} ${symbol}: the row's id is not that of what it says`;
}

function strategyChanged(
  desk: MomentDesk,
  { strategyId, asOfMs }: Decision,
  { isReadingKept }: Evidence,
  archive: Archive,
  then: Terms | null,
): boolean {
  const now = termsNow(desk).strategies[strategyId];
  if (then !== null) return then.strategies[strategyId] !== now;
  return !isReadingKept && archive.keepsReadings(asOfMs);
}

async function decidedAgain(
  desk: MomentDesk,
  { decision, slotMs }: JournaledDecision,
  { analysis, reading }: Evidence,
  options: CallOptions,
): Promise<SlotOutcome> {
  const { loss, worth, marks } = desk;
  const seen = { analysis, freshness: "fresh", path: decision.path } as const;
  const candidates = reading === null ? [] : await withHeldExits(desk, [{ ...seen, reading }], options);
  const analyses: SlotAnalyses = {
    candidates,
    unread: reading === null ? [seen] : [],
    marks,
    // One decision at a time: nothing is ranked.
    liquidity: new Map(),
    relationships: () => null,
    leaderHourSigmas: () => null,
  };
  return decideSlot(deciderSettings(desk), situationAt(desk, { slotMs, analyses, loss, worth }, null));
}

interface Difference {
  readonly of: "decision" | "gate" | "order";
  readonly text: string;
  /** The rule that the journal names. */
  readonly rule: RiskRule | null;
  /** The rule that refuses it now; left out: none was asked. */
  readonly again?: RiskRule | null;
}

const FIELDS = ["action", "price", "strength", "reason", "tag", "asOfMs"] as const;

function compare({ decision, result }: JournaledDecision, outcome: SlotOutcome): Difference | null {
  const { action, symbol } = decision;
  const again = outcome.decisions.find(({ strategyId }) => strategyId === decision.strategyId);
  const rule = result?.type === "refusal" ? result.refusal.rule : null;
  const of = (text: string): Difference => ({ of: "decision", text, rule });
  if (again === undefined) return of(`${action} ${symbol}: nothing is decided there now`);
  const field = FIELDS.find((name) => again[name] !== decision[name]);
  if (field !== undefined)
    return of(`${action} ${symbol}: ${field} ${String(decision[field])} in the journal, ${String(again[field])} again`);
  const refusal = outcome.refusals[0]?.rule ?? null;
  if (refusal !== rule) {
    const said = (one: RiskRule | null) => (one === null ? "accepted" : `refused by ${one}`);
    return {
      of: "gate",
      rule,
      again: refusal,
      text: `${action} ${symbol}: ${said(rule)} in the journal, ${said(refusal)} again`,
    };
  }
  const lists = outcome.events.filter((event) => event.type === "order-list");
  const text = orderDifference(ordersOf(result), lists[0]?.orders ?? []);
  return text === null ? null : { of: "order", rule, text: `${action} ${symbol}: ${text}` };
}

/** As the gate passed them: sent at once, or once the operator has said so. */
function ordersOf(result: JournaledDecision["result"]): readonly Order[] {
  if (result?.type === "order-list") return result.orders;
  if (result?.type !== "proposal" || result.proposal.act.kind !== "enter") return [];
  return orderListOf(result.proposal.act.order);
}

/** Null: they are the same to the last digit. */
export function orderDifference(journaled: readonly Order[], again: readonly Order[]): string | null {
  if (journaled.length !== again.length) return `${journaled.length} orders in the journal, ${again.length} again`;
  for (const [i, order] of journaled.entries()) {
    const other = again[i];
    if (other === undefined || canonicalJson(order) === canonicalJson(other)) continue;
    const name = (Object.keys(order) as (keyof Order)[]).find(
      (key) => canonicalJson(order[key]) !== canonicalJson(other[key]),
    );
    if (name === undefined) return `the ${order.role} has other fields`;
    return `${name} of the ${order.role} ${shown(order[name])} in the journal, ${shown(other[name])} again`;
  }
  return null;
}

const shown = (value: unknown): string => (typeof value === "string" ? value : canonicalJson(value));

function causeOf(
  desk: MomentDesk,
  difference: Difference,
  { isOtherStrategy, then }: { readonly isOtherStrategy: boolean; readonly then: Terms | null },
): ReceiptCause {
  if (isOtherStrategy) return "strategy-changed";
  if (then !== null && then.settings !== termsNow(desk).settings) return "settings-changed";
  if (difference.of === "gate" && hangsOnUnkept(difference)) return "input-not-kept";
  if (difference.of !== "decision" && !desk.isPriced) return "record-pruned";
  return "unexplained";
}

const hangsOnUnkept = ({ rule, again }: Difference): boolean =>
  (rule !== null && (NOT_KEPT.has(rule) || OF_THE_LIST.has(rule))) ||
  (again !== undefined && again !== null && OF_THE_LIST.has(again));
