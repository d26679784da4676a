// Floor 1. Decimal texts → their exact sum, product, quotient and order. A decimal is a whole number of units of 10^-scale: a
// number while it is a safe integer, which nearly every price and quantity is, else a bigint. Both give the same text.
import BigConstructor from "big.js";

// A private constructor in strict mode: it reads what is not in plain notation, and throws at a JS number and at what is no
// number at all.
const Big = BigConstructor();
Big.strict = true;

/** Division rounds half-up at this many decimals, far below any tick; amounts are rounded to a step after it. */
export const QUOTIENT_PLACES = 30;

interface Small {
  /** A safe integer. */
  readonly units: number;
  readonly scale: number;
}

interface Whole {
  readonly units: bigint;
  readonly scale: number;
}

const POWERS = Array.from({ length: 16 }, (_, n) => 10 ** n);
const MOST_NUMBER_UNITS = 1e15;
const MOST_UNITS = Number.MAX_SAFE_INTEGER;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
/** Of a text that may be small: sign, a leading zero, a point and leading zeros of the fraction are no digits of the units. */
const LONGEST_SMALL = 24;
const PLAIN = /^-?\d+(\.\d+)?$/;

/** `a` + `b`, or `a` - `b` where `sign` is -1. */
export function sumOf(a: string, b: string, sign: 1 | -1): string {
  const x = smallOf(a);
  const y = smallOf(b);
  if (x !== null && y !== null) {
    const scale = Math.max(x.scale, y.scale);
    const units = lifted(x, scale) + sign * lifted(y, scale);
    if (Math.abs(units) <= MOST_UNITS) return textOfSmall(units, scale);
  }
  const v = wholeFrom(x, a);
  const w = wholeFrom(y, b);
  const scale = Math.max(v.scale, w.scale);
  const units = sign === 1 ? raised(v, scale) + raised(w, scale) : raised(v, scale) - raised(w, scale);
  return textOfWhole(units, scale);
}

/** `start` and all products `a` × `b`: the same as adding one after another, written down once. A number stands for its shortest text. */
export function totalOf(start: string, products: readonly (readonly [a: string, b: string | number])[]): string {
  let small: Small = NOTHING;
  let whole = wholeOf(start);
  for (const [a, b] of products) {
    const x = smallOf(a);
    const y = typeof b === "number" ? smallOfNumber(b) : smallOf(b);
    const product = x === null || y === null ? null : smallProduct(x, y);
    if (product === null) {
      whole = wholeSum(whole, wholeProduct(wholeFrom(x, a), wholeFrom(y, String(b))));
      continue;
    }
    const sum = smallSum(small, product);
    // What does not fit any more is put by: a bigint a few products, not one a product.
    if (sum === null) whole = wholeSum(whole, wholeOfSmall(small));
    small = sum ?? product;
  }
  const { units, scale } = wholeSum(whole, wholeOfSmall(small));
  return textOfWhole(units, scale);
}

/** What was read as small is not read again where only the result does not fit. */
const wholeFrom = (small: Small | null, text: string): Whole => (small === null ? wholeOf(text) : wholeOfSmall(small));

const wholeOfSmall = ({ units, scale }: Small): Whole => ({ units: BigInt(units), scale });

const NOTHING: Small = { units: 0, scale: 0 };

/** Null: it does not fit. */
function smallProduct(x: Small, y: Small): Small | null {
  const units = x.units * y.units;
  return Math.abs(units) <= MOST_UNITS ? { units, scale: x.scale + y.scale } : null;
}

/** Null: it does not fit. */
function smallSum(x: Small, y: Small): Small | null {
  const scale = Math.max(x.scale, y.scale);
  const units = lifted(x, scale) + lifted(y, scale);
  return Math.abs(units) <= MOST_UNITS ? { units, scale } : null;
}

const wholeProduct = (v: Whole, w: Whole): Whole => ({ units: v.units * w.units, scale: v.scale + w.scale });

function wholeSum(v: Whole, w: Whole): Whole {
  const scale = Math.max(v.scale, w.scale);
  return { units: raised(v, scale) + raised(w, scale), scale };
}

/** `a` × `b` × 10^-`places`. */
export function productOf(a: string, b: string, places: number): string {
  const x = smallOf(a);
  const y = smallOf(b);
  if (x !== null && y !== null) {
    const units = x.units * y.units;
    if (Math.abs(units) <= MOST_UNITS) return textOfSmall(units, x.scale + y.scale + places);
  }
  const v = wholeFrom(x, a);
  const w = wholeFrom(y, b);
  return textOfWhole(v.units * w.units, v.scale + w.scale + places);
}

