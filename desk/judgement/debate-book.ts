// Floor 4. The journal → what its debates met and what came of it: a reader of the account's events, so that a restart changes nothing
// and a backtest has the same.
import { type Debate, type DebateOutcome, holdsAt } from "#schemas/debate.ts";
import type { Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money, Quantity } from "#schemas/money.ts";
import type { Bracket } from "#schemas/order.ts";
import { type PositionKey, positionKey } from "#schemas/portfolio.ts";

/** A debate and the first entry decision that it met, whose end is not known yet. */
export interface MetDebate {
  readonly debate: Debate;
  readonly decision: Decision;
  readonly met: DebateOutcome["met"];
  /** Equity at the slot. */
  readonly equity: Money;
  /** What was ordered after all; null: nothing. */
  readonly ordered: Quantity | null;
  /** As ordered; null: nothing was. */
  readonly bracket: Bracket | null;
}

/** A debate whose outcome is known. */
export interface SettledDebate {
  readonly debate: Debate;
  readonly outcome: DebateOutcome;
}

/** Newest debates that are at hand to be shown and looked at again. */
const MOST_RECENT = 200;

export class DebateBook {
  /** Held so far, by verdict. */
  readonly held: Record<Debate["verdict"], number> = { agree: 0, shrink: 0, veto: 0 };
  /** In the order of the journal. */
  readonly settled: SettledDebate[] = [];
  /** Oldest first. */
  readonly recent: Debate[] = [];
  readonly #holding = new Map<PositionKey, Debate>();
  readonly #decisions = new Map<string, Decision>();
  readonly #open = new Map<string, MetDebate>();
  /** Of those that hold: what they met is known. */
  readonly #met = new Set<string>();
  #equity: Money | null = null;

  /** Those that met an entry and have no outcome yet, in the order of the journal. */
  open(): readonly MetDebate[] {
    return [...this.#open.values()];
  }

  take(event: JournalEvent): void {
    switch (event.type) {
      case "run-started":
        this.#equity = event.cash;
        return;
      case "equity":
        this.#equity = event.equity;
        this.#beginSlot(event.slotMs);
        return;
      case "debate":
        this.#hold(event.debate);
        return;
      case "quarantine":
        if (event.kind === "debate" && event.state === "begun") this.#holding.clear();
        return;
      case "decision":
        if (event.decision.action === "enter") this.#decisions.set(event.decision.decisionId, event.decision);
        return;
      case "refusal":
        this.#refused(event.refusal);
        return;
      case "order-list":
        this.#ordered(event.orders);
        return;
      case "debate-outcome":
        this.#settle(event.outcome);
        return;
      default:
        return;
    }
  }

  #beginSlot(slotMs: number): void {
    this.#decisions.clear();
    for (const [key, { validUntilMs, debateId }] of this.#holding) {
      if (validUntilMs >= slotMs) continue;
      this.#holding.delete(key);
      this.#met.delete(debateId);
    }
  }

  #hold(debate: Debate): void {
    const before = this.#holding.get(positionKey(debate));
    if (before !== undefined) this.#met.delete(before.debateId);
    this.#holding.set(positionKey(debate), debate);
    this.held[debate.verdict] += 1;
    this.recent.push(debate);
    if (this.recent.length > MOST_RECENT) this.recent.shift();
  }

  /** Another rule's refusal says nothing of the debate. */
  #refused({ decisionId, rule }: Extract<JournalEvent, { type: "refusal" }>["refusal"]): void {
    if (rule !== "second-opinion" && rule !== "market-filters") return;
    const found = this.#debateOf(decisionId);
    if (found === null || found.debate.verdict !== (rule === "second-opinion" ? "veto" : "shrink")) return;
    this.#meet({ ...found, met: "vetoed", ordered: null, bracket: null });
  }

  #ordered(orders: Extract<JournalEvent, { type: "order-list" }>["orders"]): void {
    const entry = orders.find(({ role }) => role === "entry");
    const found = entry === undefined ? null : this.#debateOf(entry.decisionId);
    // An entry that was made against a veto did not heed it: debates were not in use then.
    if (entry === undefined || found === null || found.debate.verdict === "veto") return;
    const met = found.debate.verdict === "agree" ? "entered" : "shrunk";
    this.#meet({ ...found, met, ordered: entry.quantity, bracket: entry.bracket });
  }

  /** The debate that held for a decision of this slot. */
  #debateOf(decisionId: string) {
    const decision = this.#decisions.get(decisionId);
    const debate = decision === undefined ? undefined : this.#holding.get(positionKey(decision));
    if (decision === undefined || debate === undefined || !holdsAt(debate, decision.asOfMs, decision.price))
      return null;
    return { decision, debate };
  }

  #meet(met: Omit<MetDebate, "equity">): void {
    const { debateId } = met.debate;
    if (this.#equity === null || this.#met.has(debateId)) return;
    this.#met.add(debateId);
    this.#open.set(debateId, { ...met, equity: this.#equity });
  }

  #settle(outcome: DebateOutcome): void {
    const met = this.#open.get(outcome.debateId);
    if (met === undefined) return;
    this.#open.delete(outcome.debateId);
    this.settled.push({ debate: met.debate, outcome });
  }
}
