// Floor 2, portfolio. Who holds what: by strategy, by market. Positions are few, so a market's are found by looking at all.

import { add, type Quantity, subtract, ZERO_QUANTITY } from "#schemas/money.ts";
import { isWorking } from "#schemas/order.ts";
import { type Portfolio, type Position, positionKey, type StrategyMarket } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";

type Held = Pick<Portfolio, "positions">;

/** What a strategy holds of a market, dust included. */
export const positionOf = ({ positions }: Held, of: StrategyMarket): Position | undefined =>
  positions.get(positionKey(of));

/** What all strategies hold of a market, dust included. */
export const positionsIn = ({ positions }: Held, symbol: MarketSymbol): readonly Position[] =>
  positions.size === 0 ? NOTHING : [...positions.values()].filter((position) => position.symbol === symbol);

/** Everything held that is worth selling. */
export const openPositions = ({ positions }: Held): readonly Position[] =>
  [...positions.values()].filter(({ dust }) => !dust);

/** Markets of which any strategy holds something, dust included. */
export const marketsHeld = ({ positions }: Held): ReadonlySet<MarketSymbol> =>
  positions.size === 0 ? NO_MARKETS : new Set([...positions.values()].map(({ symbol }) => symbol));

/** What all strategies together hold, by market. */
export function heldByMarket({ positions }: Held): ReadonlyMap<MarketSymbol, Quantity> {
  const held = new Map<MarketSymbol, Quantity>();
  for (const { symbol, quantity } of positions.values()) {
    const before = held.get(symbol);
    held.set(symbol, before === undefined ? quantity : add(before, quantity));
  }
  return held;
}

/** What exits that work, and stops that were touched, have still to sell of what a strategy holds. */
export function leavingQuantity({ orders }: Pick<Portfolio, "orders">, of: StrategyMarket): Quantity {
  let leaving = ZERO_QUANTITY;
  const isItsOwn = isOf(of);
  for (const order of orders.values()) {
    if (!isItsOwn(order) || !isWorking(order) || (order.role !== "exit" && !order.triggered)) continue;
    leaving = add(leaving, subtract(order.quantity, order.filledQuantity));
  }
  return leaving;
}

/** Whether the order or the position is of this strategy in this market. */
export const isOf =
  ({ strategyId, symbol }: StrategyMarket) =>
  (other: StrategyMarket): boolean =>
    other.symbol === symbol && other.strategyId === strategyId;

const NOTHING: readonly Position[] = [];
const NO_MARKETS: ReadonlySet<MarketSymbol> = new Set();
