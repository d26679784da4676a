// Floor 2, portfolio. What one fill does: to the cash, to the coins held, and what its fee is worth. The only arithmetic of
// fills: the account's fold, the paper venue and the closed trades all read it here. Pure.
import { InvariantError } from "#schemas/errors.ts";
import { add, type Money, multiply, type Quantity, subtract, ZERO_MONEY, ZERO_QUANTITY } from "#schemas/money.ts";
import type { VenueFill } from "#schemas/order.ts";
import { splitSymbol } from "#schemas/units.ts";

export interface FillEffect {
  /** Change of the cash, fee in quote included; negative for a buy. */
  readonly cash: Money;
  /** Change of the coins held, fee in coins included; negative for a sale. */
  readonly coins: Quantity;
  /** Fee in quote; null for one in a third coin, paid from a balance outside this portfolio: neither cash nor coins. */
  readonly feeValue: Money | null;
}

/**
 * @param settlementCurrency the currency that the cash is in
 * @throws InvariantError for a fill of a market that settles in another currency
 */
export function effectOfFill(fill: VenueFill, settlementCurrency: string): FillEffect {
  const { base, quote } = splitSymbol(fill.symbol);
  if (quote !== settlementCurrency) throw otherCurrency(fill, settlementCurrency);
  const inQuote = fill.feeCurrency === quote;
  const inCoins = fill.feeCurrency === base;
  const quoteFee = inQuote ? (fill.fee as Money) : ZERO_MONEY;
  const coinFee = inCoins ? (fill.fee as Quantity) : ZERO_QUANTITY;
  const [paid, got] = fill.side === "buy" ? [fill.notional, ZERO_MONEY] : [ZERO_MONEY, fill.notional];
  const [bought, sold] = fill.side === "buy" ? [fill.quantity, ZERO_QUANTITY] : [ZERO_QUANTITY, fill.quantity];
  return {
    cash: subtract(subtract(got, paid), quoteFee),
    coins: subtract(subtract(bought, sold), coinFee),
    feeValue: inQuote || inCoins ? (add<string>(quoteFee, multiply(coinFee, fill.price)) as Money) : null,
  };
}

const otherCurrency = (fill: VenueFill, settlementCurrency: string): InvariantError =>
  new InvariantError({
    was: `Fill ${fill.fillId} of ${fill.symbol} settles in another currency than the account's ${settlementCurrency}.`,
    expected: `a market quoted in ${settlementCurrency}`,
    remedy: "Start the desk with the currency the journal was written in (`--quote`), or open a new home.",
  });
