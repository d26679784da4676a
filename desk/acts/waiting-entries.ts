// Floor 4. Where the operator is asked first (`approve` is `entries`): entries that the gate has passed → proposals, each with its alert,
// in the append of their decisions. Exits go on as they are.
import type { ProposalEnd, WaitingEntry } from "#schemas/act.ts";
import type { Alert } from "#schemas/alert.ts";
import type { Refusal, RiskRule } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Order } from "#schemas/order.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { entryWindowMs } from "#toolkits/risk/draft.ts";
import { inTurn } from "../account/in-turn.ts";
import { type EntryDesk, entryLines, entryStands, waitingText } from "./entry-text.ts";
import type { ProposalBook } from "./proposal-book.ts";

interface WaitingDesk extends EntryDesk {
  /** Left out: there is no operator, and nothing waits. */
  readonly proposals?: ProposalBook;
}

/** Journals what was decided at a slot; sent is nothing yet. @throws StoreError */
export function journalDecided(
  desk: WaitingDesk,
  slotMs: UnixMs,
  events: readonly JournalEvent[],
  options: CallOptions,
): Answered<void> {
  const { account, config, proposals } = desk;
  if (config.approve !== "entries" || proposals === undefined || !events.some((event) => entryOf(event) !== null))
    return account.append(events, options);
  // The number of a proposal counts those before it: no other is made in between.
  return inTurn(account, options, async () => {
    await account.append(asked(desk, proposals, { slotMs, events }), options);
  });
}

function asked(
  desk: EntryDesk,
  proposals: ProposalBook,
  { slotMs, events }: { readonly slotMs: UnixMs; readonly events: readonly JournalEvent[] },
): readonly JournalEvent[] {
  const decisions = new Map(
    events.flatMap((e) => (e.type === "decision" ? [[e.decision.decisionId, e.decision] as const] : [])),
  );
  let made = 0;
  return events.flatMap((event): readonly JournalEvent[] => {
    const order = entryOf(event);
    const decision = order === null ? undefined : decisions.get(order.decisionId);
    if (order === null || decision === undefined) return [event];
    const entry: WaitingEntry = { kind: "enter", slotMs, decision: { ...decision }, order };
    const waiting = waitingRows(desk, entry, proposals.nextId(made));
    made += 1;
    return waiting;
  });
}

function waitingRows(desk: EntryDesk, act: WaitingEntry, proposalId: string): readonly JournalEvent[] {
  const atMs = desk.clock.now();
  const { symbol, strategyId, timeframe } = act.decision;
  const expiresAtMs = unixMs(act.slotMs + entryWindowMs(timeframe));
  const proposal = {
    proposalId,
    act,
    lines: [...entryLines(desk, act, act.order), waitingText(desk, expiresAtMs)],
    stands: entryStands(act.order),
    price: null,
    madeBy: strategyId,
    conversation: null,
    atMs,
    expiresAtMs,
  };
  const alert: Alert = {
    alertId: `entry-waits:${proposalId}`,
    kind: "entry-waits",
    symbol,
    atMs,
    text: `${proposalId}: ${proposal.lines.join(" ")} Answer \`approve ${proposalId}\` or \`refuse ${proposalId}\`.`,
    simulated: desk.marketData.simulated,
  };
  return [
    { type: "proposal", atMs, proposal },
    { type: "alert", atMs, alert },
  ];
}

/** The entry of an order list; null: the row is another. */
function entryOf(event: JournalEvent): Order | null {
  const [order] = event.type === "order-list" ? event.orders : [];
  return order?.role === "entry" ? order : null;
}

export const refusalOf = ({ decision }: WaitingEntry, rule: RiskRule, reason: string): Refusal => {
  const { decisionId, strategyId, symbol, action, asOfMs } = decision;
  return { decisionId, strategyId, symbol, action, asOfMs, rule, reason };
};

/** Why an entry was not sent, where no rule of the gate bars it. */
export function notApproved({ outcome, by, reason }: Pick<ProposalEnd, "outcome" | "by" | "reason">): string {
  if (outcome === "expired") return "nobody approved it within its entry window";
  return outcome === "refused" ? `refused by ${by}: ${reason}` : `${by} approved it, but ${reason}`;
}
