import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare } from "#schemas/money.ts";
import { orderQuantity, sizeRefusal } from "#toolkits/market/order-size.ts";

const market = {
  base: "SOL",
  quote: "USDT",
  stepSize: "0.001",
  minQuantity: "100",
  maxQuantity: "900.0005",
  minNotional: "5",
};

describe("the quantity of one order", () => {
  it("is rounded down to the step and holds at most the market's maximum", () => {
    expect(orderQuantity("150.12399", market)).toBe("150.123");
    expect(orderQuantity("5000", market)).toBe("900");
    expect(orderQuantity("5000", { ...market, maxQuantity: null })).toBe("5000");
  });

  it.each([
    ["99.999", "0.1", "99.999 SOL is below the market's minimum of 100 SOL"],
    ["901", "0.1", "901 SOL is above the market's maximum of 900.0005 SOL"],
    ["100", "0.049", "100 SOL is worth 4.9 USDT, below the market's minimum of 5 USDT"],
    ["0", "1", "nothing is left at the market's step of 0.001 SOL"],
  ])("of %s at %s is refused with the figures", (quantity, price, reason) => {
    expect(sizeRefusal(market, quantity, price)).toBe(reason);
  });

  it.each([
    ["100", "0.05"],
    ["900", "1"],
  ])("of %s at %s is taken: the limits themselves are inside", (quantity, price) => {
    expect(sizeRefusal(market, quantity, price)).toBeNull();
  });

  it("is never above the maximum, whatever is wanted", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (thousandths) => {
        const quantity = orderQuantity(String(thousandths / 1000), market);
        expect(compare(quantity, market.maxQuantity)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
