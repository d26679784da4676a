import { expect, it } from "vitest";
import { strategiesText } from "#apps/text/strategies-text.ts";

it.each([
  [["mean-reversion"], "mean-reversion (example strategy)"],
  [["mean-reversion", "breakout"], "mean-reversion, breakout (example strategies)"],
  [["my-cross"], "my-cross"],
  [["mean-reversion", "my-cross"], "mean-reversion (example), my-cross"],
  [[], ""],
])("%j is headed by %s: a user's own strategy is no example", (ids, text) => {
  expect(strategiesText(ids)).toBe(text);
});
