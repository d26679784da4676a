// Floor 2, portfolio. A position taken out at 0: what it cost is lost at once.
import { add, type Price, ZERO_QUANTITY } from "#schemas/money.ts";
import { positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Draft } from "./draft.ts";
import { putPosition } from "./fills.ts";
import { takenOver } from "./holding.ts";
import { positionOf } from "./positions.ts";

/** Nothing where its strategy holds nothing of it. */
export function writeOff(draft: Draft, event: StrategyMarket & { readonly atMs: UnixMs }): void {
  const position = positionOf(draft, event);
  if (position === undefined) return;
  draft.ownLastExits().set(positionKey(event), event.atMs);
  draft.realisedPnl = add(draft.realisedPnl, takenOver(position, "0" as Price).realised);
  putPosition(draft, { ...position, quantity: ZERO_QUANTITY });
}
