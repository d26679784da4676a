// Floor 2, portfolio. A position taken out at 0: what it cost is lost at once. Pure.
import { add, type Price, ZERO_QUANTITY } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { withPosition } from "./fills.ts";
import { takenOver } from "./holding.ts";

/** The same object where nothing of it is held. */
export function writeOff(portfolio: Portfolio, symbol: MarketSymbol, atMs: UnixMs): Portfolio {
  const position = portfolio.positions.get(symbol);
  if (position === undefined) return portfolio;
  const lastExitMs = new Map(portfolio.lastExitMs).set(symbol, atMs);
  const realisedPnl = add(portfolio.realisedPnl, takenOver(position, "0" as Price).realised);
  return withPosition({ ...portfolio, realisedPnl, lastExitMs }, { ...position, quantity: ZERO_QUANTITY });
}
