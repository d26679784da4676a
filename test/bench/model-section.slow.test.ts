import { describe, expect, it } from "vitest";
import { type ServerReply, type ServerRequest, startOpenAiServer } from "#test/support/openai-server.ts";
import { modelFault, modelSection } from "../../bench/evaluation/model-section.ts";

const usage = { input: 100, output: 10 };

/** A manager that hands the job on, and an analyst that does it: the job's text names market and timeframe. */
const diligent = ({ tools, toolResults, user }: ServerRequest): ServerReply => {
  if (toolResults > 0) return { text: "Done.", usage };
  const handOn = tools.find((tool) => tool !== "analyse" && tool.startsWith("agent"));
  if (handOn !== undefined) return { tool: handOn, input: { prompt: "Please." }, usage };
  const [, symbol = "", timeframe = ""] = /([A-Z0-9]+\/USDT) at (\w+)/.exec(user) ?? [];
  return { tool: "analyse", input: { symbol, timeframe }, usage };
};

const run = { env: {}, seeds: [1], questions: 4, progress: () => {} };

describe("the evaluation with a model", () => {
  it("says plainly which variable holds no key, before anything is asked", async () => {
    const error = await modelSection({ ...run, model: "openai/gpt-5-mini", modelUrl: null }).catch((e: unknown) => e);
    expect(modelFault(error)).toMatch(/--model is openai\/gpt-5-mini, but OPENAI_API_KEY is not set/);
  });

  it("counts the tokens that the provider has billed, none with Khala", async () => {
    await using server = await startOpenAiServer(diligent);
    const section = await modelSection({
      ...run,
      model: "openai/test",
      modelUrl: server.url,
      env: { OPENAI_API_KEY: "x" },
    });
    const [withKhala, scratch] = section.tables[0]?.rows ?? [];
    const value = (cell: unknown) => (cell as { value: number }).value;
    expect(value(withKhala?.[1])).toBe(100);
    expect(value(scratch?.[1])).toBe(100);
    const total = (column: number) => run.questions * (value(withKhala?.[column]) + value(scratch?.[column]));
    expect(total(4)).toBe(server.billed.input);
    expect(total(5)).toBe(server.billed.output);
    expect(server.billed.input).toBeGreaterThan(0);
  });
});
