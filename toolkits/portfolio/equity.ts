// Floor 2, portfolio. What a portfolio is worth at the marks (price in quote per base). Pure.
import { decimalFromNumber, type Money, multiply, toNumber, total } from "#schemas/money.ts";
import type { Portfolio, Position } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";

export type Marks = ReadonlyMap<MarketSymbol, number>;

/** The newest known price; undefined where there is none, or none that is a price. */
export function markOf(symbol: MarketSymbol, marks: Marks): number | undefined {
  const mark = marks.get(symbol);
  return mark !== undefined && Number.isFinite(mark) && mark > 0 ? mark : undefined;
}

/** At the mark, in quote; at the average price where there is none. */
export function valueOfPosition({ symbol, quantity, averagePrice }: Position, marks: Marks): Money {
  const mark = markOf(symbol, marks);
  return multiply(quantity, mark === undefined ? averagePrice : decimalFromNumber(mark)) as Money;
}

/** Cash and positions at the marks, in the settlement currency. */
export function equityOf(portfolio: Portfolio, marks: Marks): Money {
  const parts = [portfolio.cash];
  for (const position of portfolio.positions.values()) parts.push(valueOfPosition(position, marks));
  return total(parts);
}

/** As `equityOf`, in float64 and much cheaper: for the meters of limits and for displays, never for an amount. */
export function equityNumber(portfolio: Portfolio, marks: Marks): number {
  let equity = toNumber(portfolio.cash);
  for (const { symbol, quantity, averagePrice } of portfolio.positions.values()) {
    equity += toNumber(quantity) * (markOf(symbol, marks) ?? toNumber(averagePrice));
  }
  return equity;
}
