// Floor 2, portfolio. A position taken out at 0: what it cost is lost at once. Pure.
import { add, type Price, ZERO_QUANTITY } from "#schemas/money.ts";
import { type Portfolio, positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import type { UnixMs } from "#schemas/units.ts";
import { withPosition } from "./fills.ts";
import { takenOver } from "./holding.ts";
import { withEntry } from "./map-copies.ts";
import { positionOf } from "./positions.ts";

/** The same object where its strategy holds nothing of it. */
export function writeOff(portfolio: Portfolio, event: StrategyMarket & { readonly atMs: UnixMs }): Portfolio {
  const position = positionOf(portfolio, event);
  if (position === undefined) return portfolio;
  const lastExitMs = withEntry(portfolio.lastExitMs, positionKey(event), event.atMs);
  const realisedPnl = add(portfolio.realisedPnl, takenOver(position, "0" as Price).realised);
  return withPosition({ ...portfolio, realisedPnl, lastExitMs }, { ...position, quantity: ZERO_QUANTITY });
}
