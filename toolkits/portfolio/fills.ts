// Floor 2, portfolio. One fill → the portfolio after it: cash, its strategy's position, fees and realised profit. Pure.
import { InvariantError } from "#schemas/errors.ts";
import { add, compare, isPositive, type Price, ZERO_MONEY, ZERO_QUANTITY } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import { type Portfolio, type Position, positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import { splitSymbol } from "#schemas/units.ts";
import { effectOfFill } from "./fill-effect.ts";
import { holdingAfter, NOTHING_HELD, takenOver } from "./holding.ts";
import { withEntry, withoutEntry } from "./map-copies.ts";
import { isOf, positionOf } from "./positions.ts";

/** The portfolio after a fill. @throws InvariantError where it sells more than is held, or settles in another currency */
export function applyFill(portfolio: Portfolio, fill: Fill): Portfolio {
  const position = positionOf(portfolio, fill);
  const effect = effectOfFill(fill, portfolio.quote);
  const takeOver = fill.side === "buy" && position !== undefined && isLeftOver(portfolio, position);
  const rest = takeOver ? takenOver(position, fill.price) : null;
  const { realised, ...holding } = holdingAfter(rest ?? position ?? NOTHING_HELD, fill, effect);
  if (compare(holding.quantity, ZERO_QUANTITY) < 0) throw soldTooMuch(fill, position);
  const next: Portfolio = {
    ...portfolio,
    cash: add(portfolio.cash, effect.cash),
    feesPaid: add(portfolio.feesPaid, effect.feeValue ?? ZERO_MONEY),
    realisedPnl: add(portfolio.realisedPnl, add(realised, rest?.realised ?? ZERO_MONEY)),
  };
  if (fill.side === "buy") {
    const kept = position === undefined || position.dust ? opened(fill) : position;
    return withPosition(next, { ...kept, ...holding, ...protectionOf(portfolio, fill) });
  }
  const lastExitMs = withEntry(portfolio.lastExitMs, positionKey(fill), fill.atMs);
  return withPosition({ ...next, lastExitMs }, { ...opened(fill), ...position, ...holding });
}

/** Dust of a trade that has ended; a first part of an entry may be too small to sell as well. */
const isLeftOver = ({ lastExitMs }: Portfolio, position: Position): boolean =>
  position.dust && (lastExitMs.get(positionKey(position)) ?? Number.NEGATIVE_INFINITY) >= position.openedAtMs;

const opened = ({ strategyId, symbol, atMs }: Fill): Omit<Position, "quantity" | "averagePrice"> => ({
  strategyId,
  symbol,
  base: splitSymbol(symbol).base,
  openedAtMs: atMs,
  dust: false,
  stopPrice: null,
  targetPrice: null,
});

/** Stop and target of a position are those of the orders that rest for it. */
export function protectionOf(portfolio: Portfolio, held: StrategyMarket): Pick<Position, "stopPrice" | "targetPrice"> {
  let stopPrice: Price | null = null;
  let targetPrice: Price | null = null;
  const isItsOwn = isOf(held);
  for (const order of portfolio.orders.values()) {
    if (!isItsOwn(order)) continue;
    // A newer generation stands after the one it replaces.
    if (order.role === "stop-loss") stopPrice = order.triggerPrice ?? stopPrice;
    if (order.role === "take-profit") targetPrice = order.limitPrice ?? targetPrice;
  }
  return { stopPrice, targetPrice };
}

/** Puts a position; at zero it is gone. */
export function withPosition(portfolio: Portfolio, position: Position): Portfolio {
  const key = positionKey(position);
  const isHeld = isPositive(position.quantity);
  const { positions } = portfolio;
  return { ...portfolio, positions: isHeld ? withEntry(positions, key, position) : withoutEntry(positions, key) };
}

const soldTooMuch = (fill: Fill, held: Position | undefined): InvariantError =>
  new InvariantError({
    was: `Fill ${fill.fillId} sells ${fill.quantity} ${fill.symbol}, more than the ${held?.quantity ?? "0"} that ${fill.strategyId} holds.`,
    expected: "at most the quantity held",
    remedy: "This is a bug; please report it with the output of `deeptrader journal --json`.",
  });
