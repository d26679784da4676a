// Floor 4. What the account is worth at the prices of this moment: for rows that say what was there when money moved.
import { isPassing } from "#schemas/errors.ts";
import { decimalFromNumber, type Money, type Price } from "#schemas/money.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { markOf, Worth } from "#toolkits/portfolio/equity.ts";
import { marketsHeld } from "#toolkits/portfolio/positions.ts";
import type { Desk } from "../desk.ts";

export interface WorthNow {
  readonly marks: ReadonlyMap<MarketSymbol, number>;
  readonly equity: Money;
  /** What was paid for it where no price is known, quote per base. */
  priceOf(position: Position): Price;
}

type ValuedDesk = Pick<Desk, "account" | "marketData" | "clock">;

/** A market whose price is not told counts with what was paid. */
export async function worthNow(desk: ValuedDesk, options: CallOptions): Promise<WorthNow> {
  const marks = await marksNow(desk, options);
  return {
    marks,
    equity: new Worth(desk.account.portfolio(), marks).exact,
    priceOf: ({ symbol, averagePrice }) => {
      const mark = markOf(symbol, marks);
      return mark === undefined ? averagePrice : (decimalFromNumber(mark) as Price);
    },
  };
}

async function marksNow({ account, marketData, clock }: ValuedDesk, options: CallOptions) {
  const symbols = [...marketsHeld(account.portfolio())];
  if (symbols.length === 0) return new Map<MarketSymbol, number>();
  try {
    const tickers = await marketData.tickers({ symbols, nowMs: clock.now() }, options);
    return new Map(tickers.map(({ symbol, last }) => [symbol, last]));
  } catch (error) {
    if (!isPassing(error)) throw error;
    return new Map<MarketSymbol, number>();
  }
}
