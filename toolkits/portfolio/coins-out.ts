// Floor 2, portfolio. Coins that somebody moved or sold by hand: they and what they cost leave the account, without profit or loss.
import type { JournalEvent } from "#schemas/journal.ts";
import { type Money, minOf, multiply, subtract } from "#schemas/money.ts";
import { positionKey } from "#schemas/portfolio.ts";
import type { Draft } from "./draft.ts";
import { putPosition } from "./fills.ts";
import { flowOf, scaledLoss } from "./flows.ts";
import { isOf, positionOf } from "./positions.ts";

type CoinsOut = Extract<JournalEvent, { type: "coins-out" }>;

/** At most what its strategy holds; nothing where it holds none. */
export function takeCoinsOut(draft: Draft, event: CoinsOut): void {
  const position = positionOf(draft, event);
  if (position === undefined) return;
  const quantity = minOf(event.quantity, position.quantity);
  const left = subtract(position.quantity, quantity);
  draft.allotted = subtract(draft.allotted, multiply(quantity, position.averagePrice) as Money);
  if (draft.loss !== null) draft.loss = scaledLoss(draft.loss, flowOf(event));
  if (left === "0") draft.ownLastExits().set(positionKey(event), event.atMs);
  putPosition(draft, { ...position, quantity: left });
  // Stops for more than was there were refused: the rest may have one.
  const isItsOwn = isOf(event);
  for (const bracket of [...draft.brackets.values()]) {
    if (bracket.stopRefusals === 0 || !isItsOwn(bracket.entry)) continue;
    draft.ownBrackets().set(bracket.entry.clientOrderId, { ...bracket, stopRefusals: 0 });
  }
}
