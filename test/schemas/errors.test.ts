import { describe, expect, it } from "vitest";
import {
  ConfigError,
  DataFolderError,
  DataFormatError,
  type DeepTraderError,
  FutureRecordError,
  InvariantError,
  isPassing,
  ModelRunError,
  ProviderError,
  ProviderRefusedError,
  RecordVersionError,
  StoreError,
  TokenBudgetError,
  UnknownNameError,
  UsageError,
} from "#schemas/errors.ts";

const parts = { was: "x", remedy: "y", where: "f:1" };

/** What each class makes a desk do; a class that is changed is changed here, too. */
const POLICIES: readonly (readonly [DeepTraderError, DeepTraderError["policy"]])[] = [
  [new ProviderError(parts), "retry"],
  [new DataFormatError(parts), "skip-symbol"],
  [new UnknownNameError(parts), "skip-symbol"],
  [new FutureRecordError(parts), "skip-symbol"],
  [new ProviderRefusedError(parts), "exit"],
  [new StoreError(parts), "exit"],
  [new RecordVersionError(parts), "exit"],
  [new InvariantError(parts), "exit"],
  [new ModelRunError(parts), "exit"],
  [new TokenBudgetError(parts), "exit"],
  [new ConfigError(parts), "exit"],
  [new DataFolderError(parts), "exit"],
  [new UsageError(parts), "exit"],
];

describe("an error's policy", () => {
  it.each(POLICIES.map(([error, policy]) => [error.name, policy, error] as const))(
    "of %s is %s",
    (_name, policy, error) => {
      expect(error.policy).toBe(policy);
      expect(isPassing(error)).toBe(policy !== "exit");
    },
  );

  it("is none for what is not ours: it ends the desk", () => {
    expect(isPassing(new TypeError("x"))).toBe(false);
    expect(isPassing("x")).toBe(false);
  });
});
