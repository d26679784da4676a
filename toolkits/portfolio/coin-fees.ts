// Floor 2, portfolio. Fees that the fill's own market did not pay, valued in the settlement currency. What other positions of the desk paid
// leaves them at the price of then; what the owner's coins paid was put in, and spent at once. Pure.
import type { JournalEvent } from "#schemas/journal.ts";
import { add, type Money, minOf, multiply, type Quantity, subtract, ZERO_MONEY } from "#schemas/money.ts";
import type { Draft } from "./draft.ts";
import { putPosition } from "./fills.ts";
import { flowOf, scaledLoss } from "./flows.ts";
import { positionOf } from "./positions.ts";

type CoinFee = Extract<JournalEvent, { type: "coin-fee" }>;

/** In the settlement currency; null: it has no price. */
export const valueOfFee = ({ amount, price }: CoinFee): Money | null =>
  price === null ? null : (multiply(amount, price) as Money);

export function takeCoinFee(draft: Draft, event: CoinFee): void {
  draft.dueFees = draft.dueFees.filter(({ fillId }) => fillId !== event.fillId);
  const { price, from } = event;
  const value = valueOfFee(event);
  if (price === null || value === null) return;
  draft.feesPaid = add(draft.feesPaid, value);
  draft.realisedPnl = subtract(draft.realisedPnl, value);
  let outside = value;
  for (const paid of from) {
    const position = positionOf(draft, paid);
    const quantity = minOf(paid.quantity, position?.quantity ?? ("0" as Quantity));
    if (position === undefined) continue;
    const gained = multiply(quantity, subtract(price, position.averagePrice)) as Money;
    draft.realisedPnl = add(draft.realisedPnl, gained);
    outside = subtract(outside, multiply(quantity, price) as Money);
    putPosition(draft, { ...position, quantity: subtract(position.quantity, quantity) });
  }
  draft.allotted = add(draft.allotted, outside);
  if (draft.loss !== null && outside !== ZERO_MONEY) draft.loss = scaledLoss(draft.loss, flowOf(event));
}
