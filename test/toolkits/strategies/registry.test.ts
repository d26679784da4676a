import { describe, expect, it } from "vitest";
import { StrategyError, UnknownNameError } from "#schemas/errors.ts";
import { sha256Hex } from "#schemas/hash.ts";
import { isStrategyFile, shippedStrategy, strategyIds } from "#toolkits/strategies/registry.ts";
import { codeOf, linesOf } from "../../support/sources.ts";

/** Definition id and code of every shipped strategy. Where the code changes what is answered, raise its version in registry.ts. */
const KNOWN: Readonly<Record<string, readonly [definitionId: string, code: string]>> = {
  "mean-reversion": ["mean-reversion.71339560eabcc8aa", "22192e16fa24"],
  "ema-cross": ["ema-cross.337007f0526eb6b6", "2826070e0498"],
  breakout: ["breakout.30fea56a835f2746", "696950cf47b9"],
  planned: ["planned.89c40d5a0813d57c", "8e3b942213ad"],
};

describe("strategy registry", () => {
  it("finds every strategy by its own id", () => {
    expect(strategyIds()).toEqual(["mean-reversion", "ema-cross", "breakout", "planned"]);
    for (const id of strategyIds()) expect(shippedStrategy(id).id).toBe(id);
  });

  it("names the nearest strategies when asked for another, and that a path may be given", () => {
    expect(() => shippedStrategy("ema-crss")).toThrow(UnknownNameError);
    expect(() => shippedStrategy("ema-crss")).toThrow(/"ema-crss"\. Expected one of ema-cross, .*\.\/ema-crss\.ts/);
    expect(() => shippedStrategy("constructor")).toThrow(UnknownNameError);
  });

  it.each([
    ["mean-reversion", false],
    ["ema.cross", false],
    ["./mine", true],
    ["mine.ts", true],
    ["mine.mjs", true],
    ["strategies\\mine", true],
    ["C:\\strategies\\mine.mts", true],
  ])("%s: is a file, not an id: %s", (named, isFile) => expect(isStrategyFile(named)).toBe(isFile));

  it("refuses a parameter that a strategy does not have, or does not take", () => {
    expect(() => shippedStrategy("ema-cross", { fats: 3 })).toThrow(StrategyError);
    expect(() => shippedStrategy("ema-cross", { fats: 3 })).toThrow(/parameters\.fats.*Expected one of fast/);
    expect(() => shippedStrategy("ema-cross", { fast: 3.5 })).toThrow(
      /it is 3\.5\. Expected a whole number from 2 to 100/,
    );
  });

  it.each(strategyIds())("%s changes its definition id when its code does", (id) => {
    const code = sha256Hex(codeOf(`toolkits/strategies/shipped/${id}.ts`).replace(/\s+/g, "")).slice(0, 12);
    expect([shippedStrategy(id).definitionId, code]).toEqual(KNOWN[id]);
  });

  it.each(strategyIds())("%s is short: at most 60 lines", (id) => {
    expect(linesOf(`toolkits/strategies/shipped/${id}.ts`)).toBeLessThanOrEqual(60);
  });
});
