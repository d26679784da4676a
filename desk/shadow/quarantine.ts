// Floor 4. Kinds of which something stored was found wrong, which are not served now: a reader of the account's events.
import type { JournalEvent } from "#schemas/journal.ts";
import type { QuarantineKind } from "#schemas/question.ts";

export class Quarantine {
  /** The same set for good; it moves with the journal. */
  readonly kinds = new Set<QuarantineKind>();

  take(event: JournalEvent): void {
    if (event.type !== "quarantine") return;
    if (event.state === "begun") this.kinds.add(event.kind);
    else this.kinds.delete(event.kind);
  }
}
