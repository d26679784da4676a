import { expect, it } from "vitest";
import { answerText } from "#apps/text/answer-text.ts";
import { Answer } from "#schemas/question.ts";
import { NO_WORK, type Work } from "#schemas/work.ts";

const same = (text: string): string => text;
const PLAIN = { bold: same, dim: same, good: same, warn: same, bad: same, columns: 200 };

const footerOf = (work: Partial<Work>): string => {
  const parts = {
    path: "delegated",
    model: null,
    asOfMs: 0,
    ageMs: 0,
    analysisIds: [],
    intent: null,
    simulated: true,
  };
  const answer = Answer.parse({ ...parts, answer: "Done.", latencyMs: 2, work: { ...NO_WORK, ...work } });
  return answerText(answer, PLAIN).split("\n")[1] ?? "";
};

it("names the calls that an answer took, and none that it did not", () => {
  expect(footerOf({ providerCalls: 1, delegations: 1 })).toBe(
    "delegated, data 0 s old, 1 provider call, 1 delegation, 2.0 ms",
  );
  expect(footerOf({ providerCalls: 2, modelCalls: 4 })).toContain("2 provider calls, 4 model calls, 2.0 ms");
  expect(footerOf({})).toContain("no provider or model call, 2.0 ms");
});
