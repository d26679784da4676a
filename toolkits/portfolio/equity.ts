// Floor 2, portfolio. What a portfolio is worth at the marks (price in quote per base). Pure.
import { addProducts, decimalFromNumber, type Money, multiply, type Price, toNumber } from "#schemas/money.ts";
import type { Portfolio, Position } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";

export type Marks = ReadonlyMap<MarketSymbol, number>;

/** The newest known price; undefined where there is none, or none that is a price. */
export function markOf(symbol: MarketSymbol, marks: Marks): number | undefined {
  const mark = marks.get(symbol);
  return mark !== undefined && Number.isFinite(mark) && mark > 0 ? mark : undefined;
}

/** The mark, in quote; the average price where there is none. */
const priceOf = ({ symbol, averagePrice }: Position, marks: Marks): number | Price =>
  markOf(symbol, marks) ?? averagePrice;

/** At the mark, in quote; at the average price where there is none. */
export function valueOfPosition(position: Position, marks: Marks): Money {
  const price = priceOf(position, marks);
  return multiply(position.quantity, typeof price === "number" ? decimalFromNumber(price) : price) as Money;
}

/** Cash and positions at the marks, in the settlement currency. */
export function equityOf(portfolio: Portfolio, marks: Marks): Money {
  if (portfolio.positions.size === 0) return portfolio.cash;
  const values: (readonly [string, string | number])[] = [];
  for (const position of portfolio.positions.values()) values.push([position.quantity, priceOf(position, marks)]);
  return addProducts(portfolio.cash, values);
}

/** As `equityOf`, in float64 and much cheaper: for the meters of limits and for displays, never for an amount. */
export function equityNumber(portfolio: Portfolio, marks: Marks): number {
  let equity = toNumber(portfolio.cash);
  for (const { symbol, quantity, averagePrice } of portfolio.positions.values()) {
    equity += toNumber(quantity) * (markOf(symbol, marks) ?? toNumber(averagePrice));
  }
  return equity;
}
