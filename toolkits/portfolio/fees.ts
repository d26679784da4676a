// Floor 2, portfolio. Which fee a market takes, and in what, and which slippage is assumed there: the market's own, else the desk's
// assumption. Pure.
import type { Costs } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import {
  add,
  bps,
  type DecimalText,
  type Money,
  multiply,
  type Price,
  type Quantity,
  subtract,
} from "#schemas/money.ts";
import type { Fill, Side } from "#schemas/order.ts";

/** Taker fee in basis points of the notional, whatever it is taken in. */
export const feeBpsOf = (market: Market, costs: Costs): number => market.feeBps ?? costs.feeBps;

/** Slippage a side in basis points of the price. */
export const slippageBpsOf = (market: Pick<Market, "slippageBps">, costs: Pick<Costs, "slippageBps">): number =>
  market.slippageBps ?? costs.slippageBps;

const takenInCoins = (market: Market, side: Side): boolean => side === "buy" && market.buyFeeIn === "base";

/** The fee of a fill, in the currency in which the venue takes it. */
export function feeOf(
  market: Market,
  costs: Costs,
  { side, quantity, price }: { readonly side: Side; readonly quantity: Quantity; readonly price: Price },
): Pick<Fill, "fee" | "feeCurrency"> {
  const inCoins = takenInCoins(market, side);
  const amount = inCoins ? quantity : multiply(quantity, price);
  return { fee: bps(amount, feeBpsOf(market, costs)), feeCurrency: inCoins ? market.base : market.quote };
}

/** What a buy of this notional takes from the cash: its fee is on top, unless it is taken in coins. */
export const cashOfBuy = (notional: DecimalText, market: Market, costs: Costs): Money =>
  (takenInCoins(market, "buy") ? notional : add<string>(notional, bps(notional, feeBpsOf(market, costs)))) as Money;

/** Coins held after a buy: a fee taken in coins leaves fewer than were bought. */
export const coinsOfBuy = (quantity: Quantity, market: Market, costs: Costs): Quantity =>
  takenInCoins(market, "buy") ? subtract(quantity, bps(quantity, feeBpsOf(market, costs)) as Quantity) : quantity;
