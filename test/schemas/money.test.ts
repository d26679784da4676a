import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as money from "#schemas/money.ts";

const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => money.multiply(units.toString(), `0.${"0".repeat(scale)}1`));

describe("money", () => {
  it("refuses a number where a decimal is meant, instead of rounding it", () => {
    expect(() => money.multiply(0.1 as unknown as string, "2")).toThrow();
  });

  it("refuses NaN and infinities at the border", () => {
    expect(() => money.decimalFromNumber(Number.NaN)).toThrow(/finite/);
    expect(() => money.decimalFromNumber(Number.POSITIVE_INFINITY)).toThrow(/finite/);
  });

  it("writes tiny prices without an exponent", () => {
    expect(money.decimalFromNumber(1.234e-9)).toBe("0.000000001234");
    expect(money.multiply("0.00000001", "0.00000001")).toBe("0.0000000000000001");
  });

  it("writes so many significant digits as a number that is read back from them", () => {
    const number = fc.oneof(
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      fc.double({ min: 1e-8, max: 1e7, noNaN: true }),
    );
    fc.assert(
      fc.property(number, fc.integer({ min: 1, max: 15 }), (value, digits) => {
        const read = money.decimalFromNumber(Number(value.toPrecision(digits)));
        expect(money.significantDecimal(value, digits)).toBe(read);
      }),
    );
    expect([12.3, 100.5, 100, 1e-7, 1e21, -0.05, -0].map((value) => money.significantDecimal(value, 3))).toEqual([
      "12.3",
      "101",
      "100",
      "0.0000001",
      "1000000000000000000000",
      "-0.05",
      "0",
    ]);
    expect(() => money.significantDecimal(Number.NaN, 6)).toThrow(/finite/);
  });

  it("never rounds a quantity up, and lands on the step", () => {
    fc.assert(
      fc.property(decimal, fc.constantFrom("1", "0.1", "0.001", "0.00000001", "0.5"), (value, step) => {
        const rounded = money.roundQuantity(value, step);
        expect(money.compare(rounded, value)).toBeLessThanOrEqual(0);
        expect(money.compare(money.subtract(value, rounded), step)).toBe(-1);
      }),
    );
  });

  it("rounds prices against us: a buyer pays up, a seller receives less", () => {
    expect(money.roundPrice("1.00001", "0.01", "buy")).toBe("1.01");
    expect(money.roundPrice("1.00999", "0.01", "sell")).toBe("1");
    expect(money.roundPrice("1.01", "0.01", "buy")).toBe("1.01");
  });

  it("reads back what it wrote for every float", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-18, max: 1e18 }), (value) => {
        expect(money.toNumber(money.decimalFromNumber(value))).toBe(value);
      }),
    );
  });

  it("keeps sums exact where floats do not", () => {
    expect(money.add("0.1", "0.2")).toBe("0.3");
    expect(money.subtract("0.3", "0.3")).toBe("0");
  });
});

describe("rounding to an increment", () => {
  // A step of 3 units goes through a division, a power of ten through decimal places: both must mean the same.
  it("is the largest multiple not above, and the smallest not below, for any step", () => {
    const steps = ["1", "0.1", "0.00000001", "0.0000000000001", "0.5", "3", "0.25", "10"];
    fc.assert(
      fc.property(decimal, fc.constantFrom(...steps), (value, step) => {
        const down = money.roundToIncrement(value, step, "down");
        const up = money.roundToIncrement(value, step, "up");
        expect(money.compare(down, value)).toBeLessThanOrEqual(0);
        expect(money.compare(up, value)).toBeGreaterThanOrEqual(0);
        expect(money.compare(money.subtract(up, down), step)).toBeLessThanOrEqual(0);
        for (const rounded of [down, up]) {
          const count = money.divide(rounded, step);
          expect(money.roundToIncrement(count, "1", "down")).toBe(count);
        }
      }),
    );
  });
});
