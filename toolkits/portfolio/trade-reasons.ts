// Floor 2, portfolio. Decisions and the orders made of them → what an entry was tagged with, and why an exit was sent. A decision stands
// in the journal before its orders, with no other decision in between.
import { DESK_SALES, type Decision } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Fill, Order } from "#schemas/order.ts";
import { keepNewest } from "./keep-newest.ts";

/** Of a sale that the journal has no other reason of. */
const EXIT_SIGNAL = "exit signal";
/** Asked for as an order fills, which takes a minute; those of several hundred slots. */
const MOST_TOLD = 10_000;

export class TradeReasons {
  #decided: Decision | null = null;
  /** By clientOrderId: of entries their tags, of exits what is not EXIT_SIGNAL. */
  readonly #told = new Map<string, string>();

  take(event: JournalEvent): void {
    if (event.type === "decision") this.#decided = event.decision;
    if (event.type !== "order-list") return;
    const [order] = event.orders;
    const told = order === undefined ? null : this.#reasonOf(order);
    if (order === undefined || told === null) return;
    this.#told.set(order.clientOrderId, told);
    keepNewest(this.#told, MOST_TOLD);
  }

  /** Null: its decision had none, or is not known. */
  tagOf({ clientOrderId }: Pick<Fill, "clientOrderId">): string | null {
    return this.#told.get(clientOrderId) ?? null;
  }

  exitReasonOf({ role, clientOrderId }: Pick<Fill, "role" | "clientOrderId">): string {
    return role === "exit" ? (this.#told.get(clientOrderId) ?? EXIT_SIGNAL) : role;
  }

  #reasonOf({ role, parentId, decisionId, strategyId, symbol }: Order): string | null {
    // An exit that belongs to an entry's bracket was sent when its longest holding time was over.
    if (role === "exit" && parentId !== null) return "time limit";
    const decided = this.#decided;
    if (decided === null || (role !== "entry" && role !== "exit")) return null;
    // Its id is worked out only where it may be this order's.
    if (decided.strategyId !== strategyId || decided.symbol !== symbol || decided.decisionId !== decisionId)
      return null;
    const sale = role === "exit" ? DESK_SALES.find(({ begins }) => decided.reason.startsWith(begins)) : undefined;
    return decided.tag ?? sale?.name ?? null;
  }
}
