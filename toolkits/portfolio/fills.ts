// Floor 2, portfolio. One fill → what it changes: cash, its strategy's position, fees and realised profit.
import { InvariantError } from "#schemas/errors.ts";
import { add, compare, isPositive, type Price, ZERO_MONEY, ZERO_QUANTITY } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import { type Portfolio, type Position, positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import { splitSymbol } from "#schemas/units.ts";
import type { Draft } from "./draft.ts";
import { effectOn, feeOutside } from "./fill-effect.ts";
import { holdingAfter, NOTHING_HELD, takenOver } from "./holding.ts";
import { isOf, positionOf } from "./positions.ts";

/** @throws InvariantError where it sells more than is held, or settles in another currency */
export function applyFill(draft: Draft, fill: Fill): void {
  const position = positionOf(draft, fill);
  const held = position?.quantity ?? ZERO_QUANTITY;
  const effect = effectOn(held, fill, draft.quote);
  const outside = feeOutside(held, fill);
  const takeOver = fill.side === "buy" && position !== undefined && isLeftOver(draft, position);
  const rest = takeOver ? takenOver(position, fill.price) : null;
  const { realised, ...holding } = holdingAfter(rest ?? position ?? NOTHING_HELD, fill, effect);
  if (compare(holding.quantity, ZERO_QUANTITY) < 0) throw soldTooMuch(fill, position);
  draft.cash = add(draft.cash, effect.cash);
  draft.feesPaid = add(draft.feesPaid, effect.feeValue ?? ZERO_MONEY);
  if (outside !== null) {
    const { fillId, strategyId, symbol } = fill;
    draft.dueFees = [...draft.dueFees, { fillId, strategyId, symbol, ...outside }];
  }
  draft.realisedPnl = add(draft.realisedPnl, add(realised, rest?.realised ?? ZERO_MONEY));
  if (fill.side === "buy") {
    const kept = position === undefined || position.dust ? opened(fill) : position;
    const { quantity, averagePrice } = holding;
    const { stopPrice, targetPrice } = protectionOf(draft, fill);
    putPosition(draft, { ...kept, quantity, averagePrice, stopPrice, targetPrice });
  } else {
    draft.ownLastExits().set(positionKey(fill), fill.atMs);
    putPosition(draft, { ...opened(fill), ...position, ...holding });
  }
}

/** Dust of a trade that has ended; a first part of an entry may be too small to sell as well. */
const isLeftOver = ({ lastExitMs }: Draft, position: Position): boolean =>
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
export function protectionOf(
  portfolio: Pick<Portfolio, "orders">,
  held: StrategyMarket,
): Pick<Position, "stopPrice" | "targetPrice"> {
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
export function putPosition(draft: Draft, position: Position): void {
  const key = positionKey(position);
  if (isPositive(position.quantity)) draft.ownPositions().set(key, position);
  else draft.ownPositions().delete(key);
}

const soldTooMuch = (fill: Fill, held: Position | undefined): InvariantError =>
  new InvariantError({
    was: `Fill ${fill.fillId} sells ${fill.quantity} ${fill.symbol}, more than the ${held?.quantity ?? "0"} that ${fill.strategyId} holds.`,
    expected: "at most the quantity held",
    remedy: "This is a bug; please report it with the output of `deeptrader journal --json`.",
  });
