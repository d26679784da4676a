// Floor 2. One fill → the portfolio after it: the arithmetic of cash, position, fee and realised profit. Pure.
import { InvariantError } from "#schemas/errors.ts";
import {
  add,
  compare,
  type DecimalText,
  divide,
  isPositive,
  type Money,
  multiply,
  type Price,
  type Quantity,
  subtract,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import type { Portfolio, Position } from "#schemas/portfolio.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";

/** What a fill takes in coins: these leave the position, not the cash. */
export const feeInBase = (fill: Fill): Quantity =>
  (fill.feeCurrency === splitSymbol(fill.symbol).base ? fill.fee : ZERO_QUANTITY) as Quantity;

/**
 * What a fill's fee is worth in the settlement currency; null for a fee in a third currency (an exchange's own coin),
 * which is paid from a balance that is no part of this portfolio.
 */
export function feeInQuote(fill: Fill): Money | null {
  const { base, quote } = splitSymbol(fill.symbol);
  if (fill.feeCurrency === quote) return fill.fee as Money;
  return fill.feeCurrency === base ? (multiply(fill.fee, fill.price) as Money) : null;
}

/** The portfolio after a fill. @throws InvariantError where it sells more than is held */
export function applyFill(portfolio: Portfolio, fill: Fill): Portfolio {
  const held = portfolio.positions.get(fill.symbol);
  const { quote } = splitSymbol(fill.symbol);
  const baseFee = feeInBase(fill);
  const quoteFee = (fill.feeCurrency === quote ? fill.fee : ZERO_MONEY) as Money;
  const feeValue = feeInQuote(fill) ?? ZERO_MONEY;
  const feesPaid = add(portfolio.feesPaid, feeValue);

  if (fill.side === "buy") {
    const next = {
      ...portfolio,
      feesPaid,
      cash: subtract(subtract(portfolio.cash, fill.notional), quoteFee),
      realisedPnl: subtract(portfolio.realisedPnl, feeValue),
    };
    const bought = subtract(fill.quantity, baseFee);
    return withPosition(next, { ...enlarged(held, fill, bought), ...protectionOf(portfolio, fill.symbol) });
  }

  const sold = add(fill.quantity, baseFee);
  if (held === undefined || compare(sold, held.quantity) > 0) throw soldTooMuch(fill, held);
  const gain = multiply(fill.quantity, subtract(fill.price as DecimalText, held.averagePrice)) as Money;
  // A fee taken in coins costs what these coins stand in the books for.
  const baseFeeCost = multiply(baseFee, held.averagePrice) as Money;
  const next = {
    ...portfolio,
    feesPaid,
    cash: subtract(add(portfolio.cash, fill.notional), quoteFee),
    realisedPnl: subtract(subtract(add(portfolio.realisedPnl, gain), quoteFee), baseFeeCost),
    lastExitMs: new Map(portfolio.lastExitMs).set(fill.symbol, fill.atMs),
  };
  return withPosition(next, { ...held, quantity: subtract(held.quantity, sold) });
}

function enlarged(held: Position | undefined, fill: Fill, bought: Quantity): Position {
  const { symbol, atMs } = fill;
  const opened = {
    symbol,
    base: splitSymbol(symbol).base,
    openedAtMs: atMs,
    dust: false,
    stopPrice: null,
    targetPrice: null,
  };
  if (held === undefined) return { ...opened, quantity: bought, averagePrice: fill.price };
  const quantity = add(held.quantity, bought);
  const cost = add(multiply(held.quantity, held.averagePrice), multiply(bought, fill.price));
  const averagePrice = divide(cost, quantity) as Price;
  return held.dust ? { ...opened, quantity, averagePrice } : { ...held, quantity, averagePrice };
}

/** Stop and target of a position are those of the orders that rest for it. */
export function protectionOf(portfolio: Portfolio, symbol: MarketSymbol): Pick<Position, "stopPrice" | "targetPrice"> {
  let stopPrice: Price | null = null;
  let targetPrice: Price | null = null;
  for (const order of portfolio.orders.values()) {
    if (order.symbol !== symbol) continue;
    if (order.role === "stop") stopPrice = order.triggerPrice;
    if (order.role === "target") targetPrice = order.limitPrice;
  }
  return { stopPrice, targetPrice };
}

/** Puts a position; at zero it is gone. */
export function withPosition(portfolio: Portfolio, position: Position): Portfolio {
  const positions = new Map(portfolio.positions);
  if (isPositive(position.quantity)) positions.set(position.symbol, position);
  else positions.delete(position.symbol);
  return { ...portfolio, positions };
}

const soldTooMuch = (fill: Fill, held: Position | undefined): InvariantError =>
  new InvariantError({
    was: `Fill ${fill.fillId} sells ${fill.quantity} ${fill.symbol}, more than the ${held?.quantity ?? "0"} held.`,
    expected: "at most the quantity held",
    remedy: "This is a bug; please report it with the output of `deeptrader journal --json`.",
  });
