// Floor 1. The border between indicators (float64) and money (decimal). Nothing else turns a number into an order.
import { z } from "zod";
import {
  compareDecimals,
  isAboveZero,
  productOf,
  quotientOf,
  quotientRoundedDown,
  roundedTo,
  sumOf,
  totalOf,
} from "./decimal-arithmetic.ts";

/** A decimal in plain notation: no exponent, no leading plus, no NaN. */
export const Decimal = z
  .string()
  .regex(/^-?(0|[1-9]\d*)(\.\d+)?$/, { error: "expected a plain decimal such as 12.5", abort: true })
  .describe("a decimal string");
/** In the quote currency, for one of the base. */
export const Price = Decimal.brand<"Price">().describe("decimal string, quote currency per base");
export type Price = z.infer<typeof Price>;
/** An amount of the base currency. */
export const Quantity = Decimal.brand<"Quantity">().describe("decimal string, in the base coin");
export type Quantity = z.infer<typeof Quantity>;
/** An amount of the settlement (quote) currency. */
export const Money = Decimal.brand<"Money">().describe("decimal string, in the settlement currency");
export type Money = z.infer<typeof Money>;
/** Any of the three. Products and quotients lose their brand; the caller names the result. */
export type DecimalText = string;

/**
 * The shortest decimal that reads back as the same float64: the one door from indicators to money.
 * @throws TypeError on NaN and infinities.
 */
export function decimalFromNumber(value: number): string {
  requireFinite(value);
  const shortest = String(value);
  return shortest.includes("e") ? productOf(shortest, "1", 0) : shortest;
}

/** `value` to so many significant digits, at most 15, as a decimal. @throws TypeError on NaN and infinities */
export function significantDecimal(value: number, digits: number): string {
  const text = value.toPrecision(digits);
  // In plain notation only the zeros at its end are too many: reading the text and writing it anew takes three times as long.
  if (!text.includes(".") || text.includes("e")) return decimalFromNumber(Number(text));
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end -= 1;
  return text.slice(0, text.charCodeAt(end - 1) === POINT ? end - 1 : end);
}

const ZERO = "0".charCodeAt(0);
const POINT = ".".charCodeAt(0);

function requireFinite(value: number): void {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is not an amount; expected a finite number`);
}

/** The nearest float64, for indicators, screens and display; never for sizes, costs or balances. */
export const toNumber = (value: DecimalText): number => Number(value);

export const add = <T extends DecimalText>(a: T, b: T): T => sumOf(a, b, 1) as T;
export const subtract = <T extends DecimalText>(a: T, b: T): T => sumOf(a, b, -1) as T;
/** `start` and all products together; a number counts as `decimalFromNumber` reads it. @throws TypeError as that does */
export function addProducts<T extends DecimalText>(
  start: T,
  products: readonly (readonly [DecimalText, DecimalText | number])[],
): T {
  for (const [, factor] of products) if (typeof factor === "number") requireFinite(factor);
  return totalOf(start, products) as T;
}
export const multiply = (a: DecimalText, b: DecimalText): string => productOf(a, b, 0);
/** Rounded half-up at 30 decimals; @throws Error on division by zero. */
export const divide = (a: DecimalText, b: DecimalText): string => quotientOf(a, b);
/** How many `steps` of a quantity `amount` buys at `price`: the quotient, rounded down to the step. @throws as `divide` */
export const quantityFor = (amount: DecimalText, price: DecimalText, stepSize: DecimalText): Quantity =>
  quotientRoundedDown(amount, price, stepSize) as Quantity;
/** -1, 0 or 1. */
export const compare = (a: DecimalText, b: DecimalText): -1 | 0 | 1 => compareDecimals(a, b);
export const isPositive = (a: DecimalText): boolean => isAboveZero(a);
export const minOf = <T extends DecimalText>(a: T, b: T): T => (compare(a, b) <= 0 ? a : b);
export const maxOf = <T extends DecimalText>(a: T, b: T): T => (compare(a, b) >= 0 ? a : b);

/** `value` × basis points (1 bp = 0.0001). */
export const bps = (value: DecimalText, basisPoints: number): string =>
  productOf(value, decimalFromNumber(basisPoints), 4);
/** `value` × percent (0-100). */
export const percent = (value: DecimalText, pct: number): string => productOf(value, decimalFromNumber(pct), 2);

/** The largest multiple of `increment` at or below `value` (`down`), or the smallest at or above it (`up`). */
export const roundToIncrement = (value: DecimalText, increment: DecimalText, direction: "down" | "up"): string =>
  roundedTo(value, increment, direction);

/** Quantities are always rounded down to the step: never sell or buy more than was meant. */
export const roundQuantity = (value: DecimalText, stepSize: DecimalText): Quantity =>
  roundToIncrement(value, stepSize, "down") as Quantity;

/** Prices are rounded to the tick against us: a buyer pays up, a seller receives less. */
export const roundPrice = (value: DecimalText, tickSize: DecimalText, side: "buy" | "sell"): Price =>
  roundToIncrement(value, tickSize, side === "buy" ? "up" : "down") as Price;

/** A price as indicators have it. */
export const FloatPrice = z.number().positive().describe("a price as a number, quote currency per base");

export const ZERO_MONEY = "0" as Money;
export const ZERO_QUANTITY = "0" as Quantity;
