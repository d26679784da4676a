// Floor 1. The border between indicators (float64) and money (decimal). Nothing else turns a number into an order.
import BigConstructor, { type Big as BigNumber } from "big.js";
import { z } from "zod";

// A private constructor in strict mode: a JS number, `a + b` or `a < b` on its values throws instead of rounding.
const Big = BigConstructor();
Big.strict = true;
// Only division rounds in big.js; 30 decimal places are far below any tick, and amounts are rounded to a step after it.
Big.DP = 30;
Big.RM = 1;

/** A decimal in plain notation: no exponent, no leading plus, no NaN. */
export const Decimal = z
  .string()
  .regex(/^-?(0|[1-9]\d*)(\.\d+)?$/, { error: "expected a plain decimal such as 12.5", abort: true });
export const Price = Decimal.brand<"Price">();
export type Price = z.infer<typeof Price>;
/** An amount of the base currency. */
export const Quantity = Decimal.brand<"Quantity">();
export type Quantity = z.infer<typeof Quantity>;
/** An amount of the settlement (quote) currency. */
export const Money = Decimal.brand<"Money">();
export type Money = z.infer<typeof Money>;
/** Any of the three. Products and quotients lose their brand; the caller names the result. */
export type DecimalText = string;

const big = (value: DecimalText): BigNumber => Big(value);
const text = (value: BigNumber): string => (value.eq(big("0")) ? "0" : value.toFixed());

/**
 * The shortest decimal that reads back as the same float64: the one door from indicators to money.
 * @throws TypeError on NaN and infinities.
 */
export function decimalFromNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is not an amount; expected a finite number`);
  return text(big(String(value)));
}

/** The nearest float64, for indicators, screens and display; never for sizes, costs or balances. */
export const toNumber = (value: DecimalText): number => Number(value);

export const add = <T extends DecimalText>(a: T, b: T): T => text(big(a).plus(big(b))) as T;
export const subtract = <T extends DecimalText>(a: T, b: T): T => text(big(a).minus(big(b))) as T;
export const multiply = (a: DecimalText, b: DecimalText): string => text(big(a).times(big(b)));
/** Rounded towards zero-free half-up at 30 decimals; @throws Error on division by zero. */
export const divide = (a: DecimalText, b: DecimalText): string => text(big(a).div(big(b)));
/** -1, 0 or 1. */
export const compare = (a: DecimalText, b: DecimalText): -1 | 0 | 1 => big(a).cmp(big(b));
export const isPositive = (a: DecimalText): boolean => compare(a, "0") > 0;
export const minOf = <T extends DecimalText>(a: T, b: T): T => (compare(a, b) <= 0 ? a : b);
export const maxOf = <T extends DecimalText>(a: T, b: T): T => (compare(a, b) >= 0 ? a : b);

/** `value` × basis points (1 bp = 0.0001). */
export const bps = (value: DecimalText, basisPoints: number): string =>
  multiply(value, multiply(decimalFromNumber(basisPoints), "0.0001"));
/** `value` × percent (0-100). */
export const percent = (value: DecimalText, pct: number): string =>
  multiply(value, multiply(decimalFromNumber(pct), "0.01"));

/** The largest multiple of `increment` at or below `value` (`down`), or the smallest at or above it (`up`). */
export function roundToIncrement(value: DecimalText, increment: DecimalText, direction: "down" | "up"): string {
  const mode = direction === "down" ? 0 : 3;
  // Nearly every tick and step is a power of ten: then it is a number of decimal places, and nothing has to be divided.
  if (POWER_OF_TEN.test(increment)) return text(big(value).round(Math.max(0, increment.length - 2), mode));
  const step = big(increment);
  return text(big(value).div(step).round(0, mode).times(step));
}

const POWER_OF_TEN = /^(1|0\.0*1)$/;

/** Quantities are always rounded down to the step: never sell or buy more than was meant. */
export const roundQuantity = (value: DecimalText, stepSize: DecimalText): Quantity =>
  roundToIncrement(value, stepSize, "down") as Quantity;

/** Prices are rounded to the tick against us: a buyer pays up, a seller receives less. */
export const roundPrice = (value: DecimalText, tickSize: DecimalText, side: "buy" | "sell"): Price =>
  roundToIncrement(value, tickSize, side === "buy" ? "up" : "down") as Price;

export const ZERO_MONEY = "0" as Money;
export const ZERO_QUANTITY = "0" as Quantity;
