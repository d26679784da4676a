import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Costs, RiskLimits } from "#schemas/config.ts";
import type { Money, Price } from "#schemas/money.ts";
import { TERMS } from "#test/support/strategy.ts";
import { isSurelySized, minEntryNotional, type SizeInput, sizeEntry } from "#toolkits/risk/size.ts";
import { market } from "./fixture.ts";

const limits = RiskLimits.parse({});
const costs = Costs.parse({});
const size = (equity: string, price: string, change: Partial<typeof market> = {}) =>
  sizeEntry({
    equity: equity as Money,
    price: price as Price,
    limits,
    terms: TERMS,
    costs,
    market: { ...market, ...change },
  });

describe("sizeEntry", () => {
  it("takes 2 % of equity, rounded down to the step", () => {
    expect(size("10000", "30000.01")).toEqual({ status: "sized", quantity: "0.006", notional: "180.00006" });
  });

  it("leaves room to sell after the stop: at the minimum itself it refuses, with the room it sizes", () => {
    expect(minEntryNotional({ ...market, minNotional: "6" }, 10)).toBe("7");
    expect(size("350", "1", { minNotional: "6" })).toEqual({ status: "sized", quantity: "7", notional: "7" });
    expect(size("349.99", "1", { minNotional: "6" })).toMatchObject({ status: "too-small" });
    expect(size("300", "1", { minNotional: "6" })).toMatchObject({ status: "too-small" });
  });

  it("leaves it for the stop as it will rest, on the tick: a coarse one puts it far below its percent", () => {
    const coarse = { minNotional: "6", tickSize: "0.5" };
    expect(size("550", "1", coarse)).toMatchObject({
      status: "too-small",
      reason: expect.stringContaining("11 BTC is worth 5.5 USDT, below the market's minimum of 6 USDT"),
    });
    expect(size("600", "1", coarse)).toMatchObject({ status: "sized", quantity: "12" });
  });

  it("refuses when not even one step is affordable", () => {
    expect(size("10000", "300000", { stepSize: "1" })).toMatchObject({ status: "too-small" });
  });

  it("sizes a coin of 1e-8 in whole coins", () => {
    expect(size("10000", "0.00000003", { stepSize: "1", tickSize: "0.00000001" })).toEqual({
      status: "sized",
      quantity: "6666666666",
      notional: "199.99999998",
    });
  });

  it("leaves the room in what can be sold: a fee in coins takes some, and the step rounds them down", () => {
    const coins = { buyFeeIn: "base", minNotional: "6" } as const;
    // Of 7.00 coins 6.993 are held and 6.99 can be sold; of 7.01 they are 7.00299 and 7.00.
    expect(size("350", "1", { ...coins, stepSize: "0.01" })).toMatchObject({
      status: "too-small",
      reason: expect.stringMatching(
        /^2 % of equity buys 7 BTC, 6.99 of which can be sold after the fee: 6.99 BTC is worth 6.99 USDT, below .*\(with room for the stop\)$/,
      ),
    });
    expect(size("350.5", "1", { ...coins, stepSize: "0.01" })).toMatchObject({ status: "sized", quantity: "7.01" });
    expect(size("10000", "200", { ...coins, stepSize: "1" })).toMatchObject({ status: "too-small" });
  });

  it("keeps the venue's smallest quantity, of what can be sold again, and its largest", () => {
    expect(size("10000", "140", { minQuantity: "100" })).toEqual({
      status: "too-small",
      reason: "2 % of equity buys 1.428 BTC: 1.428 BTC is below the market's minimum of 100 BTC",
    });
    expect(size("10000", "2", { minQuantity: "100" })).toMatchObject({ status: "sized", quantity: "100" });
    // The fee in coins leaves 99.9.
    expect(size("10000", "2", { minQuantity: "100", buyFeeIn: "base" })).toMatchObject({ status: "too-small" });
    expect(size("10000", "2", { maxQuantity: "60" })).toEqual({ status: "sized", quantity: "60", notional: "120" });
  });
});

describe("isSurelySized", () => {
  const decimal = (integer: number, places: number) => String(Number((integer / 10 ** places).toFixed(places)));
  const steps = fc.constantFrom("1", "0.1", "0.001", "0.00000001", "5", "0.0025");
  const inputs: fc.Arbitrary<SizeInput> = fc
    .record({
      equity: fc.integer({ min: 1, max: 2_000_000 }),
      price: fc.integer({ min: 1, max: 100_000_000 }),
      places: fc.integer({ min: 0, max: 8 }),
      stepSize: steps,
      tickSize: fc.constantFrom("0.00000001", "0.01", "0.5", "10"),
      minQuantity: fc.constantFrom("0", "0.01", "1", "100"),
      maxQuantity: fc.constantFrom(null, "60", "0.5"),
      minNotional: fc.constantFrom("0", "1", "6", "10"),
      buyFeeIn: fc.constantFrom("base", "quote"),
      sizeRatio: fc.constantFrom(1, 0.5, 0.1),
    })
    .map(({ equity, price, places, sizeRatio, ...change }) => ({
      equity: decimal(equity, 2) as Money,
      price: decimal(price, places) as Price,
      limits,
      terms: TERMS,
      costs,
      sizeRatio,
      market: { ...market, ...change } as typeof market,
    }));

  it("says yes of nothing that the sizing refuses, and yes of most that is far from every filter", () => {
    let sure = 0;
    let sized = 0;
    fc.assert(
      fc.property(inputs, (input) => {
        const { status } = sizeEntry(input);
        if (status === "sized") sized += 1;
        if (!isSurelySized(input, Number(input.equity), Number(input.price))) return;
        sure += 1;
        expect(status).toBe("sized");
      }),
      { numRuns: 5000, seed: 11 },
    );
    expect(sure).toBeGreaterThan(0.5 * sized);
    expect(sized).toBeGreaterThan(1000);
  });

  it("is never sure where a filter is met to the last digit", () => {
    const exact = { equity: "350" as Money, price: "1" as Price, limits, terms: TERMS, costs };
    expect(isSurelySized({ ...exact, market: { ...market, minNotional: "6" } }, 350, 1)).toBe(false);
    expect(sizeEntry({ ...exact, market: { ...market, minNotional: "6" } }).status).toBe("sized");
  });
});
