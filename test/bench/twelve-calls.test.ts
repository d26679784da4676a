import { expect, it } from "vitest";
import { listening, type Prompted } from "../../bench/evaluation/model-made/models.ts";
import { decideByTwelve, ROLES } from "../../bench/evaluation/model-made/twelve-calls.ts";
import { scriptedChoice } from "../../bench/support/scripted-model.ts";

const FACTS = "f1 = 27.4 · RSI (Wilder, 14) · ETH/USDT 5m";

it("holds twelve calls, each with what the roles before it have written, and counts what the model was given", async () => {
  const { choice, billed } = scriptedChoice("scripted/writer", ({ system }) => ({ text: `SAID BY ${system}` }));
  const prompts: Prompted[] = [];
  const counted = await decideByTwelve(
    listening(choice, (prompt) => prompts.push(prompt)),
    FACTS,
  );
  expect(counted.map(({ role }) => role)).toEqual(ROLES.map(({ name }) => name));
  expect(counted).toHaveLength(12);
  expect(billed.calls).toBe(12);
  expect(counted.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0)).toBe(
    billed.tokens,
  );
  const heardBy = (name: string): number =>
    (prompts[ROLES.findIndex((role) => role.name === name)]?.user.match(/SAID BY/g) ?? []).length;
  expect(prompts.filter(({ user }) => user === FACTS)).toHaveLength(4);
  expect(heardBy("bull researcher")).toBe(4);
  expect(heardBy("bear researcher")).toBe(5);
  expect(heardBy("research manager")).toBe(2);
  expect(heardBy("trader")).toBe(1);
  expect(heardBy("neutral risk analyst")).toBe(4 + 1 + 2);
  expect(heardBy("portfolio manager")).toBe(1 + 1 + 3);
});

it("counts no half debate", async () => {
  let calls = 0;
  const { choice } = scriptedChoice("scripted/tired", () => {
    calls += 1;
    return { text: calls === 6 ? "" : "words" };
  });
  await expect(decideByTwelve(choice, FACTS)).rejects.toThrow(/^bear researcher: /);
});
