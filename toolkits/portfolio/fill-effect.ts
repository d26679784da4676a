// Floor 2, portfolio. What one fill does: to the cash, to the coins held, and what its fee is worth. The only arithmetic of
// fills: the account's fold, the paper venue and the closed trades all read it here. Pure.
import { InvariantError } from "#schemas/errors.ts";
import {
  add,
  compare,
  type DecimalText,
  type Money,
  multiply,
  type Quantity,
  subtract,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { VenueFill } from "#schemas/order.ts";
import { splitSymbol } from "#schemas/units.ts";

export interface FillEffect {
  /** Change of the cash, fee in quote included; negative for a buy. */
  readonly cash: Money;
  /** Change of the coins held, fee in coins included; negative for a sale. */
  readonly coins: Quantity;
  /** Fee in quote; null for one in a third coin, which is valued in a row of its own. */
  readonly feeValue: Money | null;
}

/**
 * @param settlementCurrency the currency that the cash is in
 * @throws InvariantError for a fill of a market that settles in another currency
 */
export function effectOfFill(fill: VenueFill, settlementCurrency: string): FillEffect {
  const { quote } = splitSymbol(fill.symbol);
  if (quote !== settlementCurrency) throw otherCurrency(fill, settlementCurrency);
  if (newest === null || !isSame(newest.fill, fill)) newest = { fill, effect: worked(fill) };
  return newest.effect;
}

/**
 * The same on what is held: where the fee of a sale is taken in the coin sold, and all of it was sold, that part of the fee comes from other
 * coins, and is valued in a row of its own.
 */
export function effectOn(held: Quantity, fill: VenueFill, settlementCurrency: string): FillEffect {
  const effect = effectOfFill(fill, settlementCurrency);
  if (fill.side === "buy" || fill.feeCurrency !== splitSymbol(fill.symbol).base) return effect;
  const outside = feeOutside(held, fill);
  if (outside === null) return effect;
  const value = multiply(outside.amount, fill.price) as Money;
  const feeValue = effect.feeValue === null ? null : subtract(effect.feeValue, value);
  return { ...effect, coins: subtract(ZERO_QUANTITY, held), feeValue };
}

/** The part of a fee that neither the cash nor what is held of its own market pays; null: they pay it all. */
export function feeOutside(
  held: Quantity,
  { symbol, side, quantity, fee, feeCurrency }: VenueFill,
): { readonly currency: string; readonly amount: DecimalText } | null {
  const { base, quote } = splitSymbol(symbol);
  if (feeCurrency === quote || (feeCurrency === base && side === "buy") || compare(fee, "0") === 0) return null;
  if (feeCurrency !== base) return { currency: feeCurrency, amount: fee };
  const missing = subtract<DecimalText>(add<DecimalText>(quantity, fee), held);
  if (compare(missing, "0") <= 0 || compare(held, quantity) < 0) return null;
  return { currency: base, amount: missing };
}

/** The newest one: exchange, account and trades ask one after another. */
let newest: { readonly fill: VenueFill; readonly effect: FillEffect } | null = null;

/** In all that an effect hangs on. */
const isSame = (a: VenueFill, b: VenueFill): boolean =>
  a.symbol === b.symbol &&
  a.side === b.side &&
  a.quantity === b.quantity &&
  a.price === b.price &&
  a.notional === b.notional &&
  a.fee === b.fee &&
  a.feeCurrency === b.feeCurrency;

function worked(fill: VenueFill): FillEffect {
  const { base, quote } = splitSymbol(fill.symbol);
  const inQuote = fill.feeCurrency === quote;
  const inCoins = fill.feeCurrency === base;
  const quoteFee = inQuote ? (fill.fee as Money) : ZERO_MONEY;
  const coinFee = inCoins ? (fill.fee as Quantity) : ZERO_QUANTITY;
  const isBuy = fill.side === "buy";
  return {
    cash: isBuy ? subtract(ZERO_MONEY, add(fill.notional, quoteFee)) : subtract(fill.notional, quoteFee),
    coins: isBuy ? subtract(fill.quantity, coinFee) : subtract(ZERO_QUANTITY, add(fill.quantity, coinFee)),
    feeValue: inQuote || inCoins ? (add<string>(quoteFee, multiply(coinFee, fill.price)) as Money) : null,
  };
}

const otherCurrency = (fill: VenueFill, settlementCurrency: string): InvariantError =>
  new InvariantError({
    was: `Fill ${fill.fillId} of ${fill.symbol} settles in another currency than the account's ${settlementCurrency}.`,
    expected: `a market quoted in ${settlementCurrency}`,
    remedy: "Start the desk with the currency the journal was written in (`--quote`), or open a new home.",
  });
