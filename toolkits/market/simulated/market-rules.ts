// Floor 2. A simulated asset → the filters of its market and the figures that do not change with time.
import type { Market } from "#schemas/market.ts";
import { SIMULATED_QUOTE, type SimulatedAsset } from "./assets.ts";
import type { Rounding } from "./minute-candles.ts";

/** Orders below this are refused, as on the large spot venues. */
const MIN_NOTIONAL_USDT = "5";
/** The tick is a billionth of the typical price: rounding to it moves no result. */
const TICK_RATIO = 1e-9;
/** One step of quantity is worth at most this many USDT at the typical price. */
const STEP_WORTH_USDT = 0.1;
const MAX_QUANTITY_DECIMALS = 8;

/** Fewest digits after the point with which one unit of the last digit is at most `size`. */
function decimalsFor(size: number): number {
  let decimals = 0;
  while (10 ** -decimals > size) decimals += 1;
  return decimals;
}

const increment = (decimals: number): string => (decimals === 0 ? "1" : `0.${"0".repeat(decimals - 1)}1`);

/** Digits of prices and volumes, by the size of the typical price. */
export const roundingOf = (asset: SimulatedAsset): Rounding => ({
  priceDecimals: decimalsFor(asset.typicalPrice * TICK_RATIO),
  volumeDecimals: Math.min(decimalsFor(STEP_WORTH_USDT / asset.typicalPrice), MAX_QUANTITY_DECIMALS),
});

/** Traded value of a typical day, USD: 3 % of the cap, and enough in the smallest market for the desk's own orders. */
export const dayTurnoverUsd = (asset: SimulatedAsset): number => 5e6 + 0.03 * asset.marketCapUsd;

/** The market as the venue lists it; the fee is left to the desk. */
export function marketOf(asset: SimulatedAsset): Market {
  const rounding = roundingOf(asset);
  return Object.freeze({
    symbol: asset.symbol,
    base: asset.base,
    quote: SIMULATED_QUOTE,
    active: true,
    tickSize: increment(rounding.priceDecimals),
    stepSize: increment(rounding.volumeDecimals),
    minQuantity: increment(rounding.volumeDecimals),
    maxQuantity: null,
    minNotional: MIN_NOTIONAL_USDT,
    feeBps: null,
    buyFeeIn: "quote",
    assumed: false,
  });
}

/** Half the distance between bid and ask, as a ratio of the price: 0.5 bp for the largest, 3 bp for small caps. */
export const halfSpreadRatio = (asset: SimulatedAsset): number => (asset.rank <= 10 ? 0.00005 : 0.0003);
