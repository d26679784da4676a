// Floor 2, portfolio. What a portfolio is worth at the marks (price in quote per base). Pure.
import { addProducts, type Money, type Price, toNumber } from "#schemas/money.ts";
import type { Portfolio, Position } from "#schemas/portfolio.ts";
import type { MarketSymbol } from "#schemas/units.ts";

export type Marks = ReadonlyMap<MarketSymbol, number>;

/** The newest known price; undefined where there is none, or none that is a price. */
export function markOf(symbol: MarketSymbol, marks: Marks): number | undefined {
  const mark = marks.get(symbol);
  return mark !== undefined && Number.isFinite(mark) && mark > 0 ? mark : undefined;
}

/** The mark, in quote; the average price where there is none. */
export const priceOf = ({ symbol, averagePrice }: Position, marks: Marks): number | Price =>
  markOf(symbol, marks) ?? averagePrice;

/** Cash and positions at the marks of this moment, in the settlement currency: exact where it is asked for, which costs more. */
export class Worth {
  /** In float64: for the meters of limits and for displays, never for an amount. */
  readonly number: number;
  readonly #held: Amounts;
  /** Of each position: the marks given may change. */
  readonly #prices: (number | Price)[] = [];
  #exact: Money | null = null;

  constructor({ cash, positions }: Portfolio, marks: Marks) {
    this.#held = { cash, positions };
    const { cashNumber, quantities } = numbersOf({ cash, positions });
    let number = cashNumber;
    let i = 0;
    for (const position of positions.values()) {
      const price = priceOf(position, marks);
      this.#prices.push(price);
      number += (quantities[i++] ?? Number.NaN) * (typeof price === "number" ? price : toNumber(price));
    }
    this.number = number;
  }

  get exact(): Money {
    this.#exact ??= this.#added();
    return this.#exact;
  }

  #added(): Money {
    const { cash, positions } = this.#held;
    if (positions.size === 0) return cash;
    const held = [...positions.values()];
    return addProducts(
      cash,
      this.#prices.map((price, i) => [held[i]?.quantity ?? "0", price]),
    );
  }
}

type Amounts = Pick<Portfolio, "cash" | "positions">;

/** Amounts as float64, read once for as long as they are the same: they are asked for slot after slot. */
function numbersOf({ cash, positions }: Amounts): Numbers {
  if (newest?.positions === positions && newest.cash === cash) return newest;
  const quantities = Array.from(positions.values(), ({ quantity }) => toNumber(quantity));
  newest = { cash, positions, cashNumber: toNumber(cash), quantities };
  return newest;
}

interface Numbers extends Amounts {
  readonly cashNumber: number;
  readonly quantities: readonly number[];
}

let newest: Numbers | null = null;

export const equityOf = (portfolio: Portfolio, marks: Marks): Money => new Worth(portfolio, marks).exact;
