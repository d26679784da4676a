// Floor 2, portfolio. What one fill does: to the cash, to the coins held, and what its fee is worth. The only arithmetic of
// fills: the account's fold, the paper venue and the closed trades all read it here. Pure.
import { InvariantError } from "#schemas/errors.ts";
import {
  add,
  compare,
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
  /** Fee in quote; null for one in a third coin, paid from a balance outside this portfolio: neither cash nor coins. */
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
 * The same on what is held: where the fee of a sale is taken in the coin sold, and all of it was sold, the fee comes from coins outside this
 * portfolio. It is a cost all the same.
 */
export function effectOn(held: Quantity, fill: VenueFill, settlementCurrency: string): FillEffect {
  const effect = effectOfFill(fill, settlementCurrency);
  if (fill.side === "buy" || fill.feeCurrency !== splitSymbol(fill.symbol).base) return effect;
  const isCovered = compare(add(held, effect.coins), ZERO_QUANTITY) >= 0 || compare(held, fill.quantity) < 0;
  return isCovered ? effect : { ...effect, coins: subtract(ZERO_QUANTITY, held) };
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
