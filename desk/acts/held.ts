// Floor 4. What the operator names of what is held → its positions.
import { UnknownNameError } from "#schemas/errors.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { marketsHeld, positionsIn } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../desk.ts";

/** At least one. @param strategyId null: of every strategy that holds it @throws UnknownNameError where it is not held */
export function heldOf(
  { account }: Pick<Desk, "account">,
  { symbol, strategyId }: { readonly symbol: MarketSymbol; readonly strategyId: string | null },
): readonly Position[] {
  const portfolio = account.portfolio();
  const ofMarket = positionsIn(portfolio, symbol);
  const held = ofMarket.filter((position) => strategyId === null || position.strategyId === strategyId);
  if (held.length > 0) return held;
  const names = ofMarket.length > 0 ? ofMarket.map((p) => p.strategyId) : [...marketsHeld(portfolio)];
  throw new UnknownNameError({
    was: strategyId === null ? `${symbol} is not held.` : `${symbol} is not held by ${strategyId}.`,
    expected: names.length === 0 ? "a position, and there is none" : `one of ${names.join(", ")}`,
    remedy: "See `deeptrader positions`.",
  });
}
