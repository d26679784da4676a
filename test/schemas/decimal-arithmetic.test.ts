import BigConstructor, { type Big as BigNumber } from "big.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as money from "#schemas/money.ts";

const Big = BigConstructor();
Big.DP = 30;
Big.RM = 1;
const plain = (value: BigNumber): string => (value.eq("0") ? "0" : value.toFixed());

/** Plain decimals: all signs, zeros at both ends, whole numbers, tails as a division leaves them, ends of the safe integers. */
const digits = (least: number, most: number) =>
  fc.string({ unit: fc.constantFrom(..."00123456789"), minLength: least, maxLength: most });
const text = fc
  .tuple(fc.constantFrom("", "-"), digits(0, 20), fc.oneof(digits(0, 9), digits(0, 34)))
  .map(([sign, whole, rest]) => `${sign}${whole.replace(/^0+/, "") || "0"}${rest === "" ? "" : `.${rest}`}`);
const safeEnd = fc
  .tuple(fc.constantFrom("", "-"), fc.bigInt({ min: -12n, max: 12n }), fc.integer({ min: 0, max: 24 }))
  .map(([sign, beside, scale]) => {
    const units = (2n ** 53n + beside).toString().padStart(scale + 1, "0");
    const point = units.length - scale;
    return `${sign}${units.slice(0, point)}${scale === 0 ? "" : `.${units.slice(point)}`}`;
  });
const decimal = fc.oneof(text, safeEnd, fc.constantFrom("0", "-0", "0.0", "1", "-1", "0.1", "10", "0.00000001"));
const runs = { numRuns: 4_000 };

describe("decimals as whole numbers of units", () => {
  it("add, subtract, multiply and compare as big.js does, character by character", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(money.add(a, b)).toBe(plain(Big(a).plus(b)));
        expect(money.subtract(a, b)).toBe(plain(Big(a).minus(b)));
        expect(money.multiply(a, b)).toBe(plain(Big(a).times(b)));
        expect(money.compare(a, b)).toBe(Big(a).cmp(b));
        expect(money.isPositive(a)).toBe(Big(a).gt(0));
      }),
      runs,
    );
  });

  it("sum up products as big.js does, in any mixture of short and long ones", () => {
    fc.assert(
      fc.property(decimal, fc.array(fc.tuple(decimal, decimal), { maxLength: 8 }), (start, products) => {
        const total = products.reduce((sum, [a, b]) => sum.plus(Big(a).times(b)), Big(start));
        expect(money.addProducts(start, products)).toBe(plain(total));
      }),
      runs,
    );
  });

  it("sum up products with numbers as with their shortest texts", () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: 1e-7, max: 1e6, noNaN: true }).map((one) => Number(one.toPrecision(7))),
      fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 18 })).map(([units, scale]) => units / 10 ** scale),
    );
    fc.assert(
      fc.property(decimal, fc.array(fc.tuple(decimal, number), { maxLength: 8 }), (start, products) => {
        const total = products.reduce((sum, [a, b]) => sum.plus(Big(a).times(String(b))), Big(start));
        expect(money.addProducts(start, products)).toBe(plain(total));
      }),
      runs,
    );
    expect(() => money.addProducts("1", [["1", Number.NaN]])).toThrow(/finite/);
  });

  it("divide as big.js does, half-up at 30 decimals", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        fc.pre(!Big(b).eq("0"));
        expect(money.divide(a, b)).toBe(plain(Big(a).div(b)));
      }),
      runs,
    );
    expect(() => money.divide("1", "0.00")).toThrow(/zero/);
  });

  it("say how many steps an amount buys as the long division does, also right beside a multiple", () => {
    const step = fc.constantFrom("1", "0.1", "0.001", "0.00000001", "0.5", "0.0003", "10");
    const price = fc.integer({ min: 1, max: 10 ** 9 }).map((units) => money.multiply(String(units), "0.0001"));
    const beside = fc.constantFrom("0", "1e-12", "-1e-12", "1e-30", "-1e-30", "0.4", "0.002", "-0.002");
    const near = fc
      .tuple(price, step, fc.nat({ max: 10 ** 9 }), beside)
      .map(([one, increment, steps, off]): [string, string, string] => [
        money.multiply(money.multiply(money.add(String(steps), off), increment), one),
        one,
        increment,
      ]);
    const any = fc.tuple(decimal, decimal, step).filter(([, b]) => !Big(b).eq("0"));
    fc.assert(
      fc.property(fc.oneof(near, any), ([amount, one, increment]) => {
        const exact = money.roundToIncrement(money.divide(amount, one), increment, "down");
        expect(money.quantityFor(amount, one, increment)).toBe(exact);
      }),
      runs,
    );
    expect(() => money.quantityFor("1", "0", "0.1")).toThrow(/zero/);
    expect(() => money.quantityFor(" 1", "1", "0.1")).toThrow();
  });

  it("round to any increment as big.js does: towards zero, or away from it", () => {
    const increment = fc.oneof(
      fc.constantFrom("1", "0.1", "0.01", "0.00000001", "0.0000000000000001", "0.5", "3", "0.25", "10", "0.0003"),
      decimal.filter((one) => Big(one).gt("0")),
    );
    fc.assert(
      fc.property(decimal, increment, (value, step) => {
        const isPower = /^(1|0\.0*1)$/.test(step);
        const expected = (mode: 0 | 3) =>
          isPower
            ? plain(Big(value).round(Math.max(0, step.length - 2), mode))
            : plain(Big(value).div(step).round(0, mode).times(step));
        expect(money.roundToIncrement(value, step, "down")).toBe(expected(0));
        expect(money.roundToIncrement(value, step, "up")).toBe(expected(3));
      }),
      runs,
    );
  });

  it("take basis points and percents as products", () => {
    const rate = fc.oneof(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.integer({ min: -500, max: 500 }));
    fc.assert(
      fc.property(decimal, rate, (value, by) => {
        expect(money.bps(value, by)).toBe(plain(Big(value).times(Big(String(by)).times("0.0001"))));
        expect(money.percent(value, by)).toBe(plain(Big(value).times(Big(String(by)).times("0.01"))));
      }),
      runs,
    );
  });

  it("read a number's shortest text, large and small", () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(value, (one) => {
        expect(money.decimalFromNumber(one)).toBe(plain(Big(String(one))));
      }),
      runs,
    );
  });

  it("refuse what is no decimal, and read an exponent", () => {
    for (const wrong of ["", "-", ".", "1.2.3", "1,5", " 1", "abc", "NaN", "0x10", 1 as unknown as string]) {
      expect(() => money.add(wrong, "1"), String(wrong)).toThrow();
      expect(() => money.compare("1", wrong), String(wrong)).toThrow();
      expect(() => money.multiply(wrong, "0"), String(wrong)).toThrow();
      expect(() => money.divide(wrong, "1"), String(wrong)).toThrow();
    }
    expect(money.add("1e-9", "1E2")).toBe("100.000000001");
  });
});
