import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StrategyUses, strategyIdsText } from "#schemas/strategy-use.ts";

const sharesOf = (given: readonly (number | undefined)[]) =>
  StrategyUses.safeParse(
    given.map((sharePct, at) => ({ use: `s${at}`, ...(sharePct === undefined ? {} : { sharePct }) })),
  );
const faultOf = (value: unknown): string => StrategyUses.safeParse(value).error?.issues[0]?.message ?? "";

describe("shares of equity", () => {
  it("are equal where none is given", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (k) => {
        const shares = sharesOf(Array.from({ length: k }, () => undefined)).data?.map((use) => use.sharePct) ?? [];
        expect(shares).toEqual(Array.from({ length: k }, () => 100 / k));
      }),
    );
  });

  it("are as given, and what they leave is shared equally by the others", () => {
    expect(sharesOf([60, 20]).data).toMatchObject([{ sharePct: 60 }, { sharePct: 20 }]);
    expect(sharesOf([60, undefined, undefined]).data).toMatchObject([
      { sharePct: 60 },
      { sharePct: 20 },
      { sharePct: 20 },
    ]);
  });

  it("are never more than 100 % together, and nobody is left without", () => {
    const share = fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 6 }), (given) => {
        const sum = given.reduce<number>((total, pct = 0) => total + pct, 0);
        const { data } = sharesOf(given);
        expect(data !== undefined).toBe(sum <= 100 && (sum < 100 || !given.includes(undefined)));
        for (const { sharePct } of data ?? []) expect(sharePct).toBeGreaterThan(0);
        expect(data?.reduce((total, use) => total + use.sharePct, 0) ?? 0).toBeLessThanOrEqual(100 + 1e-9);
      }),
    );
    expect(sharesOf([60, 60]).error?.issues[0]?.message).toBe(
      "expected shares of at most 100 % together: they are 120 %",
    );
    expect(sharesOf([100, undefined]).success).toBe(false);
    expect(sharesOf([33.3, 33.3, 33.4]).success).toBe(true);
  });

  it("once worked out, are read again as they are", () => {
    const [first, second] = [sharesOf([undefined, undefined, undefined]).data, sharesOf([90, undefined]).data];
    for (const uses of [first, second]) expect(StrategyUses.parse(uses)).toEqual(uses);
  });
});

describe("a list of strategies", () => {
  it.each([
    [[], "at least one"],
    ["ema-cross", "a list"],
    [[{ use: "" }], "an id|the id"],
    [[{ sharePct: 5 }], "the id"],
    [["ema-cross"], "use: "],
    [[{ use: "a", share: 5 }], "use, sharePct and parameters only"],
    [[{ use: "a", sharePct: 0 }], "above 0"],
    [[{ use: "a", parameters: { fast: null } }], "a number, a text"],
    [
      [
        { use: "a", sharePct: 50 },
        { use: "a", parameters: { fast: 3 } },
      ],
      "each strategy once: a is",
    ],
  ])("%j is refused, saying what was expected", (value, words) => {
    expect(faultOf(value)).toMatch(/^expected /);
    expect(faultOf(value)).toMatch(new RegExp(words));
  });

  it("has one text: ids, and parameters where they are set, in one order; shares are not in it", () => {
    const textOf = (value: unknown): string => strategyIdsText({ strategies: StrategyUses.parse(value) });
    expect(textOf([{ use: "mean-reversion" }])).toBe("mean-reversion");
    expect(textOf([{ use: "mean-reversion", sharePct: 10 }, { use: "breakout" }])).toBe("mean-reversion+breakout");
    expect(textOf([{ use: "a", parameters: { slow: 26, fast: 12, on: true, side: "x" } }])).toBe(
      'a(fast=12,on=true,side="x",slow=26)',
    );
  });
});
