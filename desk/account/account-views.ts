// Floor 4. The stream of an account's events → the views that every driver needs: counts, hash, statistics, the newest slot.
import { DecisionsHasher, type JournalEvent } from "#schemas/journal.ts";
import { TradeStatistics } from "./trade-statistics.ts";

export interface AccountCounts {
  readonly decisions: number;
  readonly refusals: number;
  readonly orders: number;
  readonly fills: number;
}

export class AccountViews {
  readonly hasher = new DecisionsHasher();
  readonly statistics = new TradeStatistics();
  readonly decided = new Set<string>();
  newestSlot: JournalEvent[] = [];
  #counts = { decisions: 0, refusals: 0, orders: 0, fills: 0 };

  take(event: JournalEvent): void {
    this.hasher.update(event);
    this.statistics.take(event);
    if (event.type === "equity") this.newestSlot = [];
    this.newestSlot.push(event);
    switch (event.type) {
      case "decision":
        this.#counts.decisions += 1;
        this.decided.add(event.decision.decisionId);
        break;
      case "refusal":
        this.#counts.refusals += 1;
        break;
      case "fill":
        this.#counts.fills += 1;
        break;
      case "order-list":
        // Entries and exits; a bracket's orders belong to their entry.
        if (event.orders[0]?.parentId === null) this.#counts.orders += 1;
        break;
      default:
        break;
    }
  }

  counts(): AccountCounts {
    return { ...this.#counts };
  }
}
