// Floor 4. The journal's events → the differences between venue and journal that stand, and which of them the operator has accepted:
// a fold, so that a desk that was killed tells none twice.
import { AccountDifference } from "#schemas/account-difference.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { UnixMs } from "#schemas/units.ts";

export interface StandingDifference extends AccountDifference {
  /** When it was found; of one that was accepted before it was found: when it was accepted. */
  readonly foundMs: UnixMs;
  /** Null: nobody has accepted it as it is. */
  readonly accepted: { readonly by: string; readonly reason: string; readonly atMs: UnixMs } | null;
}

export class Differences {
  readonly #standing = new Map<string, StandingDifference>();

  /** Events in the order of the journal. */
  take(event: JournalEvent): void {
    if (event.type !== "account-difference") return;
    const { key, state, by, reason, atMs } = event;
    // One that was settled is none any more: the same amount again is another one.
    if (state === "gone" || event.settled === true) {
      this.#standing.delete(key);
      return;
    }
    const known = this.#standing.get(key);
    const isAccepted = state === "accepted";
    this.#standing.set(key, {
      ...AccountDifference.parse(event),
      foundMs: isAccepted ? (known?.foundMs ?? atMs) : atMs,
      accepted: isAccepted ? { by, reason, atMs } : null,
    });
  }

  /** In the order in which they were found. */
  standing(): readonly StandingDifference[] {
    return [...this.#standing.values()];
  }

  get(key: string): StandingDifference | null {
    return this.#standing.get(key) ?? null;
  }

  /** Accepted as it is now: of another amount nobody has said anything. */
  isAccepted({ key, amount }: Pick<AccountDifference, "key" | "amount">): boolean {
    const known = this.#standing.get(key);
    return known?.amount === amount && known.accepted !== null;
  }
}
