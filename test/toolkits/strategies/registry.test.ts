import { describe, expect, it } from "vitest";
import { UnknownNameError } from "#schemas/errors.ts";
import { strategyById, strategyIds } from "#toolkits/strategies/registry.ts";

describe("strategy registry", () => {
  it("finds every strategy by its own id", () => {
    expect(strategyIds()).toContain("mean-reversion");
    for (const id of strategyIds()) expect(strategyById(id).id).toBe(id);
  });

  it("names the strategies there are when asked for another", () => {
    expect(() => strategyById("moon")).toThrow(UnknownNameError);
    expect(() => strategyById("moon")).toThrow(/"moon".*mean-reversion/);
    expect(() => strategyById("constructor")).toThrow(UnknownNameError);
  });
});
