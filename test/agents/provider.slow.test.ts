// Retries wait for whole seconds, so they are tested apart.
import { describe, expect, it } from "vitest";
import { selectModel } from "#agents/models/select.ts";
import { systemClock } from "#scheduler/clock.ts";
import { startOpenAiServer } from "#test/support/openai-server.ts";
import { diligent, QUESTION } from "./diligent.ts";
import { createTalkDesk } from "./talk-fixture.ts";

async function ask(modelUrl: string) {
  const setting = { model: "custom/m1", modelUrl, env: {}, wait: systemClock().sleep, recording: null };
  return createTalkDesk({ choices: [await selectModel(setting)] }).ask(QUESTION);
}

describe("a provider with trouble of its own", () => {
  it("answers 503 once: the call is made again, counted again, and the question answered", async () => {
    await using server = await startOpenAiServer((request, index) =>
      index === 0 ? { status: 503 } : diligent(request),
    );
    expect(await ask(server.url)).toMatchObject({ status: "answered", work: { modelCalls: 3 } });
    expect(server.requests).toHaveLength(3);
  });

  it("answers 500 for ever: three tries, then the status is told", async () => {
    await using server = await startOpenAiServer(() => ({ status: 500 }));
    expect(await ask(server.url)).toMatchObject({ status: "failed", why: expect.stringContaining("HTTP 500") });
    expect(server.requests).toHaveLength(3);
  });

  it("is not there at all: says that it cannot be reached", async () => {
    const server = await startOpenAiServer(() => ({ text: "" }));
    await server[Symbol.asyncDispose]();
    expect(await ask(server.url)).toMatchObject({ status: "failed", why: expect.stringContaining("ECONNREFUSED") });
  });
});
