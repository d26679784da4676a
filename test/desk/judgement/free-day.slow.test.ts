// A skewed day of free-form questions with and without briefs: what must hold of tokens while a person waits, and what it cost in all.
import { expect, it } from "vitest";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { freeDay } from "../../../bench/evaluation/free-day.ts";

it("tokens at test time fall by at least five times on a skewed day of 200 questions; total tokens are told with their ratio", async () => {
  const parts = { seed: 1, testTimeWeight: 10 };
  const without = await freeDay({ ...parts, store: createMemoryStore(), briefDayTokens: 0 });
  const with_ = await freeDay({ ...parts, store: createMemoryStore(), briefDayTokens: 2_000_000 });
  const ratio = without.testTokens / with_.testTokens;
  const total = (with_.testTokens + with_.sleepTokens) / without.testTokens;
  const n = (value: number): string => value.toLocaleString("en-US");
  console.info(
    [
      `200 questions, 10 wordings, Zipf over 20 markets, seed 1, scripted model (characters / 4), t = 10, one day of habit before.`,
      `Test time: ${n(without.testTokens)} tokens without briefs, ${n(with_.testTokens)} with: ${ratio.toFixed(1)} times fewer.`,
      `Total of the day: ${n(with_.testTokens + with_.sleepTokens)} tokens, ${total.toFixed(2)} times those without; asleep on the day before ${n(with_.sleepTokensBefore)}.`,
      `${with_.preAnswered} answered ahead, ${with_.withBrief} with a brief at hand; ${with_.briefs} briefs, ${with_.answersAhead} answers made ahead; written anew for: ${JSON.stringify(with_.voided)}.`,
    ].join("\n"),
  );
  expect(without.asked).toBe(200);
  expect(without.preAnswered + without.withBrief).toBe(0);
  expect(ratio).toBeGreaterThanOrEqual(5);
  // The price of it is told, and is within what was set.
  expect(with_.sleepTokens).toBeLessThanOrEqual(2_000_000);
});
