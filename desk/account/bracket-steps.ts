// Floor 4. The journal's orders → where the stop and the target of each entry stood, and from when on: a fold, for the charts of trades.
import type { JournalEvent } from "#schemas/journal.ts";
import { toNumber } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { PriceStep } from "#schemas/trade-chart.ts";
import type { UnixMs } from "#schemas/units.ts";

interface Path {
  decidedMs: UnixMs | null;
  readonly stop: PriceStep[];
  readonly target: PriceStep[];
}

export interface BracketPath {
  /** When its entry was decided. */
  readonly decidedMs: UnixMs | null;
  /** Oldest first. */
  readonly stop: readonly PriceStep[];
  readonly target: readonly PriceStep[];
}

export class BracketSteps {
  readonly #paths = new Map<string, Path>();

  take(event: JournalEvent): void {
    if (event.type === "order-list") for (const order of event.orders) this.#order(order);
    else if (event.type === "order" && event.event?.type === "priced") this.#order(event.order);
  }

  /** @param entryId clientOrderId of the entry. */
  of(entryId: string): BracketPath {
    return this.#paths.get(entryId) ?? NONE;
  }

  #order({ clientOrderId, parentId, role, createdAtMs, triggerPrice, limitPrice, activeFromMs }: Order): void {
    if (role === "entry") this.#pathOf(clientOrderId).decidedMs ??= createdAtMs;
    const price = role === "stop-loss" ? triggerPrice : role === "take-profit" ? limitPrice : null;
    if (parentId === null || price === null) return;
    const path = this.#pathOf(parentId);
    const steps = role === "stop-loss" ? path.stop : path.target;
    // A later fill makes a new order at the same price.
    if (steps.at(-1)?.price !== toNumber(price)) steps.push({ fromMs: activeFromMs, price: toNumber(price) });
  }

  #pathOf(entryId: string): Path {
    const path = this.#paths.get(entryId) ?? { decidedMs: null, stop: [], target: [] };
    this.#paths.set(entryId, path);
    return path;
  }
}

const NONE: BracketPath = { decidedMs: null, stop: [], target: [] };
