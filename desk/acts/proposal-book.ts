// Floor 4. The journal's events → the proposals of a run: which wait for an answer, and how the others ended. A fold, so that a
// desk that was killed knows them again.
//
//   open      proposed, not answered, its time not over
//   ended     approved (in one append with what it does), refused, expired or void; nothing happens to it any more
import type { Proposal, ProposalEnd, WaitingEntry } from "#schemas/act.ts";
import type { JournalEvent } from "#schemas/journal.ts";

export interface KnownProposal {
  readonly proposal: Proposal;
  /** Null: no answer is journaled. */
  readonly end: ProposalEnd | null;
}

export class ProposalBook {
  readonly #known = new Map<string, KnownProposal>();
  /** Those without an end. */
  readonly #waiting = new Set<string>();

  take(event: JournalEvent): void {
    if (event.type === "proposal") {
      const { proposal } = event;
      this.#known.set(proposal.proposalId, { proposal, end: null });
      this.#waiting.add(proposal.proposalId);
    } else if (event.type === "proposal-ended") {
      const { end } = event;
      const known = this.#known.get(end.proposalId);
      // Accepted once by the journal; a second end of one changes nothing here either.
      if (known === undefined || known.end !== null) return;
      this.#known.set(end.proposalId, { ...known, end });
      this.#waiting.delete(end.proposalId);
    }
  }

  get(proposalId: string): KnownProposal | null {
    return this.#known.get(proposalId) ?? null;
  }

  /** The entry of a decision that waits or has waited; null: none does. */
  entryOf(decisionId: string): (Pick<KnownProposal, "end"> & { readonly act: WaitingEntry }) | null {
    for (const { proposal, end } of this.#known.values()) {
      const { act } = proposal;
      if (act.kind === "enter" && act.decision.decisionId === decisionId) return { act, end };
    }
    return null;
  }

  /** `p7` after six. @param ahead those that go into the journal before it, in the same append */
  nextId(ahead = 0): string {
    return `p${this.#known.size + 1 + ahead}`;
  }

  /** Without an end in the journal, oldest first; their time may be over. */
  waiting(): readonly Proposal[] {
    return [...this.#waiting].flatMap((id) => this.#known.get(id)?.proposal ?? []);
  }

  /** The newest `count` that have ended, oldest first. */
  ended(count: number): readonly { readonly proposal: Proposal; readonly end: ProposalEnd }[] {
    const ended = [...this.#known.values()].flatMap(({ proposal, end }) => (end === null ? [] : [{ proposal, end }]));
    return count === 0 ? [] : ended.slice(-count);
  }
}

export const isExpired = ({ expiresAtMs }: Pick<Proposal, "expiresAtMs">, nowMs: number): boolean =>
  nowMs >= expiresAtMs;
