// Retries wait for whole seconds, so they are tested apart.
import { describe, expect, it } from "vitest";
import { ANALYST_TOOL } from "#agents/deep-trader-manager/rules.ts";
import { type ModelSetting, selectModel } from "#agents/models/select.ts";
import { systemClock } from "#scheduler/clock.ts";
import { ModelRunError } from "#schemas/errors.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { BTC, createDesk } from "./desk-fixture.ts";

const settingOf = (modelUrl: string): ModelSetting => ({
  model: "custom/m1",
  modelUrl,
  env: {},
  wait: systemClock().sleep,
  recording: null,
});

describe("a provider with trouble of its own", () => {
  it("answers 503 once: the call is made again, counted again, and the question answered", async () => {
    await using server = await startOpenAiServer(({ tools, toolResults }, index) => {
      if (index === 0) return { status: 503 };
      if (toolResults > 0) return { text: "Done." };
      return tools.includes(ANALYST_TOOL)
        ? { tool: ANALYST_TOOL, input: { prompt: "Please." } }
        : { tool: "analyse", input: { symbol: BTC, timeframe: "5m" } };
    });
    const choice = await selectModel(settingOf(server.url));
    const answer = await createDesk({ choice, deadlineMs: 600_000 }).ask("RSI of BTC");
    expect(answer).toMatchObject({ path: "delegated", work: { modelCalls: 5 } });
    expect(server.requests).toHaveLength(5);
  });

  it("answers 500 for ever: three tries, then an error that names the status", async () => {
    await using server = await startOpenAiServer(() => ({ status: 500 }));
    const choice = await selectModel(settingOf(server.url));
    const failed = createDesk({ choice, deadlineMs: 600_000 }).ask("RSI of BTC");
    await expect(failed).rejects.toThrow(ModelRunError);
    await expect(failed).rejects.toThrow(/HTTP 500/);
    expect(server.requests).toHaveLength(3);
  });

  it("is not there at all: says that it cannot be reached", async () => {
    const server = await startOpenAiServer(() => ({ text: "" }));
    await server[Symbol.asyncDispose]();
    const choice = await selectModel(settingOf(server.url));
    await expect(createDesk({ choice, deadlineMs: 600_000 }).ask("RSI of BTC")).rejects.toThrow(/ECONNREFUSED/);
  });
});
