import { describe, expect, it } from "vitest";
import { UnknownNameError } from "#schemas/errors.ts";
import { shippedStrategy, strategyIds } from "#toolkits/strategies/registry.ts";

describe("strategy registry", () => {
  it("finds every strategy by its own id", () => {
    expect(strategyIds()).toEqual(["mean-reversion", "ema-cross", "breakout"]);
    for (const id of strategyIds()) expect(shippedStrategy(id).id).toBe(id);
  });

  it("names the strategies there are when asked for another", () => {
    expect(() => shippedStrategy("moon")).toThrow(UnknownNameError);
    expect(() => shippedStrategy("moon")).toThrow(/"moon".*mean-reversion/);
    expect(() => shippedStrategy("constructor")).toThrow(UnknownNameError);
  });
});
