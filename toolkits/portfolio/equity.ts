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

interface Holdings extends Pick<Portfolio, "cash" | "positions"> {
  /** The cash as float64. */
  readonly number: number;
  /** Of the positions, in their order, as float64. */
  readonly quantities: readonly number[];
}

/** The newest: they are the same in most slots, and reading a decimal takes longer than all else that is done to it. */
let newest: Holdings | null = null;

function readAs(cash: Money, positions: Portfolio["positions"]): Holdings {
  if (newest?.positions === positions && newest.cash === cash) return newest;
  const quantities = Array.from(positions.values(), ({ quantity }) => toNumber(quantity));
  newest = { cash, positions, number: toNumber(cash), quantities };
  return newest;
}

/** Cash and positions at the marks of this moment, in the settlement currency: exact where it is asked for, which costs more. */
export class Worth {
  /** In float64: for the meters of limits and for displays, never for an amount. */
  readonly number: number;
  readonly #held: Pick<Portfolio, "cash" | "positions">;
  /** Of each position: the marks given may change. */
  readonly #prices: (number | Price)[] = [];
  #exact: Money | null = null;

  constructor({ cash, positions }: Portfolio, marks: Marks) {
    const held = readAs(cash, positions);
    this.#held = held;
    let number = held.number;
    let i = 0;
    for (const position of positions.values()) {
      const price = priceOf(position, marks);
      this.#prices.push(price);
      number += (held.quantities[i++] ?? Number.NaN) * (typeof price === "number" ? price : toNumber(price));
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

export const equityOf = (portfolio: Portfolio, marks: Marks): Money => new Worth(portfolio, marks).exact;