/** `a` / `b`, rounded half-up (away from zero) at 30 decimals. @throws Error where `b` is 0 */
export function quotientOf(a: string, b: string): string {
  return textOfWhole(quotientUnits(wholeFrom(smallOf(a), a), wholeFrom(smallOf(b), b)), QUOTIENT_PLACES);
}

/** Multiples of an increment that float64 tell apart: the roundings of a quotient are under a thousandth of one. */
const MOST_MULTIPLES = 1e12;
const DOUBT = 0.001;

/** `roundedTo` (down) of `quotientOf`, without the long division where float64 leave no doubt which multiple it is. */
export function quotientRoundedDown(a: string, b: string, increment: string): string {
  const step = smallOf(increment);
  if (step !== null && step.units > 0 && PLAIN.test(a) && PLAIN.test(b)) {
    const multiples = Number(a) / Number(b) / Number(increment);
    const whole = Math.floor(multiples);
    const rest = multiples - whole;
    const units = whole * step.units;
    const isClear = whole >= 0 && whole < MOST_MULTIPLES && rest > DOUBT && rest < 1 - DOUBT;
    if (isClear && units <= MOST_UNITS) return textOfSmall(units, step.scale);
  }
  return roundedTo(quotientOf(a, b), increment, "down");
}

/** -1, 0 or 1. */
export function compareDecimals(a: string, b: string): -1 | 0 | 1 {
  const x = smallOf(a);
  const y = smallOf(b);
  if (x !== null && y !== null) {
    const scale = Math.max(x.scale, y.scale);
    const difference = lifted(x, scale) - lifted(y, scale);
    if (!Number.isNaN(difference)) return difference < 0 ? -1 : difference > 0 ? 1 : 0;
  }
  const v = wholeFrom(x, a);
  const w = wholeFrom(y, b);
  const scale = Math.max(v.scale, w.scale);
  const left = raised(v, scale);
  const right = raised(w, scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether it is above 0. */
export function isAboveZero(a: string): boolean {
  const x = smallOf(a);
  return x === null ? wholeOf(a).units > 0n : x.units > 0;
}

/** The multiple of `increment` next to `value`: towards zero (`down`) or away from it (`up`). */
export function roundedTo(value: string, increment: string, direction: "down" | "up"): string {
  const x = smallOf(value);
  const step = smallOf(increment);
  if (x !== null && step !== null && step.units > 0) {
    const scale = Math.max(x.scale, step.scale);
    const units = lifted(x, scale);
    const size = lifted(step, scale);
    const rest = units % size;
    const away = direction === "up" && rest !== 0 ? Math.sign(rest) * size : 0;
    const rounded = units - rest + away;
    if (Math.abs(rounded) <= MOST_UNITS) return textOfSmall(rounded, scale);
  }
  return roundedWhole(wholeFrom(x, value), wholeFrom(step, increment), direction);
}

function roundedWhole(value: Whole, increment: Whole, direction: "down" | "up"): string {
  // Nearly every tick and step is a power of ten: then places are cut off, and nothing is divided to 30 decimals.
  if (increment.units === 1n) return cutOff(value, increment.scale, direction);
  const quotient = quotientUnits(value, increment);
  const one = powerOfTen(QUOTIENT_PLACES);
  const rest = quotient % one;
  const away = direction === "up" && rest !== 0n ? (rest < 0n ? -1n : 1n) : 0n;
  return textOfWhole((quotient / one + away) * increment.units, increment.scale);
}

function cutOff({ units, scale }: Whole, places: number, direction: "down" | "up"): string {
  if (scale <= places) return textOfWhole(units, scale);
  const size = powerOfTen(scale - places);
  const rest = units % size;
  const away = direction === "up" && rest !== 0n ? (rest < 0n ? -1n : 1n) : 0n;
  return textOfWhole(units / size + away, places);
}

/** In units of 10^-30. */
function quotientUnits(a: Whole, b: Whole): bigint {
  if (b.units === 0n) throw new Error("Division by zero; expected a divisor that is not 0. This is a bug.");
  const shift = QUOTIENT_PLACES + b.scale - a.scale;
  const dividend = shift > 0 ? a.units * powerOfTen(shift) : a.units;
  const divisor = shift < 0 ? b.units * powerOfTen(-shift) : b.units;
  const isNegative = dividend < 0n !== divisor < 0n;
  const n = dividend < 0n ? -dividend : dividend;
  const d = divisor < 0n ? -divisor : divisor;
  const quotient = (2n * n + d) / (2n * d);
  return isNegative ? -quotient : quotient;
}

/** Null: it does not fit, or is not in plain notation. */
function smallOf(text: string): Small | null {
  const { length } = text;
  if (typeof text !== "string" || length > LONGEST_SMALL) return null;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  let units = 0;
  let point = -1;
  for (let i = start; i < length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) units = units * 10 + digit;
    else if (digit === POINT - ZERO && point < 0 && i > start) point = i;
    else return null;
  }
  if (units > MOST_UNITS || length === start || point === length - 1) return null;
  return { units: start === 1 ? -units : units, scale: point < 0 ? 0 : length - 1 - point };
}

/**
 * The decimal that a number's shortest text is, without the text. Up to 15 digits no two decimals are the same number, so the one
 * with the fewest that reads back as it is the shortest. Null: it takes more.
 */
function smallOfNumber(value: number): Small | null {
  for (let scale = 0; scale < POWERS.length; scale++) {
    const power = POWERS[scale] ?? 1;
    const units = Math.round(value * power);
    if (!(Math.abs(units) < MOST_NUMBER_UNITS)) return null;
    if (units / power === value) return { units, scale };
  }
  return null;
}

/** @throws Error where it is no number */
function wholeOf(text: string): Whole {
  const known = newestTexts.indexOf(text);
  return (known < 0 ? undefined : newestWholes[known]) ?? remembered(text, readWhole(text));
}

/** The newest long texts and what they stand for: what an account adds to is nearly always the sum that was written before. */
const newestTexts: string[] = [];
const newestWholes: Whole[] = [];
const TEXTS_KEPT = 8;
/** Characters; a shorter text is read as small. */
const SHORTEST_LONG = 17;
let nextKept = 0;

function remembered(text: string, whole: Whole): Whole {
  newestTexts[nextKept] = text;
  newestWholes[nextKept] = whole;
  nextKept = (nextKept + 1) % TEXTS_KEPT;
  return whole;
}

function readWhole(text: string): Whole {
  const plain = typeof text === "string" && PLAIN.test(text) ? text : Big(text).toFixed();
  const point = plain.indexOf(".");
  if (point < 0) return { units: BigInt(plain), scale: 0 };
  return { units: BigInt(plain.slice(0, point) + plain.slice(point + 1)), scale: plain.length - 1 - point };
}

/** Its units at a larger scale; NaN where they would not be safe. */
function lifted({ units, scale }: Small, to: number): number {
  if (scale === to) return units;
  const more = units * (POWERS[to - scale] ?? Number.NaN);
  return Math.abs(more) <= MOST_UNITS ? more : Number.NaN;
}

const raised = ({ units, scale }: Whole, to: number): bigint => (scale === to ? units : units * powerOfTen(to - scale));

const bigPowers: bigint[] = [];

function powerOfTen(n: number): bigint {
  while (bigPowers.length <= n) bigPowers.push(10n ** BigInt(bigPowers.length));
  return bigPowers[n] ?? 1n;
}

const textOfSmall = (units: number, scale: number): string =>
  units === 0 ? "0" : placed(String(Math.abs(units)), scale, units < 0);

function textOfWhole(units: bigint, scale: number): string {
  if (units === 0n) return "0";
  const text = placed((units < 0n ? -units : units).toString(), scale, units < 0n);
  if (text.length >= SHORTEST_LONG) remembered(text, { units, scale });
  return text;
}

/** Digits with the point put `scale` places from the right, without zeros at the end. */
function placed(digits: string, scale: number, isNegative: boolean): string {
  let end = digits.length;
  let places = scale;
  while (places > 0 && digits.charCodeAt(end - 1) === ZERO) {
    end -= 1;
    places -= 1;
  }
  const sign = isNegative ? "-" : "";
  if (places === 0) return `${sign}${digits.slice(0, end)}`;
  const before = end - places;
  return before > 0
    ? `${sign}${digits.slice(0, before)}.${digits.slice(before, end)}`
    : `${sign}0.${"0".repeat(-before)}${digits.slice(0, end)}`;
}
