// What part M rests on: the desk's ledger and the scripted models agree on every token, and briefs spare tokens awake.
import { describe, expect, it } from "vitest";
import { openMarket } from "../../bench/evaluation/eval-desk.ts";
import { openFreeSession, tokensOf } from "../../bench/evaluation/model-made/free-session.ts";
import { asleep, awake, scriptedChoice } from "../../bench/support/scripted-model.ts";

const BARS = 14;
const MORE = 3;

async function run(t: number | null) {
  const market = await openMarket(1, 4);
  const models = { asleep: scriptedChoice("scripted/asleep", asleep), awake: scriptedChoice("scripted/awake", awake) };
  const choices = { asleep: models.asleep.choice, awake: models.awake.choice };
  await using session = await openFreeSession({ market, models: choices, t, bars: BARS }, MORE);
  const paths: string[] = [];
  let tokens = 0;
  for (const text of [...session.next.known, ...session.next.anew]) {
    const { path, work } = await session.desk.ask(text);
    paths.push(path);
    tokens += work.inputTokens + work.outputTokens;
  }
  const entries = await session.desk.entries();
  const sumOf = (job: Parameters<typeof tokensOf>[1]): number => {
    const { inputTokens, outputTokens } = tokensOf(entries, job);
    return inputTokens + outputTokens;
  };
  return {
    paths,
    tokens,
    asleep: { billed: models.asleep.billed, counted: sumOf("brief") },
    awake: { billed: models.awake.billed, counted: sumOf("question") },
  };
}

describe("free-form questions with briefs and without", () => {
  it("takes fewer tokens awake with briefs, none for words asked before; the ledger has what each model was given", async () => {
    const [rested, bare] = [await run(10), await run(null)];
    expect(bare.asleep).toEqual({ billed: { calls: 0, tokens: 0 }, counted: 0 });
    for (const { billed, counted } of [rested.asleep, rested.awake, bare.awake]) expect(counted).toBe(billed.tokens);
    expect(new Set(bare.paths)).toEqual(new Set(["reasoned"]));
    expect(rested.paths.slice(0, MORE)).toEqual(Array(MORE).fill("pre-answered"));
    expect(rested.paths.slice(MORE)).toEqual(Array(MORE).fill("reasoned"));
    expect(rested.asleep.counted).toBeGreaterThan(0);
    expect(rested.tokens).toBeLessThan(bare.tokens / 2);
  });
});
