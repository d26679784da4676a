import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pays, valuePerUnit, worthOf } from "#desk/planning/value-gate.ts";

const prospect = { expectedAsks: 2, savedUnits: 10, priceUnits: 40 };

describe("the value gate", () => {
  it("wants strictly more worth than price", () => {
    expect(pays(prospect, 2)).toBe(false);
    expect(pays({ ...prospect, priceUnits: 39.999 }, 2)).toBe(true);
    expect(pays({ ...prospect, expectedAsks: 2.001 }, 2)).toBe(true);
    expect(pays(prospect, 2.001)).toBe(true);
  });

  it.each([
    ["nobody is expected to ask", { ...prospect, expectedAsks: 0, priceUnits: 0 }],
    ["nothing is saved", { ...prospect, savedUnits: 0, priceUnits: 0 }],
    ["what is prepared costs more to serve", { ...prospect, savedUnits: -1 }],
    ["the expectation is not a number", { ...prospect, expectedAsks: Number.NaN }],
    ["the price is not a number", { ...prospect, priceUnits: Number.NaN }],
  ])("makes nothing where %s", (_, each) => {
    expect(pays(each, 10)).toBe(false);
  });

  it("makes more as asks, savings and the weight of waiting grow, and less as the price does", () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
    const any = fc.record({ expectedAsks: amount, savedUnits: amount, priceUnits: amount });
    fc.assert(
      fc.property(any, amount, amount, (each, weight, more) => {
        if (!pays(each, weight)) return;
        expect(pays({ ...each, expectedAsks: each.expectedAsks + more }, weight)).toBe(true);
        expect(pays({ ...each, savedUnits: each.savedUnits + more }, weight)).toBe(true);
        expect(pays(each, weight + more)).toBe(true);
        expect(pays({ ...each, priceUnits: Math.max(0, each.priceUnits - more) }, weight)).toBe(true);
        expect(worthOf(each, weight)).toBeGreaterThan(each.priceUnits);
      }),
    );
  });

  it("ranks by worth for each unit, what is free first", () => {
    expect(valuePerUnit(prospect, 2)).toBe(1);
    expect(valuePerUnit({ ...prospect, priceUnits: 0 }, 2)).toBe(Number.POSITIVE_INFINITY);
  });
});
