// Floor 2, live execution. Orders that ended with something unfilled: a venue whose books are copied may tell of a fill after it has told of
// the end, so their trades are asked for a while longer.
import type { Order } from "#schemas/order.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";

/** After its end, ms. What is told later still is named as a difference of the account. */
const ASKED_FOR_MS = 60_000;

export class EndedOrders {
  readonly #ended = new Map<string, { readonly order: Order; readonly untilMs: UnixMs }>();

  /** @param order as the venue tells its end, with the venue's id */
  note(order: Order, nowMs: UnixMs): void {
    const untilMs = unixMs(nowMs + ASKED_FOR_MS);
    if (!this.#ended.has(order.clientOrderId)) this.#ended.set(order.clientOrderId, { order, untilMs });
  }

  /** Those to be asked for now. */
  at(nowMs: UnixMs): readonly Order[] {
    for (const [id, { untilMs }] of this.#ended) if (untilMs <= nowMs) this.#ended.delete(id);
    return [...this.#ended.values()].map(({ order }) => order);
  }
}

/** Takes what is kept of other orders than these away. @param kept by an order's id */
export function keepWorking(
  kept: { keys(): Iterable<string>; delete(id: string): boolean },
  working: ReadonlyMap<string, unknown>,
): void {
  for (const id of kept.keys()) if (!working.has(id)) kept.delete(id);
}
