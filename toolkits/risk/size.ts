// Floor 2, risk. Equity, a price and a market's filters in; the quantity of one entry out.
import type { Costs, RiskLimits } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import {
  compare,
  decimalFromNumber,
  divide,
  type Money,
  multiply,
  type Price,
  percent,
  type Quantity,
  quantityFor,
  roundQuantity,
  roundToIncrement,
  subtract,
  toNumber,
} from "#schemas/money.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import { orderQuantity, sizeRefusal } from "../market/order-size.ts";
import { coinsOfBuy, feeBpsOf } from "../portfolio/fees.ts";
import { stopPriceOf } from "./bracket.ts";

export type SizeResult =
  | { readonly status: "sized"; readonly quantity: Quantity; readonly notional: Money }
  | { readonly status: "too-small"; readonly reason: string };

/** Room over the venue's minimum for the fee, the slippage and the rounding of the sale after the stop. */
const ROOM = "1.05";

/** Smallest notional, in quote, that can still be sold after its stop: minNotional × 1.05 / (1 − stop), up to 8 decimals. */
export const minEntryNotional = (market: Market, stopPct: number): Money => boundsOf(market, stopPct).least;

/** What an entry with this stop must keep to at a market; all but `least` in float64. */
interface Bounds {
  readonly stopPct: number;
  readonly least: Money;
  readonly leastNumber: number;
  readonly step: number;
  readonly tick: number;
  readonly minNotional: number;
  readonly minQuantity: number;
  readonly maxQuantity: number;
}

function boundsOf(market: Market, stopPct: number): Bounds {
  const known = newestBounds.get(market);
  if (known?.stopPct === stopPct) return known;
  const exact = divide(multiply(market.minNotional, ROOM), subtract("1", percent("1", stopPct)));
  const least = roundToIncrement(exact, "0.00000001", "up") as Money;
  const made = {
    stopPct,
    least,
    leastNumber: toNumber(least),
    step: toNumber(market.stepSize),
    tick: toNumber(market.tickSize),
    minNotional: toNumber(market.minNotional),
    minQuantity: toNumber(market.minQuantity),
    maxQuantity: market.maxQuantity === null ? Number.POSITIVE_INFINITY : toNumber(market.maxQuantity),
  };
  newestBounds.set(market, made);
  return made;
}

/** Those asked for last, by market: they are the same for every entry of a strategy. */
const newestBounds = new WeakMap<Market, Bounds>();

/** The part of equity that a strategy may trade with. */
export const shareOf = (equity: Money, { sharePct }: Pick<StrategyTerms, "sharePct">): Money =>
  sharePct === 100 ? equity : (percent(equity, sharePct) as Money);

export interface SizeInput {
  readonly equity: Money;
  readonly price: Price;
  readonly limits: Pick<RiskLimits, "entryPct">;
  readonly terms: Pick<StrategyTerms, "sharePct" | "entryPct" | "bracket">;
  readonly market: Market;
  readonly costs: Costs;
  /** Share of the usual size, above 0 to 1. */
  readonly sizeRatio?: number;
  /** The largest notional, in quote; left out: the size is the only limit. */
  readonly atMost?: Money | undefined;
}

/** Share of an amount that float64 round off in a few steps, with room. */
const ROUNDING = 1e-9;

/**
 * Whether `sizeEntry` sizes this, told from float64: true only where two steps less than what is wanted would still do, so that
 * no rounding can matter. False says nothing.
 */
export function isSurelySized(
  { limits, terms, market, costs, sizeRatio = 1 }: Omit<SizeInput, "equity" | "price" | "atMost">,
  equity: number,
  price: number,
): boolean {
  const { stopPct } = terms.bracket;
  const { step, tick, minQuantity, maxQuantity, minNotional, leastNumber } = boundsOf(market, stopPct);
  const pct = (terms.sharePct / 100) * (terms.entryPct ?? limits.entryPct);
  const wanted = (((equity * pct) / 100) * sizeRatio) / price;
  const most = Math.min(wanted, maxQuantity);
  const sellable = ((most - step) * (1 - feeBpsOf(market, costs) / 10_000) - step) * (1 - ROUNDING);
  // Written so that what is no number is not sure.
  const isLargeEnough = step > 0 && sellable > 0 && sellable > minQuantity && sellable * price > leastNumber;
  return isLargeEnough && sellable * (price * (1 - stopPct / 100) - tick) > minNotional;
}

/**
 * `entryPct` of the strategy's share of equity at `price` (quote per base), rounded down to the market's step.
 * Too small for the venue's filters is an answer, not an error: an entry that cannot be left again is not made.
 */
export function sizeEntry(input: SizeInput): SizeResult {
  const { equity, price, limits, terms, market, costs, sizeRatio = 1, atMost } = input;
  const entryPct = terms.entryPct ?? limits.entryPct;
  const whole = percent(shareOf(equity, terms), entryPct);
  const usual = sizeRatio === 1 ? whole : multiply(whole, decimalFromNumber(sizeRatio));
  const isCapped = atMost !== undefined && compare(atMost, usual) < 0;
  const amount = isCapped ? atMost : usual;
  const quantity = orderQuantity(quantityFor(amount, price, market.stepSize), market);
  const notional = multiply(quantity, price) as Money;
  const least = minEntryNotional(market, terms.bracket.stopPct);
  const sellable = roundQuantity(coinsOfBuy(quantity, market, costs), market.stepSize);
  const stop = stopPriceOf(price, terms.bracket.stopPct, market.tickSize);
  // Where a tick is a large part of the price the stop lies further away than its percent.
  const refusal = sizeRefusal(market, sellable, price, least) ?? sizeRefusal(market, sellable, stop);
  if (refusal === null) return { status: "sized", quantity, notional };
  const room = compare(sellable, market.minQuantity) >= 0 ? " (with room for the stop)" : "";
  const afterFee = compare(sellable, quantity) < 0 ? `, ${sellable} of which can be sold after the fee` : "";
  const ofWhat = terms.sharePct === 100 ? "equity" : `its ${decimalFromNumber(terms.sharePct)} % of equity`;
  const what = isCapped ? `${atMost} ${market.quote}` : `${decimalFromNumber(entryPct)} % of ${ofWhat}`;
  return {
    status: "too-small",
    reason: `${what} buys ${quantity} ${market.base}${afterFee}: ${refusal}${room}`,
  };
}
