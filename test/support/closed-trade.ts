// A closed trade of tests that are about its figures.
import { decimalFromNumber, type Money, type Price, type Quantity } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import { HOUR_MS, type MarketSymbol, unixMs } from "#schemas/units.ts";

/** An hour long, of a stake of 1,000. @param pnl after fees */
export const closedTrade = (pnl: number, exitMs: number, over: Partial<ClosedTrade> = {}): ClosedTrade => ({
  symbol: "BTC/USDT" as MarketSymbol,
  strategyId: "mean-reversion",
  quantity: "10" as Quantity,
  entryMs: unixMs(exitMs - HOUR_MS),
  exitMs: unixMs(exitMs),
  entryPrice: "100" as Price,
  exitPrice: "101" as Price,
  exitRole: "exit",
  exitReason: "exit signal",
  entryTag: null,
  fees: [],
  pnl: decimalFromNumber(pnl) as string as Money,
  returnPct: pnl / 10,
  ...over,
});
