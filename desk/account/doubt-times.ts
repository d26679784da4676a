// Floor 4. The journal's events → since when each order is in doubt: sent or perhaps sent, and the venue has not said.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Order } from "#schemas/order.ts";
import type { UnixMs } from "#schemas/units.ts";

const IN_DOUBT: readonly Order["status"][] = ["unresolved", "submitted"];

export class DoubtTimes {
  readonly #sinceMs = new Map<string, UnixMs>();

  /** Events in the order of the journal. */
  take(event: JournalEvent): void {
    if (event.type === "fill") this.#sinceMs.delete(event.fill.clientOrderId);
    if (event.type !== "order") return;
    const { clientOrderId, status } = event.order;
    if (!IN_DOUBT.includes(status)) this.#sinceMs.delete(clientOrderId);
    else if (!this.#sinceMs.has(clientOrderId)) this.#sinceMs.set(clientOrderId, event.atMs);
  }

  /** Null: it is not in doubt. */
  sinceMs(clientOrderId: string): UnixMs | null {
    return this.#sinceMs.get(clientOrderId) ?? null;
  }
}
