// Floor 4. Looks at what is held → what of it no stop at the venue covers, and since when, by the desk's clock.
import type { Market } from "#schemas/market.ts";
import { isPositive, type Quantity } from "#schemas/money.ts";
import { type Portfolio, type Position, type PositionKey, positionKey } from "#schemas/portfolio.ts";
import { type MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { uncovered } from "#toolkits/execution/protection.ts";
import { orderQuantity } from "#toolkits/market/order-size.ts";
import { openPositions } from "#toolkits/portfolio/positions.ts";

export interface BarePosition {
  readonly strategyId: string;
  readonly symbol: MarketSymbol;
  /** What a stop could cover and none does, in base. */
  readonly quantity: Quantity;
  readonly sinceMs: UnixMs;
}

/** What no order can have at all, less than a step, is not counted. */
export function bareQuantity(
  portfolio: Portfolio,
  position: Position,
  markets: ReadonlyMap<MarketSymbol, Market>,
): Quantity {
  const left = uncovered(portfolio, position);
  const market = markets.get(position.symbol);
  return market === undefined ? left : orderQuantity(left, market);
}

export class BareSince {
  readonly #since = new Map<PositionKey, UnixMs>();

  look(portfolio: Portfolio, markets: ReadonlyMap<MarketSymbol, Market>, nowMs: UnixMs): readonly BarePosition[] {
    const bare = openPositions(portfolio).flatMap((position) => {
      const quantity = bareQuantity(portfolio, position, markets);
      return isPositive(quantity) ? [{ position, quantity }] : [];
    });
    const keys = new Set(bare.map(({ position }) => positionKey(position)));
    for (const key of [...this.#since.keys()]) if (!keys.has(key)) this.#since.delete(key);
    return bare.map(({ position, quantity }) => {
      const key = positionKey(position);
      // Not later than now: a clock that was set back would keep it from being told.
      const sinceMs = unixMs(Math.min(this.#since.get(key) ?? nowMs, nowMs));
      this.#since.set(key, sinceMs);
      const { strategyId, symbol } = position;
      return { strategyId, symbol, quantity, sinceMs };
    });
  }
}
